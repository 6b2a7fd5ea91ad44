"""The ports of what is claimed before it is sent: the ledger of reminders, and the outbox."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from coordination.records import MessageRef, OutboxItem, Reminder, ReminderState, Told


class Ledger(Protocol):
    """The reminders. State changes are compare-and-set: rows not in the state expected stay.

    Due moments are plan time; leases run on real time (PostgreSQL's clock, or the process's on
    SQLite) and never on plan time.
    """

    async def reconcile(
        self,
        wanted: Sequence[Reminder],
        now: datetime,
        day_start: datetime,
        until: datetime | None = None,
    ) -> int:
        """Make the pending rows due not after `until` (None: all) equal to `wanted`, which holds
        none due later; returns how many rows changed.

        Missing keys are inserted as pending (as expired, with a reason, when due before
        `day_start`); pending rows that are not wanted become cancelled; cancelled ones that are
        wanted again become pending (expired when due before `day_start`); a pending row's
        changed due moment follows. Rows claimed, posted, folded, expired or failed stay. What
        tells that a date was set never comes too late to be told.
        """
        ...

    async def is_empty(self) -> bool:
        """Whether it never held a row: the plan is loaded for the first time."""
        ...

    async def due(self, now: datetime, limit: int) -> tuple[Reminder, ...]:
        """Pending rows due not after `now` and not held back, by due moment then key."""
        ...

    async def pending(self, keys: Sequence[str]) -> tuple[Reminder, ...]:
        """Those of the keys that are pending, by due moment then key; locked for writing."""
        ...

    async def claim(
        self, keys: Sequence[str], by: str, lease: float, audience: str | None = None
    ) -> tuple[Reminder, ...]:
        """Claim pending rows for `lease` real seconds; returns those that were won (with fence),
        in the order of `keys`. A row held back is not won.

        Where all are for one `audience` nobody else claims for it before the transaction ends, so
        that what is told together is won together.
        """
        ...

    async def taken_over(self, by: str, lease: float, all_others: bool) -> tuple[Reminder, ...]:
        """Take over claims past their lease (or all of other owners), with a new fence."""
        ...

    async def settle(
        self, reminders: Sequence[Reminder], by: str, ref: MessageRef, at: datetime
    ) -> tuple[str, ...]:
        """Claimed by `by` with the same fence → posted; returns the keys that were settled."""
        ...

    async def hold(
        self, claims: Sequence[Reminder], by: str, seconds: float, lease: float
    ) -> tuple[str, ...]:
        """Keys of the claims that are `by`'s with the same fence, each for `seconds` at least.

        Where less is left the lease is made anew, `lease` real seconds from now.
        """
        ...

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
        ...

    async def end(
        self, reminders: Sequence[Reminder], by: str, state: ReminderState, reason: str
    ) -> tuple[str, ...]:
        """Claimed by `by` with the same fence → folded, expired, cancelled or failed, with the
        reason; returns the keys that were ended."""
        ...

    async def told(self, keys: Collection[str]) -> Mapping[str, Told]:
        """What became of each of the keys; those never heard of are left out."""
        ...

    async def finish(self, keys: Sequence[str], state: ReminderState, reason: str) -> None:
        """Pending or claimed → folded, expired, cancelled or failed, with the reason."""
        ...

    async def by_message(self, ref: MessageRef) -> tuple[Reminder, ...]:
        """The reminders a message carries."""
        ...

    async def posted_since(self, at: datetime) -> tuple[Reminder, ...]:
        """Those posted at or after a plan instant, by moment of posting."""
        ...

    async def all(self) -> tuple[Reminder, ...]:
        """Every row, by due moment then key (for reports and tests)."""
        ...


class Outbox(Protocol):
    """What is to be told after a commit, in order of the rows' ids."""

    async def add(self, item: OutboxItem) -> None:
        """Queue it. A CARD for a subject still waiting is not doubled."""
        ...

    async def claim(self, by: str, lease: float, limit: int) -> tuple[OutboxItem, ...]:
        """Claim the oldest waiting rows, one per target at most, whose hold has passed."""
        ...

    async def taken_over(self, by: str, lease: float, all_others: bool) -> tuple[OutboxItem, ...]:
        """Take over claims past their lease (or all of other owners), with a new fence."""
        ...

    async def sent(self, item: OutboxItem, by: str, ref: MessageRef | None) -> bool:
        """Claimed by `by` with the same fence → sent."""
        ...

    async def hold(self, item: OutboxItem, by: str, seconds: float, lease: float) -> bool:
        """Whether the claim is `by`'s with the same fence, for `seconds` at least.

        Where less is left the lease is made anew, `lease` real seconds from now.
        """
        ...

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
        ...

    async def fail(self, item: OutboxItem, by: str, reason: str) -> bool:
        """It cannot be sent; kept with its reason. False when the claim is another's by now."""
        ...

    async def told(self, ids: Collection[int]) -> Mapping[int, Told]:
        """What became of each of the rows; those never heard of are left out."""
        ...

    async def directly_sent(self, subject: str) -> tuple[tuple[OutboxItem, MessageRef], ...]:
        """The direct messages sent on a subject, each with where it stands, in order."""
        ...

    async def unplaced(self, subject_prefix: str) -> bool:
        """Whether a row of such a subject is waiting or claimed (its message may be on its way)."""
        ...

    async def forget(self, name: str) -> None:
        """Remove the text of sent and failed messages in which a name stands."""
        ...
