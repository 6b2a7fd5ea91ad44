"""What the bot keeps, as frozen domain values; rows of tables are separate (storage/tables.py).

Instants are aware and in plan time unless a field says real time. People are user ids of the
platform; agencies and milestones are ids of the plan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from coordination.channel_records import ChannelKept as ChannelKept
from coordination.clearance_records import Question as Question
from coordination.people_records import Interest as Interest
from coordination.people_records import Preferences as Preferences
from coordination.people_records import Snooze as Snooze
from coordination.people_records import Switch as Switch
from workplan.clearance import Act
from workplan.steps import CHANNEL as CHANNEL
from workplan.steps import Topic as Topic
from workplan.window import Window


class Role(StrEnum):
    """In what capacity a person represents an agency."""

    FOCAL = "focal point"
    ALTERNATE = "alternate"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who represents an agency; `zone` is their IANA time zone, None when not known."""

    user: str
    team: str
    name: str
    agency: str
    role: Role
    zone: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class MessageRef:
    """Where a message stands; `ts` is the platform's id of it inside the channel."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of something that was to be told under a key.

    `over` says that nobody will send it any more; `message` is the one that counts, None where it
    was never settled with one.
    """

    over: bool
    message: MessageRef | None = None


@dataclass(frozen=True, slots=True)
class MilestoneChange:
    """The state kept beside the plan for one milestone; None and False mean as the plan says.

    `told_at` (aware) is when the channel's notice tells of the date set last, `was` the window
    that the channel knew before; both are None where there is nothing to tell.
    """

    milestone: str
    words: str | None = None
    window: Window | None = None
    confirmed: bool = False
    done_on: date | None = None
    activated: bool = False
    cancelled: bool = False
    postponed: bool = False
    was: Window | None = None
    told_at: datetime | None = None


class CirculationState(StrEnum):
    """How a circulation stands; all but `open` and `past closing` are ends."""

    OPEN = "open"
    PAST_CLOSING = "past closing"  # unanimity, not cleared in time: answers still count, marked
    CLEARED = "cleared"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not adopted"
    COMMENTS_CLOSED = "comments closed"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed without clearance"  # by the chair, after the closing time
    OVERRIDDEN = "closed by the Chair's decision"  # endorsement only: what needs it may go on

    @property
    def in_words(self) -> str:
        """How it is said after “is”, as in “is closed for comments”."""
        return "closed for comments" if self is self.COMMENTS_CLOSED else self.value

    @property
    def takes_answers(self) -> bool:
        """Whether positions still count."""
        return self in (CirculationState.OPEN, CirculationState.PAST_CLOSING)

    @property
    def opens_the_gate(self) -> bool:
        """Whether what needs it may be done."""
        return self in (
            CirculationState.CLEARED,
            CirculationState.ADOPTED,
            CirculationState.COMMENTS_CLOSED,
            CirculationState.OVERRIDDEN,
        )


@dataclass(frozen=True, slots=True)
class Circulation:
    """One version of a document sent to agencies with a closing time.

    `document` is the SHA-256 of a file that is kept (`link` then leads to its copy on the
    platform). `supersedes` is the circulation of the version before; `editorial` says that the
    positions on that one carried over. `struck` are agencies asked that have left the group since.
    `reason` is the chair's, of a closing, a withdrawal or an override.
    """

    id: int
    milestone: str
    version: int
    title: str
    link: str
    asks_for: Literal["comments", "endorsement", "clearance"]
    rule: Literal["unanimity", "silence", "comments"]
    asked: tuple[str, ...]
    opened_at: datetime
    opened_by: str
    closes_at: datetime
    state: CirculationState = CirculationState.OPEN
    ended_at: datetime | None = None
    message: MessageRef | None = None
    permalink: str | None = None
    document: str | None = None
    document_name: str | None = None
    note: str = ""  # the chair's words to the agencies
    supersedes: int | None = None
    editorial: bool = False
    struck: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def subject(self) -> str:
        """What the journal and the outbox call it."""
        return f"circulation:{self.id}"

    @property
    def named(self) -> str:
        """How people are told of it in a sentence."""
        return f"“{self.title}”, version {self.version}"

    @property
    def heads(self) -> bool:
        """Whether the heads of agency clear it."""
        return self.asks_for == "clearance"

    @property
    def voices(self) -> tuple[str, ...]:
        """The agencies whose answers decide it: those asked that are still members."""
        return tuple(a for a in self.asked if a not in self.struck)


class ReminderState(StrEnum):
    """The life of a ledger row."""

    PENDING = "pending"
    CLAIMED = "claimed"
    POSTED = "posted"
    FOLDED = "folded"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One row of the ledger: due at a moment, for a milestone, its due day, a step, an audience.

    `subject` is a milestone's id, or `circulation:N` for a position still to come. `audience` is
    `channel` or a user id. `agency` is the agency on whose account a person is told; `for_empty`
    names the agency that has nobody, when its reminder goes to the chair instead.
    """

    subject: str
    counted_to: date
    step: str
    audience: str
    topic: Topic
    due_at: datetime
    agency: str | None = None
    for_empty: bool = False
    state: ReminderState = ReminderState.PENDING
    reason: str | None = None
    message: MessageRef | None = None
    fence: int = 0
    attempts: int = 0

    @property
    def key(self) -> str:
        """What it is, unique in the ledger: subject, due day counted to, step and audience."""
        owner = f"/{self.agency}" if self.agency and self.audience != CHANNEL else ""
        return f"{self.subject}|{self.counted_to}|{self.step}|{self.audience}{owner}"

    @property
    def in_doubt(self) -> bool:
        """Whether an earlier claim ended without its owner saying what became of it.

        Each claim adds one to `fence`, each end that is known for certain one to `attempts`.
        """
        return self.doubts > 1

    @property
    def doubts(self) -> int:
        """Of how many claims, the present one among them, it is not known what became of it."""
        return self.fence - self.attempts


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Someone saw a reminder and says so, for their agency."""

    milestone: str
    counted_to: date
    agency: str
    person: str
    at: datetime
    how: str  # "button" or "reaction"


class OutboxKind(StrEnum):
    """What the outbox worker does with a row."""

    POST = "post"  # a new message to `target`, a channel id
    DIRECT = "direct"  # a direct message to `target`, a user id
    CARD = "card"  # draw the circulation `subject` anew: post it, or update where it stands
    EDIT = "edit"  # replace the message at (target, ts)
    TABLE = "table"  # the comments that `subject` names, as a file for `target`, a user id
    FILE = "file"  # a copy into its thread of the document of the circulation in `document:N`


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """Something to be told that was decided in a transaction; `message` is None for a CARD."""

    kind: OutboxKind
    target: str
    message: str | None = None  # coordination.messages.wire JSON
    thread_ts: str | None = None
    ts: str | None = None
    subject: str | None = None
    id: int = 0
    fence: int = 0
    attempts: int = 0
    # The id under which the logs tell of what it answers; no difference between two drawings.
    cause: str | None = field(default=None, compare=False)

    @property
    def key(self) -> str:
        """The key in the message's metadata."""
        return f"outbox:{self.id}"

    @property
    def in_doubt(self) -> bool:
        """Whether an earlier claim ended without its owner saying what became of it."""
        return self.doubts > 1

    @property
    def doubts(self) -> int:
        """Of how many claims, the present one among them, it is not known what became of it."""
        return self.fence - self.attempts


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal: who did what to which subject, when, on what evidence.

    `actor` is a user id, `bot`, or `terminal` for what was typed there; names never stand here.
    `subject` is `milestone:ID`, `circulation:N`, `output:ID`, `person:U…`, `reminder:KEY`,
    `channel:ID` or `plan`. `detail` is JSON data.
    """

    at: datetime
    actor: str
    verb: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    evidence: MessageRef | None = None
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class GroupState:
    """All that is kept and answers are made from, read in one go."""

    people: tuple[Person, ...] = ()
    changes: tuple[MilestoneChange, ...] = ()
    circulations: tuple[Circulation, ...] = ()
    acts: Mapping[int, tuple[Act, ...]] = field(default_factory=dict)
    acknowledgements: tuple[Acknowledgement, ...] = ()
    questions: tuple[Question, ...] = ()  # the open ones
    preferences: tuple[Preferences, ...] = ()
    snoozes: tuple[Snooze, ...] = ()
    switches: tuple[Switch, ...] = ()
    interests: tuple[Interest, ...] = ()
    channels: tuple[ChannelKept, ...] = ()
