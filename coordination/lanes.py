"""Work side by side, one piece at a time in each lane: a slow channel holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

AT_ONCE = 8
"""Lanes in use at a time."""

TWINS = "second messages"
"""The lane in which messages that stand twice are looked for."""


class Lanes:
    """Tasks by the name of their lane; leaving it waits for all of them.

    A piece of work that fails lets the others come to their end and then raises; when whoever
    waits here is cancelled, so are they.
    """

    def __init__(self, most: int = AT_ONCE) -> None:
        self._most = most
        self._running: dict[str, asyncio.Task[None]] = {}

    @property
    def free(self) -> int:
        """How many lanes may be begun now."""
        return self._most - len(self._running)

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._running)

    def taken(self, lane: str) -> bool:
        """Whether something is under way in that lane."""
        return lane in self._running

    async def begin(self, lane: str, work: Coroutine[Any, Any, None]) -> None:
        """Start it, as soon as its lane and one of the places are free.

        Raises what an earlier piece raised; the work is not begun then.
        """
        try:
            while lane in self._running or self.free <= 0:
                await self.ended()
        except BaseException:
            work.close()
            raise
        self._running[lane] = asyncio.create_task(work, name=f"lane {lane}")

    async def ended(self, *or_when: asyncio.Future[Any], within: float | None = None) -> None:
        """Return when a piece ended, one of `or_when` is done, or `within` real seconds passed.

        Raises what it raised.
        """
        waited = {*self._running.values(), *or_when}
        if not waited:
            return
        await asyncio.wait(waited, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        over = [lane for lane, task in self._running.items() if task.done()]
        for task in [self._running.pop(lane) for lane in over]:
            task.result()

    async def all_ended(self, within: float) -> None:
        """Return when nothing is under way, at the latest after so many real seconds.

        Raises what a piece raised.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while self.busy:
                    await self.ended()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        left = list(self._running.values())
        self._running.clear()
        if isinstance(error, asyncio.CancelledError):
            for task in left:
                task.cancel()
        try:
            found = await asyncio.gather(*left, return_exceptions=True)
        except asyncio.CancelledError:
            await asyncio.gather(*left, return_exceptions=True)  # they were cancelled with it
            raise
        failed = [e for e in found if isinstance(e, Exception)]
        if error is None and failed:
            raise failed[0]
