"""The sandbox: one server that stands in for Slack and serves the page.

spec = WorkspaceSpec(people=(PersonSpec("U1", "ana", "Ana"),),
                     channels=(ChannelSpec("C1", "gmg", members=("U1", "U0BOT")),))
server = SandboxServer(spec, real_now=real_now, monotonic=monotonic)
await server.start()            # then: SLACK_API_URL = server.api_url
outcome = await server.people.command("U1", "C1", "/gmg next")
server.people.react("U1", "C1", ts, "white_check_mark")
await server.people.shortcut("U1", "C1", ts, "circulate")    # then, where a form opened:
draft = server.people.upload("U1", "draft.pdf", content)
outcome = await server.people.submit("U1", {"day": "2010-03-12", "file": [draft.id]})
server.faults.plan("chat.postMessage", Fault("drop", before=False))
await server.stop()
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from sandbox import methods_chat, methods_files, methods_read, methods_views
from sandbox.choices import kept, name_parts
from sandbox.clock import SandboxClock
from sandbox.deliver import ANSWER_WITHIN, RETRIES, Deliveries, Transport
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.http_events import HttpEvents
from sandbox.limits import RateLimits
from sandbox.page_api import PageApi
from sandbox.person import People
from sandbox.responses import Responses
from sandbox.socket_mode import SocketMode
from sandbox.triggers import Triggers
from sandbox.views import Views
from sandbox.webapi import WebApi
from sandbox.workspace import Channel, Message, Workspace, WorkspaceSpec

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of a request; files come in one."""


class SandboxServer:
    """A workspace with one app installed, reached over Socket Mode, or HTTP at `request_url`.

    `real_now` and `monotonic` give real seconds; `clock` is only what the page shows and moves.
    """

    def __init__(
        self,
        spec: WorkspaceSpec,
        *,
        real_now: Callable[[], float],
        monotonic: Callable[[], float],
        clock: SandboxClock | None = None,
        request_url: str | None = None,
        rate_limits: bool = True,
        retries: tuple[float, ...] = RETRIES,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self.spec = spec
        self.real_now = real_now
        self.monotonic = monotonic
        self.clock = clock
        self.workspace = Workspace(spec, real_now)
        self.limits = RateLimits(monotonic, enabled=rate_limits)
        self.faults = Faults()
        self.deliveries = Deliveries(self, retries, answer_within)
        self.responses = Responses(self)
        self.triggers = Triggers(self)
        self.views = Views(self)
        self.files = Files(self)
        self.people = People(self)
        self.socket_mode = SocketMode(self)
        self.http_events = HttpEvents(self, request_url) if request_url else None
        self.page = PageApi(self)
        self.api = WebApi(
            self,
            {
                **methods_chat.METHODS,
                **methods_read.METHODS,
                **methods_views.METHODS,
                **methods_files.METHODS,
            },
        )
        self.token_revoked = False
        self.edit_window_closed = False
        self.base_url = ""
        self._runner: web.AppRunner | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def api_url(self) -> str:
        """What `SLACK_API_URL` is set to."""
        return f"{self.base_url}/api/"

    @property
    def calls(self) -> list[Any]:
        """Every call of the Web API so far."""
        return self.api.calls

    @property
    def transport(self) -> Transport:
        """The way to the app."""
        return self.http_events or self.socket_mode

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 takes a free one. Raises OSError when the port is taken."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_route("*", "/api/{method}", self.api.handle)
        app.router.add_get("/link", self.socket_mode.handle)
        app.router.add_post("/response/{id}", self.responses.handle)
        app.router.add_post("/upload/v1/{ticket}", self.files.upload)
        app.router.add_get("/files-pri/{key}/{rest:.*}", self.files.download)
        app.add_routes(self.page.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        taken = self._runner.addresses[0][1]
        self.base_url = f"http://{host}:{taken}"

    async def stop(self) -> None:
        """Close everything."""
        await self.deliveries.close()
        await self.socket_mode.close()
        await self.page.close()
        if self.http_events is not None:
            await self.http_events.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def shown_now(self) -> datetime:
        """The instant the page shows for what happens now; aware."""
        if self.clock is not None:
            return self.clock.now()
        return datetime.fromtimestamp(self.real_now(), UTC)

    def add_message(
        self,
        channel: Channel,
        user: str,
        text: str,
        *,
        blocks: list[dict[str, Any]] | None = None,
        thread_ts: str | None = None,
        metadata: dict[str, Any] | None = None,
        ephemeral_to: str | None = None,
        files: Sequence[str] = (),
    ) -> Message:
        """Put a message into a channel and tell the pages."""
        message = Message(
            ts=self.workspace.next_ts(),
            channel=channel.id,
            user=user,
            text=text,
            shown_at=self.shown_now(),
            blocks=blocks or [],
            thread_ts=thread_ts,
            metadata=metadata,
            ephemeral_to=ephemeral_to,
            files=list(files),
        )
        name_parts(message.blocks)
        channel.messages[message.ts] = message
        for id in files:
            if (file := self.files.get(id)) is not None:
                self.files.share(file, channel, message.ts)
        self.changed(channel.id)
        return message

    def replace(self, message: Message, text: str, blocks: list[dict[str, Any]]) -> None:
        """Change a message and tell the pages.

        "(edited)" stands only on a lasting message that has no blocks.
        """
        name_parts(blocks)
        for user, chosen in message.chosen.items():
            message.chosen[user] = kept(message.blocks, chosen, blocks)
        message.text, message.blocks = text, blocks
        message.edited = not message.blocks and message.ephemeral_to is None
        self.changed(message.channel)

    def message_json(self, message: Message) -> dict[str, Any]:
        """A message as Slack sends it in payloads."""
        return methods_chat.as_json(self, message)

    def changed(self, channel: str | None) -> None:
        """Tell the pages that a channel changed."""
        self._push({"type": "changed", "channel": channel})

    def views_changed(self, user: str) -> None:
        """Tell a person's pages that a form or their Home changed."""
        self._push({"type": "views"}, user)

    def bot_changed(self) -> None:
        """Tell the pages whether the bot is there."""
        self._push({"type": "bot", "online": self.transport.online})

    def tell_error(self, user: str, sentence: str) -> None:
        """Show a person an error."""
        self._push({"type": "error", "text": sentence}, user)

    def _push(self, body: dict[str, Any], user: str | None = None) -> None:
        task = asyncio.create_task(self.page.push(body, user))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
