"""The one place where the machine's clock is read: real time, and plan time made from it."""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def real_now() -> float:
    """Real time as seconds since 1970 (UTC)."""
    return time.time()


def monotonic() -> float:
    """Real seconds that never go back, for pacing and time-outs."""
    return time.monotonic()


def steady_clock() -> Callable[[], float]:
    """Real time as it is now, running on without ever going back or jumping, for leases."""
    start, since = time.time(), time.monotonic()
    return lambda: start + time.monotonic() - since


@dataclass(frozen=True, slots=True)
class _Segment:
    """From `real` (seconds) on, plan time is `plan` plus `speed` times the real seconds since."""

    real: float
    plan: datetime
    speed: float

    def at(self, real: float) -> datetime:
        return self.plan + timedelta(seconds=(real - self.real) * self.speed)


class PlanClock:
    """Plan time: real time, or a clock started at another instant, sped up, stopped or moved.

    Plan time never goes back. Every change of pace begins a new segment, so that a real moment
    (Slack's event times) can be mapped to the plan time it lay at. Implements coordination.ports
    Clock.
    """

    def __init__(
        self,
        start: datetime | None = None,
        speed: float = 1.0,
        real: Callable[[], float] = real_now,
        since: float | None = None,
    ) -> None:
        """`start`: aware; None means plan time is real time. `speed`: plan seconds per second.

        `since` is the real moment (seconds since 1970) at which plan time was `start`, None for
        now.
        """
        if start is not None and start.tzinfo is None:
            raise ValueError("the clock needs an aware start")
        if speed < 0:
            raise ValueError("the clock cannot run backwards")
        self._real = real
        now = real()
        plan = datetime.fromtimestamp(now, UTC) if start is None else start.astimezone(UTC)
        self._segments = [_Segment(now if since is None else since, plan, speed)]
        self._follows_real = start is None and speed == 1.0
        self._listeners: list[Callable[[], None]] = []

    @property
    def speed(self) -> float:
        """Plan seconds per real second; 0 while stopped."""
        return self._segments[-1].speed

    def now(self) -> datetime:
        """The present instant of plan time, aware, in UTC."""
        real = self._real()
        if self._follows_real:
            return datetime.fromtimestamp(real, UTC)
        return self._segments[-1].at(max(real, self._segments[-1].real))

    def plan_time(self, epoch: float) -> datetime:
        """The plan time at which the real moment `epoch` (seconds since 1970) lay.

        A moment before the clock was started maps to its start.
        """
        if self._follows_real:
            return datetime.fromtimestamp(epoch, UTC)
        index = bisect_right(self._segments, epoch, key=lambda s: s.real) - 1
        if index < 0:
            return self._segments[0].plan
        found = self._segments[index].at(epoch)
        after = self._segments[index + 1 : index + 2]
        return min(found, after[0].plan) if after else found

    def real_seconds_until(self, instant: datetime) -> float | None:
        """Real seconds until plan time reaches `instant`, at least 0; None while stopped."""
        left = (instant - self.now()).total_seconds()
        if left <= 0:
            return 0.0
        return left / self.speed if self.speed else None

    def move_to(self, instant: datetime) -> None:
        """Set plan time forward to an aware instant; one in the past changes nothing."""
        if instant > self.now():
            self._begin(instant.astimezone(UTC), self.speed)

    def run_at(self, speed: float) -> None:
        """Let plan time run `speed` times as fast as real time from now on; 0 stops it."""
        if speed < 0:
            raise ValueError("the clock cannot run backwards")
        self._begin(self.now(), speed)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have `listener` called after each move or change of pace."""
        self._listeners.append(listener)

    def _begin(self, plan: datetime, speed: float) -> None:
        self._follows_real = False
        self._segments.append(_Segment(self._real(), plan, speed))
        for listener in self._listeners:
            listener()
