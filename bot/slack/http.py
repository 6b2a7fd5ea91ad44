"""Slack over HTTP: one address takes events, commands and interactions, each signed by Slack."""

from __future__ import annotations

import re

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.app import SlackApp
from bot.slack.client import SlackProblem
from bot.slack.health import Report, Text, WebServer, add_health

log = structlog.get_logger(__name__)

PATH = "/slack/events"
MOST_BODY = 1024 * 1024 - 1
"""Bytes of a request; Slack's stay far below."""

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
    ) -> None:
        """Raises SlackProblem where the app has no signing secret to know Slack by."""
        if not app.signed:
            raise SlackProblem("SLACK_SIGNING_SECRET is not set; HTTP mode needs it")
        self._app = app
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
        body = await request.read()  # aiohttp answers 413 to one that is too large
        stamp = request.headers.get("X-Slack-Request-Timestamp", "")
        signature = request.headers.get("X-Slack-Signature", "")
        if not _STAMP.fullmatch(stamp) or not _SIGNATURE.fullmatch(signature):
            # Bolt would fail on what is not a number and answer 500, which Slack tries again.
            return web.json_response({"error": "invalid request"}, status=401)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError:
            return web.json_response({"error": "not UTF-8"}, status=400)
        # As `raw_body` stays the text that was signed; parsing comes after it was verified.
        return await self._dispatch(request, text)

    async def _dispatch(self, request: web.Request, text: str) -> web.StreamResponse:
        try:
            bolt_request = AsyncBoltRequest(
                body=text,
                query=request.query_string,
                headers={name: request.headers.getall(name) for name in request.headers},
            )
        except Exception:
            log.warning("a body that cannot be parsed")
            return web.json_response({"error": "not a request of Slack's"}, status=400)
        response = await self._app.bolt.async_dispatch(bolt_request)
        if response.status == 404:
            log.warning("nothing listens to this request", type=bolt_request.body.get("type"))
            return web.Response(status=200)
        return await to_aiohttp_response(response)
