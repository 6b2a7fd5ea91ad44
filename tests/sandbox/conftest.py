"""A stand-in for Slack that listens, and Slack's own client on it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import SandboxServer
from tests.chromium import launched
from tests.sandbox.harness import HttpApp, stand_in, web_client
from tests.sandbox.stage import Stage, staged


@pytest.fixture
async def slack() -> AsyncIterator[SandboxServer]:
    """Without rate limits, its retries soon."""
    server = stand_in()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def hasty() -> AsyncIterator[SandboxServer]:
    """One that waits less than three seconds for an answer, for those that never come."""
    server = stand_in(answer_within=1.0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
def client(slack: SandboxServer) -> AsyncWebClient:
    return web_client(slack)


@pytest.fixture
async def http_app(slack: SandboxServer) -> AsyncIterator[HttpApp]:
    """An app that the stand-in reaches over HTTP."""
    app = HttpApp()
    await app.start()
    app.listens_to(slack)
    yield app
    await app.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """The machine's Chromium, or playwright's; without one skip, but fail where CI=true."""
    async with launched() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def stage(chromium: Browser) -> AsyncIterator[Stage]:
    """The page on a server of its own, with a small app behind it."""
    async with staged(chromium) as made:
        yield made
