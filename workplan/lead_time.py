"""Back from the date: until when answers are of use to what needs them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from workplan.schedule import Schedule, ScheduledMilestone


@dataclass(frozen=True, slots=True)
class LeadTime:
    """What needs a circulation's answers first, and the last closing day that leaves it on time."""

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
    found: list[tuple[date, int, ScheduledMilestone]] = []
    for item in schedule.milestones:
        by = needed_by(item)
        if circulation not in item.milestone.needs or by is None or item.closed:
            continue
        if item.kind.happens and by < day:
            continue  # it was held without them
        last = by - timedelta(days=1) if item.kind.happens else by
        found.append((schedule.calendar.last_for_answers(last), item.position, item))
    if not found:
        return None
    latest, _, item = min(found, key=lambda f: f[:2])
    return LeadTime(item, latest)
