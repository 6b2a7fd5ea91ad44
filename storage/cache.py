"""The group's state kept in memory: after a change only what changed is read again.

What a transaction wrote is known by marks: a table's name, or `circulation:ID` for one of them with
its acts. This process's own marks come with its commits, those of other processes on PostgreSQL by
NOTIFY (storage/notices.py). Ended circulations, however many there are, are read once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from coordination.records import GroupState
from storage.state import SECTIONS, read_circulations, read_group_state, read_sections
from storage.transaction import ONE

_TABLES = frozenset(section.table for section in SECTIONS.values())

Reading = Callable[[Callable[[AsyncConnection], Awaitable[GroupState]]], Awaitable[GroupState]]


class StateCache:
    """Holds the state as it was read last, and what has changed since."""

    def __init__(self) -> None:
        self._state: GroupState | None = None
        self._changed: set[str] = set()
        self._lock = asyncio.Lock()

    @staticmethod
    def relevant(touched: Iterable[str]) -> frozenset[str]:
        """Those of the marks that say something of the state."""
        return frozenset(t for t in touched if t in _TABLES or t.startswith(ONE))

    def mark(self, marks: Iterable[str]) -> None:
        """These have changed."""
        self._changed.update(marks)

    def forget(self) -> None:
        """Anything may have changed: read everything next time."""
        self._state = None

    async def load(self, read: Reading) -> GroupState:
        """The state with all changes marked before the call; `read` hands out a connection.

        Raises StorageUnavailable; what was marked stays marked then.
        """
        async with self._lock:
            known, changed = self._state, self._changed
            self._changed = set()
            if known is not None and not changed:
                return known
            try:
                state = await read(read_group_state if known is None else _again(known, changed))
            except BaseException:
                self._changed |= changed
                raise
            if known is not None and self._state is None:
                return state  # forgotten meanwhile: good for this answer only
            self._state = state
            return state


def _again(
    known: GroupState, changed: set[str]
) -> Callable[[AsyncConnection], Awaitable[GroupState]]:
    """Read anew what is marked, and take the rest from what is known."""
    ids = sorted(int(mark[len(ONE) :]) for mark in changed if mark.startswith(ONE))
    sections = [name for name, section in SECTIONS.items() if section.table in changed]

    async def read(connection: AsyncConnection) -> GroupState:
        news: dict[str, Any] = await read_sections(connection, sections)
        if ids:
            circulations, acts = await read_circulations(connection, ids)
            others = {c.id: c for c in known.circulations}
            merged = {**others, **{c.id: c for c in circulations}}
            if len(merged) > len(others):
                merged = dict(sorted(merged.items()))
            news["circulations"] = tuple(merged.values())
            news["acts"] = {**known.acts, **acts}
        return replace(known, **news)

    return read
