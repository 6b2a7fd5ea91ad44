"""What is odd about a milestone's own days: weekends, holidays, its length, or no date at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil

from workplan.checks.checked import Checked
from workplan.checks.reading import lengths
from workplan.checks.words import day_in_words, span_in_words, weekday, window_in_words
from workplan.finding import Finding
from workplan.phrases import Occasional, Ongoing, Tied
from workplan.schedule import ScheduledMilestone
from workplan.window import Span

_MOST = 4  # days named in one sentence


def non_working_day(seen: Checked) -> Iterator[Finding]:
    """An occupied day, or a fixed day, on a weekend or holiday; told where the day is named."""
    for item in seen.schedule.milestones:
        if item.window is None or _is_at_another(item):
            continue
        days = [
            day
            for span in item.window.alternatives
            if span.occupied or span.days == 1
            for day in _days(span)
            if not seen.schedule.calendar.is_working(day)
        ]
        if days:
            named = [_named(seen, day) for day in dict.fromkeys(days)]
            more = f" and {len(named) - _MOST} more days off" if len(named) > _MOST else ""
            message = f"{_quote(item)}: {', '.join(named[:_MOST])}{more}"
            yield seen.about(item, "non-working-day", "warning", message, "when")


def duration_mismatch(seen: Checked) -> Iterator[Finding]:
    """A "two-day event" with an alternative of three days."""
    for item in seen.schedule.milestones:
        if item.window is None or not item.kind.happens or item.tied_to:
            continue
        said = {number: repr(words) for number, words in lengths(item.milestone).items()}
        planned = item.milestone.duration
        if planned is not None and planned.unit == "d":
            said.setdefault(planned.number, f"a duration of {planned}")
        for number, words in said.items():
            wrong = [s for s in item.window.alternatives if not _takes(s, max(1, ceil(number)))]
            if wrong:
                spans = " and ".join(f"{span_in_words(s)} ({_so_many(s)})" for s in wrong)
                message = f"the document says {words}, but its dates have {spans}"
                yield seen.about(item, "duration-mismatch", "warning", message, "when")
                break


def undecided(seen: Checked) -> Iterator[Finding]:
    """No date, or alternatives not settled; what merely follows an open date is not told again."""
    for item in seen.schedule.milestones:
        standing = isinstance(item.reading, Ongoing | Occasional)
        if item.window is None and not standing:
            start = f"{item.words!r}: no date yet" if item.words else "no date is given"
            message = f"{start}{_because(seen, item)}"
        elif item.window and len(item.window.alternatives) > 1 and not item.tied_to:
            by = day_in_words(seen.schedule.settle_by(item.id))
            message = (
                f"{_quote(item)}: {window_in_words(item.window)}, not settled yet; "
                f"to be settled by {by}"
            )
        else:
            continue
        yield seen.about(item, "undecided", "note", message, "when")


def _takes(span: Span, days: int) -> bool:
    if span.days is None:
        return True
    return span.days == days if span.occupied else span.days >= days


def _so_many(span: Span) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"


def _days(span: Span) -> Iterator[date]:
    for number in range(span.days or 0):
        yield span.start + timedelta(days=number)


def _named(seen: Checked, day: date) -> str:
    holiday = seen.schedule.calendar.holiday(day)
    if holiday and seen.schedule.calendar.is_weekend(day):
        return f"{day_in_words(day)} is a {weekday(day)} ({holiday})"
    return f"{day_in_words(day)} is {holiday or 'a ' + weekday(day)}"


def _quote(item: ScheduledMilestone) -> str:
    return repr(item.words) if item.words else "its date"


def _is_at_another(item: ScheduledMilestone) -> bool:
    tied = item.reading
    return isinstance(tied, Tied) and tied.relation == "at" and not item.moved


def _because(seen: Checked, item: ScheduledMilestone) -> str:
    if not item.tied_to:
        return ""
    missing = [n for n in item.tied_to if (o := seen.schedule.get(n)) and o.window is None]
    if missing:
        return f", as {missing[0]!r} has none"
    return f", as {' and '.join(map(repr, item.tied_to))} leave no day for it"
