"""Places milestones one after the other, each after those its date is tied to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil

from workplan.calendar import WorkCalendar
from workplan.phrases import (
    Dated,
    Occasional,
    Ongoing,
    Phrase,
    Tied,
    Undecided,
    UnreadablePhrase,
    read_phrase,
)
from workplan.plan import Kind, Milestone, Output, Plan
from workplan.plan_year import PlanYear
from workplan.problem import Problem, unknown_milestone, unreadable
from workplan.scheduled import Certainty, ScheduledMilestone
from workplan.state import PlanState
from workplan.ties import circle_in_words, in_order, tied_window
from workplan.window import Window

AFTER_DONE = 5  # working days from "done" of what `after ID` names


def place_all(
    plan: Plan, state: PlanState, calendar: WorkCalendar
) -> tuple[tuple[ScheduledMilestone, ...], tuple[Problem, ...]]:
    """All milestones in file order, and what is wrong; what is wrong counts as undecided."""
    problems: list[Problem] = []
    entries = _entries(plan, problems)
    order, circles = in_order(entries, {name: entry.ties for name, entry in entries.items()})
    for circle in circles:
        message = (
            f"the dates of {circle_in_words(circle)} are tied in a circle; "
            "give one of them a date of its own"
        )
        where = entries[circle[0]].where
        problems.append(Problem("dependency-cycle", where, message, circle[0]))
    turning = tuple(dict.fromkeys(name for circle in circles for name in circle))
    for name in turning:
        entries[name].phrase = Undecided()
    resolver = _Resolver(plan, state, calendar, entries)
    for name in (*turning, *order):
        resolver.place(name)
    placed = sorted(resolver.placed.values(), key=lambda item: item.position)
    return tuple(placed), tuple(problems)


@dataclass(slots=True)
class _Entry:
    """A milestone as read, before its ties are followed."""

    milestone: Milestone
    output: Output
    position: int
    where: tuple[str | int, ...]
    phrase: Phrase

    @property
    def ties(self) -> tuple[str, ...]:
        return self.phrase.ids if isinstance(self.phrase, Tied) else ()


def _entries(plan: Plan, problems: list[Problem]) -> dict[str, _Entry]:
    year = PlanYear.of(plan)
    entries: dict[str, _Entry] = {}
    for number, output in enumerate(plan.outputs):
        for place, milestone in enumerate(output.milestones):
            where: tuple[str | int, ...] = ("outputs", number, "milestones", place)
            if milestone.id in entries:
                problems.append(
                    Problem(
                        "duplicate-id",
                        (*where, "id"),
                        f"two milestones have the id {milestone.id!r}; rename one of them",
                        milestone.id,
                    )
                )
                continue
            where += ("corrected", "when") if milestone.corrected else ("when",)
            phrase = _read(milestone, year, where, problems)
            entries[milestone.id] = _Entry(milestone, output, len(entries), where, phrase)
    for entry in entries.values():
        for name in entry.ties:
            if name not in entries:
                problems.append(unknown_milestone(name, entry.where, entry.milestone.id, entries))
                entry.phrase = Undecided()
    return entries


def _read(
    milestone: Milestone, year: PlanYear, where: tuple[str | int, ...], problems: list[Problem]
) -> Phrase:
    text = milestone.corrected.when if milestone.corrected else milestone.when
    if text is None:
        return Undecided()
    try:
        return read_phrase(text, year)
    except UnreadablePhrase as problem:
        problems.append(unreadable(problem, where, milestone.id))
        return Undecided()


class _Resolver:
    """Places milestones one after the other, each after those it is tied to."""

    def __init__(
        self,
        plan: Plan,
        state: PlanState,
        calendar: WorkCalendar,
        entries: Mapping[str, _Entry],
    ) -> None:
        self.state, self.calendar, self.entries = state, calendar, entries
        self.year = PlanYear.of(plan)
        self.placed: dict[str, ScheduledMilestone] = {}

    def place(self, name: str) -> None:
        entry, state = self.entries[name], self.state
        milestone = entry.milestone
        moved = name in state.dates
        window = self._window(name, entry)
        pending = self._pending(entry)
        certainty = self._certainty(entry, window, pending)
        expected, due = self._days(entry, window, certainty)
        owners = milestone.owners if milestone.owners is not None else entry.output.owners
        self.placed[name] = ScheduledMilestone(
            milestone=milestone,
            output=entry.output,
            position=entry.position,
            window=window,
            certainty=certainty,
            pending=pending,
            expected=expected,
            due=due,
            owners=owners,
            tied_to=tuple(dict.fromkeys(entry.ties)),
            done_on=state.done.get(name),
            cancelled=name in state.cancelled,
            postponed=name in state.postponed,
            moved=moved,
            words=state.words.get(name, milestone.phrase) if moved else milestone.phrase,
            section=milestone.section if milestone.section is not None else entry.output.section,
            reading=entry.phrase,
        )

    def _window(self, name: str, entry: _Entry) -> Window | None:
        if name in self.state.dates:
            return self.state.dates[name]
        if name in self.state.postponed:
            return None  # the old date no longer holds, and nobody has named a new one
        phrase = entry.phrase
        if isinstance(phrase, Dated | Ongoing):
            return phrase.window
        if isinstance(phrase, Tied):
            return tied_window(
                phrase, lambda other: self.placed[other].window, self.calendar, self.year
            )
        return None

    def _pending(self, entry: _Entry) -> str | None:
        if entry.milestone.id in self.state.activated:
            return None
        inherited = (self.placed[name].pending for name in entry.ties)
        return entry.milestone.pending or next((why for why in inherited if why), None)

    def _certainty(self, entry: _Entry, window: Window | None, pending: str | None) -> Certainty:
        if pending is not None:
            return Certainty.CONDITIONAL
        name, phrase = entry.milestone.id, entry.phrase
        if name not in self.state.dates:
            if isinstance(phrase, Occasional):
                return Certainty.OCCASIONAL
            if isinstance(phrase, Undecided):
                return Certainty.UNDECIDED
            if isinstance(phrase, Ongoing) or entry.milestone.kind is Kind.ONGOING:
                return Certainty.ONGOING
            if window is None:
                return Certainty.UNDECIDED
        assert window is not None
        if name in self.state.confirmed:
            return Certainty.FIXED
        if len(window.alternatives) > 1:
            return Certainty.OPEN
        if _is_vague(window, entry.milestone):
            return Certainty.VAGUE
        return Certainty.PROPOSED if entry.milestone.proposed else Certainty.FIXED

    def _days(
        self, entry: _Entry, window: Window | None, certainty: Certainty
    ) -> tuple[date | None, date | None]:
        """The expected and the due day."""
        kind, name = entry.milestone.kind, entry.milestone.id
        moved = name in self.state.dates
        if window is None or (
            not moved and (kind is Kind.ONGOING or isinstance(entry.phrase, Ongoing))
        ):
            return None, None
        if kind.happens:
            return window.earliest, window.latest
        if window.latest is not None:
            day: date | None = self.calendar.on_or_before(window.latest)
        else:
            day = None if moved else self._once_done(entry)
        return day, day

    def _once_done(self, entry: _Entry) -> date | None:
        """The day of what is due without a last day: `after ID` counts from the other's "done"."""
        phrase = entry.phrase
        if not isinstance(phrase, Tied) or phrase.offset is not None:
            return None
        if phrase.relation == "at":
            return self.placed[phrase.ids[0]].due
        other = phrase.ids[0]
        done = self.state.done.get(other) or self.state.held.get(other)
        return None if done is None else self.calendar.add(done, AFTER_DONE)


def _is_vague(window: Window, milestone: Milestone) -> bool:
    """Whether the window is wider than what it occupies: its days, or the milestone's duration."""
    span = window.alternatives[0]
    if span.occupied:
        return False
    if span.days is None:
        return True
    length = milestone.duration
    taken = 1 if length is None else ceil(length.number * (7 if length.unit == "w" else 1))
    return span.days > max(1, taken)
