"""Positions of agencies on a circulated document, and what they amount to under each rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Position(StrEnum):
    """An agency's answer."""

    CLEARED = "cleared"
    CLEARED_WITH_SUGGESTIONS = "cleared with suggestions"
    SUBJECT_TO_CHANGE = "cleared subject to a change"
    CANNOT_CLEAR = "cannot clear as drafted"
    STANDS_ASIDE = "stands aside"
    SEEN = "seen"  # an acknowledgement, no position


@dataclass(frozen=True, slots=True)
class Act:
    """A person gave or took away an agency's answer; acts are never changed, only added.

    `order` is the platform's event time and sorts acts of one source ("1263200400.000100");
    `at` is the same instant in plan time (aware). `source` names what carries the answer, such as
    `reaction:white_check_mark`: taking it away withdraws what the same person gave by that source.
    """

    agency: str
    person: str
    position: Position
    source: str
    given: bool
    at: datetime
    order: str

    def __post_init__(self) -> None:
        """Refuse a naive instant."""
        if self.at.tzinfo is None:
            raise ValueError("an act needs an aware instant")
