"""Keep the ledger equal to what plan and state call for."""

from __future__ import annotations

from datetime import date, datetime

from coordination.messages.reminders import LATE_AFTER
from coordination.records import GroupState
from coordination.remind import day_start, derive
from coordination.services import Services


class Calling:
    """Writes what is called for into the ledger, whenever the state or the day is another one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._derived_from: tuple[GroupState, date] | None = None

    async def run(self, now: datetime) -> None:
        """Reconcile the ledger at `now` (plan time).

        A new key whose moment is past is not told: it came of a change that people were told of.
        There are two exceptions. On the day of the first load what was due that morning is told;
        after a start, what would have been due since the bot last lived, though the plan was
        edited meanwhile.
        """
        services = self._services
        snapshot = services.snapshot
        basis = (snapshot.state, snapshot.day(now))
        if basis == self._derived_from:
            return
        wanted = derive(snapshot, sorted(services.secretariat))
        floor = now - LATE_AFTER
        if self._derived_from is None:
            last = await services.storage.last_instant()
            floor = min(floor, last) if last is not None else floor
        async with services.storage.unit_of_work() as uow:
            if await uow.ledger.is_empty():
                floor = day_start(snapshot, now)
            await uow.ledger.reconcile(wanted, now, floor)
            await uow.commit()
        self._derived_from = basis
