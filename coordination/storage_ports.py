"""The storage's ports: what the use cases need kept, as Protocols that `storage/` fulfils."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self

from coordination.around_ports import Circulations as Circulations
from coordination.around_ports import Comments as Comments
from coordination.around_ports import Documents as Documents
from coordination.around_ports import EvidenceKept as EvidenceKept
from coordination.around_ports import Previews as Previews
from coordination.around_ports import Questions as Questions
from coordination.around_ports import Wishes as Wishes
from coordination.clearance_records import Comment, Document, Evidence
from coordination.records import (
    Acknowledgement,
    Entry,
    GroupState,
    MessageRef,
    MilestoneChange,
    OutboxItem,
    Person,
    Reminder,
    ReminderState,
)


class People(Protocol):
    """Who represents which agency."""

    async def get(self, user: str) -> Person | None:
        """The active person of that id."""
        ...

    async def put(self, person: Person) -> None:
        """Name a person, or change what is kept of them."""
        ...

    async def remove(self, user: str) -> None:
        """They represent nobody any more; what they did stays."""
        ...

    async def forget(self, user: str) -> Person | None:
        """Remove the name and the time zone behind an id, for good; they represent nobody any more.

        Returns the person as they were; None where nobody of that id is kept.
        """
        ...


class MilestoneChanges(Protocol):
    """The state kept beside the plan."""

    async def get(self, milestone: str) -> MilestoneChange:
        """The milestone's change, an empty one where there is none; locks the row for writing."""
        ...

    async def put(self, change: MilestoneChange) -> None:
        """Keep it."""
        ...


class Acknowledgements(Protocol):
    """Who has seen what."""

    async def add(self, acknowledgement: Acknowledgement) -> bool:
        """Record it; False when that person's is there already."""
        ...


class Ledger(Protocol):
    """The reminders. State changes are compare-and-set: rows not in the state expected stay.

    Due moments are plan time; leases run on real time (PostgreSQL's clock, or the process's on
    SQLite) and never on plan time.
    """

    async def reconcile(
        self, wanted: Sequence[Reminder], now: datetime, day_start: datetime
    ) -> int:
        """Make the pending rows equal to `wanted`; returns how many rows changed.

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

    async def claim(self, keys: Sequence[str], by: str, lease: float) -> tuple[Reminder, ...]:
        """Claim pending rows for `lease` real seconds; returns those that were won (with fence),
        in the order of `keys`. A row held back is not won."""
        ...

    async def taken_over(self, by: str, lease: float, all_others: bool) -> tuple[Reminder, ...]:
        """Take over claims past their lease (or all of other owners), with a new fence."""
        ...

    async def settle(
        self, reminders: Sequence[Reminder], by: str, ref: MessageRef, at: datetime
    ) -> tuple[str, ...]:
        """Claimed by `by` with the same fence → posted; returns the keys that were settled."""
        ...

    async def release(self, reminders: Sequence[Reminder], by: str, hold: float) -> None:
        """Give claims up: pending again, but not for `hold` real seconds; attempts + 1."""
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

    async def release(self, item: OutboxItem, by: str, hold: float) -> None:
        """Give the claim up: waiting again, but not for `hold` real seconds; attempts + 1."""
        ...

    async def fail(self, item: OutboxItem, by: str, reason: str) -> None:
        """It cannot be sent; kept with its reason."""
        ...

    async def unplaced(self, subject_prefix: str) -> bool:
        """Whether a row of such a subject is waiting or claimed (its message may be on its way)."""
        ...

    async def forget(self, name: str) -> None:
        """Remove the text of sent and failed messages in which a name stands."""
        ...


class Journal(Protocol):
    """The append-only record."""

    async def add(self, entry: Entry) -> None:
        """Append an entry."""
        ...

    async def of(self, subject: str, limit: int = 50) -> tuple[Entry, ...]:
        """The latest entries of a subject, oldest first."""
        ...


class SeenEvents(Protocol):
    """Platform events that were processed already."""

    async def first(self, event_id: str, at: datetime) -> bool:
        """Mark it; False when it was there (a repeat)."""
        ...

    async def first_of(self, events: Mapping[str, datetime]) -> frozenset[str]:
        """Mark several at once; returns those that were not there."""
        ...


class UnitOfWork(Protocol):
    """One write transaction; leaving it without `commit` rolls everything back."""

    people: People
    milestones: MilestoneChanges
    circulations: Circulations
    questions: Questions
    comments: Comments
    evidence: EvidenceKept
    documents: Documents
    wishes: Wishes
    previews: Previews
    acknowledgements: Acknowledgements
    ledger: Ledger
    outbox: Outbox
    journal: Journal
    events: SeenEvents

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    async def commit(self) -> None:
        """Make it last."""
        ...


class Storage(Protocol):
    """The database."""

    def unit_of_work(self) -> UnitOfWork:
        """A new write transaction, begun when entered."""
        ...

    async def load_state(self) -> GroupState:
        """All that answers are made from, read outside any write transaction."""
        ...

    async def history(self, subject: str, limit: int = 50) -> tuple[Entry, ...]:
        """The latest journal entries of a subject, oldest first, read without a transaction."""
        ...

    async def comments(self, circulation: int) -> tuple[Comment, ...]:
        """All comments on a circulation, in order, read without a transaction."""
        ...

    async def evidence(self, circulation: int) -> tuple[Evidence, ...]:
        """How the answers entered for agencies came, in order, read without a transaction."""
        ...

    async def document(self, sha256: str) -> Document | None:
        """The file that is kept under a digest, read without a transaction."""
        ...

    async def next_due(self, after: datetime | None = None) -> datetime | None:
        """The earliest due moment (later than `after`) of a pending reminder, read without a
        transaction."""
        ...

    async def remember_instant(self, instant: datetime) -> None:
        """Keep the plan time (aware) that was lived through; an earlier one changes nothing."""
        ...

    async def last_instant(self) -> datetime | None:
        """The latest plan time known: remembered, journalled or posted at; None when new."""
        ...

    async def ping(self) -> None:
        """Raise StorageUnavailable when the database does not answer."""
        ...


class StorageUnavailable(Exception):
    """The database is locked, away or full: nothing was recorded; `args[0]` says which.

    Raised within 2 s. A commit whose answer got lost with a server's connection may have been made
    all the same: what is tried again must be recognised by its key.
    """
