"""`/healthz` (it lives), `/readyz` (what it needs answers), `/metrics`; in both modes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

log = structlog.get_logger(__name__)

Report = Callable[[], Awaitable[Mapping[str, bool | str]]]
"""What the bot needs, by name: True, or False or a few words where it is not well."""

Text = Callable[[Mapping[str, bool | str]], Awaitable[bytes]]
"""What is counted, with what a report found, in Prometheus' text format."""

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"

PATIENCE = 3.0
"""Real seconds a report may take."""

LAST_ANSWERS = 2.0
"""Real seconds that requests under way have at the end: a little more than a use case takes
(bot/slack/deadline.py)."""

IDLE = 75.0
"""Real seconds a connection may stand without the head of a request being there: a quarter longer
than the minute for which balancers keep theirs. The library would wait an hour."""


def add_health(app: web.Application, report: Report, metrics: Text | None = None) -> None:
    """Add the routes to an aiohttp application; without `metrics` there is no such route."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        found = await _ask(report)
        ready = all(said is True for said in found.values())
        body = {"ready": ready, "checks": dict(found)}
        return web.json_response(body, status=200 if ready else 503)

    async def counted(_request: web.Request) -> web.Response:
        assert metrics is not None
        try:
            found = await _ask(report)
            async with asyncio.timeout(PATIENCE):
                body = await metrics(found)
        except TimeoutError:
            return web.Response(status=503, text="no answer in time")
        return web.Response(body=body, headers={"Content-Type": TEXT_FORMAT})

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    if metrics is not None:
        app.router.add_get("/metrics", counted)


async def _ask(report: Report) -> Mapping[str, bool | str]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await report()
    except TimeoutError:
        return {"bot": "no answer in time"}
    except Exception:
        log.exception("health")
        return {"bot": "its health cannot be told"}


class WebServer:
    """An aiohttp application listening on a port; `port` 0 takes a free one."""

    def __init__(
        self, app: web.Application, port: int, host: str | None = None, idle: float = IDLE
    ) -> None:
        self.port = port
        self._host = host
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=LAST_ANSWERS, keepalive_timeout=idle
        )

    async def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self.port)
        await site.start()
        # With port 0 the IPv4 and the IPv6 address are each given a port of their own.
        self.port = int(min(self._runner.addresses, key=len)[1])

    async def stop(self) -> None:
        """Answer what is under way, then close."""
        await self._runner.cleanup()
