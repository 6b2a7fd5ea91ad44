"""A bare Bolt app over HTTP, which answers after its listener ran, as the bot does."""

import asyncio
import os
from collections.abc import Callable

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest


async def serve(listen: Callable[[AsyncApp], None]) -> None:
    """Serve what `listen` registers on `PORT` until killed."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T", bot_user_id="U", bot_id="B", bot_token="xoxb"
        )

    bolt = AsyncApp(
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        authorize=authorize,
        process_before_response=True,
    )
    listen(bolt)

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
