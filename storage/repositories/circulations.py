"""Circulations and the acts of agencies on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, func, insert, select, update

from coordination.chain import act_hash
from coordination.records import Circulation, MessageRef
from coordination.storage_ports import Circulations
from storage import rows
from storage.cache import StateCache
from storage.tables import acts, circulations
from storage.transaction import Transaction, is_, mark_of_acts, mark_of_circulation
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
_BY_MESSAGES = (
    select(circulations)
    .where(  # as good as in pairs, for which SQLite would read the whole table
        circulations.c.message_channel.in_(bindparam("channels", expanding=True)),
        circulations.c.message_ts.in_(bindparam("times", expanding=True)),
    )
    .order_by(circulations.c.id)  # in one order, so that no two transactions wait for each other
    .with_for_update()
)
_COUNTED = (
    select(acts.c.circulation, func.count().label("acts"))
    .where(acts.c.circulation.in_(bindparam("circulations", expanding=True)))
    .group_by(acts.c.circulation)
)
_ACTS = (
    select(acts)
    .where(acts.c.circulation.in_(bindparam("circulations", expanding=True)))
    .order_by(acts.c.id)
)
"""Made once: making a statement takes longer than SQLite needs for it."""


class SqlCirculations(Circulations):
    """`Circulations` on the tables `circulations` and `acts`.

    A row locked in this transaction changes by this transaction alone, and whoever adds an act has
    its circulation locked: both are read once. Acts are only ever added, so that those the cache
    knows need not be read again where there are no more than it knows. New ones are written by
    `write`, all in one statement before the commit.
    """

    def __init__(self, transaction: Transaction, cache: StateCache) -> None:
        self._transaction = transaction
        self._cache = cache
        self._locked: dict[int, Circulation] = {}
        self._placed: dict[MessageRef, int | None] = {}  # ids of those locked by their message
        self._acts: dict[int, tuple[Act, ...]] = {}
        self._added: list[rows.Values] = []  # rows of acts

    @property
    def complete(self) -> dict[int, tuple[Act, ...]]:
        """All acts of the circulations to which some were added; true once committed."""
        return {row["circulation"]: self._acts[row["circulation"]] for row in self._added}

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
        if ref in self._placed:
            id = self._placed[ref]
            return await self.get(id) if id is not None else None
        found = await self._transaction.row(_BY_MESSAGE, {"channel": ref.channel, "ts": ref.ts})
        return self._lock(found)

    async def look_ahead(self, messages: Iterable[MessageRef]) -> tuple[int, ...]:
        """Read in one go what will be asked for of the circulations at these messages, and lock
        them; returns their ids."""
        self._placed |= dict.fromkeys(messages)
        channels, times = {ref.channel for ref in self._placed}, {r.ts for r in self._placed}
        where = {"channels": sorted(channels), "times": sorted(times)}
        found = await self._transaction.rows(_BY_MESSAGES, where)
        for row in found:
            locked = self._lock(row)
            if locked is not None and locked.message is not None:
                self._placed[locked.message] = locked.id
        ids = tuple(row["id"] for row in found)
        await self._read_acts([id for id in ids if id not in self._acts])
        return ids

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
        self._placed.clear()  # its message may be another one now
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
        if id in self._acts:
            return self._acts[id]
        if id in self._locked:
            await self._read_acts([id])
            return self._acts[id]
        found = await self._transaction.rows(_ACTS, {"circulations": [id]})
        return tuple(map(rows.act, found))

    async def add_act(self, id: int, act: Act) -> bool:
        """Record an act; False when the same act (source, person, order, given) is there."""
        if await self.get(id) is None:
            raise ValueError(f"there is no circulation {id}")
        known = await self.acts(id)
        values = rows.act_values(id, act)
        kept = rows.act({k: storable(v) if isinstance(v, str) else v for k, v in values.items()})
        same = _same(kept)
        if any(_same(other) == same for other in known if other.order == kept.order):
            return False
        self._transaction.touched.add(mark_of_acts(id))
        self._transaction.acts.setdefault(f"circulation:{id}", []).append(act_hash(id, kept))
        self._acts[id] = (*known, kept)
        self._added.append(values)
        return True

    async def write(self) -> None:
        """Write the acts that were added; to be followed by nothing but the commit."""
        if self._added:
            await self._transaction.run(insert(acts), self._added)

    async def _read_acts(self, ids: Sequence[int]) -> None:
        """Of circulations that are locked."""
        if not ids:
            return
        counted = await self._transaction.rows(_COUNTED, {"circulations": ids})
        counts: dict[int, int] = {row["circulation"]: row["acts"] for row in counted}
        self._acts |= {id: self._cache.acts(id) for id in ids}
        more = [id for id in ids if len(self._acts[id]) != counts.get(id, 0)]
        if not more:
            return
        found: dict[int, list[Act]] = {id: [] for id in more}
        for row in await self._transaction.rows(_ACTS, {"circulations": more}):
            found[row["circulation"]].append(rows.act(row))
        self._acts |= {id: tuple(some) for id, some in found.items()}

    def _lock(self, found: RowMapping | None) -> Circulation | None:
        if found is None:
            return None
        locked = rows.circulation(found)
        return self._locked.setdefault(locked.id, locked)


def _same(act: Act) -> tuple[str, str, str, bool]:
    """What one circulation's acts are told apart by."""
    return (act.source, act.person, act.order, act.given)
