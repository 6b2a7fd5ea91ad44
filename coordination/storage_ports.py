"""The storage's ports: what the use cases need kept, as Protocols that `storage/` fulfils."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self

from coordination.around_ports import ChannelsKept as ChannelsKept
from coordination.around_ports import Circulations as Circulations
from coordination.around_ports import Comments as Comments
from coordination.around_ports import Documents as Documents
from coordination.around_ports import EvidenceKept as EvidenceKept
from coordination.around_ports import Previews as Previews
from coordination.around_ports import Questions as Questions
from coordination.around_ports import Wishes as Wishes
from coordination.clearance_records import Comment, Document, Evidence
from coordination.ledger_ports import Ledger as Ledger
from coordination.ledger_ports import Outbox as Outbox
from coordination.records import (
    Acknowledgement,
    Entry,
    GroupState,
    MilestoneChange,
    Person,
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
    channels: ChannelsKept
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


class Round(StrEnum):
    """How it stands with what all processes on the database do together."""

    OURS = "ours"  # to be done here, now
    OTHERS = "others"  # somebody else is at it
    DONE = "done"  # lately enough


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

    async def lived_until(self) -> datetime | None:
        """The plan time remembered last, until which what fell due was looked at; None when new."""
        ...

    async def begin_round(self, name: str, within: float, lease: float) -> Round:
        """Take on what is done together, unless it was brought to an end in the last `within`
        real seconds. Whoever takes it has it for `lease` real seconds."""
        ...

    async def go_on_with_round(self, name: str, lease: float) -> None:
        """Have it for `lease` real seconds more from now."""
        ...

    async def end_round(self, name: str, well: bool) -> None:
        """It is done; or, where it did not go `well`, it is anybody's again."""
        ...

    async def take_turn(self, channel: str, seconds: float) -> float:
        """Take the channel's next turn among all processes, after which the following is `seconds`
        later; real seconds until it comes."""
        ...

    async def ping(self) -> None:
        """Raise StorageUnavailable when the database does not answer."""
        ...


class StorageUnavailable(Exception):
    """The database is locked, away or full: nothing was recorded; `args[0]` says which.

    Raised within 2 s. A commit whose answer got lost with a server's connection may have been made
    all the same: what is tried again must be recognised by its key.
    """
