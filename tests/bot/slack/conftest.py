"""The sandbox and the face on it."""

from collections.abc import AsyncIterator

import pytest

from bot.slack.http import HttpServer
from bot.slack.socket import SocketMode
from sandbox.http_events import HttpEvents
from sandbox.server import SandboxServer
from tests.bot.slack.harness import Harness, harness, sandbox, well


@pytest.fixture
async def slack() -> AsyncIterator[SandboxServer]:
    """A stand-in for Slack without rate limits, its retries soon."""
    server = sandbox()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def offline(slack: SandboxServer) -> AsyncIterator[Harness]:
    """The face with its Web API, not listening."""
    made = await harness(slack)
    yield made
    await made.app.finish()
    await made.workspace.close()


@pytest.fixture
async def face(offline: Harness) -> AsyncIterator[Harness]:
    """The face listening over Socket Mode."""
    socket = SocketMode(offline.app, offline.slack.spec.app_token, well, port=None)
    await socket.start()
    yield offline
    await socket.stop()


@pytest.fixture
async def over_http(offline: Harness) -> AsyncIterator[Harness]:
    """The face listening over HTTP; what it does not acknowledge is known at once."""
    server = HttpServer(offline.app, well, 0, "127.0.0.1")
    await server.start()
    offline.url = f"http://127.0.0.1:{server.port}"
    offline.slack.http_events = HttpEvents(offline.slack, f"{offline.url}/slack/events")
    yield offline
    await server.stop()
