"""What is said of a milestone alike everywhere."""

from __future__ import annotations

import re
from datetime import date

from coordination.messages.wording import count, day_text
from workplan.schedule import Schedule, ScheduledMilestone
from workplan.window import Span, Window

NOTHING_TO_COME = "Nothing with a date is still to come."

CLEARANCE = "Clearance of "
_BY_HEADS = re.compile(r" by (\S+ ){0,3}heads\b.*$", re.IGNORECASE)


def plan_words(item: ScheduledMilestone) -> str:
    """The date in the plan's own words, in brackets, with how they are read where they err.

    The words stay the plan's when the date was set since: what counts stands before them.
    """
    phrase = item.milestone.phrase
    if not phrase:
        return ""
    corrected = item.milestone.corrected
    read = f", read as “{corrected.when}”" if corrected and not item.moved else ""
    return f" (in the plan: “{phrase}”{read})"


def document_title(item: ScheduledMilestone) -> str:
    """The name of what a milestone circulates: “Circulate the draft” circulates “The draft”,
    “Clearance of the statement by all heads” “The statement”."""
    title = item.title.removeprefix("Circulate ")
    if title.startswith(CLEARANCE):
        title = _BY_HEADS.sub("", title.removeprefix(CLEARANCE))
    return title[0].upper() + title[1:] if title else item.title


def not_listed(schedule: Schedule, day: date, command: str | None = None) -> str:
    """What a list of coming dates leaves out; with the command that asks for it."""
    ask_late = f" ({command} deadlines late)" if command else ""
    ask_undated = f" ({command} deadlines undecided)" if command else ""
    late, undated = len(schedule.late(day)), len(schedule.undated())
    if not late and not undated:
        return "Nothing is past its planned date, and everything has a date."
    said = []
    if late:
        are = count(late, "milestone is", "milestones are")
        said.append(f"{are} past the planned date{ask_late}")
    if undated:
        said.append(
            f"{count(undated, 'milestone has', 'milestones have')} no date yet{ask_undated}"
        )
    out = f"{' and '.join(said)}."
    return out if late else f"Nothing is past its planned date; {out}"


def window_text(window: Window, year: int) -> str:
    """The days of a window in words; `year` need not be said."""
    return " or ".join(_span_text(span, year) for span in window.alternatives)


def _span_text(span: Span, year: int) -> str:
    first = day_text(span.start, year)
    if span.end is None:
        return f"any day from {first} on"
    if span.end == span.start:
        return first
    last = day_text(span.end, year)
    return f"{first} to {last}" if span.occupied else f"a day between {first} and {last}"
