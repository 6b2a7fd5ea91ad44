"""What time does to circulations: they close, a "cannot clear" takes effect, agencies leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from itertools import groupby

from coordination.asking.objection import objection_in_effect
from coordination.ending import end_if_decided, standings_of
from coordination.records import Circulation, CirculationState, Entry
from coordination.services import Services
from coordination.storage_ports import UnitOfWork
from coordination.strike import strike, struck_at
from workplan.clearance import Act

EFFECT = "took effect"
READ = 500
"""Entries of a circulation read to see what was journalled before a restart."""


class What(IntEnum):
    """What falls due, in the order in which it happens at one moment."""

    LEAVES = 0
    EFFECT = 1
    CLOSING = 2


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """Something that falls due at a moment of plan time; `agency` is "" for the closing."""

    at: datetime
    what: What
    circulation: int
    agency: str = ""


class Closing:
    """Runs at each wake-up, before anything is sent."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._noted: set[Change] = set()  # the effects that this process has seen

    async def run(self, now: datetime) -> int:
        """Do what falls due at or before `now` (plan time), in order; returns how much it was."""
        due = [c for c in self._ahead() if c.at <= now]
        if not due:
            return 0
        async with self._services.storage.unit_of_work() as uow:
            for id in sorted({change.circulation for change in due}):
                circulation = await uow.circulations.get(id)
                if circulation is not None and circulation.state.takes_answers:
                    await self._pass(uow, circulation, now)
            await uow.commit()
        self._noted |= {change for change in due if change.what is What.EFFECT}
        self._services.wake()
        return len(due)

    def next(self) -> datetime | None:
        """The moment at which something falls due next (plan time), None without any."""
        return min((change.at for change in self._ahead()), default=None)

    def _ahead(self) -> Iterator[Change]:
        snapshot = self._services.snapshot
        for circulation in snapshot.circulations.values():
            if circulation.state.takes_answers:
                yield from self._of(circulation, snapshot.state.acts.get(circulation.id, ()))

    def _of(self, circulation: Circulation, acts: tuple[Act, ...]) -> Iterator[Change]:
        """What is still to come for a circulation that takes answers, or has come just now."""
        if circulation.state is CirculationState.OPEN:
            yield Change(circulation.closes_at, What.CLOSING, circulation.id)
        for agency, found in standings_of(circulation, acts).items():
            leaving = struck_at(self._services.snapshot, agency)
            if leaving is not None:
                yield Change(leaving, What.LEAVES, circulation.id, agency)
            if found.effective_at is not None:
                effect = Change(found.effective_at, What.EFFECT, circulation.id, agency)
                if effect not in self._noted:
                    yield effect

    async def _pass(self, uow: UnitOfWork, circulation: Circulation, now: datetime) -> None:
        """Let all that is due for one circulation happen, one moment after the other."""
        acts = await uow.circulations.acts(circulation.id)
        due = sorted(change for change in self._of(circulation, acts) if change.at <= now)
        for (_, what), changes in groupby(due, lambda change: (change.at, change.what)):
            if not circulation.state.takes_answers:
                return
            if what is What.LEAVES:
                gone = [change.agency for change in changes]
                circulation = await strike(self._services, uow, circulation, gone, now)
                continue
            if what is What.EFFECT:
                await self._took_effect(uow, circulation, changes, now)
            circulation = await end_if_decided(self._services, uow, circulation, now)

    async def _took_effect(
        self, uow: UnitOfWork, circulation: Circulation, changes: Iterable[Change], now: datetime
    ) -> None:
        """Journal, once for all processes, whose "cannot clear" counts from now on, and tell the
        chair."""
        before = await uow.journal.of(circulation.subject, READ)
        told = [e.detail for e in before if e.verb == EFFECT]
        for change in changes:
            detail = {"agency": change.agency, "effective_at": change.at.isoformat()}
            if change.agency in circulation.voices and detail not in told:
                await uow.journal.add(Entry(now, "bot", EFFECT, circulation.subject, detail))
                await objection_in_effect(self._services, uow, circulation, change.agency, now)
