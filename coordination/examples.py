"""The words of examples, taken from the group's own plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from workplan.plan import Kind
from workplan.schedule import Certainty, Schedule, ScheduledMilestone

Wanted = Callable[[ScheduledMilestone], bool]


def example_words(schedule: Schedule) -> Mapping[str, str]:
    """What stands in the curly brackets of `Command.example`: ids, an agency and dates.

    Each is the first of the plan that fits, so that the example works when it is typed; a plan
    without one gives its first milestone.
    """
    meeting = _first(schedule, _to_settle, lambda m: m.kind.happens)
    publication = _first(schedule, lambda m: m.kind is Kind.PUBLICATION and m.due is not None)
    circulation = _first(schedule, _endorsed, lambda m: m.milestone.asks is not None, _circulates)
    return {
        "agency": schedule.plan.agencies[0].short,
        "item": _first(schedule).id,
        "circulation": circulation.id,
        "meeting": meeting.id,
        "meeting_date": _day(schedule, meeting.expected),
        "publication": publication.id,
        "later": _day(schedule, publication.due and publication.due + timedelta(weeks=2)),
        "task": _first(schedule, lambda m: m.kind is Kind.TASK and m.due is not None).id,
        "away_from": _day(schedule, meeting.expected),
        "away_until": _day(schedule, meeting.expected and meeting.expected + timedelta(days=11)),
        "pending": _first(schedule, lambda m: m.pending is not None).id,
    }


def _first(schedule: Schedule, *wanted: Wanted) -> ScheduledMilestone:
    for fits in wanted:
        for item in schedule.milestones:
            if fits(item):
                return item
    return schedule.milestones[0]


def _to_settle(item: ScheduledMilestone) -> bool:
    loose = item.certainty in (Certainty.OPEN, Certainty.VAGUE)
    return item.kind.happens and loose and not item.tied_to


def _endorsed(item: ScheduledMilestone) -> bool:
    return item.milestone.asks is not None and item.milestone.asks.for_ == "endorsement"


def _circulates(item: ScheduledMilestone) -> bool:
    return item.kind is Kind.CIRCULATION


def _day(schedule: Schedule, day: date | None) -> str:
    day = day or schedule.plan.plan.first_day
    return f"{day.day} {day:%B} {day.year}"
