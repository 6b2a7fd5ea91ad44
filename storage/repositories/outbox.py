"""The outbox: what is to be told after a commit, in order within one target."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Null,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningUpdate

from coordination.cause import cause
from coordination.records import MessageRef, OutboxItem, OutboxKind, Told
from coordination.storage_ports import Outbox
from storage import rows
from storage.tables import outbox
from storage.transaction import Transaction, chunks, is_

_UNSENT = outbox.c.state.in_([literal_column("'waiting'"), literal_column("'claimed'")])
_WAITING = is_(outbox.c.state, "waiting")
_CLAIMED = is_(outbox.c.state, "claimed")
DIRECT = is_(outbox.c.kind, OutboxKind.DIRECT.value)
"""Written out, for which the partial index of the copies of questions is used."""


_ALIKE = (
    select(outbox.c.kind, outbox.c.subject, outbox.c.target)
    .where(
        _UNSENT,  # says nothing more, but SQLite sees by it that the index serves
        _WAITING,
        outbox.c.subject.in_(bindparam("subjects", expanding=True)),
    )
    .order_by(outbox.c.id)
    .with_for_update()
)


class SqlOutbox(Outbox):
    """`Outbox` on the table `outbox`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._added: list[OutboxItem] = []

    async def add(self, item: OutboxItem) -> None:
        """Queue it. A CARD for a subject still waiting is not doubled."""
        self._transaction.require_open()
        item = item if item.cause else replace(item, cause=cause())
        self._transaction.queued.append((item.cause, f"{item.kind} {item.subject or item.target}"))
        if item.kind is not OutboxKind.CARD or item not in self._added:
            self._added.append(item)

    async def write(self) -> None:
        """Write what was added, in its order, all in one statement."""
        added, self._added = self._added, []
        cards = sorted({item.subject or "" for item in added if item.kind is OutboxKind.CARD})
        waiting: set[tuple[str, str, str]] = set()
        if cards:
            # Locked, so that no worker draws a card from before this transaction meanwhile.
            found = await self._transaction.rows(_ALIKE, {"subjects": cards})
            waiting = {(row["kind"], row["subject"], row["target"]) for row in found}
        values = [
            _values(item)
            for item in added
            if (item.kind.value, item.subject, item.target) not in waiting
            or item.kind is not OutboxKind.CARD
        ]
        if values:
            await self._transaction.run(insert(outbox), values)

    async def claim(self, by: str, lease: float, limit: int) -> tuple[OutboxItem, ...]:
        """Claim the oldest waiting rows, one per target at most, whose hold has passed.

        A target's oldest unsent row holds back those behind it, whether it is held back itself or
        claimed by anybody.
        """
        await self.write()
        ready = (
            select(outbox.c.id)
            .where(outbox.c.id.in_(_heads()), _WAITING, self._not_held())
            .order_by(outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return await self._take(by, lease, ready)

    async def taken_over(self, by: str, lease: float, all_others: bool) -> tuple[OutboxItem, ...]:
        """Take over claims past their lease (or all of other owners), with a new fence."""
        await self.write()
        past = outbox.c.lease_until <= self._transaction.real.later()
        left = or_(past, outbox.c.claimed_by != by) if all_others else past
        free = select(outbox.c.id).where(_CLAIMED, left).with_for_update(skip_locked=True)
        return await self._take(by, lease, free)

    async def sent(self, item: OutboxItem, by: str, ref: MessageRef | None) -> bool:
        """Claimed by `by` with the same fence → sent."""
        return await self._end(
            item,
            by,
            state="sent",
            reason=None,
            sent_channel=ref.channel if ref else None,
            sent_ts=ref.ts if ref else None,
        )

    async def hold(self, item: OutboxItem, by: str, seconds: float, lease: float) -> bool:
        """Whether the claim is `by`'s with the same fence, for `seconds` at least.

        Where less is left the lease is made anew, `lease` real seconds from now.
        """
        real = self._transaction.real
        long = outbox.c.lease_until >= real.later(seconds)
        found = (await self._transaction.run(select(long).where(_ours(item, by)))).scalar()
        if found is None:
            return False
        return bool(found) or await self._change(item, by, lease_until=real.later(lease))

    async def release(
        self,
        item: OutboxItem,
        by: str,
        hold: float,
        reason: str | None = None,
        in_doubt: bool = False,
    ) -> None:
        """Give the claim up: waiting again, but not for `hold` real seconds; `reason` says why.

        Attempts + 1, unless it is `in_doubt` whether it was sent.
        """
        until: ColumnElement[Any] | Null = (
            self._transaction.real.later(hold) if hold > 0 else null()
        )
        attempts = outbox.c.attempts if in_doubt else outbox.c.attempts + 1
        await self._end(
            item, by, state="waiting", reason=reason, hold_until=until, attempts=attempts
        )

    async def fail(self, item: OutboxItem, by: str, reason: str) -> bool:
        """It cannot be sent; kept with its reason. False when the claim is another's by now."""
        return await self._end(item, by, state="failed", reason=reason)

    async def told(self, ids: Collection[int]) -> Mapping[int, Told]:
        """What became of each of the rows; those never heard of are left out."""
        told: dict[int, Told] = {}
        for some in chunks(sorted(ids)):
            for row in await self._transaction.rows(select(outbox).where(outbox.c.id.in_(some))):
                where = row["sent_channel"], row["sent_ts"]
                message = MessageRef(*where) if None not in where else None
                told[row["id"]] = Told(row["state"] in ("sent", "failed"), message)
        return told

    async def directly_sent(self, subject: str) -> tuple[tuple[OutboxItem, MessageRef], ...]:
        """The direct messages sent on a subject, each with where it stands, in order."""
        sent = select(outbox).where(
            DIRECT, outbox.c.subject == subject, outbox.c.sent_ts.is_not(None)
        )
        found = await self._transaction.rows(sent.order_by(outbox.c.id))
        return tuple(
            (rows.outbox_item(row), MessageRef(row["sent_channel"], row["sent_ts"]))
            for row in found
        )

    async def unplaced(self, subject_prefix: str) -> bool:
        """Whether a row of such a subject is waiting or claimed (its message may be on its way)."""
        await self.write()
        # A range and not LIKE: `_` and `%` are literal, and the index on subject serves.
        statement = select(
            exists().where(
                _UNSENT,
                outbox.c.subject >= subject_prefix,
                outbox.c.subject < subject_prefix + "\U0010ffff",
            )
        )
        return bool((await self._transaction.run(statement)).scalar())

    async def forget(self, name: str) -> None:
        """Remove the text of sent and failed messages in which a name stands; the rows stay."""
        await self.write()
        over = outbox.c.state.in_(["sent", "failed"])
        written = json.dumps(name)[1:-1]  # as it stands inside the message's JSON
        plain = (w for w in {name, written} if w)
        found = or_(*(outbox.c.message.contains(w, autoescape=True) for w in plain))
        await self._transaction.run(update(outbox).where(over, found).values(message=None))

    def _not_held(self) -> ColumnElement[bool]:
        return or_(
            outbox.c.hold_until.is_(None), outbox.c.hold_until <= self._transaction.real.later()
        )

    async def _take(
        self, by: str, lease: float, which: Select[tuple[int]]
    ) -> tuple[OutboxItem, ...]:
        """Claim the rows selected (and locked) by `which`; most often there are none."""
        ids = (await self._transaction.run(which)).scalars().all()
        if not ids:
            return ()
        statement: ReturningUpdate[Any] = (
            update(outbox)
            .where(outbox.c.id.in_(ids))
            .values(
                state="claimed",
                claimed_by=by,
                lease_until=self._transaction.real.later(lease),
                hold_until=None,
                fence=outbox.c.fence + 1,
            )
            .returning(outbox)
        )
        won = [rows.outbox_item(row) for row in await self._transaction.rows(statement)]
        return tuple(sorted(won, key=lambda item: item.id))

    async def _end(self, item: OutboxItem, by: str, **values: Any) -> bool:
        """End a claim; False when it is another's by now, which then stays as it is."""
        return await self._change(item, by, claimed_by=None, lease_until=None, **values)

    async def _change(self, item: OutboxItem, by: str, **values: Any) -> bool:
        statement = update(outbox).where(_ours(item, by)).values(**values)
        return bool((await self._transaction.run(statement)).rowcount)


def _ours(item: OutboxItem, by: str) -> ColumnElement[bool]:
    """The row, where it is still `by`'s under the fence it was won with."""
    return and_(
        outbox.c.id == item.id,
        _CLAIMED,
        outbox.c.claimed_by == by,
        outbox.c.fence == item.fence,
    )


def _heads() -> Select[tuple[int]]:
    """The oldest unsent row of each target.

    Leaps from target to target along the index, so that the cost grows with the targets and not
    with the rows that wait (https://wiki.postgresql.org/wiki/Loose_indexscan).
    """
    first = (
        select(func.min(outbox.c.target).label("target"))
        .where(_UNSENT)
        .cte("targets", recursive=True)
    )
    following = (
        select(func.min(outbox.c.target))
        .where(_UNSENT, outbox.c.target > first.c.target)
        .correlate(first)
        .scalar_subquery()
    )
    targets = first.union_all(select(following).where(first.c.target.is_not(None)))
    oldest = (
        select(func.min(outbox.c.id))
        .where(_UNSENT, outbox.c.target == targets.c.target)
        .correlate(targets)
        .scalar_subquery()
    )
    return select(oldest).where(targets.c.target.is_not(None))


def _values(item: OutboxItem) -> rows.Values:
    """A new row."""
    return {
        "kind": item.kind.value,
        "target": item.target,
        "message": item.message,
        "thread_ts": item.thread_ts,
        "ts": item.ts,
        "subject": item.subject,
        "cause": item.cause,
        "state": "waiting",
        "fence": 0,
        "attempts": 0,
    }
