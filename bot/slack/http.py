"""Slack over HTTP: one address takes events, commands and interactions, each signed by Slack."""

from __future__ import annotations

import asyncio
import re

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.internals import parse_body
from slack_sdk.signature import SignatureVerifier

from bot.slack.app import SlackApp
from bot.slack.client import SlackProblem
from bot.slack.health import Report, Text, WebServer, add_health

log = structlog.get_logger(__name__)

PATH = "/slack/events"
MOST_BODY = 1024 * 1024 - 1
"""Bytes of a request; Slack's stay far below."""

BODY_WITHIN = 5.0
"""Real seconds in which all of a request has to be here; Slack waits three for its answer."""

_STAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class HttpServer:
    """Serves `/slack/events`, health and metrics on a port."""

    def __init__(
        self,
        app: SlackApp,
        report: Report,
        port: int,
        host: str | None = None,
        metrics: Text | None = None,
        within: float = BODY_WITHIN,
    ) -> None:
        """`within`: real seconds for a body. Raises SlackProblem where the app has no signing
        secret to know Slack by."""
        if not app.signing_secret:
            raise SlackProblem("SLACK_SIGNING_SECRET is not set; HTTP mode needs it")
        self._app = app
        self._within = within
        self._signatures = SignatureVerifier(app.signing_secret)
        web_app = web.Application(client_max_size=MOST_BODY)
        web_app.router.add_post(PATH, self._handle)
        add_health(web_app, report, metrics)
        self._server = WebServer(web_app, port, host)

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        return self._server.port

    def trouble(self) -> str | None:
        """What keeps Slack's requests from being served."""
        revoked = self._app.workspace.revoked
        return f"the token is void: {revoked}" if revoked else None

    async def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        await self._server.start()
        log.info("Slack over HTTP", port=self.port, path=PATH)

    async def stop(self) -> None:
        """Close, and let the answers under way arrive."""
        await self._server.stop()
        await self._app.finish()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        try:
            async with asyncio.timeout(self._within):
                body = await request.read()  # aiohttp answers 413 to one that is too large
        except TimeoutError:
            return web.json_response({"error": "the body did not come in time"}, status=408)
        except ConnectionResetError:  # broken off: there is nobody to be answered
            return web.Response(status=400)
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            # The verifier would fail on what is not a number; a 500 is tried again.
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return web.json_response({"error": "not UTF-8"}, status=400)
        # Before anything is parsed; Bolt would parse first.
        if not self._signatures.is_valid(text, stamp, signature):
            log.warning("a request that is not signed by Slack, or too late")
            return web.json_response({"error": "invalid request"}, status=401)
        return await self._dispatch(request, text)

    async def _dispatch(self, request: web.Request, text: str) -> web.StreamResponse:
        try:
            parsed = parse_body(text, request.content_type)
        except (ValueError, RecursionError):
            log.warning("a body that cannot be parsed")
            return web.json_response({"error": "not a request of Slack's"}, status=400)
        headers = {name: request.headers.getall(name) for name in request.headers}
        response = await self._app.answer(parsed, headers)
        if response.status == 404:
            log.warning("nothing listens to this request", type=parsed.get("type"))
            return web.Response(status=200)
        return await to_aiohttp_response(response)
