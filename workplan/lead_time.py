"""Back from the date: until when answers are of use to what needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workplan.schedule import Schedule, ScheduledMilestone


@dataclass(frozen=True, slots=True)
class LeadTime:
    """What needs a circulation's answers, and the last closing day that leaves it on time."""

    needs: ScheduledMilestone
    latest: date


def needed_by(item: ScheduledMilestone) -> date | None:
    """The last day on which answers are of use: the due day, the start of what happens."""
    if item.window is None or not item.kind.happens:
        return item.due
    last = item.window.alternatives[-1]
    return last.start if last.occupied else last.end


def lead_time(schedule: Schedule, circulation: str, day: date) -> LeadTime | None:
    """For the circulation's id, opened on `day`; None where nothing open with a date needs it.

    A meeting has the answers the working day before; what is due may have them on its day.
    """
    found = _needing(schedule, circulation, day)
    return min(found, key=lambda f: (f.latest, f.needs.position), default=None)


def too_late(
    schedule: Schedule, circulation: str, day: date, closing: date
) -> tuple[tuple[ScheduledMilestone, int], ...]:
    """What cannot be on time any more, seen on `day`, if the answers close on `closing`.

    In file order, each with the working days by which the answers come too late for it.
    """
    return tuple(
        (found.needs, schedule.calendar.count_between(found.latest, closing))
        for found in _needing(schedule, circulation, day)
        if found.latest < closing
    )


def _needing(schedule: Schedule, circulation: str, day: date) -> list[LeadTime]:
    found = []
    for item in schedule.milestones:
        by = needed_by(item)
        if circulation not in item.milestone.needs or by is None or item.closed:
            continue
        if item.kind.happens and by < day:
            continue  # it was held without them
        last = by - timedelta(days=1) if item.kind.happens else by
        found.append(LeadTime(item, schedule.calendar.last_for_answers(last)))
    return found
