"""`/healthz` (the process lives) and `/readyz` (what it needs answers), in both modes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from aiohttp import web

log = structlog.get_logger(__name__)

Checks = Mapping[str, Callable[[], Awaitable[None]]]
"""By name: each raises when its part is not ready; the exception's text is shown to operators."""

PATIENCE = 2.0
"""Real seconds a check may take."""

_SHOWN = 120


def add_health(app: web.Application, checks: Checks) -> None:
    """Add both routes to an aiohttp application."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        names = list(checks)
        found = await asyncio.gather(*(_ask(name, checks[name]) for name in names))
        ready = all(said == "ok" for said in found)
        body = {"ready": ready, "checks": dict(zip(names, found, strict=True))}
        return web.json_response(body, status=200 if ready else 503)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


async def _ask(name: str, check: Callable[[], Awaitable[None]]) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            await check()
    except TimeoutError:
        return "no answer in time"
    except Exception as error:
        log.warning("not ready", check=name, why=str(error))
        return (str(error).splitlines() or [""])[0][:_SHOWN] or type(error).__name__
    return "ok"


class WebServer:
    """An aiohttp application listening on a port; `port` 0 takes a free one."""

    def __init__(self, app: web.Application, port: int, host: str | None = None) -> None:
        self.port = port
        self._host = host
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)

    async def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self.port)
        await site.start()
        for address in self._runner.addresses:
            self.port = int(address[1])
            break

    async def stop(self) -> None:
        """Answer what is under way, then close."""
        await self._runner.cleanup()
