"""Circulations and the acts of agencies on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update

from coordination.records import Circulation, MessageRef
from coordination.storage_ports import Circulations
from storage import rows
from storage.tables import acts, circulations
from storage.transaction import Transaction, is_, mark_of_circulation
from workplan.clearance import Act


class SqlCirculations(Circulations):
    """`Circulations` on the tables `circulations` and `acts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, circulation: Circulation) -> Circulation:
        """Keep a new one; returned with its id. A milestone's versions are unique."""
        result = await self._transaction.run(
            circulations.insert()
            .values(rows.circulation_values(circulation))
            .returning(circulations.c.id)
        )
        made = replace(circulation, id=result.scalar_one())
        self._transaction.touched.add(mark_of_circulation(made.id))
        return made

    async def get(self, id: int) -> Circulation | None:
        """By id; locks the row for writing. An id from a forged button may be any number."""
        if not 0 < id < 2**63:
            return None
        found = await self._transaction.row(
            select(circulations).where(circulations.c.id == id).with_for_update()
        )
        return rows.circulation(found) if found else None

    async def by_message(self, ref: MessageRef) -> Circulation | None:
        """The circulation whose message stands there; locks the row for writing."""
        found = await self._transaction.row(
            select(circulations)
            .where(
                circulations.c.message_channel == ref.channel,
                circulations.c.message_ts == ref.ts,
            )
            .with_for_update()
        )
        return rows.circulation(found) if found else None

    async def of_milestone(self, milestone: str) -> tuple[Circulation, ...]:
        """All of a milestone, by version; nobody else adds one until this transaction ends."""
        await self._transaction.lock(f"circulations:{milestone}")
        found = await self._transaction.rows(
            select(circulations)
            .where(circulations.c.milestone == milestone)
            .order_by(circulations.c.version)
        )
        return tuple(rows.circulation(row) for row in found)

    async def put(self, circulation: Circulation) -> None:
        """Keep what changed."""
        self._transaction.touched.add(mark_of_circulation(circulation.id))
        await self._transaction.run(
            update(circulations)
            .where(circulations.c.id == circulation.id)
            .values(rows.circulation_values(circulation))
        )

    async def closing(self, until: datetime) -> tuple[Circulation, ...]:
        """Those still `open` whose closing time is not after `until`, the earliest first."""
        found = await self._transaction.rows(
            select(circulations)
            .where(is_(circulations.c.state, "open"), circulations.c.closes_at <= until)
            .order_by(circulations.c.closes_at, circulations.c.id)
        )
        return tuple(rows.circulation(row) for row in found)

    async def acts(self, id: int) -> tuple[Act, ...]:
        """All acts on a circulation, in the order they were recorded."""
        found = await self._transaction.rows(
            select(acts).where(acts.c.circulation == id).order_by(acts.c.id)
        )
        return tuple(rows.act(row) for row in found)

    async def add_act(self, id: int, act: Act) -> bool:
        """Record an act; False when the same act (source, person, order, given) is there."""
        self._transaction.touched.add(mark_of_circulation(id))
        return await self._transaction.add_once(acts, rows.act_values(id, act))
