"""Slack over Socket Mode: two connections, for a refresh closes one before it opens the next."""

from __future__ import annotations

import asyncio
import logging
import re
from contextlib import suppress
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.socket_mode.async_internals import send_async_response
from slack_bolt.adapter.socket_mode.internals import build_headers
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.app import SlackApp
from bot.slack.client import SlackProblem, explained, make_client, needs_proxy
from bot.slack.health import LAST_ANSWERS, Report, Text, WebServer, add_health

log = structlog.get_logger(__name__)

CONNECTIONS = 2
WATCH = 5.0
"""Real seconds between two looks at the connections."""

PING = 5.0
"""Real seconds between two pings, after which a connection that broke is noticed and replaced."""

GIVEN_UP = 30.0
"""Real seconds after which a connection that is down is replaced by a new one: the SDK keeps
trying the address it was given, which Slack lets be used once."""

GOODBYE = 1.0
"""Real seconds that a connection has to be closed from both sides."""

_TICKET = re.compile(r"wss?://[^\s'\"]+")


class _Handler(AsyncSocketModeHandler):
    """One connection. What Bolt finds no listener for is acknowledged all the same."""

    def __init__(self, app: SlackApp, app_token: str, logger: logging.Logger) -> None:
        base_url = app.workspace.client.base_url
        super().__init__(
            app.bolt,
            app_token,
            logger=logger,
            web_client=make_client(None, base_url, app.workspace.client.session),
            ping_interval=PING,
        )
        self._slack_app = app
        if not needs_proxy(base_url):
            self.client.proxy = None
        self.under_way = 0
        self.down_since: float | None = None

    @property
    def stands(self) -> bool:
        """Whether the connection is up, as far as is known."""
        session = self.client.current_session
        return not self.client.stale and session is not None and not session.closed

    @property
    def answering(self) -> bool:
        """Whether there is a request that was taken and not answered yet."""
        return self.under_way > 0 or not self.client.message_queue.empty()

    def take_no_more(self) -> None:
        """Read nothing more from the connection, which stays up for answers."""
        self.client.auto_reconnect_enabled = self.client.default_auto_reconnect_enabled = False
        if self.client.message_receiver is not None:
            self.client.message_receiver.cancel()

    async def handle(  # type: ignore[override]
        self, client: SocketModeClient, req: SocketModeRequest
    ) -> None:
        self.under_way += 1
        try:
            response = await self._slack_app.answer(req.payload, build_headers(req))
            if response.status == 404:
                log.warning("nothing listens to this request", type=req.type)
                response.status, response.body = 200, ""
            await send_async_response(client, req, response, asyncio.get_running_loop().time())
        finally:
            self.under_way -= 1


class SocketMode:
    """Keeps the connections up, and serves health and metrics on a port."""

    def __init__(
        self,
        app: SlackApp,
        app_token: str,
        report: Report,
        port: int | None,
        host: str | None = None,
        watch: float = WATCH,
        metrics: Text | None = None,
    ) -> None:
        """`port` None serves no health; `watch` in real seconds."""
        self._app = app
        self._token = app_token
        self._watch_every = watch
        self._handlers: list[_Handler] = []
        self._watching: asyncio.Task[None] | None = None
        self._logger = _socket_log()
        web_app = web.Application()
        add_health(web_app, report, metrics)
        self._server = WebServer(web_app, port, host) if port is not None else None

    @property
    def port(self) -> int | None:
        """The port health answers on, once started."""
        return self._server.port if self._server else None

    async def start(self) -> None:
        """Connect; raises SlackProblem when Slack refuses the app token or cannot be reached,
        OSError when the port is taken."""
        if self._server is not None:
            await self._server.start()
        try:
            for _ in range(CONNECTIONS):
                self._handlers.append(await self._connect())
        except Exception as error:
            await self.stop()
            api_url = self._app.workspace.client.base_url
            raise SlackProblem(explained(error, "SLACK_APP_TOKEN", api_url)) from None
        self._watching = asyncio.create_task(self._watch())
        log.info("Slack over Socket Mode", connections=CONNECTIONS, health_port=self.port)

    async def stop(self) -> None:
        """Take nothing more, answer what was taken, then close.

        What is not taken any more is not acknowledged: Slack sends an event again.
        """
        if self._watching is not None:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None
        for handler in self._handlers:
            handler.take_no_more()
        for _ in range(int(LAST_ANSWERS / 0.05)):
            await asyncio.sleep(0.05)  # first, for what was taken just now has not begun yet
            if not any(handler.answering for handler in self._handlers):
                break
        await asyncio.gather(*map(_close, self._handlers))
        self._handlers.clear()
        await self._app.finish()
        if self._server is not None:
            await self._server.stop()

    def trouble(self) -> str | None:
        """What keeps Slack's requests from being served."""
        revoked = self._app.workspace.revoked
        if revoked:
            return f"the token is void: {revoked}"
        return None if self.connected() else "no Socket Mode connection"

    def connected(self) -> int:
        """How many connections stand."""
        return sum(handler.stands for handler in self._handlers)

    async def _connect(self) -> _Handler:
        handler = _Handler(self._app, self._token, self._logger)
        client = handler.client
        try:
            # Asked for here, so that a wrong token is an error: connect() would try for ever.
            answer: Any = await client.web_client.apps_connections_open(app_token=self._token)
            client.wss_uri = answer["url"]
            await client.connect()  # type: ignore[no-untyped-call]
        except BaseException:
            await _close(handler)
            raise
        return handler

    async def _watch(self) -> None:
        """Replace a connection that stays down."""
        now = asyncio.get_running_loop().time
        while True:
            await asyncio.sleep(self._watch_every)
            for place, handler in enumerate(self._handlers):
                if await handler.client.is_connected():
                    handler.down_since = None
                elif handler.down_since is None:
                    handler.down_since = now()
                elif now() - handler.down_since > GIVEN_UP:
                    await self._replace(place)

    async def _replace(self, place: int) -> None:
        try:
            async with asyncio.timeout(GIVEN_UP):
                fresh = await self._connect()
        except Exception as error:
            api_url = self._app.workspace.client.base_url
            log.warning("no connection yet", why=explained(error, "SLACK_APP_TOKEN", api_url))
            return
        old, self._handlers[place] = self._handlers[place], fresh
        log.info("replaced a connection that stayed down")
        await _close(old)


async def _close(handler: _Handler) -> None:
    try:
        async with asyncio.timeout(GOODBYE):
            await handler.close_async()  # type: ignore[no-untyped-call]
    except Exception as error:
        log.warning("a connection did not close cleanly", error=type(error).__name__)
        await handler.client.aiohttp_client_session.close()


def _socket_log() -> logging.Logger:
    """The SDK's log lines, without the address of a connection: it holds a ticket."""
    logger = logging.getLogger("bot.slack.connection")
    logger.setLevel(logging.WARNING)
    if not logger.filters:
        logger.addFilter(_without_ticket)
    return logger


def _without_ticket(record: logging.LogRecord) -> bool:
    record.msg = _TICKET.sub("wss://[ticket]", record.getMessage())
    record.args = ()
    if record.exc_info:
        # The trace would name the address again.
        record.exc_info = None
    return True
