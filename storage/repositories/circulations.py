"""Circulations and the acts of agencies on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, select, update

from coordination.chain import act_hash
from coordination.records import Circulation, MessageRef
from coordination.storage_ports import Circulations
from storage import rows
from storage.tables import acts, circulations
from storage.transaction import Transaction, is_, mark_of_circulation
from storage.types import storable
from workplan.clearance import Act

_BY_ID = select(circulations).where(circulations.c.id == bindparam("id")).with_for_update()
_BY_MESSAGE = (
    select(circulations)
    .where(
        circulations.c.message_channel == bindparam("channel"),
        circulations.c.message_ts == bindparam("ts"),
    )
    .with_for_update()
)
_ACTS = select(acts).where(acts.c.circulation == bindparam("circulation")).order_by(acts.c.id)
"""Made once: making a statement takes longer than SQLite needs for it."""


class SqlCirculations(Circulations):
    """`Circulations` on the tables `circulations` and `acts`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        # A row locked in this transaction changes by this transaction alone, and whoever adds an
        # act has its circulation locked: read once.
        self._locked: dict[int, Circulation] = {}
        self._acts: dict[int, tuple[Act, ...]] = {}

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
        if id not in self._locked:
            return self._lock(await self._transaction.row(_BY_ID, {"id": id}))
        return self._locked[id]

    async def by_message(self, ref: MessageRef) -> Circulation | None:
        """The circulation whose message stands there; locks the row for writing."""
        found = await self._transaction.row(_BY_MESSAGE, {"channel": ref.channel, "ts": ref.ts})
        return self._lock(found)

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
        self._locked.pop(circulation.id, None)
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
        known = self._acts.get(id)
        if known is None:
            known = tuple(map(rows.act, await self._transaction.rows(_ACTS, {"circulation": id})))
            if id in self._locked:
                self._acts[id] = known
        return known

    async def add_act(self, id: int, act: Act) -> bool:
        """Record an act; False when the same act (source, person, order, given) is there."""
        self._transaction.touched.add(mark_of_circulation(id))
        values = rows.act_values(id, act)
        if not await self._transaction.add_once(acts, values):
            return False
        kept = rows.act({k: storable(v) if isinstance(v, str) else v for k, v in values.items()})
        named = self._transaction.acts.setdefault(f"circulation:{id}", [])
        named.append(act_hash(id, kept))
        if id in self._acts:
            self._acts[id] = (*self._acts[id], kept)
        return True

    def _lock(self, found: RowMapping | None) -> Circulation | None:
        if found is None:
            return None
        locked = rows.circulation(found)
        return self._locked.setdefault(locked.id, locked)
