"""Turn what the drivers raise into StorageUnavailable where a database cannot serve now."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from coordination.storage_ports import StorageUnavailable

__all__ = ["StorageUnavailable", "typed_failures", "unavailable"]

# Result codes of SQLite (https://www.sqlite.org/rescode.html) that say "not now" or "not here".
# SQLITE_ERROR (a missing table, bad SQL) and constraint failures are our own faults and stay.
_SQLITE = {
    3: "read-only",  # PERM
    5: "locked",  # BUSY
    6: "locked",
    7: "out of memory",
    8: "read-only",
    10: "input/output error",
    11: "damaged",
    13: "full",
    14: "away",  # CANTOPEN
    26: "not a database",
}

# SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html): whole classes by two
# characters, single codes by five.
_POSTGRESQL = {
    "08": "away",
    "28": "refused",
    "3D": "no such database",
    "53100": "full",
    "53": "out of resources",
    "55P03": "locked",
    "57": "away",
    "58": "input/output error",
    "40": "locked",  # deadlock, serialisation
    "25006": "read-only",  # a standby
    "XX001": "damaged",
}


def unavailable(error: BaseException) -> str | None:
    """Why the database cannot serve now ("locked", "full", "away", …); None for other errors."""
    if isinstance(error, (OSError, TimeoutError)):
        return "away"
    if isinstance(error, PoolTimeout):
        return "busy"
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return "away"
        return unavailable(error.orig) if error.orig is not None else None
    if isinstance(error, sqlite3.Error):
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(error, "sqlstate", None)
    if state:
        return _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    if type(error).__module__.startswith("asyncpg") or "asyncpg" in type(error).__qualname__:
        # asyncpg's own errors without a state come from a connection that is closed or closing.
        return "away" if "Interface" in type(error).__name__ else None
    cause = error.__cause__
    return unavailable(cause) if cause is not None else None


@contextmanager
def typed_failures() -> Iterator[None]:
    """Turn what the drivers raise into StorageUnavailable where the database cannot serve.

    A value that a column type refused (a naive datetime) comes out as the ValueError it was.
    """
    try:
        yield
    except (SQLAlchemyError, OSError) as error:
        if isinstance(error, StatementError) and isinstance(error.orig, (ValueError, TypeError)):
            raise error.orig from None
        why = unavailable(error)
        if why is None:
            raise
        raise StorageUnavailable(why) from error
    except Exception as error:  # asyncpg raises its own errors while connecting
        why = unavailable(error) if type(error).__module__.startswith("asyncpg") else None
        if why is None:
            raise
        raise StorageUnavailable(why) from error
