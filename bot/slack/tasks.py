"""Work that goes on after the acknowledgement: kept hold of, logged when it fails, awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from bot.slack.observed import NoObserver, Observer

log = structlog.get_logger(__name__)


class Tasks:
    """Running tasks; without a reference the event loop would let go of them."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()
        self.observer: Observer = NoObserver()

    def soon(self, work: Coroutine[Any, Any, Any], what: str) -> asyncio.Task[Any]:
        """Start it; `what` names it in the log when it fails."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(done, what))
        return task

    async def finish(self, patience: float) -> None:
        """Wait up to `patience` real seconds for all of them, then cancel what is left."""
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=patience)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1.0)

    def _ended(self, task: asyncio.Task[Any], what: str) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.observer.failed("after the acknowledgement")
            log.error("failed after the acknowledgement", what=what, exc_info=error)
