"""The nearest readable form of an unreadable phrase: offered to people, never taken for them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from itertools import pairwise

from rapidfuzz import fuzz, process

from workplan.phrase_grammar import FILLERS, MONTHS, month_number, normal
from workplan.plan_year import PlanYear

CUT_OFF = 78  # below it two forms have little in common
_WORD = re.compile(r"[a-z]+|[0-9]+")
_YEAR = re.compile(r"\b(?:19|20|21)[0-9]{2}\b")
_IN_NUMBERS = re.compile(
    r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})"
)
_OF_YEAR = {"beginning": "early ", "start": "early ", "middle": "mid-", "end": "by the end of "}
_NUMBER = re.compile(r"[0-9]+")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORDS = (
    "to be discussed", "to be decided", "tbc", "tbd", "ongoing", "continuous", "upon occasion",
    "as needed",
)  # fmt: skip
_GRAMMAR_WORDS = frozenset(
    (
        "early",
        "beginning",
        "mid",
        "middle",
        "late",
        "end",
        "first",
        "second",
        "half",
        "semester",
        "by",
        "no",
        "later",
        "than",
        "before",
        "prior",
        "to",
        "at",
        "after",
        "between",
        "and",
        "or",
        "week",
        "wd",
        "d",
        "w",
        "be",
    )
)
_TIES = (
    "before {i}", "at {i}", "after {i}", "10wd before {i}", "2w after {i}", "{n}wd before {i}",
    "{n}d before {i}", "{n}w before {i}", "{n}wd after {i}", "{n}d after {i}", "{n}w after {i}",
    "between {i} and {j}",
)  # fmt: skip
_MONTH_FORMS = (
    "{m}", "early {m}", "beginning of {m}", "mid-{m}", "middle of {m}", "late {m}", "end of {m}",
    "first half of {m}", "second half of {m}",
)  # fmt: skip
_YEAR_FORMS = (
    "{y}", "early {y}", "mid-{y}", "late {y}", "first half of {y}", "second half of {y}",
    "first semester {y}", "second semester {y}", "Q1 {y}", "Q2 {y}", "Q3 {y}", "Q4 {y}",
)  # fmt: skip
_LIMITS = {"by {x}": "by until till", "by the end of {x}": "by end until till",
           "no later than {x}": "later than", "before {x}": "before", "prior to {x}": "prior",
           "ongoing in {x}": "ongoing continuous continuously"}  # fmt: skip
_TIE_WORDS = frozenset(
    (
        "before",
        "prior",
        "at",
        "after",
        "between",
        "by",
        "following",
        "d",
        "w",
        "wd",
        "days",
        "weeks",
    )
)


def nearest_form(text: str, year: PlanYear, readable: Callable[[str], bool]) -> str:
    """The form of the table most like `text`, made with the days, months, years and ids in it."""
    for form in _meant(text):
        if readable(form):
            return form
    plain = " ".join(text.lower().split())
    made = list(dict.fromkeys(_candidates(text, year)))
    ranked = sorted(((_likeness(plain, form.lower()), form) for form in made), reverse=True)
    near = (form for likeness, form in ranked if likeness >= CUT_OFF)
    near_one = next((form for form in near if readable(form)), None)
    if near_one is not None:
        return near_one
    bare = _without_other_words(text)
    if readable(bare):
        return bare
    return f"{year.first_day.day} {MONTHS[year.first_day.month - 1]} {year.first_day.year}"


def _without_other_words(text: str) -> str:
    """What is left of "Thursday 29 April at noon" without the words that date nothing."""
    words = re.findall(r"[\w/-]+", normal(text))
    kept = [w for w in words if w in _GRAMMAR_WORDS or any(map(month_number, re.split("[/-]", w)))
            or re.fullmatch("[0-9/-]+", w)]  # fmt: skip
    kept = [w for n, w in enumerate(kept) if w in _GRAMMAR_WORDS or kept.index(w) == n]
    while kept and kept[-1] in _GRAMMAR_WORDS:
        kept.pop()
    return " ".join(w.capitalize() if month_number(w) else w for w in kept)


def _meant(text: str) -> Iterator[str]:
    """What other ways of writing the same say: days in numbers, months the wrong way round."""
    flat = normal(text)
    words, years = _WORD.findall(flat), _YEAR.findall(flat)
    if found := _IN_NUMBERS.fullmatch(flat):
        named = (found[3], found[2], found[1]) if found[1] else (found[4], found[5], found[6])
        day, month = int(named[0]), int(named[1])
        day, month = (month, day) if month > 12 else (day, month)  # 2/28/2010
        if 1 <= month <= 12:
            name = MONTHS[month - 1]
            yield f"{_clamped(max(day, 1), name, int(named[2]))} {name} {named[2]}"
    months = [n for n in map(month_number, words) if n]
    tail = f" {years[0]}" if years else ""
    if not months and len(years) == 1 and len(words) == 2 and words[0] in _OF_YEAR:
        yield f"{_OF_YEAR[words[0]]}{years[0]}"
    between = ["between" in words, "and" in words]
    if len(words) == len(months) + len(years) + sum(between) and len(months) == 2 > len(years):
        one, two = months if between[0] else sorted(months)
        yield f"{MONTHS[one - 1]}/{MONTHS[two - 1]}{tail}"


def _likeness(text: str, form: str) -> float:
    """The ratio, as written or sorted by word; as many numbers as written count for it."""
    both = max(fuzz.ratio(text, form), fuzz.token_sort_ratio(text, form) - 2)
    return both + (6 if len(_NUMBER.findall(text)) == len(_NUMBER.findall(form)) else 0)


def _candidates(text: str, year: PlanYear) -> Iterator[str]:
    words = _WORD.findall(normal(text))
    months = _months(words)
    years = [w for w in words if re.fullmatch(r"(19|20|21)[0-9]{2}", w)][-1:]
    tails = [f" {y}" for y in years] or [""]
    yield from _WORDS
    named = [base for tail in tails for base in _bases(words, months, tail)]
    named += [f.format(y=y) for y in years or [str(year.first_day.year)] for f in _YEAR_FORMS]
    limits = [limit for limit, hints in _LIMITS.items() if not set(words).isdisjoint(hints.split())]
    yield from named
    for limit in limits:
        yield from (limit.format(x=base) for base in named)
    if not _TIE_WORDS.isdisjoint(words):
        yield from _ties(text, words)


def _months(words: list[str]) -> list[str]:
    """The months named, also misspelt ones ("Febuary")."""
    found: list[str] = []
    for word in words:
        number = month_number(word)
        if number:
            found.append(MONTHS[number - 1])
        elif word.isalpha() and len(word) > 2 and word not in _GRAMMAR_WORDS:
            near = process.extractOne(
                word, MONTHS, scorer=fuzz.ratio, processor=str.lower, score_cutoff=CUT_OFF - 8
            )
            if near:
                found.append(near[0])
    return list(dict.fromkeys(found))[:3]


def _bases(words: list[str], months: list[str], tail: str) -> Iterator[str]:
    days = [max(1, int(w)) for w in words if w.isdecimal() and int(w) <= 31][:4]
    for month in months:
        for form in _MONTH_FORMS:
            yield form.format(m=month) + tail
        for day in days:
            yield f"{_clamped(day, month)} {month}{tail}"
        for one, two in pairwise(sorted(_clamped(d, month) for d in days)):
            yield f"{one}-{two} {month}{tail}"
            yield f"week of {one}-{two} {month}{tail}"
            yield f"{one} {month} or {two} {month}{tail}"
        for day in days:
            if day + 4 <= 28:
                yield f"week of {day}-{day + 4} {month}{tail}"
    for one_month, two_month in pairwise(months):
        yield f"{one_month}/{two_month}{tail}"
        yield f"{two_month}/{one_month}{tail}"
        for a, b in pairwise(days):
            yield f"{_clamped(a, one_month)} {one_month}-{_clamped(b, two_month)} {two_month}{tail}"
    if not tail:
        yield from ("first semester", "second semester", "Q1", "Q2", "Q3", "Q4")


def _clamped(day: int, month: str, year: int = 2011) -> int:
    return min(day, monthrange(year, MONTHS.index(month) + 1)[1])


def _ties(text: str, words: list[str]) -> Iterator[str]:
    skip = FILLERS | _GRAMMAR_WORDS
    ids = [
        w for w in _ID.findall(text.lower()) if w not in skip and not re.match(r"[0-9]+[a-z]*$", w)
    ][:3]
    number = next((w for w in words if w.isdecimal() and len(w) <= 3), "10")
    for one, two in pairwise([*ids, "other"]):
        for tie in _TIES:
            yield tie.format(i=one, j=two, n=number)
