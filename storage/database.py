"""The database as the use cases see it: write transactions, and reads beside them."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import RowMapping, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from coordination.clearance_records import Comment, Document, Evidence
from coordination.records import Entry, GroupState, ReminderState
from coordination.storage_ports import Round, Storage, UnitOfWork
from storage import rounds, rows, rows_around, turns
from storage.cache import StateCache
from storage.failures import typed_failures
from storage.notices import Notices
from storage.repositories.around import comments_of, document_of, evidence_of
from storage.repositories.journal import latest
from storage.sqlite import ProcessLock
from storage.tables import journal, meta, outbox, processed_events, reminders
from storage.transaction import CHUNK, RealTime, Transaction, is_
from storage.unit_of_work import SqlUnitOfWork
from storage.watch import SqlWatch
from storage.whole import finished, within

T = TypeVar("T")

ANSWER_WITHIN = 1.5
"""Real seconds until `ping` gives up."""
CLOSE_WITHIN = 2.0
"""Real seconds that closing waits for each of the engines."""
_LAST = "last instant"


class Database(Storage):
    """An open database; made by `storage.engine.open_database`, to be closed with `close`.

    `write` and `read` are its engines. Every method raises StorageUnavailable when the database
    is locked, away or full.
    """

    def __init__(
        self,
        write: AsyncEngine,
        read: AsyncEngine,
        real: RealTime,
        lock: ProcessLock | None = None,
        listening: AsyncEngine | None = None,
    ) -> None:
        """`listening` makes the connection on which PostgreSQL tells what others changed."""
        self.write = write
        self.read = read
        self._real = real
        self._lock = lock
        self._cache = StateCache()
        self._id = secrets.token_hex(8)  # tells this process's own changes from others'
        self._notices = Notices(listening, self._id, self._heard) if listening else None
        self._on_change: Callable[[], None] = lambda: None

    def unit_of_work(self) -> UnitOfWork:
        """A new write transaction, begun when entered."""
        return self._work()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have `listener` called when another process changed the state."""
        self._on_change = listener

    async def load_state(self) -> GroupState:
        """All that answers are made from, as it stood when asked or later.

        Read outside any write transaction, and only what has changed since the last time.
        """
        if self._notices is not None:
            await self._notices.fence()
        return await self._cache.load(self._read)

    async def history(self, subject: str, limit: int = 50) -> tuple[Entry, ...]:
        """The latest journal entries of a subject, oldest first, read without a transaction."""

        found = await self._mappings(latest(subject, limit))
        return tuple(rows.entry(row) for row in reversed(found))

    async def comments(self, circulation: int) -> tuple[Comment, ...]:
        """All comments on a circulation, in order, read without a transaction."""
        found = await self._mappings(comments_of(circulation))
        return tuple(rows_around.comment(row) for row in found)

    async def evidence(self, circulation: int) -> tuple[Evidence, ...]:
        """How the answers entered for agencies came, in order, read without a transaction."""
        found = await self._mappings(evidence_of(circulation))
        return tuple(rows_around.evidence(row) for row in found)

    async def document(self, sha256: str) -> Document | None:
        """The file that is kept under a digest, read without a transaction."""
        found = await self._mappings(document_of(sha256))
        return rows_around.document(found[0]) if found else None

    async def next_due(self, after: datetime | None = None) -> datetime | None:
        """The earliest due moment (later than `after`) of a pending reminder, read without a
        transaction. Reminders held back count as well."""
        due = reminders.c.due_at
        statement = select(due).where(is_(reminders.c.state, ReminderState.PENDING.value))
        if after is not None:
            statement = statement.where(due > after)
        first: datetime | None
        (first,) = await self._first(statement.order_by(due).limit(1))
        return first

    async def remember_instant(self, instant: datetime) -> None:
        """Keep the plan time that was lived through; an earlier one than is kept changes nothing.

        `instant` is aware plan time.
        """
        async with self._work() as work:
            statement = work.transaction.insert(meta).values(name=_LAST, instant=instant)
            await work.transaction.run(
                statement.on_conflict_do_update(
                    index_elements=["name"],
                    set_={"instant": statement.excluded.instant},
                    where=meta.c.instant < statement.excluded.instant,
                )
            )
            await work.commit()

    async def last_instant(self) -> datetime | None:
        """The latest plan time the database knows: remembered, journalled, or posted at."""
        known = await self._first(
            select(meta.c.instant).where(meta.c.name == _LAST),
            select(func.max(journal.c.at)),
            # The condition lets the index of posted rows answer.
            select(func.max(reminders.c.posted_at)).where(reminders.c.posted_at.is_not(None)),
        )
        return max((instant for instant in known if instant is not None), default=None)

    async def lived_until(self) -> datetime | None:
        """The plan time that was remembered last; what was journalled or posted since does not
        count."""
        lived: datetime | None
        (lived,) = await self._first(select(meta.c.instant).where(meta.c.name == _LAST))
        return lived

    async def note_instant(self, name: str, instant: datetime) -> None:
        """Keep an aware instant under a name, in the place of what was kept there."""
        async with self._work() as work:
            await work.transaction.upsert(meta, "name", {"name": name, "instant": instant})
            await work.commit()

    async def forget_events(self, before: datetime) -> int:
        """Forget the requests that were processed before an aware plan instant; returns how many.

        Page by page along the key, so that no transaction is long and no further index is kept
        for it at each request.
        """
        id, at = processed_events.c.event_id, processed_events.c.at
        last, gone = "", 0
        while page := await self._mappings(
            select(id, at).where(id > last).order_by(id).limit(CHUNK)
        ):
            last = page[-1]["event_id"]
            old = [row["event_id"] for row in page if row["at"] < before]
            if old:
                async with self._work() as work:
                    await work.transaction.run(delete(processed_events).where(id.in_(old)))
                    await work.commit()
                gone += len(old)
            await asyncio.sleep(0)  # on SQLite nothing else has let others go on
        return gone

    def watch(self) -> SqlWatch:
        """The reads that tell of the bot's health."""
        return SqlWatch(self._mappings, self._real)

    async def begin_round(self, name: str, within: float, lease: float) -> Round:
        """Take on what is done together, unless it was brought to an end in the last `within`
        real seconds. Whoever takes it has it for `lease` real seconds."""
        async with self._work() as work:
            found = await rounds.begin(work.transaction, name, within, lease)
            await work.commit()
        return found

    async def go_on_with_round(self, name: str, lease: float) -> None:
        """Have it for `lease` real seconds more from now."""
        async with self._work() as work:
            await rounds.go_on(work.transaction, name, lease)
            await work.commit()

    async def end_round(self, name: str, well: bool) -> None:
        """It is done; or, where it did not go `well`, it is anybody's again."""
        async with self._work() as work:
            await rounds.end(work.transaction, name, well)
            await work.commit()

    async def take_turn(self, channel: str, seconds: float) -> float:
        """Take the channel's next turn among all processes, after which the following is `seconds`
        later; real seconds until it comes."""
        async with self._work() as work:
            wait = await turns.take(work.transaction, channel, seconds)
            await work.commit()
        return wait

    async def ping(self) -> None:
        """Raise StorageUnavailable when the database does not answer, or its file is another."""
        with typed_failures():
            # A table's row: SQLite answers SELECT 1 without a look at its file.
            await within(ANSWER_WITHIN, self._first(select(meta.c.name).limit(1)))
        if self._lock is not None:
            self._lock.require_unmoved()

    async def forget_earlier_process(self) -> None:
        """SQLite: let the claims, holds and rounds of a process that is gone end now.

        They were counted on that process's clock, which says nothing to this one.
        """
        async with self._work() as work:
            for table in (reminders, outbox):
                claimed = is_(table.c.state, ReminderState.CLAIMED.value)
                held = table.c.hold_until.is_not(None)
                now = self._real.later()
                transaction: Transaction = work.transaction
                await transaction.run(update(table).where(claimed).values(lease_until=now))
                await transaction.run(update(table).where(held).values(hold_until=None))
            await rounds.forget(work.transaction)
            await work.commit()

    async def close(self) -> None:
        """Close all connections and let another process have the file."""
        if self._notices is not None:
            with suppress(TimeoutError):
                await within(CLOSE_WITHIN, self._notices.close())
        for engine in (self.write, self.read):
            with suppress(TimeoutError):  # a server that is away hears no goodbye
                await within(CLOSE_WITHIN, engine.dispose())
        if self._lock is not None:
            self._lock.release()

    def _work(self) -> SqlUnitOfWork:
        if self._lock is not None:
            # With a rollback journal SQLite sees to it itself; with a write-ahead log it would
            # write to a file that nobody finds again.
            self._lock.require_unmoved()
        return SqlUnitOfWork(self.write, self._real, self._cache, self._id)

    def _heard(self, marks: frozenset[str] | None) -> None:
        """Another process changed this; None: anything may have changed."""
        if marks is None:
            self._cache.forget()
        else:
            self._cache.mark(marks)
        self._on_change()

    async def _mappings(self, statement: Select[Any]) -> Sequence[RowMapping]:
        """All rows of a statement, by column name."""

        async def ask(connection: AsyncConnection) -> Sequence[RowMapping]:
            found: Sequence[RowMapping] = (await connection.execute(statement)).mappings().all()
            return found

        return await self._read(ask)

    async def _first(self, *statements: Select[Any]) -> list[Any]:
        """The first value of each statement, None where it has no row."""

        async def ask(connection: AsyncConnection) -> list[Any]:
            return [await connection.scalar(statement) for statement in statements]

        return await self._read(ask)

    async def _read(self, ask: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Ask inside one transaction that sees one moment of the database."""

        async def asked() -> T:
            async with self.read.connect() as connection:
                return await ask(connection)

        with typed_failures():
            if self.read.dialect.name == "sqlite":
                return await finished(asked())
            return await asked()
