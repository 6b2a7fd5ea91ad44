"""The steps by which the schema came to be, run by storage/migrate.py."""

HEAD = "0005"
"""The newest revision: known without Alembic, whose import a start should not pay for."""
