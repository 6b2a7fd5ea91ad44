"""Keep the ledger equal to what plan and state call for, as far as the horizon."""

from __future__ import annotations

from collections.abc import Set
from datetime import UTC, date, datetime, time, timedelta

from coordination.messages.reminders import LATE_AFTER
from coordination.records import GroupState
from coordination.remind import Called, day_start, derive_until
from coordination.services import Services
from coordination.snapshot import Snapshot

HORIZON = timedelta(days=35)
"""So far ahead of today's beginning the ledger is kept as plan and state call for.

It bounds what a change costs by what is due in five weeks, however much waits. It is longer than
any outage that the bot is made for: after three weeks what fell due stands in the ledger as it was
called for before.
"""


class Calling:
    """Writes what is called for within the horizon into the ledger, whenever the state or the day
    is another one. What lies beyond stays as it is until the horizon reaches it, which is long
    before it falls due or, after a long stop, before anything is sent."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._derived_from: tuple[GroupState, date] | None = None
        self._reached: datetime | None = None  # how far the ledger was looked through last
        self._made: tuple[Snapshot, datetime, Called] | None = None

    async def run(self, now: datetime) -> None:
        """Reconcile the ledger at `now` (plan time).

        A new key whose moment is past is not told: it came of a change that people were told of.
        There are three exceptions. On the day of the first load what was due that morning is
        told; after a start, what would have been due since the bot last lived, though the plan
        was edited meanwhile; after time made a leap, what lay beyond the horizon before.
        """
        services = self._services
        snapshot = services.snapshot
        basis = (snapshot.state, snapshot.day(now))
        if basis == self._derived_from:
            return
        until = _reach(snapshot, now)
        wanted = self._called(snapshot, until).reminders
        floor = now - LATE_AFTER
        if self._reached is None:
            # Not the latest that is journalled: a start records what it finds before it comes here.
            storage = services.storage
            last = await storage.lived_until() or await storage.last_instant()
            floor = min(floor, last) if last is not None else floor
        else:
            floor = min(floor, self._reached)
        async with services.storage.unit_of_work() as uow:
            if await uow.ledger.is_empty():
                floor = min(floor, day_start(snapshot, now))
            await uow.ledger.reconcile(wanted, now, floor, until)
            await uow.commit()
        self._derived_from, self._reached = basis, until

    def keys(self, snapshot: Snapshot, now: datetime) -> Set[str]:
        """The keys of what a picture calls for within the horizon, past ones included."""
        return {r.key for r in self._called(snapshot, _reach(snapshot, now)).reminders}

    def following(self, due: datetime | None) -> datetime | None:
        """The next moment with something to do, `due` being the earliest one in the ledger.

        Where that is beyond the horizon, the moment at which the horizon reaches what is called
        for next, which may come earlier.
        """
        if self._made is None:
            return due
        snapshot, until, called = self._made
        if called.beyond is None or (due is not None and due <= until):
            return due
        day = snapshot.day(called.beyond - HORIZON) + timedelta(days=1)
        reached = datetime.combine(day, time.min, snapshot.zone).astimezone(UTC)
        return min(reached, due) if due is not None else reached

    def _called(self, snapshot: Snapshot, until: datetime) -> Called:
        """What a picture calls for; many batches sent one after another ask about the same."""
        if self._made is None or self._made[0] is not snapshot or self._made[1] != until:
            called = derive_until(snapshot, sorted(self._services.secretariat), until)
            self._made = (snapshot, until, called)
        return self._made[2]


def _reach(snapshot: Snapshot, now: datetime) -> datetime:
    """The instant up to which the ledger is kept at `now`; the same all day."""
    return day_start(snapshot, now) + HORIZON
