"""A bare Bolt app over HTTP that drops repeats of an event and commits one row for each.

`GMG_DATABASE_URL` names a SQLite file or a PostgreSQL server, opened by the drivers that the bot's
libraries bring, with the same promise: a committed row is on disk.
"""

import asyncio
import os
from typing import Any

import sqlalchemy as sa
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.ext.asyncio import create_async_engine

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

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T", bot_user_id="U", bot_id="B", bot_token="xoxb"
        )

    bolt = AsyncApp(
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        authorize=authorize,
        process_before_response=True,
    )

    async def on_reaction(body: dict[str, Any]) -> None:
        async with engine.begin() as connection:
            await connection.execute(once, {"event_id": body["event_id"]})

    bolt.event("reaction_added")(on_reaction)
    bolt.event("reaction_removed")(on_reaction)

    async def handle(request: web.Request) -> web.StreamResponse:
        asked = AsyncBoltRequest(
            body=(await request.read()).decode(),
            query=request.query_string,
            headers=request.headers,
        )
        return await to_aiohttp_response(await bolt.async_dispatch(asked))

    served = web.Application()
    served.router.add_post("/slack/events", handle)
    runner = web.AppRunner(served)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"]))
    await site.start()
    await asyncio.Event().wait()


asyncio.run(main())
