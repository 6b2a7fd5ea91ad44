"""The ledger of reminders: claimed by compare-and-set, settled under a fence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, null, or_, select, update

from coordination.records import MessageRef, Reminder, ReminderState, Told
from coordination.storage_ports import Ledger
from storage import rows
from storage.repositories.reconcile import reconcile
from storage.tables import reminders
from storage.transaction import Transaction, chunks, is_

_PENDING = is_(reminders.c.state, ReminderState.PENDING.value)
_CLAIMED = is_(reminders.c.state, ReminderState.CLAIMED.value)
_UNREAD = frozenset({"key", "derived_at", "posted_at", "claimed_by", "lease_until", "hold_until"})
_READ = [column for column in reminders.c if column.name not in _UNREAD]
"""What a Reminder is made of: a thousand due need not have their other instants read."""
_OPEN = frozenset({ReminderState.PENDING, ReminderState.CLAIMED})
_ENDS = frozenset(
    {
        ReminderState.FOLDED,
        ReminderState.EXPIRED,
        ReminderState.CANCELLED,
        ReminderState.FAILED,
    }
)


class SqlLedger(Ledger):
    """`Ledger` on the table `reminders`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def reconcile(
        self,
        wanted: Sequence[Reminder],
        now: datetime,
        day_start: datetime,
        until: datetime | None = None,
    ) -> int:
        """Make the pending rows due not after `until` equal to `wanted`; returns how many changed.

        `now` is kept as the moment the rows were derived. See storage/repositories/reconcile.py.
        """
        return await reconcile(self._transaction, wanted, now, day_start, until)

    async def is_empty(self) -> bool:
        """Whether it never held a row."""
        return not await self._transaction.rows(select(reminders.c.key).limit(1))

    async def due(self, now: datetime, limit: int) -> tuple[Reminder, ...]:
        """Pending rows due not after `now` and not held back, by due moment then key."""
        found = await self._transaction.rows(
            select(*_READ)
            .where(_PENDING, reminders.c.due_at <= now, self._not_held())
            .order_by(reminders.c.due_at, reminders.c.key)
            .limit(limit)
        )
        return tuple(rows.reminder(row) for row in found)

    async def pending(self, keys: Sequence[str]) -> tuple[Reminder, ...]:
        """Those of the keys that are pending, by due moment then key; locked for writing."""
        found: list[Reminder] = []
        for some in chunks(list(dict.fromkeys(keys))):
            statement = select(*_READ).where(reminders.c.key.in_(some), _PENDING)
            rows_found = await self._transaction.rows(statement.with_for_update())
            found += [rows.reminder(row) for row in rows_found]
        return tuple(sorted(found, key=lambda r: (r.due_at, r.key)))

    async def claim(
        self, keys: Sequence[str], by: str, lease: float, audience: str | None = None
    ) -> tuple[Reminder, ...]:
        """Claim pending rows for `lease` real seconds; returns those that were won (with fence).

        In the order of `keys`. A row that another process gave back and that is still held is not
        won. Of two replicas that pass over each other's locks each would win a part of a notice:
        for one `audience` they claim one after the other.
        """
        if audience is not None:
            await self._transaction.lock(f"reminders for {audience}")
        won: dict[str, Reminder] = {}
        for some in chunks(list(dict.fromkeys(keys))):
            free = reminders.c.key.in_(some) & _PENDING & self._not_held()
            for reminder in await self._take(free, by, lease):
                won[reminder.key] = reminder
        return tuple(won[key] for key in keys if key in won)

    async def taken_over(self, by: str, lease: float, all_others: bool) -> tuple[Reminder, ...]:
        """Take over claims past their lease (or all of other owners), with a new fence."""
        past: ColumnElement[bool] = reminders.c.lease_until <= self._transaction.real.later()
        left = or_(past, reminders.c.claimed_by != by) if all_others else past
        won = await self._take(and_(_CLAIMED, left), by, lease)
        return tuple(sorted(won, key=lambda r: (r.due_at, r.key)))

    async def settle(
        self, reminders: Sequence[Reminder], by: str, ref: MessageRef, at: datetime
    ) -> tuple[str, ...]:
        """Claimed by `by` with the same fence → posted; returns the keys that were settled."""
        settled = await self._end(
            reminders,
            by,
            state=ReminderState.POSTED.value,
            reason=None,
            message_channel=ref.channel,
            message_ts=ref.ts,
            posted_at=at,
        )
        return tuple(reminder.key for reminder in reminders if reminder.key in settled)

    async def hold(
        self, claims: Sequence[Reminder], by: str, seconds: float, lease: float
    ) -> tuple[str, ...]:
        """Keys of the claims that are `by`'s with the same fence, each for `seconds` at least.

        Where less is left the lease is made anew, `lease` real seconds from now. A claim past its
        lease that nobody took over is still its owner's.
        """
        held: set[str] = set()
        for ours in _ours(claims, by):
            long = (reminders.c.lease_until >= self._transaction.real.later(seconds)).label("long")
            found = await self._transaction.rows(select(reminders.c.key, long).where(ours))
            enough = {row["key"]: bool(row["long"]) for row in found}
            held |= {key for key, long in enough.items() if long}
            if len(held) < len(enough):
                until = self._transaction.real.later(lease)
                renew = update(reminders).where(ours).values(lease_until=until)
                held.update(
                    (await self._transaction.run(renew.returning(reminders.c.key))).scalars()
                )
        return tuple(claim.key for claim in claims if claim.key in held)

    async def release(
        self,
        reminders: Sequence[Reminder],
        by: str,
        hold: float,
        reason: str | None = None,
        in_doubt: bool = False,
    ) -> None:
        """Give claims up: pending again, but not for `hold` real seconds; `reason` says why.

        Attempts + 1, unless it is `in_doubt` whether they were sent.
        """
        await self._end(
            reminders,
            by,
            state=ReminderState.PENDING.value,
            reason=reason,
            hold_until=self._transaction.real.later(hold) if hold > 0 else null(),
            attempts=_attempts if in_doubt else _attempts + 1,
        )

    async def end(
        self, reminders: Sequence[Reminder], by: str, state: ReminderState, reason: str
    ) -> tuple[str, ...]:
        """Claimed by `by` with the same fence → folded, expired, cancelled or failed, with the
        reason; returns the keys that were ended. Raises ValueError for a state that is no end.
        """
        _require_end(state)
        known = _attempts + 1
        ended = await self._end(reminders, by, state=state.value, reason=reason, attempts=known)
        return tuple(reminder.key for reminder in reminders if reminder.key in ended)

    async def finish(self, keys: Sequence[str], state: ReminderState, reason: str) -> None:
        """Pending or claimed → folded, expired, cancelled or failed, with the reason.

        Raises ValueError for a state that is no such end.
        """
        _require_end(state)
        for some in chunks(list(keys)):
            await self._transaction.run(
                update(reminders)
                .where(reminders.c.key.in_(some), or_(_PENDING, _CLAIMED))
                .values(state=state.value, reason=reason, **_FREE, hold_until=None)
            )

    async def by_message(self, ref: MessageRef) -> tuple[Reminder, ...]:
        """The reminders a message carries, by due moment then key."""
        found = await self._transaction.rows(
            select(*_READ)
            .where(reminders.c.message_ts == ref.ts, reminders.c.message_channel == ref.channel)
            .order_by(reminders.c.due_at, reminders.c.key)
        )
        return tuple(rows.reminder(row) for row in found)

    async def told(self, keys: Collection[str]) -> Mapping[str, Told]:
        """What became of each of the keys; those never heard of are left out."""
        told: dict[str, Told] = {}
        for some in chunks(sorted(keys)):
            statement = select(*_READ).where(reminders.c.key.in_(some))
            for row in await self._transaction.rows(statement):
                found = rows.reminder(row)
                told[found.key] = Told(found.state not in _OPEN, found.message)
        return told

    async def posted_since(self, at: datetime) -> tuple[Reminder, ...]:
        """Those posted at or after a plan instant, by moment of posting."""
        found = await self._transaction.rows(
            select(*_READ)
            .where(reminders.c.posted_at >= at)
            .order_by(reminders.c.posted_at, reminders.c.key)
        )
        return tuple(rows.reminder(row) for row in found)

    async def all(self) -> tuple[Reminder, ...]:
        """Every row, by due moment then key (for reports and tests)."""
        found = await self._transaction.rows(
            select(*_READ).order_by(reminders.c.due_at, reminders.c.key)
        )
        return tuple(rows.reminder(row) for row in found)

    def _not_held(self) -> ColumnElement[bool]:
        held = reminders.c.hold_until
        return or_(held.is_(None), held <= self._transaction.real.later())

    async def _take(self, which: ColumnElement[bool], by: str, lease: float) -> Iterable[Reminder]:
        """Claim the rows; those that another replica holds just now are passed over.

        SQLite has no other replica, and would look up each row twice.
        """
        if self._transaction.postgresql:
            free = select(reminders.c.key).where(which).with_for_update(skip_locked=True)
            which = reminders.c.key.in_(free)
        statement = (
            update(reminders)
            .where(which)
            .values(
                state=ReminderState.CLAIMED.value,
                claimed_by=by,
                lease_until=self._transaction.real.later(lease),
                hold_until=None,
                fence=reminders.c.fence + 1,
            )
            .returning(*_READ)
        )
        return [rows.reminder(row) for row in await self._transaction.rows(statement)]

    async def _end(self, claims: Sequence[Reminder], by: str, **values: Any) -> set[str]:
        """End claims that are still `by`'s under the same fence; the keys of those."""
        ended: set[str] = set()
        for ours in _ours(claims, by):
            result = await self._transaction.run(
                update(reminders).where(ours).values(**_FREE, **values).returning(reminders.c.key)
            )
            ended.update(result.scalars())
        return ended


def _ours(claims: Sequence[Reminder], by: str) -> Iterator[ColumnElement[bool]]:
    """Those of the claims that are still `by`'s under the fence they were won with, in pieces."""
    by_fence: defaultdict[int, list[str]] = defaultdict(list)
    for claim in claims:
        by_fence[claim.fence].append(claim.key)
    for fence, keys in by_fence.items():
        for some in chunks(keys):
            yield and_(
                reminders.c.key.in_(some),
                _CLAIMED,
                reminders.c.claimed_by == by,
                reminders.c.fence == fence,
            )


def _require_end(state: ReminderState) -> None:
    if state not in _ENDS:
        raise ValueError(f"{state.value} is not how a reminder is finished")


_FREE: dict[str, Any] = {"claimed_by": None, "lease_until": None}
_attempts = reminders.c.attempts
