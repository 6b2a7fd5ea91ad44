"""At most one message a second and channel: each channel's posts take their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scheduler.clock import monotonic


class Pace:
    """Turns per channel, on real monotonic time. Implements coordination.deliver Turns."""

    def __init__(self, seconds: float = 1.05, clock: Callable[[], float] = monotonic) -> None:
        """`seconds`: real seconds between two posts to one channel."""
        self._seconds = seconds
        self._clock = clock
        self._next: dict[str, float] = {}

    async def turn(self, channel: str) -> None:
        """Return when the channel may be posted to; the following turn is so many seconds later."""
        now = self._clock()
        at = max(now, self._next.get(channel, now))
        self._next[channel] = at + self._seconds
        if len(self._next) > 1000:
            self._next = {c: t for c, t in self._next.items() if t > now}
        if at > now:
            await asyncio.sleep(at - now)
