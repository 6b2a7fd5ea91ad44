"""Slack's pace: a message a second and channel, a message redrawn every three seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from coordination.outgoing import PACE, Stopping
from coordination.storage_ports import Storage, StorageUnavailable
from scheduler.clock import monotonic

REDRAWN = 3.0
"""How many times as far apart as posts two drawings of one message are."""

REMEMBERED = 1000


class Pace:
    """Turns per channel and per message, on real time. Implements coordination.outgoing.Turns."""

    def __init__(self, seconds: float = PACE, clock: Callable[[], float] = monotonic) -> None:
        """`seconds`: real seconds between two posts to one channel."""
        self._seconds = seconds
        self._clock = clock
        self._next: dict[str, float] = {}
        self._closing = asyncio.Event()

    @property
    def seconds(self) -> float:
        """Real seconds between two posts to one channel."""
        return self._seconds

    @property
    def closed(self) -> bool:
        """Whether nothing more is to be begun."""
        return self._closing.is_set()

    def close(self) -> None:
        """Let nothing more go out: who waits for a turn is told at once."""
        self._closing.set()

    async def turn(self, channel: str) -> None:
        """Return when the channel may be posted to; the following turn is so many seconds later.

        Raises Stopping, also while waiting.
        """
        await self.pause(await self._taken(channel))

    async def _taken(self, channel: str) -> float:
        """Take the channel's next turn; real seconds until it comes."""
        return self._booked(channel, self._seconds)

    def redraw(self, message: str) -> float:
        """Real seconds until the message may be drawn anew; 0: now, and not again for a while."""
        wait = self._next.get(message, 0.0) - self._clock()
        if wait > 0:
            return wait
        self._booked(message, REDRAWN * self._seconds)
        return 0.0

    async def pause(self, seconds: float) -> None:
        """Wait so many real seconds; raises Stopping, also meanwhile."""
        if seconds > 0 and not self.closed:
            try:
                async with asyncio.timeout(seconds):
                    await self._closing.wait()
            except TimeoutError:
                return
        if self.closed:
            raise Stopping

    def _booked(self, key: str, seconds: float) -> float:
        """Take the next turn; real seconds until it comes."""
        now = self._clock()
        at = max(now, self._next.get(key, now))
        self._next[key] = at + seconds
        if len(self._next) > REMEMBERED:
            self._next = {k: t for k, t in self._next.items() if t > now}
        return at - now


class SharedPace(Pace):
    """Turns per channel taken among all processes on one database; drawings by each alone, which
    Slack's rate for them allows."""

    def __init__(self, storage: Storage, seconds: float = PACE) -> None:
        """`seconds`: real seconds between two posts to one channel, whoever makes them."""
        super().__init__(seconds)
        self._storage = storage

    async def _taken(self, channel: str) -> float:
        own = await super()._taken(channel)
        if self.closed or not self._seconds:
            return own
        try:
            return max(own, await self._storage.take_turn(channel, self._seconds))
        except StorageUnavailable:  # what is to be sent waits for it as well
            return own
