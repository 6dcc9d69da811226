"""What the office does, one verb per file: a write transaction, pure rules, rows and events.

Every use case takes a `Context` and, where a person or a device may repeat itself, a
`request_id`: the same id gets the same answer, and changes nothing the second time.
"""
