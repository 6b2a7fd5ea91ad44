"""APScheduler wakes the bot at the next due moment and at least every 30 seconds.

It is only the alarm clock: its jobs live in memory and set an event, the work and its record are
elsewhere, so that nothing it loses, skips or fires twice can lose or double a reminder.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.clock import PlanClock, monotonic, real_now

log = structlog.get_logger(__name__)

EVERY = 30.0
"""Real seconds after which the bot looks for work at the latest."""

AFTER_ERROR = 5.0
"""Real seconds until the work is tried again after an error."""

SHARE = 10
"""Where there is to be a rest at all, it is so many times as long as the run before it …"""

MOST_REST = 2.0
"""… but no longer than so many real seconds."""


class WakeUp:
    """Runs one piece of work whenever it is woken: by the alarm, after a commit, by the clock.

    `work` does what is due and returns the plan instant of the next due moment, or None. One run
    ends before the next begins. An error is logged and tried again at the next wake-up.
    """

    def __init__(
        self,
        clock: PlanClock,
        work: Callable[[], Awaitable[datetime | None]],
        every: float = EVERY,
        rest: float = 0.0,
    ) -> None:
        """`every`: real seconds after which there is a run at the latest.

        `rest`: real seconds at least after a run before the next, so that of a burst few runs are
        made and what the burst is about is not held up by them.
        """
        self._clock = clock
        self._work = work
        self._every = every
        self._rest = rest
        self._event = asyncio.Event()
        self._alarm = AsyncIOScheduler(timezone=UTC)
        self._task: asyncio.Task[None] | None = None
        self._next: datetime | None = None
        self._stopping = False
        self._lock = asyncio.Lock()
        self.last_run: float | None = None  # monotonic seconds
        self.failing = False

    def start(self, *, on_clock: bool = True) -> None:
        """Begin; the first run is at once, another whenever the plan clock is moved."""
        self._alarm.add_job(
            self._event.set,
            "interval",
            seconds=self._every,
            id="every",
            misfire_grace_time=None,
            coalesce=True,
        )
        self._alarm.start()
        if on_clock:
            self._clock.on_change(self.wake)
        self._event.set()
        self._task = asyncio.create_task(self._loop(), name="wake-up")

    async def run_once(self) -> datetime | None:
        """Run the work now, after a run under way; returns the next due moment.

        Raises what the work raises.
        """
        async with self._lock:
            self._next = await self._work()
        self.last_run, self.failing = monotonic(), False
        return self._next

    def wake(self) -> None:
        """Look for work now."""
        self._event.set()

    async def stop(self, within: float = 8.0) -> None:
        """End after the run under way, or break it off after `within` real seconds.

        What is broken off stays claimed and is looked up at the next start.
        """
        if self._alarm.running:
            self._alarm.shutdown(wait=False)
        if self._task is None:
            return
        self._stopping = True
        self._event.set()
        if self._lock.locked():  # otherwise it waits or rests
            await asyncio.wait({self._task}, timeout=within)
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    def moving(self) -> bool:
        """Whether the last good run is not longer ago than three alarms."""
        if self.last_run is None:
            return False
        return not self.failing and monotonic() - self.last_run < 3 * self._every

    async def _loop(self) -> None:
        while True:
            await self._rung()
            if self._stopping:
                return
            began = monotonic()
            try:
                await self.run_once()
            except Exception:
                self.failing = True
                log.exception("wake-up failed; trying again", seconds=AFTER_ERROR)
                self._set_alarm(AFTER_ERROR)
            else:
                self._set_alarm(self._clock.real_seconds_until(self._next) if self._next else None)
                await asyncio.sleep(self._pause(monotonic() - began))

    def _pause(self, took: float) -> float:
        """Real seconds of rest after a run that took so many."""
        return max(self._rest, min(SHARE * took, MOST_REST)) if self._rest else 0.0

    async def _rung(self) -> None:
        """Wait for the alarm, though not for long after it should have rung.

        APScheduler goes by the machine's clock, and would sleep through the hour by which that
        was set back.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(self._every * 1.1):
                await self._event.wait()
        self._event.clear()

    def _set_alarm(self, left: float | None) -> None:
        """Ring after so many real seconds, if that comes before the regular alarm."""
        if left is None or left > self._every:
            if self._alarm.get_job("next"):
                self._alarm.remove_job("next")
            return
        at = datetime.fromtimestamp(real_now(), UTC) + timedelta(seconds=max(left, 0.02))
        self._alarm.add_job(
            self._event.set,
            "date",
            run_date=at,
            id="next",
            replace_existing=True,
            misfire_grace_time=None,
            coalesce=True,
        )
