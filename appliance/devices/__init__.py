"""The agent: buttons, lights and printers of one Pi, and its link to the server.

Knows no database, no Flask and no use case; it keeps its own journal and print ledger on disk.
"""
