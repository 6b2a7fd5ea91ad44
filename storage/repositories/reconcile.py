"""Make the ledger's pending rows equal to what plan and state call for, in few statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from coordination.records import Reminder, ReminderState
from storage.tables import reminders
from storage.transaction import Transaction, chunks, is_
from workplan.steps import Topic

TOO_EARLY = "it lay before the day it first became known"
NOT_WANTED = "plan or state no longer call for it"

_PENDING = is_(reminders.c.state, ReminderState.PENDING.value)
_FOLLOWS = ("due_at", "topic", "agency", "for_empty")
"""What a pending row takes over from the plan; the rest is in its key."""


async def reconcile(
    transaction: Transaction,
    wanted: Sequence[Reminder],
    now: datetime,
    day_start: datetime,
    until: datetime | None = None,
) -> int:
    """Make the pending rows due not after `until` equal to `wanted`; returns how many changed.

    Reads those rows' keys and moments and, of the wanted keys that are not among them, the
    states; posted rows of the past cost nothing, nor does what waits beyond `until`. Where nothing
    changed, nothing is written.
    """
    await transaction.lock("reconcile")  # one replica at a time: the second finds nothing to do
    by_key = {reminder.key: reminder for reminder in wanted}
    columns = [reminders.c.key, *(reminders.c[name] for name in _FOLLOWS)]
    waiting = select(*columns).where(_PENDING)
    if until is not None:
        waiting = waiting.where(reminders.c.due_at <= until)
    found = await transaction.run(waiting)
    pending: dict[str, tuple[Any, ...]] = {row[0]: tuple(row[1:]) for row in found}
    others = await _states(transaction, [key for key in by_key if key not in pending])
    new = [r for key, r in by_key.items() if key not in pending and key not in others]
    revived = [by_key[k] for k, state in others.items() if state == ReminderState.CANCELLED]
    moved = [r for key, r in by_key.items() if key in pending and pending[key] != _follows(r)]
    # Pending beyond `until`, and called for before it by now.
    moved += [by_key[k] for k, state in others.items() if state == ReminderState.PENDING]
    changed = 0
    if new:
        rows = [_row(reminder, now, day_start) for reminder in new]
        for some in chunks(rows):  # each statement has to be answered in time
            await transaction.run(insert(reminders), some)
        changed += len(rows)
    changed += await _overwrite(
        transaction, ReminderState.CANCELLED, [_state(r, now, day_start) for r in revived]
    )
    changed += await _overwrite(transaction, ReminderState.PENDING, [_follow(r) for r in moved])
    changed += await _cancel(transaction, pending.keys() - by_key.keys())
    return changed


async def _states(transaction: Transaction, keys: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(keys):
        statement = select(reminders.c.key, reminders.c.state).where(reminders.c.key.in_(some))
        found.update((row["key"], row["state"]) for row in await transaction.rows(statement))
    return found


async def _overwrite(
    transaction: Transaction, state: ReminderState, values: Sequence[dict[str, Any]]
) -> int:
    """Write the values over the rows that are (still) in `state`; returns how many there were."""
    by_key = {row["row_key"]: row for row in values}
    changed = 0
    for some in chunks(sorted(by_key)):
        # Locked first: a driver's executemany does not say how many rows it changed.
        statement = (
            select(reminders.c.key)
            .where(reminders.c.key.in_(some), is_(reminders.c.state, state.value))
            .order_by(reminders.c.key)
            .with_for_update()
        )
        free = (await transaction.run(statement)).scalars().all()
        if free:
            columns = [name for name in by_key[free[0]] if name != "row_key"]
            await transaction.run(
                update(reminders)
                .where(reminders.c.key == bindparam("row_key"))
                .values({name: bindparam(name) for name in columns}),
                [by_key[key] for key in free],
            )
            changed += len(free)
    return changed


async def _cancel(transaction: Transaction, keys: Collection[str]) -> int:
    changed = 0
    for some in chunks(sorted(keys)):
        result = await transaction.run(
            update(reminders)
            .where(reminders.c.key.in_(some), _PENDING)
            .values(state=ReminderState.CANCELLED.value, reason=NOT_WANTED, hold_until=None)
        )
        changed += result.rowcount
    return changed


def _follows(reminder: Reminder) -> tuple[Any, ...]:
    """The values of `_FOLLOWS`."""
    return (reminder.due_at, reminder.topic.value, reminder.agency, reminder.for_empty)


def _follow(reminder: Reminder) -> dict[str, Any]:
    """`_FOLLOWS` by name, with the row's key as `row_key`."""
    return {"row_key": reminder.key, **dict(zip(_FOLLOWS, _follows(reminder), strict=True))}


def _state(reminder: Reminder, now: datetime, day_start: datetime) -> dict[str, Any]:
    """`_follow`, and how a row that is called for starts: to be sent, or too early to be."""
    # A date that was set is news however late; a step that long is past is not.
    late = reminder.due_at < day_start and reminder.topic is not Topic.CHANGE
    return {
        **_follow(reminder),
        "state": (ReminderState.EXPIRED if late else ReminderState.PENDING).value,
        "reason": TOO_EARLY if late else None,
        "derived_at": now,
    }


def _row(reminder: Reminder, now: datetime, day_start: datetime) -> dict[str, Any]:
    """A whole new row."""
    row = _state(reminder, now, day_start)
    row["key"] = row.pop("row_key")
    return row | {
        "subject": reminder.subject,
        "counted_to": reminder.counted_to,
        "step": reminder.step,
        "audience": reminder.audience,
        "fence": 0,
        "attempts": 0,
    }
