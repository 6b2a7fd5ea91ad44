"""The group's state kept in memory: after a change only what changed is read again.

What a transaction wrote is known by marks: a table's name, `circulation:ID` for one of them, or
`acts:ID` for the acts on it. This process's own marks come with its commits, those of other
processes on PostgreSQL by NOTIFY (storage/notices.py). Ended circulations, however many there are,
are read once, and acts that this process adds are known without reading.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from coordination.records import GroupState
from storage.state import (
    SECTIONS,
    read_acts,
    read_circulations,
    read_group_state,
    read_sections,
)
from storage.transaction import ACTS, ONE, mark_of_acts
from workplan.clearance import Act

_TABLES = frozenset(section.table for section in SECTIONS.values())

Reading = Callable[[Callable[[AsyncConnection], Awaitable[GroupState]]], Awaitable[GroupState]]


class StateCache:
    """Holds the state as it was read last, and what has changed since."""

    def __init__(self) -> None:
        self._state: GroupState | None = None
        self._changed: set[str] = set()
        self._acts: dict[int, tuple[Act, ...]] = {}  # committed since, by circulation
        self._lock = asyncio.Lock()

    @staticmethod
    def relevant(touched: Iterable[str]) -> frozenset[str]:
        """Those of the marks that say something of the state."""
        return frozenset(t for t in touched if t in _TABLES or t.startswith((ONE, ACTS)))

    def mark(self, marks: Iterable[str]) -> None:
        """These have changed."""
        self._changed.update(marks)

    def changed(self, marks: Iterable[str], acts: Mapping[int, tuple[Act, ...]]) -> None:
        """This process committed a change; `acts` are all that some circulations have then."""
        known = {mark_of_acts(id) for id in acts}
        self.mark(mark for mark in marks if mark not in known)
        self._acts = longest(self._acts, acts)

    def acts(self, circulation: int) -> tuple[Act, ...]:
        """The acts on a circulation as far as they are known: the first, or all, of them."""
        before = self._state.acts.get(circulation, ()) if self._state else ()
        return max(before, self._acts.get(circulation, ()), key=len)

    def forget(self) -> None:
        """Anything may have changed: read everything next time."""
        self._state = None

    async def load(self, read: Reading) -> GroupState:
        """The state with all changes marked before the call; `read` hands out a connection.

        Raises StorageUnavailable; what was marked stays marked then.
        """
        async with self._lock:
            known, changed, acts = self._state, self._changed, self._acts
            self._changed, self._acts = set(), {}
            if known is not None and acts:
                known = replace(known, acts=longest(known.acts, acts))
            try:
                state = known if known is not None and not changed else None
                if state is None:
                    state = await read(
                        read_group_state if known is None else _again(known, changed)
                    )
            except BaseException:
                self._changed |= changed
                self._acts = longest(acts, self._acts)
                raise
            if known is not None and self._state is None:
                return state  # forgotten meanwhile: good for this answer only
            self._state = state
            return state


def longest(
    some: Mapping[int, tuple[Act, ...]], others: Mapping[int, tuple[Act, ...]]
) -> dict[int, tuple[Act, ...]]:
    """Acts by circulation from both, of each circulation the later: they are only ever added."""
    more = {id: acts for id, acts in others.items() if len(acts) > len(some.get(id, ()))}
    return {**some, **more}


def _again(
    known: GroupState, changed: set[str]
) -> Callable[[AsyncConnection], Awaitable[GroupState]]:
    """Read anew what is marked, and take the rest from what is known."""
    ids = sorted(int(mark[len(ONE) :]) for mark in changed if mark.startswith(ONE))
    with_acts = sorted(int(mark[len(ACTS) :]) for mark in changed if mark.startswith(ACTS))
    sections = [name for name, section in SECTIONS.items() if section.table in changed]

    async def read(connection: AsyncConnection) -> GroupState:
        news: dict[str, Any] = await read_sections(connection, sections)
        if ids:
            others = {c.id: c for c in known.circulations}
            merged = {**others, **{c.id: c for c in await read_circulations(connection, ids)}}
            if len(merged) > len(others):
                merged = dict(sorted(merged.items()))
            news["circulations"] = tuple(merged.values())
        if with_acts:
            news["acts"] = longest(known.acts, await read_acts(connection, with_acts))
        return replace(known, **news)

    return read
