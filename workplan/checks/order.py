"""What cannot come, or only sometimes comes, in the order the plan asks for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from workplan.calendar import WorkCalendar
from workplan.checks.checked import Checked
from workplan.checks.words import day_in_words, span_in_words
from workplan.finding import Finding
from workplan.lead_time import needed_by
from workplan.plan import Asks
from workplan.schedule import ScheduledMilestone


def order_conflict(seen: Checked) -> Iterator[Finding]:
    """Of `after` or `needs`: it must, or may, come before what it has to follow."""
    for item in seen.schedule.milestones:
        told: set[str] = set()
        for key in ("after", "needs"):
            for place, name in enumerate(getattr(item.milestone, key)):
                other = seen.schedule.get(name)
                message = _conflict(item, other) if other and name not in told else None
                if message:
                    told.add(name)
                    yield seen.about(item, "order-conflict", "warning", message, key, place)


def _conflict(item: ScheduledMilestone, other: ScheduledMilestone) -> str | None:
    if item.window is None or other.window is None or item.window.latest is None:
        return None
    latest, earliest = item.window.latest, other.window.earliest
    if latest < earliest:
        return (
            f"it has to come after {other.id!r} ({_words(other)}), which cannot be: its latest day "
            f"is {day_in_words(latest)}, the other begins {day_in_words(earliest)} at the earliest"
        )
    if other.window.latest is None or latest >= other.window.latest:
        return None
    start = (
        f"it has to come after {other.id!r} ({_words(other)}), which holds in part: its latest "
        f"day is {day_in_words(latest)}, the other may be as late as "
        f"{day_in_words(other.window.latest)}"
    )
    spans = other.window.alternatives
    holding = [s for s in spans if s.end is not None and s.end <= latest]
    if holding and len(spans) > 1:
        return f"{start}; it holds for {' and '.join(map(span_in_words, holding))} only"
    return f"{start}; it holds if that is by {day_in_words(latest)}"


def lead_too_short(seen: Checked) -> Iterator[Finding]:
    """An answer period that does not fit before what needs it."""
    calendar = seen.schedule.calendar
    for item in seen.schedule.milestones:
        by = needed_by(item)
        if by is None:
            continue
        for place, name in enumerate(item.milestone.needs):
            other = seen.schedule.get(name)
            if other is None or other.window is None or other.due is None:
                continue
            if other.window.earliest > by:  # an order conflict already
                continue
            within = (other.milestone.asks or Asks()).within
            end = calendar.answer_end(other.due, within)
            if end <= by:
                continue
            cure = _last_start(calendar, other, by)
            message = (
                f"{within} to answer {name!r} ({_words(other)}) may last until "
                f"{day_in_words(end)}, but the answers are needed by {day_in_words(by)}; {cure}"
            )
            yield seen.about(item, "lead-too-short", "warning", message, "needs", place)


def _last_start(calendar: WorkCalendar, other: ScheduledMilestone, by: date) -> str:
    assert other.window is not None
    within = (other.milestone.asks or Asks()).within
    day = calendar.on_or_before(by)
    while day >= other.window.earliest:
        if calendar.answer_end(day, within) <= by:
            return f"they fit if it goes out by {day_in_words(day)}"
        day = calendar.on_or_before(day - timedelta(days=1))
    return "they do not fit on any of its days"


def _words(item: ScheduledMilestone) -> str:
    return repr(item.words) if item.words else "without words for it"
