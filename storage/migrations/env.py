"""Run by Alembic: on the connection that storage/migrate.py hands over, or on a developer's URL.

A developer makes a revision with
`alembic -c storage/migrations/alembic.ini -x url=sqlite+aiosqlite:///FILE revision --autogenerate`.
"""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.tables_around import metadata


def run(connection: Connection) -> None:
    """Migrate inside the connection's own transaction, so that all of it holds or nothing."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_server_default=True,
        render_as_batch=True,  # SQLite changes a table by building it anew
        transactional_ddl=True,  # of SQLite too: storage/sqlite.py begins the transaction
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_on(url: str) -> None:
    """Migrate, or compare, the database of a URL."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_on(context.get_x_argument(as_dictionary=True)["url"]))
