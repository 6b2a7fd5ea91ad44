"""Positions of agencies on a circulated document, and what they amount to under each rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Literal

Rule = Literal["unanimity", "silence", "comments"]
_Turn = tuple[datetime, Decimal, bool, str, str, str, str, str, str]
_turn = attrgetter("turn")

REFLECTION = timedelta(minutes=30)
"""Plan time after which a "cannot clear" takes effect when nobody confirmed it before."""

WITHDRAWN = "withdrawn"
"""The source of an act that takes back whatever answer of that person counts.

The reaction that gave it may still stand on the message; taking that away as well changes nothing.
"""


class Position(StrEnum):
    """An agency's answer."""

    CLEARED = "cleared"
    CLEARED_WITH_SUGGESTIONS = "cleared with suggestions"
    SUBJECT_TO_CHANGE = "cleared subject to a change"
    CANNOT_CLEAR = "cannot clear as drafted"
    STANDS_ASIDE = "stands aside"
    LEFT_OUT = "agrees to be left out"  # the text is issued without it, with its consent
    SEEN = "seen"  # an acknowledgement, no position

    @property
    def clears(self) -> bool:
        """Whether it is a clearance (of a text for heads only in a head's name)."""
        return self in (Position.CLEARED, Position.CLEARED_WITH_SUGGESTIONS)

    @property
    def prevents(self) -> bool:
        """Whether it ends a silence procedure as not adopted."""
        return self in (Position.CANNOT_CLEAR, Position.SUBJECT_TO_CHANGE)

    @property
    def aside(self) -> bool:
        """Whether the agency is not named on the text and does not prevent it."""
        return self in (Position.STANDS_ASIDE, Position.LEFT_OUT)


class Capacity(StrEnum):
    """In whose name an agency clears a text that heads of agency clear."""

    HEAD = "by the head"
    OFFICER = "by a delegated officer"
    WORKING_LEVEL = "at working level"

    @property
    def binds(self) -> bool:
        """Whether it satisfies a clearance by heads."""
        return self is not Capacity.WORKING_LEVEL


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
    `reaction:white_check_mark`: taking it away withdraws what the same person gave by that source,
    and WITHDRAWN what the same person gave by any.
    `capacity` says in whose name a clearance by heads was given. `effective_at` (aware plan time)
    is when a "cannot clear" takes effect, None for at once.
    """

    agency: str
    person: str
    position: Position
    source: str
    given: bool
    at: datetime
    order: str
    capacity: Capacity | None = None
    effective_at: datetime | None = None
    turn: _Turn = field(init=False, repr=False, compare=False)
    """By event time; at the same time what was given stands before what was taken away. Only acts
    that are alike in all have the same."""

    def __post_init__(self) -> None:
        """Refuse a naive instant."""
        if self.at.tzinfo is None or (self.effective_at and self.effective_at.tzinfo is None):
            raise ValueError("an act needs an aware instant")
        order = (self.at, Decimal(self.order), not self.given)
        alike = (self.agency, self.person, self.source, self.position)
        # Worked out once: every standing sorts all acts.
        object.__setattr__(
            self, "turn", (*order, *alike, self.capacity or "", str(self.effective_at))
        )


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an agency stands: its position with who gave it and when, or None."""

    position: Position | None = None
    person: str | None = None
    at: datetime | None = None
    source: str | None = None
    capacity: Capacity | None = None
    effective_at: datetime | None = None

    def in_effect(self, now: datetime) -> bool:
        """Whether the position holds at `now`; a "cannot clear" may still be thought over."""
        return self.effective_at is None or self.effective_at <= now

    def satisfies(self, heads: bool) -> bool:
        """Whether it counts as the agency's clearance; `heads`: of a text that heads clear."""
        if self.position is None or not self.position.clears:
            return False
        return not heads or (self.capacity is not None and self.capacity.binds)

    @property
    def aside(self) -> bool:
        """Whether the agency neither joins nor prevents."""
        return self.position is not None and self.position.aside


def standing(acts: Iterable[Act], asked: Sequence[str]) -> Mapping[str, Standing]:
    """The standing of every agency asked, whatever order and how often the acts arrive.

    The latest act by event time counts. Taking away what counts leaves no position; taking away
    something else changes nothing. Acts of agencies that were not asked do not count.
    """
    counts: dict[str, Act | None] = dict.fromkeys(asked)
    of_them = [a for a in acts if a.agency in counts and a.position is not Position.SEEN]
    of_them.sort(key=_turn)
    for act in of_them:  # what comes twice comes in a row, and changes nothing
        if act.given:
            counts[act.agency] = act
            continue
        now = counts[act.agency]
        if now and now.person == act.person and act.source in (now.source, WITHDRAWN):
            counts[act.agency] = None
    return {agency: _stands(act) if act else Standing() for agency, act in counts.items()}


def left_standing(acts: Iterable[Act], agency: str) -> Standing | None:
    """The agency's latest act that nobody took back, whether or not it is what counts.

    After the act that counts was taken away this is what may hold again; None where nothing is.
    """
    kept: dict[tuple[str, str], Act] = {}
    counts: tuple[str, str] | None = None
    count = (a for a in acts if a.agency == agency and a.position is not Position.SEEN)
    for act in sorted(count, key=_turn):
        by = (act.person, act.source)
        if not act.given and act.source == WITHDRAWN:
            if counts is None or counts[0] != act.person:
                continue
            by = counts
        kept.pop(by, None)
        if act.given:
            kept[by] = act
            counts = by
        elif counts == by:
            counts = None
    return _stands(next(reversed(kept.values()))) if kept else None


def takes_effect(position: Position, at: datetime, closes_at: datetime) -> datetime | None:
    """When an answer given at `at` takes effect, None for at once.

    A "cannot clear" can be thought over for half an hour, unless the closing time is nearer.
    """
    if position is not Position.CANNOT_CLEAR or closes_at - at < REFLECTION:
        return None
    return at + REFLECTION


def _stands(act: Act) -> Standing:
    return Standing(act.position, act.person, act.at, act.source, act.capacity, act.effective_at)


def before_closing(acts: Iterable[Act], closes_at: datetime) -> tuple[Act, ...]:
    """The acts up to the closing time: what comes after a silence has ended changes nothing."""
    return tuple(act for act in acts if act.at <= closes_at)


def outcome(
    rule: Rule, standings: Mapping[str, Standing], closed: bool, now: datetime, heads: bool = False
) -> Outcome | None:
    """What the standings amount to at `now`; None while it goes on.

    `closed`: the closing time is past; `heads`: the heads of agency clear it. Under silence give
    only the acts of `before_closing`.
    """
    match rule:
        case "comments":
            return Outcome.COMMENTS_CLOSED if closed else None
        case "silence":
            # At the closing time nothing is thought over any more.
            against = [s for s in standings.values() if s.position and s.position.prevents]
            if any(closed or s.in_effect(now) for s in against):
                return Outcome.NOT_ADOPTED
            return Outcome.ADOPTED if closed else None
        case "unanimity":
            settled = all(s.satisfies(heads) or s.aside for s in standings.values())
            if settled and any(s.satisfies(heads) for s in standings.values()):
                return Outcome.CLEARED
            return Outcome.PAST_CLOSING if closed else None


def on_behalf(
    standings: Mapping[str, Standing], rule: Rule, heads: bool = False
) -> tuple[str, ...]:
    """The agencies on whose behalf a text stands once it is cleared or adopted.

    Under silence all who did not stand aside; otherwise those who cleared it.
    """
    if rule == "silence":
        return tuple(a for a, s in standings.items() if not s.aside)
    return tuple(a for a, s in standings.items() if s.satisfies(heads))
