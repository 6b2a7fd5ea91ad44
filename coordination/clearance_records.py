"""What is kept around a circulation: open questions, comments, evidence, documents.

Instants are aware and in plan time. People are user ids; names never stand here but in
`Evidence.from_whom` and in the words that people wrote.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

CHAIR = "chair"
"""Whom a question is put to when it is for whoever runs the plan on that day."""


class QuestionKind(StrEnum):
    """What the bot asks, and of whom."""

    CAPACITY = "in whose name"  # a person: who cleared a text that heads clear
    WITHDRAWAL = "withdraw"  # a person: the ✅ of a head's clearance was taken away
    AGAIN = "holds again"  # a person: what counted was taken away, an earlier act stands
    CONFLICT = "which holds"  # an agency: two reactions were found after an outage
    MEANING = "meaning"  # a person: what a ✋ means
    OBJECTION = "cannot clear"  # a person: confirm it, and say why
    SUGGESTIONS = "suggestions"  # a person: the text of a 💬
    CHANGE = "change"  # the chair: is the change asked for accepted
    BASIS = "on that basis"  # an agency: the chair accepted its change; does it clear
    TIME = "more time"  # the chair: accept or decline
    WITHOUT = "issue without"  # an agency: may it be issued without it
    ENTERED = "entered wrongly"  # the chair: an agency says that what was entered is not right
    CLOSING = "at closing"  # the chair: extend, consult or close


class QuestionState(StrEnum):
    """The life of a question."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"  # what it was about has gone


@dataclass(frozen=True, slots=True)
class Question:
    """Something that waits for one answer.

    `asked_of` is a user id, an agency's id or CHAIR; `agency` the agency it is about; `by` is
    whose act caused it. `detail` is JSON data that the kind needs (coordination/questions.py).
    `words` is the message that asks it, as JSON (coordination/messages/wire.py), so that it can be
    shown again wherever it is listed; one that is not open any more keeps none.
    """

    id: int
    circulation: int
    kind: QuestionKind
    asked_of: str
    agency: str | None
    by: str
    at: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)
    state: QuestionState = QuestionState.OPEN
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    words: str | None = None


CommentKind = Literal["comment", "suggestion", "change", "reason"]


@dataclass(frozen=True, slots=True)
class Comment:
    """What an agency wrote on a circulated text, and the author's reply.

    A `reason` (of a "cannot clear") and a `change` are for the chair and the agency alone.
    """

    id: int
    circulation: int
    agency: str
    person: str
    at: datetime
    kind: CommentKind
    text: str
    place: str = ""  # in the text
    wording: str = ""  # proposed
    reply: str = ""
    replied_by: str | None = None
    replied_at: datetime | None = None
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """How an answer came that somebody entered for an agency.

    The act it stands for has the source `entered:ID`.
    """

    id: int
    circulation: int
    agency: str
    entered_by: str
    at: datetime
    received_on: date
    from_whom: str
    how: str  # "e-mail", "phone", "letter", "meeting"
    quote: str = ""
    document: str | None = None  # SHA-256 of a kept file


@dataclass(frozen=True, slots=True)
class Document:
    """A file kept as it was when it was handed in; `sha256` is of `content`, in hexadecimal."""

    sha256: str
    name: str
    media_type: str
    content: bytes
    kept_by: str
    kept_at: datetime
