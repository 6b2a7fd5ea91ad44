"""Working days: weekends, the days off of countries, the group's own, and quiet periods."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from workplan.plan import DayRange, Length, Plan
from workplan.problem import PlanProblem, Problem

_ONE = timedelta(days=1)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FARTHEST = 3660  # days looked through for a working day
_COUNTRY = re.compile(r"[A-Z]{2,3}")


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The group's working days; days are plan days, without a zone of their own."""

    weekend: frozenset[int] = frozenset({5, 6})  # date.weekday()
    countries: tuple[str, ...] = ()
    own: Mapping[date, str] = field(default_factory=dict)
    quiet: tuple[DayRange, ...] = ()
    _years: dict[int, dict[date, str]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, plan: Plan) -> WorkCalendar:
        """The calendar of a plan; raises PlanProblem for a country nobody knows."""
        rules = plan.calendar
        weekend = frozenset(_WEEKDAYS.index(day) for day in rules.weekend)
        problems = [
            Problem("calendar", ("calendar", "countries", place), why)
            for place, code in enumerate(rules.countries)
            if (why := _unknown_country(code))
        ]
        if len(weekend) == len(_WEEKDAYS):
            problems.append(
                Problem(
                    "calendar",
                    ("calendar", "weekend"),
                    "the weekend takes all seven days; leave at least one working day",
                )
            )
        if problems:
            raise PlanProblem(*problems)
        return cls(weekend, rules.countries, dict(rules.holidays), rules.quiet)

    def holiday(self, day: date) -> str | None:
        """The name of the holiday on that day, None where there is none."""
        if day in self.own:
            return self.own[day]
        if not self.countries:
            return None
        if day.year not in self._years:
            self._years[day.year] = _holidays_of(self.countries, day.year)
        return self._years[day.year].get(day)

    def is_weekend(self, day: date) -> bool:
        """Whether the day is one of the weekend's."""
        return day.weekday() in self.weekend

    def is_working(self, day: date) -> bool:
        """Whether people work that day; quiet days count as working days."""
        return not self.is_weekend(day) and self.holiday(day) is None

    def is_quiet(self, day: date) -> bool:
        """Whether nothing is sent that day."""
        return any(day in period for period in self.quiet)

    def on_or_before(self, day: date) -> date:
        """The last working day not after `day`."""
        return self._seek(day, -_ONE, self.is_working)

    def on_or_after(self, day: date) -> date:
        """The first working day not before `day`."""
        return self._seek(day, _ONE, self.is_working)

    def add(self, day: date, working_days: int) -> date:
        """So many working days after `day` (before, when negative); 0 is the day itself."""
        step = _ONE if working_days > 0 else -_ONE
        for _ in range(abs(working_days)):
            day = self._seek(day + step, step, self.is_working)
        return day

    def shift(self, day: date, length: Length, sign: int) -> date:
        """The day a length after (`sign` 1) or before (-1) another; half days are rounded up."""
        number = sign * -int(-length.number // 1)
        if length.unit == "wd":
            return self.add(day, number)
        return day + timedelta(days=number * (7 if length.unit == "w" else 1))

    def answer_end(self, start: date, length: Length) -> date:
        """The last day of an answer period that starts on `start`: quiet days do not count.

        Of working days so many after the start; of days and weeks the date reached, moved on to
        the next working day outside the quiet periods.
        """
        if length.unit == "wd":
            day = start
            for _ in range(-int(-length.number // 1)):
                day = self._seek(day + _ONE, _ONE, self._answers)
            return day
        left = -int(-length.number * (7 if length.unit == "w" else 1) // 1)
        day = start
        for _ in range(left):
            day = self._seek(day + _ONE, _ONE, lambda d: not self.is_quiet(d))
        return self._seek(day, _ONE, self._answers)

    def last_for_answers(self, day: date) -> date:
        """The last day not after `day` on which answers may be due: working, and not quiet."""
        return self._seek(day, -_ONE, self._answers)

    def count_between(self, start: date, end: date) -> int:
        """How many working days lie after `start` up to `end`; negative when `end` is earlier."""
        if end < start:
            return -self.count_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(map(self.is_working, days))

    def _answers(self, day: date) -> bool:
        return self.is_working(day) and not self.is_quiet(day)

    @staticmethod
    def _seek(day: date, step: timedelta, holds: Callable[[date], bool]) -> date:
        start = day
        for _ in range(_FARTHEST):
            if holds(day):
                return day
            day += step
        return start  # ten years without such a day: the plan's own doing, nothing to count


def _country_holidays(code: str, years: tuple[int, ...]) -> Mapping[date, str]:
    """The package's days off, named in English where it can; raises NotImplementedError."""
    # Imported here: it takes longer than all the rest, and a plan without countries needs none.
    from holidays import country_holidays

    country, _, subdivision = code.partition("-")
    if not _COUNTRY.fullmatch(country):
        raise NotImplementedError(code)
    made: Mapping[date, str] = country_holidays(
        country, subdiv=subdivision or None, years=years, expand=False, language="en_US"
    )
    return made


def _unknown_country(code: str) -> str | None:
    """Why the code names no country or subdivision of the `holidays` package, None if it does."""
    try:
        _country_holidays(code, ())
    except NotImplementedError:
        return (
            f"{code!r} is not a country of the holidays package; "
            "use a code such as CH, or with its subdivision such as CH-GE"
        )
    return None


def _holidays_of(codes: tuple[str, ...], year: int) -> dict[date, str]:
    found: dict[date, str] = {}
    for code in codes:
        found.update(_country_holidays(code, (year,)))
    return found
