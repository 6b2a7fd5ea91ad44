"""A bare Bolt app over HTTP that drops repeats of an event and commits one row for each.

`GMG_DATABASE_URL` names a SQLite file or a PostgreSQL server, opened by the drivers that the bot's
libraries bring, with the same promise: a committed row is on disk.
"""

import asyncio
import os
from typing import Any

import sqlalchemy as sa
from slack_bolt.async_app import AsyncApp
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.bare.over_http import serve
from storage import postgresql
from storage.address import parse

events = sa.Table("events", sa.MetaData(), sa.Column("event_id", sa.Text, primary_key=True))


def durable(connection: Any, _record: object) -> None:
    """As the bot's file is opened."""
    connection.execute("PRAGMA synchronous = FULL")


def immediate(connection: sa.Connection) -> None:
    """One writer at a time, from the beginning."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def main() -> None:
    """Serve until killed."""
    address = parse(os.environ["GMG_DATABASE_URL"])
    if address.path is not None:
        # aiosqlite as it comes, with the settings by which nothing committed is lost.
        engine = create_async_engine(address.url, connect_args={"isolation_level": None})
        sa.event.listen(engine.sync_engine, "connect", durable)
        sa.event.listen(engine.sync_engine, "begin", immediate)
    else:
        engine = postgresql.write_engine(address, "bare")
    async with engine.begin() as connection:
        await connection.run_sync(events.metadata.create_all)
    dialect = sa.dialects.sqlite if address.path is not None else sa.dialects.postgresql
    once = dialect.insert(events).on_conflict_do_nothing()

    async def on_reaction(body: dict[str, Any]) -> None:
        async with engine.begin() as connection:
            await connection.execute(once, {"event_id": body["event_id"]})

    def listen(bolt: AsyncApp) -> None:
        bolt.event("reaction_added")(on_reaction)
        bolt.event("reaction_removed")(on_reaction)

    await serve(listen)


asyncio.run(main())
