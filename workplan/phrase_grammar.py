"""The forms of the phrase table that name days: text in, a span per year out, never a guess."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from workplan.plan_year import PlanYear
from workplan.window import Span

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
FILLERS = frozenset({"in", "on", "during", "of", "the"})
FIRST_YEAR, LAST_YEAR = 1900, 2200  # as for the plan's own year

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_STOP_AFTER_MONTH = re.compile(rf"\b({_MONTH})\.(?=$|[\s/-])")
_TIGHT = re.compile(r"\s*([-/])\s*")
_D, _Y = r"([0-9]{1,2})", r"([0-9]{4})"
_PARTS = {
    "early": "first third", "beginning": "first third",
    "mid": "second third", "middle": "second third",
    "late": "last third", "end": "last third",
}  # fmt: skip
_DAYS = {"first third": (1, 10), "second third": (11, 20), "last third": (21, 0),
         "first": (1, 15), "second": (16, 0)}  # fmt: skip
_WRAP_MONTHS = 5  # "December/January" runs on; "June/May" runs backwards


class NotInTable(Exception):
    """The text has the shape of a form, but cannot be one; says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Form:
    """Days still without their year: `span(year)` raises NotInTable where they do not exist."""

    span: Callable[[int], Span]
    year: int | None = None

    def placed(self, plan_year: PlanYear, year: int | None = None) -> Span:
        """The span in its own year, else in `year`, else where it falls inside the plan."""
        if self.year is not None or year is not None:
            return self.span(self.year if self.year is not None else (year or 0))
        return _inside(self.span, plan_year)


def normal(text: str) -> str:
    """The text without what makes no difference: case, stops after months, dashes, small words."""
    flat = _TIGHT.sub(r"\1", " ".join(_DASHES.sub("-", text.lower()).split()))
    flat = _STOP_AFTER_MONTH.sub(r"\1", flat)
    return " ".join(word for word in flat.split() if word not in FILLERS)


def month_number(word: str) -> int | None:
    """1 to 12 for a month's name or abbreviation in lower case."""
    if not re.fullmatch(_MONTH, word):
        return None
    return next(n for n, name in enumerate(MONTHS, 1) if name.lower().startswith(word[:3]))


def read_form(text: str) -> Form | None:
    """The form that names days (already `normal`), None for other text; raises NotInTable."""
    for pattern, make in _FORMS:
        found = pattern.fullmatch(text)
        if found:
            return make(*found.groups())
    return None


def _inside(span: Callable[[int], Span], plan_year: PlanYear) -> Span:
    """Place days without a year: wholly inside the plan, else beginning in it, else touching it."""
    spans: list[Span] = []
    impossible: NotInTable | None = None
    for year in range(plan_year.first_day.year, plan_year.last_day.year + 2):
        try:
            spans.append(span(year))
        except NotInTable as problem:
            impossible = impossible or problem
    last = plan_year.last_day
    tests: tuple[Callable[[Span], bool], ...] = (
        lambda s: s.start in plan_year and s.end in plan_year,
        lambda s: s.start in plan_year,
        lambda s: s.start <= last and (s.end or last) >= plan_year.first_day,
    )
    for test in tests:
        fitting = [s for s in spans if test(s)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise NotInTable("it falls in the plan more than once without a year")
    if impossible:
        raise impossible
    raise NotInTable(f"without a year it does not fall in {plan_year.first_day} to {last}")


def _day(day: str, month: int, year: int) -> date:
    last = monthrange(year, month)[1]
    if not 1 <= int(day) <= last:
        raise NotInTable(f"{MONTHS[month - 1]} {year} has {last} days")
    return date(year, month, int(day))


def _year(text: str | None) -> int | None:
    if text is None:
        return None
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise NotInTable(f"the year {text} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return int(text)


def _month(word: str) -> int:
    number = month_number(word)
    assert number is not None
    return number


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _runs_on(first: int, second: int) -> bool:
    """Whether the second month lies in the year after the first's; raises when it lies behind."""
    if second >= first:
        return False
    if (second - first) % 12 > _WRAP_MONTHS:
        raise NotInTable("it runs backwards")
    return True


def _one_day(day: str, month: str, year: str | None) -> Form:
    def span(in_year: int) -> Span:
        made = _day(day, _month(month), in_year)
        return Span(made, made, True)

    return Form(span, _year(year))


def _iso(year: str, month: str, day: str) -> Form:
    if not 1 <= int(month) <= 12:
        raise NotInTable(f"there is no month {month}")
    return _one_day(day, MONTHS[int(month) - 1].lower(), year)


def _range(
    day: str, month: str | None, year: str | None, last_day: str, last_month: str,
    last_year: str | None, occupied: bool = True,
) -> Form:  # fmt: skip
    first, last = _month(month or last_month), _month(last_month)
    start_year, end_year = _year(year), _year(last_year)
    if start_year is not None and end_year is None:
        raise NotInTable("the year stands only at its beginning; put it at the end")

    def span(in_year: int) -> Span:
        if start_year is not None and end_year is not None:
            start, end = _day(day, first, start_year), _day(last_day, last, end_year)
        else:
            end = _day(last_day, last, in_year)
            start = _day(day, first, in_year - 1 if _runs_on(first, last) else in_year)
        if end < start:
            raise NotInTable("it runs backwards")
        return Span(start, end, occupied)

    return Form(span, start_year if start_year is not None else end_year)


def _days_of_one_month(day: str, last_day: str, month: str, year: str | None) -> Form:
    return _range(day, None, None, last_day, month, year)


def _week(first: Form) -> Form:
    def span(in_year: int) -> Span:
        made = first.span(in_year)
        if (made.days or 0) > 7:
            raise NotInTable(f"it covers {made.days} days, a week has seven")
        return Span(made.start, made.end)

    return Form(span, first.year)


def _whole_month(month: str, year: str | None) -> Form:
    number = _month(month)
    return Form(lambda y: Span(date(y, number, 1), _last(y, number)), _year(year))


def _months(first: str, year: str | None, second: str, last_year: str | None) -> Form:
    one, two = _month(first), _month(second)
    start_year, end_year = _year(year), _year(last_year)
    if start_year is not None and end_year is None:
        raise NotInTable("the year stands only at its beginning; put it at the end")
    if start_year is None:
        # The year named is the first month's: "December/January 2010" runs into 2011.
        runs_on = _runs_on(one, two)
        return Form(lambda y: Span(date(y, one, 1), _last(y + runs_on, two)), end_year)
    start, end = date(start_year, one, 1), _last(end_year or start_year, two)
    if end < start:
        raise NotInTable("it runs backwards")
    return Form(lambda _: Span(start, end), start_year)


def _part_of_month(part: str, month: str, year: str | None) -> Form:
    number = _month(month)
    first, last = _DAYS[_PARTS.get(part, part)]
    return Form(
        lambda y: Span(date(y, number, first), date(y, number, last) if last else _last(y, number)),
        _year(year),
    )


def _months_of_year(first: int, last: int, year: str | None) -> Form:
    return Form(lambda y: Span(date(y, first, 1), _last(y, last)), _year(year))


def _third(part: str, year: str) -> Form:
    first = {"early": 1, "mid": 5, "late": 9}[part]
    return _months_of_year(first, first + 3, year)


def _half(which: str, year: str | None) -> Form:
    return _months_of_year(1, 6, year) if which == "first" else _months_of_year(7, 12, year)


def _quarter(number: str, year: str | None) -> Form:
    return _months_of_year(3 * int(number) - 2, 3 * int(number), year)


def _forms() -> list[tuple[re.Pattern[str], Callable[..., Form]]]:
    m, y = f"({_MONTH})", f"(?: {_Y})?"
    one, two = f"{_D}-{_D} {m}{y}", f"{_D} {m}{y}-{_D} {m}{y}"
    rows: list[tuple[str, Callable[..., Form]]] = [
        (f"{_D} {m}{y}", _one_day),
        ("([0-9]{4})-([0-9]{2})-([0-9]{2})", _iso),
        (one, _days_of_one_month),
        (two, _range),
        (f"week {one}", lambda *g: _week(_days_of_one_month(*g))),
        (f"week {two}", lambda *g: _week(_range(*g))),
        (f"{m}{y}", _whole_month),
        (_Y, lambda year: _months_of_year(1, 12, year)),
        (f"{m}{y}/{m}{y}", _months),
        (f"(early|beginning|middle|late|end) {m}{y}", _part_of_month),
        (f"(mid)[- ]{m}{y}", _part_of_month),
        (f"(early|late) {_Y}", _third),
        (f"(mid)[- ]{_Y}", _third),
        (f"(first|second) half {m}{y}", _part_of_month),
        (f"(first|second) half {_Y}", _half),
        (f"(first|second) semester{y}", _half),
        (f"q([1-4]){y}", _quarter),
    ]
    return [(re.compile(pattern), make) for pattern, make in rows]


_FORMS = _forms()
