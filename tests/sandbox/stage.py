"""The page of the sandbox in Chromium, with a small app of the test's own behind it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    ViewportSize,
    expect,
)
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import SandboxServer
from sandbox.workspace import (
    ChannelSpec,
    Completion,
    Message,
    PersonSpec,
    Shortcut,
    WorkspaceSpec,
)
from tests.sandbox.harness import web_client

BOT = "U0BOT"
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 400, "height": 800}
SPEC = WorkspaceSpec(
    people=(
        PersonSpec("USEC", "sara", "Sara Lindt", "secretariat of the Chair", group="Secretariat"),
        PersonSpec("UJUL", "julia", "Julia Rossi", "focal point", "America/New_York", "UNICEF"),
        PersonSpec("UEXT", "olga", "Olga Weiss", "external member", external=True),
    ),
    channels=(
        ChannelSpec("C1", "gmg", ("USEC", "UJUL", "UEXT", BOT), topic="Work Plan 2010"),
        ChannelSpec("C2", "drafts", ("USEC", "UJUL", BOT), private=True),
    ),
    completions=(
        Completion("help", "help [command]", "what can be asked"),
        Completion("next", "next [N]", "what comes next"),
        Completion("mine", "mine", "what waits for your agency"),
    ),
    shortcuts=(Shortcut("Circulate for clearance", "circulate"),),
)


class App:
    """Answers commands, keeps what it is told, and acknowledges everything (`silent`: nothing)."""

    def __init__(self) -> None:
        self.presses: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.silent = False
        self.client: AsyncWebClient | None = None
        self.form: dict[str, Any] | None = None  # opened by a press of `open` or a shortcut
        self.answer: dict[str, Any] | None = None  # to a form
        self.forms: list[dict[str, Any]] = []  # that were sent
        self.told: list[dict[str, Any]] = []  # everything else but commands

    async def handle(self, request: web.Request) -> web.Response:
        if self.silent:
            return web.Response(status=500)
        body = await request.text()
        if request.content_type == "application/json":
            self.told.append(json.loads(body)["event"])
            return web.Response()
        form = {key: values[0] for key, values in parse_qs(body).items()}
        if "payload" in form:
            return await self._interactive(json.loads(form["payload"]))
        return web.json_response({"text": f"*You asked* `{form.get('text', '')}`"})

    async def _interactive(self, payload: dict[str, Any]) -> web.Response:
        if payload["type"] == "view_submission":
            self.forms.append(payload)
            return web.json_response(self.answer) if self.answer else web.Response()
        if payload["type"] == "block_actions":
            self.presses.put_nowait(payload["actions"][0])
        self.told.append(payload)
        opens = payload["type"] == "message_action" or (
            payload["type"] == "block_actions" and payload["actions"][0]["action_id"] == "open"
        )
        if opens and self.form and self.client:
            act = self.client.views_push if "view" in payload else self.client.views_open
            if payload.get("view", {}).get("type") == "home":
                act = self.client.views_open
            await act(trigger_id=payload["trigger_id"], view=self.form)
        return web.Response()


class PlanClock:
    """A clock that only the page moves."""

    zone = "Europe/Zurich"
    movable = True
    speed = 0.0

    def __init__(self, server_of: list[SandboxServer]) -> None:
        self.at = datetime(2010, 1, 4, 7, 0, tzinfo=UTC)
        self._server_of = server_of

    def now(self) -> datetime:
        return self.at

    async def jump(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    async def next_notice(self) -> None:
        self.at = datetime(2010, 1, 25, 8, 0, tzinfo=UTC)
        server = self._server_of[0]
        server.add_message(server.workspace.channels["C1"], BOT, "In 10 working days: *meeting*")

    def play(self, speed: float) -> None:
        self.speed = speed

    def pause(self) -> None:
        self.speed = 0.0


class Stage:
    """The server, the app behind it and what a test needs of the browser."""

    def __init__(self, server: SandboxServer, app: App, clock: PlanClock, browser: Browser) -> None:
        self.server, self.app, self.clock, self._browser = server, app, clock, browser
        self._pages: list[Page] = []
        self.errors: list[str] = []
        self.elsewhere: list[str] = []

    async def open(self, query: str = "", size: ViewportSize = WIDE, **context: Any) -> Page:
        page = await self._browser.new_page(viewport=size, **context)
        self._pages.append(page)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._said)
        page.on("request", self._asked)
        await page.goto(f"{self.server.base_url}/{query}")
        await expect(page.get_by_test_id("clock-now")).not_to_be_empty()
        return page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.server.base_url):
            self.elsewhere.append(request.url)

    async def close(self) -> None:
        for page in self._pages:
            await page.close()

    def post(self, text: str, blocks: list[dict[str, Any]] | None = None, **more: Any) -> Message:
        channel = self.server.workspace.channels[more.pop("channel", "C1")]
        return self.server.add_message(channel, more.pop("user", BOT), text, blocks=blocks, **more)


def messages(page: Page) -> Locator:
    return page.locator("#messages").get_by_test_id("message")


async def write(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


@asynccontextmanager
async def staged(chromium: Browser) -> AsyncIterator[Stage]:
    """A server with the app behind it; at the end no page may have said an error."""
    async with AsyncExitStack() as stack:
        app = App()
        web_app = web.Application()
        web_app.router.add_post("/slack/events", app.handle)
        runner = web.AppRunner(web_app)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
        servers: list[SandboxServer] = []
        clock = PlanClock(servers)
        server = SandboxServer(
            SPEC, real_now=time.time, monotonic=time.monotonic, clock=clock, request_url=url
        )
        servers.append(server)
        await server.start()
        app.client = web_client(server)
        stack.push_async_callback(server.stop)
        made = Stage(server, app, clock, chromium)
        stack.push_async_callback(made.close)
        yield made
        assert made.errors == []
        assert made.elsewhere == []
