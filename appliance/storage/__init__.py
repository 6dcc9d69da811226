"""What the office remembers: SQLAlchemy Core and Alembic live here alone.

Functions take an open transaction and return frozen dataclasses of `domain`. Only `engine.py`
speaks SQLite's own SQL.
"""
