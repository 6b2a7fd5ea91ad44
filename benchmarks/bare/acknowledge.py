"""A bare Bolt app over HTTP that only acknowledges a command."""

import asyncio
import os

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.request.async_request import AsyncBoltRequest


async def main() -> None:
    """Serve until killed."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T", bot_user_id="U", bot_id="B", bot_token="xoxb"
        )

    bolt = AsyncApp(
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        authorize=authorize,
        process_before_response=True,
    )

    async def on_command(ack: AsyncAck) -> None:
        await ack()

    bolt.command("/gmg")(on_command)

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
