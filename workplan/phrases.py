"""Read a date in words: the whole phrase table, exactly; what is not in it is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Literal

from workplan.phrase_grammar import FILLERS, Form, NotInTable, normal, read_form
from workplan.plan import ID_PATTERN, Length
from workplan.plan_year import PlanYear
from workplan.window import Span, Window

__all__ = [
    "Dated",
    "Occasional",
    "Ongoing",
    "Phrase",
    "PlanYear",
    "Relation",
    "Tied",
    "Undecided",
    "UnreadablePhrase",
    "before_span",
    "is_phrase",
    "read_phrase",
]

LONGEST = 300  # characters; the longest form of the table has some sixty
Relation = Literal["before", "at", "after", "between"]


@dataclass(frozen=True, slots=True)
class Dated:
    """Days that the phrase itself names."""

    window: Window


@dataclass(frozen=True, slots=True)
class Tied:
    """Days that follow another milestone's, `offset` before its start or after its end."""

    relation: Relation
    ids: tuple[str, ...]
    offset: Length | None = None


@dataclass(frozen=True, slots=True)
class Undecided:
    """No date yet."""


@dataclass(frozen=True, slots=True)
class Ongoing:
    """A standing duty, within `window` where one is named."""

    window: Window | None = None


@dataclass(frozen=True, slots=True)
class Occasional:
    """Done when the need arises; never late."""


Phrase = Dated | Tied | Undecided | Ongoing | Occasional


class UnreadablePhrase(ValueError):
    """A phrase outside the table: its text, the nearest readable form, and why it is refused."""

    def __init__(self, phrase: str, nearest: str, why: str) -> None:
        self.phrase, self.nearest, self.why = phrase, nearest, why
        self.sentence = (
            f"{quoted(phrase)} cannot be read as a date: {why}; "
            f"the nearest readable form is {nearest!r}"
        )
        super().__init__(self.sentence)


_WORDS: dict[str, Phrase] = {
    "to be discussed": Undecided(),
    "to be decided": Undecided(),
    "tbc": Undecided(),
    "tbd": Undecided(),
    "ongoing": Ongoing(),
    "continuous": Ongoing(),
    "upon occasion": Occasional(),
    "as needed": Occasional(),
}
_ID = ID_PATTERN.strip("^$")
_LENGTH = r"([0-9]{1,3}) ?(wd|d|w)"
_BY = re.compile(r"(?:by|no later than) (?:end )?(.+)")
_BEFORE = re.compile(r"(?:before|prior to) (.+)")
_OFFSET = re.compile(rf"{_LENGTH} (before|after) ({_ID})")
_TIE = re.compile(rf"(before|prior to|at|after) ({_ID})")
_BETWEEN = re.compile(rf"between ({_ID}) and ({_ID})")


@lru_cache(maxsize=2048)  # pure, and asked again each time a plan's dates are worked out
def read_phrase(text: str, year: PlanYear) -> Phrase:
    """What the phrase means in that plan year.

    Raises UnreadablePhrase, with the nearest readable form, for anything outside the table.
    """
    if len(text) > LONGEST:
        raise UnreadablePhrase(text, "8 February 2010", f"it has {len(text)} characters")
    try:
        found = _read(normal(text), year)
    except NotInTable as problem:
        why = problem.why
    else:
        if found is not None:
            return found
        why = "it is not a form of the phrase table"
    from workplan.phrase_nearest import nearest_form

    readable = nearest_form(text, year, lambda form: _is_readable(form, year))
    raise UnreadablePhrase(text, readable, why)


def is_phrase(text: str) -> bool:
    """Whether the text says something as a phrase, in any year; an id must not."""
    if not FILLERS.isdisjoint((text.lower(),)):
        return True  # "before the" would lose it
    if len(text) > LONGEST:
        return False
    return any(_is_readable(text, PlanYear.calendar(year)) for year in (2011, 2012))


def before_span(start: Span, year: PlanYear) -> Span:
    """From the first day of the plan year up to the day before `start` begins.

    Where it begins on a plan year's first day, the plan year before is taken.
    """
    last = start.start - timedelta(days=1)
    return Span(year.start_of(last), last)


def quoted(text: str, longest: int = 60) -> str:
    """The text in quotes on one line, shortened for people."""
    shown = repr(" ".join(text[: 4 * longest].split()))
    return shown if len(shown) <= longest + 2 else shown[:longest] + "…'"


def _is_readable(text: str, year: PlanYear) -> bool:
    try:
        return _read(normal(text), year) is not None
    except NotInTable:
        return False


def _read(text: str, year: PlanYear) -> Phrase | None:
    if text in _WORDS:
        return _WORDS[text]
    if text.startswith("ongoing "):
        form = read_form(text.removeprefix("ongoing "))
        return Ongoing(Window((form.placed(year),))) if form else None
    return _read_days(text, year) or _read_limit(text, year) or _read_tie(text)


def _read_days(text: str, year: PlanYear) -> Dated | None:
    forms: list[Form] = []
    for part in text.split(" or "):
        form = read_form(part)
        if form is None:
            return None
        forms.append(form)
    spans: list[Span] = []
    next_year: int | None = None
    for form in reversed(forms):  # one without a year takes the next one's
        next_year = form.year if form.year is not None else next_year
        spans.append(form.placed(year, next_year))
    return Dated(Window(tuple(spans)))


def _read_limit(text: str, year: PlanYear) -> Dated | None:
    found = _BY.fullmatch(text)
    if found:
        form = read_form(found[1])
        if form is None:
            return None
        end = form.placed(year).end
        assert end is not None
        return Dated(Window((Span(year.start_of(end), end),)))
    found = _BEFORE.fullmatch(text)
    form = read_form(found[1]) if found else None
    return Dated(Window((before_span(form.placed(year), year),))) if form else None


def _read_tie(text: str) -> Tied | None:
    if found := _OFFSET.fullmatch(text):
        relation: Relation = "before" if found[3] == "before" else "after"
        offset = Length.parse(f"{found[1]}{found[2]}")
        return Tied(relation, (_free_id(found[4]),), offset)
    if found := _BETWEEN.fullmatch(text):
        return Tied("between", (_free_id(found[1]), _free_id(found[2])))
    if found := _TIE.fullmatch(text):
        relations: dict[str, Relation] = {"at": "at", "after": "after"}
        return Tied(relations.get(found[1], "before"), (_free_id(found[2]),))
    return None


def _free_id(text: str) -> str:
    """The id, unless the words name days themselves ("after June" is not in the table)."""
    if is_phrase(text):
        raise NotInTable(f"{text!r} is a date, where the id of a milestone belongs")
    return text
