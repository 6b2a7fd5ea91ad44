"""The plan's period, and how it repeats: `by X` counts from the first day of a plan year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workplan.plan import Plan


@dataclass(frozen=True, slots=True)
class PlanYear:
    """The days a plan covers, both included; a plan from July to June repeats on 1 July."""

    first_day: date
    last_day: date

    def __post_init__(self) -> None:
        """Refuse a period that runs backwards."""
        if self.last_day < self.first_day:
            raise ValueError(f"runs backwards: {self.first_day} to {self.last_day}")

    @classmethod
    def of(cls, plan: Plan) -> PlanYear:
        """The period of a plan."""
        return cls(plan.plan.first_day, plan.plan.last_day)

    @classmethod
    def calendar(cls, year: int) -> PlanYear:
        """January to December of a year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    def __contains__(self, day: object) -> bool:
        """Whether the day lies in the plan's own period."""
        return isinstance(day, date) and self.first_day <= day <= self.last_day

    def start_of(self, day: date) -> date:
        """The first day of the plan year that contains `day`; the plan's own period stays whole."""
        if day in self:
            return self.first_day
        start = self._repeated(day.year)
        if start > day:
            start = self._repeated(day.year - 1)
        after_plan = self.last_day + timedelta(days=1)
        return max(start, after_plan) if day > self.last_day else start

    def _repeated(self, year: int) -> date:
        try:
            return self.first_day.replace(year=year)
        except ValueError:  # a plan that began on 29 February
            return date(year, 2, 28)
