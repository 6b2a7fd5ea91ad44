"""Days and windows as people write them, for the sentences of the findings."""

from __future__ import annotations

from datetime import date

from workplan.phrase_grammar import MONTHS
from workplan.window import Span, Window

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day_in_words(day: date) -> str:
    """The day as 8 February 2010."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    """The day's name."""
    return _WEEKDAYS[day.weekday()]


def span_in_words(span: Span) -> str:
    """One alternative as 8 February 2010, 27-28 May 2010, from 2 June 2010."""
    start, end = span.start, span.end
    if end is None:
        return f"from {day_in_words(start)}"
    if start == end:
        return day_in_words(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}-{day_in_words(end)}"
    if start.year == end.year:
        return f"{start.day} {MONTHS[start.month - 1]}-{day_in_words(end)}"
    return f"{day_in_words(start)}-{day_in_words(end)}"


def window_in_words(window: Window) -> str:
    """All alternatives, joined by "or"."""
    return " or ".join(span_in_words(span) for span in window.alternatives)
