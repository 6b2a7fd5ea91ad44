"""The dates of a plan: every milestone's window, certainty, expected and due day, in one pass."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
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
from workplan.problem import PlanProblem, Problem, unknown_milestone, unreadable
from workplan.state import PlanState
from workplan.ties import circle_in_words, in_order, tied_window
from workplan.window import Window

AFTER_DONE = 5  # working days from "done" of what `after ID` names
SETTLE_BEFORE = 20  # working days before the first alternative, without `decide_by`


class Certainty(StrEnum):
    """The state of a date: the first of these that holds."""

    CONDITIONAL = "conditional"
    UNDECIDED = "undecided"
    ONGOING = "ongoing"
    OCCASIONAL = "occasional"
    OPEN = "open"
    VAGUE = "vague"
    PROPOSED = "proposed"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class ScheduledMilestone:
    """A milestone with what its date means now; days are days in the plan's zone."""

    milestone: Milestone
    output: Output
    position: int  # in the file, from 0
    window: Window | None
    certainty: Certainty
    pending: str | None  # why it is conditional, its own or through ties; None once activated
    expected: date | None
    due: date | None
    owners: tuple[str, ...]  # as in the plan: `chair` stays
    tied_to: tuple[str, ...]
    done_on: date | None
    cancelled: bool
    postponed: bool
    moved: bool  # its date was set beside the plan
    words: str | None  # the words in force
    section: str | None

    @property
    def id(self) -> str:
        """Its id in the plan."""
        return self.milestone.id

    @property
    def title(self) -> str:
        """Its title."""
        return self.milestone.title

    @property
    def kind(self) -> Kind:
        """What sort of step it is."""
        return self.milestone.kind

    @property
    def closed(self) -> bool:
        """Whether nothing is waited for any more: done or cancelled."""
        return self.done_on is not None or self.cancelled

    def is_late(self, day: date) -> bool:
        """Whether it is past its planned date: from the day after `due`.

        What happens is never late, nor is what is closed or still waits for its condition.
        """
        return (
            self.due is not None
            and day > self.due
            and not self.kind.happens
            and not self.closed
            and self.pending is None
        )


@dataclass(frozen=True)
class Schedule:
    """All milestones of a plan with their dates, in file order."""

    plan: Plan
    state: PlanState
    calendar: WorkCalendar
    milestones: tuple[ScheduledMilestone, ...]
    _index: Mapping[str, ScheduledMilestone] = field(init=False, repr=False, compare=False)

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
        return _by_expected(
            item
            for item in self.milestones
            if not item.closed and item.expected and (item.due is None or item.due >= day)
        )

    def late(self, day: date) -> tuple[ScheduledMilestone, ...]:
        """What is past its planned date, by `expected`, then in file order."""
        return _by_expected(item for item in self.milestones if item.is_late(day))

    def undated(self) -> tuple[ScheduledMilestone, ...]:
        """What still lacks a date, in file order; standing and occasional duties need none."""
        dateless = (Certainty.ONGOING, Certainty.OCCASIONAL)
        return tuple(
            item
            for item in self.milestones
            if item.expected is None and not item.closed and item.certainty not in dateless
        )

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
            if named is not None and named.latest is not None:
                return named.latest
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
    problems: list[Problem] = []
    if calendar is None:
        calendar = WorkCalendar.of(plan)
    entries = _entries(plan, problems)
    edges = {name: entry.ties for name, entry in entries.items()}
    order, circles = in_order(entries, edges)
    for circle in circles:
        entry = entries[circle[0]]
        problems.append(
            Problem(
                "dependency-cycle",
                entry.where,
                f"the dates of {circle_in_words(circle)} are tied in a circle; "
                "give one of them a date of its own",
                circle[0],
            )
        )
        for name in circle:
            entries[name].phrase = Undecided()
    resolver = _Resolver(plan, state, calendar, entries)
    for name in (*[n for circle in circles for n in circle], *order):
        resolver.place(name)
    milestones = sorted(resolver.placed.values(), key=lambda item: item.position)
    return Schedule(plan, state, calendar, tuple(milestones)), tuple(problems)


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


def _by_expected(items: Iterable[ScheduledMilestone]) -> tuple[ScheduledMilestone, ...]:
    return tuple(sorted(items, key=lambda item: (item.expected or date.max, item.position)))
