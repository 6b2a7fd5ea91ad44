"""What the checks read in the document's sentences: ordinals before "meeting", dates, "N-day"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workplan.phrase_grammar import FILLERS, month_number, normal
from workplan.phrases import Dated, UnreadablePhrase, is_phrase, read_phrase
from workplan.plan import Milestone
from workplan.plan_year import PlanYear
from workplan.window import Window

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
)  # fmt: skip
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINAL = re.compile(
    rf"\b({'|'.join(ORDINALS)}|[0-9]{{1,2}}(?:st|nd|rd|th))((?:\s+[\w/-]+){{0,4}}?)\s+meetings?\b",
    re.IGNORECASE,
)
# "first semester … meeting", "third report before the meeting": not the meeting's number.
_NOT_BETWEEN = frozenset(
    ("semester", "half", "quarter", "year", "week", "month", "day", "before", "after", "at", "of",
     "for", "to", "and", "or", "the", "a", "in", "on", "from", "by", "with")
)  # fmt: skip
_DAYS = re.compile(rf"\b({'|'.join(_NUMBERS)}|[0-9]{{1,2}}|half)[-‐‑–]day\b", re.IGNORECASE)
_TOKEN = re.compile(r"\S+")
_OPENS = re.compile(r"early|beginning|mid|middle|late|end|first|second|week|q[1-4]|[0-9]{1,4}")
_MONTH_WORD = re.compile(r"[A-Za-z]+")
_LONGEST = 11  # words: "27 - 28 May 2010 or 30 May - 1 June 2010"
_TIE = re.compile(r"\b(before|prior to|after|following|at|around|during)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A date somebody wrote in a sentence, and whether a word such as "before" stands beside it."""

    text: str
    window: Window
    in_words: bool  # from `words`, otherwise from `source`
    tie_before: bool
    tie_after: bool

    @property
    def is_period(self) -> bool:
        """Whether it names a month or part of one rather than days."""
        return not self.window.occupied


def sentences(milestone: Milestone) -> tuple[tuple[str, bool], ...]:
    """The document's sentences about a milestone, each with whether it is from `words`."""
    words = ((milestone.words, True),) if milestone.words else ()
    return (*words, *((sentence, False) for sentence in milestone.source))


def ordinals(milestone: Milestone) -> dict[int, str]:
    """The ordinals before "meeting", each with the words it stands in."""
    found: dict[int, str] = {}
    for text, _ in sentences(milestone):
        for match in _ORDINAL.finditer(text):
            if _NOT_BETWEEN.isdisjoint(match[2].lower().split()):
                word = match[1].lower()
                number = ORDINALS.index(word) + 1 if word in ORDINALS else int(word[:-2])
                found.setdefault(number, " ".join(match[0].split()))
    return found


def lengths(milestone: Milestone) -> dict[float, str]:
    """The lengths written "N-day", in days, each with its words."""
    found: dict[float, str] = {}
    for text, _ in sentences(milestone):
        for match in _DAYS.finditer(text):
            word = match[1].lower()
            if word == "half":
                found.setdefault(0.5, match[0])
            else:
                number = _NUMBERS.index(word) + 1 if word in _NUMBERS else int(word)
                found.setdefault(float(number), match[0])
    return found


def mentions(milestone: Milestone, year: PlanYear) -> tuple[Mention, ...]:
    """The dates in the sentences about a milestone, each window once."""
    found: dict[Window, Mention] = {}
    for text, in_words in sentences(milestone):
        for mention in _mentions(text, in_words, year):
            found.setdefault(mention.window, mention)
    return tuple(found.values())


def _mentions(text: str, in_words: bool, year: PlanYear) -> Iterator[Mention]:
    tokens = list(_TOKEN.finditer(text))
    place = 0
    while place < len(tokens):
        found = _longest(text, tokens, place, year) if _can_open(tokens[place][0]) else None
        if found is None:
            place += 1
            continue
        taken, written, window = found
        start, end = tokens[place].start(), tokens[place + taken - 1].end()
        before = re.split(r"[;]|\.\s", text[:start])[-1]
        after = re.split(r"[;]|\.\s", text[end:])[0]
        yield Mention(
            written, window, in_words, bool(_TIE.search(before)), bool(_TIE.search(after))
        )
        place += taken


def _can_open(token: str) -> bool:
    word = token.lower().lstrip("(\"'“‘")
    return bool(_OPENS.match(word)) or month_number(re.split(r"[^a-z]", word)[0]) is not None


def _longest(
    text: str, tokens: list[re.Match[str]], place: int, year: PlanYear
) -> tuple[int, str, Window] | None:
    """The longest date that begins at a token: how many tokens, its words, its window."""
    for taken in range(min(_LONGEST, len(tokens) - place), 0, -1):
        last = tokens[place + taken - 1]
        if last[0].lower().strip(",.;:)") in FILLERS:
            continue
        written = text[tokens[place].start() : last.end()].strip("\"'“”‘’(),;:!?")
        written = re.sub(r"(?<=[0-9])\.$", "", written)
        if re.fullmatch(r"[0-9]+", written) or not _months_capital(written):
            continue  # a bare year or number says nothing; "may" is a verb
        if not is_phrase(written):
            continue
        try:
            phrase = read_phrase(written, year)
        except UnreadablePhrase:
            continue
        if isinstance(phrase, Dated) and normal(written):
            return taken, " ".join(written.split()), phrase.window
    return None


def _months_capital(text: str) -> bool:
    months = [word for word in _MONTH_WORD.findall(text) if month_number(word.lower())]
    return all(word[0].isupper() for word in months)
