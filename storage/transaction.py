"""One open transaction as the repositories see it: statements, real time, locks by name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Executable,
    Interval,
    RowMapping,
    Table,
    func,
    literal,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import UpdateBase

from storage.failures import typed_failures
from storage.types import Instant
from storage.whole import broken_after, finished

T = TypeVar("T")

ANSWER_WITHIN = 1.4
"""Real seconds until PostgreSQL has answered a statement; waiting for a lock ends before."""
CHUNK = 500
"""How many keys one IN list takes; well under both databases' limits on parameters."""


ONE = "circulation:"
"""Before the id in the mark of one circulation."""
ACTS = "acts:"
"""Before the circulation's id in the mark of its acts."""


def mark_of_circulation(id: int) -> str:
    """The mark of a circulation, for what keeps the state (storage/cache.py)."""
    return f"{ONE}{id}"


def mark_of_acts(id: int) -> str:
    """The mark of the acts on a circulation."""
    return f"{ACTS}{id}"


class RealTime:
    """The clock that leases and holds run on: PostgreSQL's own, or the process's on SQLite."""

    def __init__(self, real_now: Callable[[], float] | None) -> None:
        """`real_now` gives real seconds; None means the database's clock."""
        self._real_now = real_now

    def later(self, seconds: float = 0.0) -> ColumnElement[datetime]:
        """So many real seconds from now, as an SQL expression."""
        if self._real_now is None:
            # The transaction's start: no replica can be ahead of another's clock.
            return func.now() + literal(timedelta(seconds=seconds), Interval())
        return literal(datetime.fromtimestamp(self._real_now() + seconds, UTC), Instant())


class Transaction:
    """A connection inside a transaction; every failure comes out typed."""

    def __init__(self, connection: AsyncConnection, real: RealTime, driver: Any = None) -> None:
        """`driver` is asyncpg's own connection, None on SQLite."""
        self.connection = connection
        self.real = real
        self.postgresql = driver is not None
        self.ended = False
        self.acts: dict[str, list[str]] = {}
        """Hashes of acts recorded in it and not named by a journal entry yet, by subject."""
        self.journalled: list[tuple[str | None, str]] = []  # what was done, by its cause
        self.queued: list[tuple[str | None, str]] = []  # what is to be told, by its cause
        self.touched: set[str] = set()  # names of the tables written to, and finer marks
        self._driver = driver

    async def run(
        self,
        statement: Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[Any]:
        """Execute; raises StorageUnavailable, or the ValueError of a value that cannot be kept."""
        self.require_open()
        if isinstance(statement, UpdateBase) and isinstance(statement.table, Table):
            self.touched.add(statement.table.name)
        execution = self.connection.execute(statement, parameters)
        if self.postgresql:
            return await self.call(execution)
        with typed_failures():
            return await execution  # never suspends (storage/sqlite_driver.py)

    def require_open(self) -> None:
        """Raise RuntimeError once the commit was asked for."""
        if self.ended:
            raise RuntimeError("the unit of work is over: what follows its commit would be lost")

    async def call(self, operation: Coroutine[Any, Any, T]) -> T:
        """Await something of the connection: to its end on SQLite, in time on PostgreSQL."""
        with typed_failures():
            if not self.postgresql:
                return await finished(operation)
            with broken_after(ANSWER_WITHIN, self._driver):
                return await operation

    async def rows(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> Sequence[RowMapping]:
        """All rows, by column name."""
        return (await self.run(statement, parameters)).mappings().all()

    async def row(
        self, statement: Executable, parameters: Mapping[str, Any] | None = None
    ) -> RowMapping | None:
        """The first row, None when there is none."""
        return (await self.run(statement, parameters)).mappings().first()

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that knows ON CONFLICT, which SQLAlchemy has per dialect only."""
        return postgresql.insert(table) if self.postgresql else sqlite.insert(table)

    async def upsert(self, table: Table, key: str, values: Mapping[str, Any]) -> None:
        """Insert the row, or overwrite the one with the same key."""
        statement = self.insert(table).values(values)
        others = {name: statement.excluded[name] for name in values if name != key}
        await self.run(statement.on_conflict_do_update(index_elements=[key], set_=others))

    async def add_once(self, table: Table, values: Mapping[str, Any]) -> bool:
        """Insert the row; False when a row with the same key is there."""
        return bool((await self.run(_once(table, self.postgresql), values)).rowcount)

    async def add_new(self, table: Table, values: Sequence[Mapping[str, Any]]) -> frozenset[Any]:
        """Insert rows whose key is not there yet; returns the keys of those (of one column)."""
        (key,) = table.primary_key
        added = await self.run(_once(table, self.postgresql).returning(key), values)
        return frozenset(added.scalars())

    async def lock(self, *names: str) -> None:
        """Hold names until the transaction ends, where there is no row to lock.

        SQLite needs none: its transactions write one after the other.
        """
        if self.postgresql and names:
            await self.run(_LOCKED, {"names": sorted(names)})  # everybody in the same order


_LOCKED = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(name, 0))"
    " FROM unnest(CAST(:names AS text[])) AS names(name)"
)


@cache
def _once(table: Table, on_postgresql: bool) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that adds nothing where the key is there; made once, for that takes longest."""
    insert = postgresql.insert if on_postgresql else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def is_(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    """`column = 'value'` with the value written out, for which a partial index can be used."""
    return column == literal(value, literal_execute=True)


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in pieces of CHUNK."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
