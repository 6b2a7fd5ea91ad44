"""A bare Bolt app over HTTP that only acknowledges a command."""

import asyncio

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from benchmarks.bare.over_http import serve


async def on_command(ack: AsyncAck) -> None:
    """All it does."""
    await ack()


def listen(bolt: AsyncApp) -> None:
    """To the command."""
    bolt.command("/gmg")(on_command)


asyncio.run(serve(listen))
