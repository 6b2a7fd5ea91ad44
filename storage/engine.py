"""Open the database that GMG_DATABASE_URL names."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import DBAPIError

from storage import postgresql, sqlite
from storage.address import Address, parse
from storage.database import Database
from storage.failures import StorageUnavailable
from storage.migrate import bring_up_to_date, require_current
from storage.problems import DatabaseProblem
from storage.transaction import RealTime

__all__ = ["Database", "DatabaseProblem", "open_database"]


async def open_database(url: str, *, real_now: Callable[[], float], owner: str) -> Database:
    """Open the database; on SQLite its folder and file are made and its schema brought up to date.

    `real_now` gives real seconds that never run backwards; leases and holds on SQLite run on it,
    on PostgreSQL on the server's clock. `owner` names this process to people who look for it.

    Raises DatabaseProblem when the URL is not one we serve, the file cannot be used or is in use
    by another process, the server cannot be reached or refuses, or its schema is not current.
    """
    address = parse(url)
    if address.path is not None:
        return await _open_file(address, real_now, owner)
    return await _open_server(address, owner)


async def _open_file(address: Address, real_now: Callable[[], float], owner: str) -> Database:
    assert address.path is not None
    lock = sqlite.prepare(address.path, owner)
    database = Database(
        sqlite.write_engine(address), sqlite.read_engine(address), RealTime(real_now), lock
    )
    try:
        await bring_up_to_date(address)
        await database.forget_earlier_process()
    except (StorageUnavailable, DBAPIError) as error:
        await database.close()
        raise sqlite.unwritable(address.path, str(getattr(error, "orig", error))) from error
    except BaseException:
        await database.close()
        raise
    return database


async def _open_server(address: Address, owner: str) -> Database:
    await require_current(address)
    return Database(
        postgresql.write_engine(address, owner),
        postgresql.read_engine(address, owner),
        RealTime(None),
        listening=postgresql.listening_engine(address, owner),
    )
