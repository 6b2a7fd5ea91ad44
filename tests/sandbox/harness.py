"""The stand-in for Slack with Slack's own clients on it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiohttp import web
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.http_events import HttpEvents
from sandbox.server import SandboxServer
from sandbox.workspace import USUAL_SCOPES, ChannelSpec, PersonSpec, Shortcut, WorkspaceSpec

ANA, BEN, EVA, GUS, BOT = "U1ANA", "U2BEN", "U3EVA", "U4GUS", "U0BOT"
"""Two members, somebody of another workspace, somebody who takes no direct messages, the bot."""

OPEN, WITHOUT_BOT, PRIVATE, HIDDEN = "C1", "C2", "C3", "C4"
"""A channel of all and the bot; one without the bot; the bot's private one; another private one."""


def workspace(**more: Any) -> WorkspaceSpec:
    return WorkspaceSpec(
        people=(
            PersonSpec(ANA, "ana", "Ana", "focal point", "Africa/Nairobi"),
            PersonSpec(BEN, "ben.oh", "Ben", guest=True),
            PersonSpec(EVA, "eva", "Eva", external=True),
            PersonSpec(GUS, "gus", "Gus", external=True, refuses_dms=True),
        ),
        channels=(
            ChannelSpec(OPEN, "gmg", (ANA, BEN, EVA, BOT), topic="Work Plan"),
            ChannelSpec(WITHOUT_BOT, "other", (ANA, GUS)),
            ChannelSpec(PRIVATE, "drafts", (ANA, BOT), private=True),
            ChannelSpec(HIDDEN, "secret", (ANA,), private=True),
        ),
        **{"shortcuts": (Shortcut("Circulate for clearance", "circulate"),)} | more,
    )


def without(*scopes: str) -> WorkspaceSpec:
    return workspace(scopes=",".join(s for s in USUAL_SCOPES.split(",") if s not in scopes))


class Clock:
    """Monotonic seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def stand_in(spec: WorkspaceSpec | None = None, **more: Any) -> SandboxServer:
    more = {
        "real_now": time.time,
        "monotonic": time.monotonic,
        "rate_limits": False,
        "retries": (0.0, 0.05, 0.05),
    } | more
    return SandboxServer(spec or workspace(), **more)


def web_client(server: SandboxServer, token: str | None = None) -> AsyncWebClient:
    client = AsyncWebClient(
        token=token or server.spec.bot_token, base_url=server.api_url, retry_handlers=[]
    )
    client.proxy = None
    return client


async def refused(call: Awaitable[Any]) -> str:
    """The code a call is refused with."""
    return (await refusal(call))["error"]


async def refusal(call: Awaitable[Any]) -> dict[str, Any]:
    """The whole answer of a call that is refused."""
    try:
        answer = await call
    except SlackApiError as error:
        data: dict[str, Any] = error.response.data  # type: ignore[assignment]
        return data
    raise AssertionError(f"it was not refused: {answer}")


async def until(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    """Wait until it holds; fails when it does not in time."""
    for _ in range(int(seconds / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to hold")


Answer = Callable[[SocketModeRequest], dict[str, Any] | None]


class Connection:
    """One connection of the SDK's own Socket Mode client; acknowledges while it is `awake`."""

    def __init__(self, server: SandboxServer, answer: Answer | None = None) -> None:
        self.client = SocketModeClient(
            app_token=server.spec.app_token,
            web_client=web_client(server),
            ping_interval=0.2,
        )
        self.client.proxy = None
        self.heard: list[SocketModeRequest] = []
        self.said: list[dict[str, Any]] = []  # whatever came, hello and disconnect too
        self.awake = True
        self._answer = answer
        self.client.socket_mode_request_listeners.append(self._hear)
        self.client.on_message_listeners.append(self._listen)

    async def __aenter__(self) -> Connection:
        await self.client.connect()
        await until(lambda: any(m["type"] == "hello" for m in self.said))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()

    async def _listen(self, message: Any) -> None:
        self.said.append(json.loads(message.data))

    async def _hear(self, client: Any, request: SocketModeRequest) -> None:
        self.heard.append(request)
        if self.awake:
            await self.acknowledge(request, self._answer(request) if self._answer else None)

    async def acknowledge(
        self, request: SocketModeRequest, payload: dict[str, Any] | None = None
    ) -> None:
        answer = SocketModeResponse(request.envelope_id, payload=payload)
        await self.client.send_socket_mode_response(answer)


class HttpApp:
    """An app at a request URL that keeps what it was sent.

    `answers` are taken in order: a response, seconds to sleep, or what makes one of the body.
    """

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], str]] = []
        self.answers: list[web.Response | float | Callable[[str], web.Response]] = []
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/slack/events", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def listens_to(self, server: SandboxServer) -> None:
        server.http_events = HttpEvents(server, self.url)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        self.requests.append((dict(request.headers), body))
        answer = self.answers.pop(0) if self.answers else web.Response()
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response()
        return answer(body) if callable(answer) else answer


def texts(messages: Iterable[Any]) -> list[str]:
    return [m.text if hasattr(m, "text") else m["text"] for m in messages]


def plain(text: str = "x") -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def options(*values: str) -> list[dict[str, Any]]:
    return [{"text": plain(v.title()), "value": v} for v in values]


def field(element: dict[str, Any] | str, block: str = "b", **more: Any) -> dict[str, Any]:
    """An input block around an element, or around a plain one of that type."""
    made = {"type": element} if isinstance(element, str) else element
    made = {"action_id": f"{block}_value"} | made
    return {"type": "input", "block_id": block, "label": plain("Label"), "element": made} | more


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A form around blocks; without any it has one line to write in."""
    form = {"type": "modal", "title": plain("Form"), "submit": plain("Send")}
    return form | {"blocks": list(blocks) or [field("plain_text_input", "word")]} | more


def home(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    shown = list(blocks) or [{"type": "section", "text": plain("Home")}]
    return {"type": "home", "blocks": shown} | more
