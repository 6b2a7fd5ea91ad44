"""Bring the schema up to date with Alembic, from inside the program."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import postgresql, sqlite
from storage.address import Address, parse
from storage.failures import StorageUnavailable, typed_failures
from storage.migrations import HEAD
from storage.problems import DatabaseProblem

MIGRATIONS = Path(__file__).with_name("migrations")
VERSIONS = MIGRATIONS / "versions"


async def migrate(url: str) -> bool:
    """Upgrade the schema of the database to the newest; False when it was so already.

    Raises DatabaseProblem when the URL, the file or the server cannot be used, when a bot is
    running on the SQLite file, or when the schema is newer than this program.
    """
    address = parse(url)
    if address.path is None:
        return await bring_up_to_date(address)
    if address.path.exists() and await schema_is_current(url):
        return False
    lock = sqlite.prepare(address.path, "gmg migrate")
    try:
        return await bring_up_to_date(address)
    finally:
        lock.release()


async def schema_is_current(url: str) -> bool:
    """Whether the database has the schema of this program; raises DatabaseProblem as `migrate`."""
    return await _current(parse(url)) == HEAD


async def require_current(address: Address) -> None:
    """Raise DatabaseProblem unless the server is there with the schema of this program."""
    found = await _current(address)
    if found != HEAD:
        state = "has no tables of the bot yet" if found is None else "has another schema"
        raise DatabaseProblem(
            f"The database {address.shown} that GMG_DATABASE_URL names {state}: run `gmg migrate`."
        )


async def bring_up_to_date(address: Address) -> bool:
    """Upgrade without asking who else is there; False when there was nothing to do."""
    if await _current(address) == HEAD:
        return False
    async with _connected(address) as connection:
        if connection.dialect.name == "postgresql":
            # Replicas that start together: the second finds the work done.
            await connection.execute(text("SELECT pg_advisory_xact_lock(4747)"))
        await connection.run_sync(upgrade)
        await connection.commit()
    return True


def upgrade(connection: Connection, versions: Sequence[Path] = (VERSIONS,)) -> None:
    """Run the migrations that are missing, inside the connection's transaction.

    Raises DatabaseProblem for a revision this program does not know, or when foreign keys do not
    hold afterwards.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", _literal(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(_literal, versions)))
    config.attributes["connection"] = connection
    if not connection.in_transaction():
        connection.begin()  # otherwise Alembic begins one, and commits it
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise DatabaseProblem(
            "The database that GMG_DATABASE_URL names was written by a newer version of the bot: "
            f"use that one ({error})."
        ) from error
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise DatabaseProblem(f"The migration would lose rows of {broken[0]}: nothing is done.")


def revision(connection: Connection) -> str | None:
    """The revision of the database, None when it has none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


async def _current(address: Address) -> str | None:
    async with _connected(address) as connection:
        return await connection.run_sync(revision)


@asynccontextmanager
async def _connected(address: Address) -> AsyncIterator[AsyncConnection]:
    engine = sqlite.migration_engine if address.path is not None else postgresql.migration_engine
    opened = engine(address)
    try:
        with typed_failures():
            connection = await _connect(opened)
            try:
                yield connection
            finally:
                await connection.close()
    except (StorageUnavailable, DBAPIError) as error:
        raise _problem(address, error) from error
    finally:
        await opened.dispose()


async def _connect(engine: AsyncEngine) -> AsyncConnection:
    try:
        return await engine.connect()
    except (TypeError, ValueError):  # asyncpg's answer to what it does not know or understand
        raise DatabaseProblem(
            "GMG_DATABASE_URL has an option after its question mark that is not known."
        ) from None


def _problem(address: Address, error: Exception) -> DatabaseProblem:
    why = str(error) if isinstance(error, StorageUnavailable) else type(error).__name__
    if address.path is not None:
        return sqlite.unwritable(address.path, why)
    return DatabaseProblem(
        f"The PostgreSQL database {address.shown} that GMG_DATABASE_URL names cannot be used "
        f"({why}); check its address and that it runs."
    )


def _literal(path: Path) -> str:
    """A path for Alembic's options, where % would begin a name to be filled in."""
    return str(path).replace("%", "%%")
