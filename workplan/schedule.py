"""The dates of a plan: every milestone's window, certainty, expected and due day, in one pass."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from workplan.calendar import WorkCalendar
from workplan.phrases import Dated, Phrase, Tied, UnreadablePhrase, read_phrase
from workplan.plan import Plan
from workplan.plan_year import PlanYear
from workplan.problem import PlanProblem, Problem
from workplan.resolver import AFTER_DONE, place_all
from workplan.scheduled import Certainty, ScheduledMilestone
from workplan.state import PlanState
from workplan.ties import tied_window
from workplan.window import Window

__all__ = [
    "AFTER_DONE",
    "SETTLE_BEFORE",
    "Certainty",
    "Schedule",
    "ScheduledMilestone",
    "resolve",
    "resolve_as_far_as_possible",
    "what_moves",
]

SETTLE_BEFORE = 20  # working days before the first alternative, without `decide_by`
_MOST_KEPT = 16  # lists kept with the dates; nearly all that are asked for are today's

T = TypeVar("T")


@dataclass(frozen=True)
class Schedule:
    """All milestones of a plan with their dates, in file order."""

    plan: Plan
    state: PlanState
    calendar: WorkCalendar
    milestones: tuple[ScheduledMilestone, ...]
    _index: Mapping[str, ScheduledMilestone] = field(init=False, repr=False, compare=False)
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the milestones by id."""
        object.__setattr__(self, "_index", {item.id: item for item in self.milestones})

    def __getitem__(self, milestone: str) -> ScheduledMilestone:
        """The milestone with that id; raises KeyError."""
        return self._index[milestone]

    def get(self, milestone: str) -> ScheduledMilestone | None:
        """The milestone with that id, None without one."""
        return self._index.get(milestone)

    def coming(self, day: date) -> tuple[ScheduledMilestone, ...]:
        """What is still to come: not closed, `due` not past, by `expected`, then in file order."""
        return self._listed(
            "coming",
            day,
            lambda item: (
                not item.closed
                and item.expected is not None
                and (item.due is None or item.due >= day)
            ),
        )

    def late(self, day: date) -> tuple[ScheduledMilestone, ...]:
        """What is past its planned date, by `expected`, then in file order."""
        return self._listed("late", day, lambda item: item.is_late(day))

    def undated(self) -> tuple[ScheduledMilestone, ...]:
        """What still lacks a date, in file order; standing and occasional duties need none."""
        dateless = (Certainty.ONGOING, Certainty.OCCASIONAL)
        return self.kept(
            "undated",
            lambda: tuple(
                item
                for item in self.milestones
                if item.expected is None and not item.closed and item.certainty not in dateless
            ),
        )

    def kept(self, name: Hashable, made: Callable[[], T]) -> T:
        """What `made` makes of these dates alone, made once: they stay while answers come in, and
        each question asks for the same lists of a plan that may be long."""
        found: T | None = self._kept.get(name)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            found = self._kept[name] = made()
        return found

    def _listed(
        self, name: str, day: date, listed: Callable[[ScheduledMilestone], bool]
    ) -> tuple[ScheduledMilestone, ...]:
        return self.kept((name, day), lambda: _by_expected(filter(listed, self.milestones)))

    def settle_by(self, milestone: str) -> date:
        """The day by which the alternatives of an open date must be settled.

        `decide_by`, else 20 working days before the first alternative. Raises ValueError for a
        milestone without a date.
        """
        item = self[milestone]
        if item.window is None:
            raise ValueError(f"{milestone} has no alternatives to settle")
        if item.milestone.decide_by is not None:
            try:
                named = self.window_of(
                    read_phrase(item.milestone.decide_by, PlanYear.of(self.plan))
                )
            except (UnreadablePhrase, KeyError):  # findings of their own
                named = None
            last = named.alternatives[0].end if named is not None else None
            if last is not None:
                return last
        return self.calendar.add(item.window.earliest, -SETTLE_BEFORE)

    def window_of(self, phrase: Phrase) -> Window | None:
        """The window a phrase means now, None without a date; KeyError for an unknown milestone."""
        if isinstance(phrase, Dated):
            return phrase.window
        if isinstance(phrase, Tied):
            year = PlanYear.of(self.plan)
            return tied_window(phrase, lambda name: self[name].window, self.calendar, year)
        return None


def resolve(
    plan: Plan, state: PlanState | None = None, calendar: WorkCalendar | None = None
) -> Schedule:
    """The dates of a plan as things stand; raises PlanProblem when they cannot be worked out."""
    schedule, problems = resolve_as_far_as_possible(plan, state, calendar)
    if problems:
        raise PlanProblem(*problems)
    return schedule


def held_before(schedule: Schedule, day: date) -> dict[str, date]:
    """What happened before a day and so counts as held, with its last day.

    What is pending, cancelled or postponed was not held. Give the result back to `resolve` in
    `PlanState.held`, so that what is due after it gets its day.
    """
    return {
        item.id: item.due
        for item in schedule.milestones
        if item.kind.happens
        and item.due is not None
        and item.due < day
        and not (item.cancelled or item.postponed or item.pending)
    }


def what_moves(
    before: Schedule, after: Schedule
) -> tuple[tuple[ScheduledMilestone, ScheduledMilestone], ...]:
    """The milestones whose window, expected or due day differs, in file order, before and after."""
    pairs = ((item, after.get(item.id)) for item in before.milestones)
    return tuple(
        (old, new)
        for old, new in pairs
        if new is not None
        and (old.window, old.expected, old.due) != (new.window, new.expected, new.due)
    )


def resolve_as_far_as_possible(
    plan: Plan, state: PlanState | None = None, calendar: WorkCalendar | None = None
) -> tuple[Schedule, tuple[Problem, ...]]:
    """The dates of a plan and what is wrong with them; what is wrong counts as undecided."""
    state = state if state is not None else PlanState()
    calendar = calendar if calendar is not None else WorkCalendar.of(plan)
    milestones, problems = place_all(plan, state, calendar)
    return Schedule(plan, state, calendar, milestones), problems


def _by_expected(items: Iterable[ScheduledMilestone]) -> tuple[ScheduledMilestone, ...]:
    return tuple(sorted(items, key=lambda item: (item.expected or date.max, item.position)))
