"""Positions of agencies on a circulated document, and what they amount to under each rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

Rule = Literal["unanimity", "silence", "comments"]


class Position(StrEnum):
    """An agency's answer."""

    CLEARED = "cleared"
    WORKING_LEVEL = "cleared at working level"  # of a text that the heads clear: not yet enough
    CLEARED_WITH_SUGGESTIONS = "cleared with suggestions"
    SUBJECT_TO_CHANGE = "cleared subject to a change"
    CANNOT_CLEAR = "cannot clear as drafted"
    STANDS_ASIDE = "stands aside"
    SEEN = "seen"  # an acknowledgement, no position

    @property
    def clears(self) -> bool:
        """Whether it counts as clearance."""
        return self in (Position.CLEARED, Position.CLEARED_WITH_SUGGESTIONS)

    @property
    def prevents(self) -> bool:
        """Whether it ends a silence procedure as not adopted."""
        return self in (Position.CANNOT_CLEAR, Position.SUBJECT_TO_CHANGE)


class Outcome(StrEnum):
    """How a circulation ends; `past closing` still takes answers."""

    CLEARED = "cleared"
    PAST_CLOSING = "past closing"
    ADOPTED = "adopted"
    NOT_ADOPTED = "not adopted"
    COMMENTS_CLOSED = "comments closed"


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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agency stands: its position with who gave it and when, or None."""

    position: Position | None = None
    person: str | None = None
    at: datetime | None = None
    source: str | None = None


def standing(acts: Iterable[Act], asked: Sequence[str]) -> Mapping[str, Standing]:
    """The standing of every agency asked, whatever order and how often the acts arrive.

    The latest act by event time counts. Taking away what counts leaves no position; taking away
    something else changes nothing. Acts of agencies that were not asked do not count.
    """
    found = dict.fromkeys(asked, Standing())
    for act in sorted(set(acts), key=_by_time):
        if act.agency not in found or act.position is Position.SEEN:
            continue
        now = found[act.agency]
        if act.given:
            found[act.agency] = Standing(act.position, act.person, act.at, act.source)
        elif (now.person, now.source) == (act.person, act.source):
            found[act.agency] = Standing()
    return found


def _by_time(act: Act) -> tuple[Decimal, bool, str, str, str]:
    """By event time; at the same time what was given stands before what was taken away."""
    return (Decimal(act.order), not act.given, act.agency, act.person, act.source)


def before_closing(acts: Iterable[Act], closes_at: datetime) -> tuple[Act, ...]:
    """The acts up to the closing time: what comes after a silence has ended changes nothing."""
    return tuple(act for act in acts if act.at <= closes_at)


def outcome(rule: Rule, standings: Mapping[str, Standing], closed: bool) -> Outcome | None:
    """What the standings amount to; None while it goes on. `closed`: the closing time is past.

    Under silence give only the acts of `before_closing`.
    """
    positions = [s.position for s in standings.values()]
    match rule:
        case "comments":
            return Outcome.COMMENTS_CLOSED if closed else None
        case "silence":
            if any(p is not None and p.prevents for p in positions):
                return Outcome.NOT_ADOPTED
            return Outcome.ADOPTED if closed else None
        case "unanimity":
            settled = all(p is not None and (p.clears or _aside(p)) for p in positions)
            if settled and any(p is not None and p.clears for p in positions):
                return Outcome.CLEARED
            return Outcome.PAST_CLOSING if closed else None


def _aside(position: Position) -> bool:
    return position is Position.STANDS_ASIDE


def on_behalf(standings: Mapping[str, Standing], rule: Rule) -> tuple[str, ...]:
    """The agencies on whose behalf a text stands once it is cleared or adopted.

    Under silence all who did not stand aside; otherwise those who cleared it.
    """
    if rule == "silence":
        return tuple(a for a, s in standings.items() if s.position is not Position.STANDS_ASIDE)
    return tuple(a for a, s in standings.items() if s.position is not None and s.position.clears)
