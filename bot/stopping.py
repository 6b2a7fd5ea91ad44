"""Being asked to stop: SIGTERM or SIGINT end the start or the work, and the end has its time."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)

WITHIN = 9.0
"""Real seconds for the end: whoever runs the bot is told that it takes ten."""

LINGER = 2.0
"""Real seconds for which requests are answered after the bot said that it is not ready."""

SAME = 1.0
"""Real seconds in which a second signal is the first one again: a terminal tells all processes of
a group, and a process manager passes it on."""


class Asked:
    """Whether somebody asked the process to stop; a second time it ends at once."""

    def __init__(self) -> None:
        """Listen to both signals; made inside the event loop."""
        self._loop = asyncio.get_running_loop()
        self._first: float | None = None
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(name, self._told)

    @property
    def stopping(self) -> bool:
        """Whether somebody did."""
        return self._stop.is_set()

    async def until(self, start: Coroutine[Any, Any, None]) -> None:
        """Start, and return when somebody asks to stop, also in the middle of the start.

        Raises what the start raises.
        """
        starting = asyncio.ensure_future(start)
        await _first_of(starting, self._stop.wait())
        if not starting.done():
            starting.cancel()
            await asyncio.wait({starting})
            return
        starting.result()
        await self._stop.wait()

    async def end(self, stop: Coroutine[Any, Any, None]) -> None:
        """End in order, or break that off when it takes too long or somebody asks again.

        Raises what the end raises.
        """
        ending = asyncio.ensure_future(stop)
        await _first_of(ending, self._hurry.wait(), within=WITHIN)
        if ending.done():
            ending.result()
            return
        log.warning("broken off; what was on its way is looked up at the next start")
        ending.cancel()
        await asyncio.wait({ending}, timeout=0.5)

    def _told(self) -> None:
        now = self._loop.time()
        if self._first is None:
            self._first = now
            self._stop.set()
        elif now - self._first > SAME:
            self._hurry.set()


async def _first_of(
    work: asyncio.Future[None], other: Coroutine[Any, Any, Any], within: float | None = None
) -> None:
    waiting = asyncio.ensure_future(other)
    await asyncio.wait({work, waiting}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
