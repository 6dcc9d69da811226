"""The demo's office for tools: its programs, people and browser."""
