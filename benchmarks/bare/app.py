"""A bare AsyncApp, connected and idle, with the libraries imported that the idle bot has.

The modules are those the bot itself names or makes them load; further ones are named on the
command line.
"""

import asyncio
import importlib
import os
import sys

import aiosqlite  # noqa: F401
import apscheduler.schedulers.asyncio  # noqa: F401
import holidays.countries  # noqa: F401
import prometheus_client  # noqa: F401
import pydantic_settings  # noqa: F401
import rapidfuzz.process  # noqa: F401
import rich.console  # noqa: F401
import ruamel.yaml  # noqa: F401
import sqlalchemy.ext.asyncio  # noqa: F401
import structlog  # noqa: F401
import typer  # noqa: F401
from pydantic import BaseModel  # noqa: F401
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main() -> None:
    """Connect, and wait."""
    for name in sys.argv[1:]:
        importlib.import_module(name)
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    handler = AsyncSocketModeHandler(
        AsyncApp(client=client), os.environ["SLACK_APP_TOKEN"], web_client=client
    )
    await handler.start_async()


asyncio.run(main())
