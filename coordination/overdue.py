"""What should have gone out by now and has not, but for what is held back on purpose."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

from coordination.brief_time import next_opening
from coordination.messages.reminders import is_late
from coordination.pause import goes_out
from coordination.ports import Clock
from coordination.records import Reminder
from coordination.remind import UNREACHED
from coordination.snapshot import Snapshot
from coordination.switches import PAUSE
from coordination.watch_ports import Watch
from workplan.steps import CHANNEL

PATIENCE = 120.0
"""Real seconds after which what could have gone out counts as overdue."""

APART = 5.0
"""Real seconds between two moments that are noted."""

MOST = 10_000


class Overdue:
    """Looks for what is overdue, by the real time since it could have gone out.

    The question is put as it stood `PATIENCE` real seconds ago: what was due by then, not held
    back then, and still waits now. Which plan time it was then is noted as it passes. So a clock
    that is sped up, moved or jumps makes nothing overdue that had no time to go out, and one that
    stands still hides nothing; neither does a pause that has just ended, nor the time before this
    process began.
    """

    def __init__(self, clock: Clock, watch: Watch, steady: Callable[[], float]) -> None:
        """`steady`: real seconds that never go back."""
        self._clock = clock
        self._watch = watch
        self._steady = steady
        self._passed: deque[tuple[float, datetime]] = deque()

    def note(self) -> None:
        """Note which plan time it is; to be called every half minute at least."""
        now = self._steady()
        if not self._passed or now - self._passed[-1][0] >= APART:
            self._passed.append((now, self._clock.now()))
        while len(self._passed) > 1 and now - self._passed[1][0] >= PATIENCE:
            self._passed.popleft()

    @property
    def then(self) -> datetime | None:
        """The plan time of `PATIENCE` real seconds ago; None before this process ran so long."""
        self.note()
        since, plan = self._passed[0]
        if self._steady() - since < PATIENCE:
            return None
        return min(plan, self._clock.now())

    async def look(self, snapshot: Snapshot) -> tuple[Reminder, ...]:
        """What is overdue, by moment; raises StorageUnavailable."""
        then = self.then
        if then is None:
            return ()
        return overdue(snapshot, await self._watch.due_since(then, PATIENCE, MOST), then)


def overdue(
    snapshot: Snapshot, waiting: tuple[Reminder, ...], then: datetime
) -> tuple[Reminder, ...]:
    """Of reminders that waited at `then` (plan time), those that could have gone out."""
    if any(s.name == PAUSE and not s.on and s.at > then for s in snapshot.state.switches):
        return ()
    by_audience: dict[str, list[Reminder]] = {}
    for reminder in waiting:
        if goes_out(snapshot, reminder):
            by_audience.setdefault(reminder.audience, []).append(reminder)
    found = []
    for audience, batch in by_audience.items():
        user = None if audience in (CHANNEL, UNREACHED) else audience
        late = all(is_late(r, then) for r in batch)
        # What comes late waits for the next morning's round (coordination/deliver.py).
        if not late or next_opening(snapshot, user, then) <= then:
            found += batch
    return tuple(sorted(found, key=lambda r: (r.due_at, r.key)))
