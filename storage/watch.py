"""What the bot's health is told by: reads beside the work, without a lock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Select,
    and_,
    func,
    literal_column,
    not_,
    or_,
    select,
)

from coordination.channel_records import AWAY
from coordination.records import Reminder, ReminderState
from coordination.watch_ports import FOUND, Failures, Queues, Watch
from storage import rows
from storage.address import parse
from storage.tables import journal, meta, outbox, reminders
from storage.transaction import RealTime, chunks, is_

Ask = Callable[[Select[Any]], Awaitable[Sequence[RowMapping]]]
"""Gives all rows of a statement, by column name."""

SLOWED_DOWN = "ratelimited"
"""Why a reminder was given back that the platform itself asked to hold; any other hold is the bot's
own pause after an error. A reminder waits for its channel (AWAY) where that was told to be gone."""

REFUSED_OFTEN = 5
"""Attempts after which a row of the outbox is stuck: the pauses between them have grown to half a
minute, one upon the other."""

DOUBTED_OFTEN = 10
"""The same for one of which it is not known what became of it, and which does not stand."""

GRACE = 60.0
"""Real seconds past its lease before a claim is called stuck: the others look every half minute."""

_PENDING = is_(reminders.c.state, ReminderState.PENDING.value)
_CLAIMED = is_(reminders.c.state, ReminderState.CLAIMED.value)


class SqlWatch(Watch):
    """`Watch` on the tables."""

    def __init__(self, ask: Ask, real: RealTime) -> None:
        self._ask = ask
        self._real = real

    async def due_since(self, then: datetime, held: float, limit: int) -> tuple[Reminder, ...]:
        """Reminders due not after `then` that wait or are in doubt, but for those held back."""
        hold = reminders.c.hold_until
        asked_to_hold = func.coalesce(reminders.c.reason, "").in_((SLOWED_DOWN, AWAY))
        free = or_(hold.is_(None), hold <= self._real.later(-held), not_(asked_to_hold))
        # A first claim within its lease is on its way. One that was taken over is looked up in the
        # channel, each time under a new lease: for as long as that fails it is as late as the rest.
        again = or_(reminders.c.fence > 1, reminders.c.lease_until <= self._real.later())
        found: list[Reminder] = []
        # Two statements, each by its own index.
        for which in (and_(_PENDING, free), and_(_CLAIMED, again, not_(asked_to_hold))):
            statement = (
                select(reminders)
                .where(which, reminders.c.due_at <= then)
                .order_by(reminders.c.due_at, reminders.c.key)
                .limit(limit)
            )
            found += map(rows.reminder, await self._ask(statement))
        return tuple(sorted(found, key=lambda r: (r.due_at, r.key))[:limit])

    async def standing(self, keys: Sequence[str]) -> Mapping[str, Reminder]:
        """The ledger's rows with these keys."""
        found: dict[str, Reminder] = {}
        for some in chunks(list(dict.fromkeys(keys))):
            for row in await self._ask(select(reminders).where(reminders.c.key.in_(some))):
                found[row["key"]] = rows.reminder(row)
        return found

    async def queues(self, now: datetime) -> Queues:
        """How much waits, each number by an index."""
        past = self._real.later(-GRACE)
        waiting, claimed = is_(outbox.c.state, "waiting"), is_(outbox.c.state, "claimed")
        unsent = outbox.c.state.in_([literal_column("'waiting'"), literal_column("'claimed'")])
        doubts = outbox.c.fence - outbox.c.attempts
        often = or_(
            and_(outbox.c.attempts >= REFUSED_OFTEN, outbox.c.reason.is_distinct_from(AWAY)),
            doubts >= DOUBTED_OFTEN,
        )
        refused = and_(unsent, waiting, often)
        left = and_(_CLAIMED, reminders.c.lease_until <= past)
        statement = select(
            _count(reminders.c.key, _PENDING & (reminders.c.due_at <= now)).label("due"),
            _count(outbox.c.id, unsent).label("unsent"),
            _count(reminders.c.key, left).label("claims"),
            _count(outbox.c.id, and_(claimed, outbox.c.lease_until <= past)).label("left"),
            _count(outbox.c.id, refused).label("refused"),
        )
        (row,) = await self._ask(statement)
        return Queues(row["due"], row["unsent"], row["claims"] + row["left"] + row["refused"])

    async def failures(self) -> Failures:
        """How much will not be sent, and how much audits found."""
        failed = ReminderState.FAILED.value
        statement = select(
            _count(reminders.c.key, is_(reminders.c.state, failed)).label("reminders"),
            _count(outbox.c.id, is_(outbox.c.state, "failed")).label("outbox"),
            _count(journal.c.id, journal.c.verb == FOUND).label("differences"),
        )
        (row,) = await self._ask(statement)
        return Failures(row["reminders"], row["outbox"], row["differences"])

    async def instant(self, name: str) -> datetime | None:
        """An instant that the bot keeps about itself under a name."""
        found = await self._ask(select(meta.c.instant).where(meta.c.name == name))
        return found[0]["instant"] if found else None


def _count(column: ColumnElement[Any], where: ColumnElement[bool]) -> Any:
    return select(func.count(column)).where(where).scalar_subquery()


@asynccontextmanager
async def watched(url: str, real_now: Callable[[], float]) -> AsyncIterator[SqlWatch]:
    """The watch over the database of a URL, for the terminal: nothing is locked or written.

    `real_now`: seconds since 1970. Raises DatabaseProblem when the URL is wrong or the database
    cannot be read; a SQLite file must exist, with the schema of this program.
    """
    from storage.failures import StorageUnavailable, typed_failures
    from storage.problems import DatabaseProblem
    from storage.reader import connected

    address = parse(url)
    if address.path is None:
        async with connected(address) as connection:

            async def ask(statement: Select[Any]) -> Sequence[RowMapping]:
                return list((await connection.execute(statement)).mappings())

            yield SqlWatch(ask, RealTime(None))
        return
    from storage.sqlite import read_engine

    engine = read_engine(address)

    async def ask_file(statement: Select[Any]) -> Sequence[RowMapping]:
        # A transaction each: one held for longer would hold up the running bot's commits.
        with typed_failures():
            async with engine.connect() as connection:
                return list((await connection.execute(statement)).mappings())

    try:
        yield SqlWatch(ask_file, RealTime(real_now))
    except StorageUnavailable as error:
        raise DatabaseProblem(
            f"The SQLite file {address.shown} that GMG_DATABASE_URL names cannot be read: {error}."
        ) from error
    finally:
        await engine.dispose()
