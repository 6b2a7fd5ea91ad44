"""The ladder of a milestone: on which days whom to remind, counted back from its due day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Set
from datetime import date, timedelta
from functools import lru_cache

from workplan.calendar import WorkCalendar
from workplan.membership import chair_on, owners_on
from workplan.plan import Kind, Leads, Length, Plan
from workplan.schedule import Certainty, Schedule, ScheduledMilestone
from workplan.steps import CHAIR, CHANNEL, NOBODY, Step, Topic


def _leads(channel: str, owners: str) -> Leads:
    return Leads(
        channel=tuple(Length.parse(t) for t in channel.split()),
        owners=tuple(Length.parse(t) for t in owners.split()),
    )


DEFAULT_LEADS: dict[Kind, Leads] = {
    Kind.MEETING: _leads("10wd 1wd", "3wd 0"),
    Kind.CALL: _leads("10wd 1wd", "3wd 0"),
    Kind.EVENT: _leads("30d 10wd 1wd", "20wd 5wd 0"),
    Kind.CIRCULATION: _leads("3wd", "10wd 1wd 0"),
    Kind.PUBLICATION: _leads("0", "10wd 3wd 0"),
    Kind.DECISION: _leads("", "5wd 0"),
    Kind.TASK: _leads("", "5wd 0"),
    Kind.ONGOING: Leads(),
}
"""The ladders of product, where neither the plan nor the milestone gives its own."""

_SETTLE_WINDOW = tuple(Length.parse(t) for t in ("20wd", "10wd", "0"))
_SETTLE_ALTERNATIVES = tuple(Length.parse(t) for t in ("10wd", "5wd", "0"))


def leads_of(plan: Plan, item: ScheduledMilestone) -> Leads:
    """The ladder in force: the milestone's own, else the plan's of its kind, else the default."""
    return item.milestone.leads or plan.leads.get(item.kind) or DEFAULT_LEADS[item.kind]


def steps(
    schedule: Schedule,
    seen: Set[tuple[str, date, str]] = frozenset(),
    until: date | None = None,
) -> tuple[Step, ...]:
    """Every rung that plan and state call for, by day, in file order within a day.

    `seen` holds (milestone, day counted to, agency) of acknowledgements: they silence that
    agency's rungs but the one of the due day. Nothing is called for what is done, cancelled,
    pending or without a date. With `until` only the rungs up to that day, itself included.
    """
    found = _all(schedule)
    if until is not None:
        found = found[: bisect_right(found, until, key=_day)]
    if not seen:
        return found
    return tuple(step for step in found if not _silenced(schedule.plan, step, seen))


def first_after(schedule: Schedule, day: date) -> date | None:
    """The first day after `day` with a rung, None without one; acknowledgements silence none."""
    found = _all(schedule)
    place = bisect_right(found, day, key=_day)
    return found[place].day if place < len(found) else None


def _all(schedule: Schedule) -> tuple[Step, ...]:
    """All rungs of the dates, worked out once: acknowledgements and answers change none."""
    return schedule.kept("steps", lambda: _worked_out(schedule))


def _worked_out(schedule: Schedule) -> tuple[Step, ...]:
    found = [s for item in schedule.milestones for s in _of_milestone(schedule, item)]
    position = {item.id: item.position for item in schedule.milestones}
    return tuple(sorted(found, key=lambda s: (s.day, position[s.milestone], s.audience)))


def _day(step: Step) -> date:
    return step.day


def _silenced(plan: Plan, step: Step, seen: Set[tuple[str, date, str]]) -> bool:
    """Whether an agency has seen what the rung would tell it; the due day's always comes."""
    if step.topic not in (Topic.LADDER, Topic.SETTLE) or step.step in ("0", "settle-0"):
        return False
    if step.audience == CHANNEL:
        return False
    agency = chair_for(plan, step.day) if step.audience == CHAIR else step.audience
    return (step.milestone, step.counted_to, agency) in seen


def _of_milestone(schedule: Schedule, item: ScheduledMilestone) -> Iterator[Step]:
    if item.closed or item.pending or item.postponed:
        return
    if item.certainty is Certainty.ONGOING:
        yield from _check_ins(schedule, item)
    elif item.kind.happens:
        if item.certainty in (Certainty.OPEN, Certainty.VAGUE):
            yield from _settle(schedule, item)
        elif item.expected is not None:
            yield from _ladder(schedule, item, item.expected)
    elif item.due is not None:
        yield from _ladder(schedule, item, item.due)
        yield from _late(schedule, item, item.due)


def send_day(calendar: WorkCalendar, day: date) -> date:
    """The working day at or before `day` that lies in no quiet period."""
    return _seek(calendar, day, -1)


def send_day_after(calendar: WorkCalendar, day: date) -> date:
    """The working day at or after `day` that lies in no quiet period."""
    return _seek(calendar, day, 1)


def _seek(calendar: WorkCalendar, start: date, step: int) -> date:
    """The nearest such day in one direction; the start itself where ten years hold none."""
    day = start
    for _ in range(3660):
        if calendar.is_working(day) and not calendar.is_quiet(day):
            return day
        day += timedelta(days=step)
    return start


def step_day(calendar: WorkCalendar, counted_to: date, lead: Length) -> date:
    """The day so long before `counted_to`, before it is moved to a day of sending."""
    if lead.unit == "wd":
        return calendar.add(counted_to, -round(lead.number))
    return counted_to - timedelta(days=round(lead.number) * (7 if lead.unit == "w" else 1))


def _rungs(
    calendar: WorkCalendar, counted_to: date, leads: tuple[Length, ...]
) -> list[tuple[str, date]]:
    """(step, day of sending), one per day: the rung nearest the due day stands for the others."""
    by_day: dict[date, tuple[date, str]] = {}
    for lead in leads:
        when = step_day(calendar, counted_to, lead)
        day = send_day(calendar, when)
        if day not in by_day or when > by_day[day][0]:
            by_day[day] = (when, str(lead))
    return [(name, day) for day, (_, name) in sorted(by_day.items())]


def _owners(plan: Plan, item: ScheduledMilestone, day: date) -> tuple[str, ...]:
    return owners_on(plan, item.owners, day) or (NOBODY,)


def _ladder(schedule: Schedule, item: ScheduledMilestone, counted_to: date) -> Iterator[Step]:
    leads = leads_of(schedule.plan, item)
    for name, day in _rungs(schedule.calendar, counted_to, leads.channel):
        yield Step(item.id, counted_to, name, CHANNEL, Topic.LADDER, day)
    rungs = _rungs(schedule.calendar, counted_to, leads.owners)
    for agency in _owners(schedule.plan, item, counted_to):
        for name, day in rungs:
            yield Step(item.id, counted_to, name, agency, Topic.LADDER, day)


def _settle(schedule: Schedule, item: ScheduledMilestone) -> Iterator[Step]:
    if item.window is None:
        return
    if item.certainty is Certainty.OPEN:
        anchor, leads = schedule.settle_by(item.id), _SETTLE_ALTERNATIVES
        if anchor is None:
            return
    else:
        anchor, leads = item.window.earliest, _SETTLE_WINDOW
    for name, day in _rungs(schedule.calendar, anchor, leads):
        yield Step(item.id, anchor, f"settle-{name}", CHAIR, Topic.SETTLE, day)


def settle_from(schedule: Schedule, item: ScheduledMilestone) -> date | None:
    """The day from which the chair's brief lists a date to settle; None when there is none."""
    found = list(_settle(schedule, item)) if item.kind.happens and not item.pending else []
    if item.closed or item.certainty not in (Certainty.OPEN, Certainty.VAGUE):
        return None
    return found[0].day if found else None


def _late(schedule: Schedule, item: ScheduledMilestone, due: date) -> Iterator[Step]:
    """To the owners one working day after, then weekly, twice; then to the chair, once."""
    calendar = schedule.calendar
    owners = _owners(schedule.plan, item, due)
    rungs = (
        ("+1wd", calendar.add(due, 1), owners),
        ("+1w", due + timedelta(weeks=1), owners),
        ("+2w", due + timedelta(weeks=2), owners),
        ("+3w", due + timedelta(weeks=3), (CHAIR,)),
    )
    for name, day, audiences in rungs:
        for audience in audiences:
            at = send_day_after(calendar, day)
            yield Step(item.id, due, name, audience, Topic.LATE, at)


def _check_ins(schedule: Schedule, item: ScheduledMilestone) -> Iterator[Step]:
    """One on the first working day of each period that begins inside the plan."""
    plan = schedule.plan
    first, last = plan.plan.first_day, plan.plan.last_day
    for day in _beginnings(item.milestone.every, first, last):
        at = send_day_after(schedule.calendar, day)
        if at <= last:
            for agency in _owners(plan, item, at):
                yield Step(item.id, day, "check-in", agency, Topic.CHECK_IN, at)


@lru_cache(maxsize=64)
def _beginnings(every: str | None, first: date, last: date) -> tuple[date, ...]:
    """The days from `first` to `last` on which such a period begins, in order."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    match every:
        case "week":
            return tuple(day for day in days if day.weekday() == 0)
        case "month":
            return tuple(day for day in days if day.day == 1)
        case "quarter":
            return tuple(day for day in days if day.day == 1 and day.month in (1, 4, 7, 10))
        case "year":
            return tuple(day for day in days if day.day == 1 and day.month == 1)
        case _:
            return ()


def chair_for(plan: Plan, day: date) -> str:
    """The agency behind the audience CHAIR on a day; NOBODY while the chair is vacant."""
    return chair_on(plan, day) or NOBODY
