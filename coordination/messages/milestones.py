"""What is said of a milestone alike everywhere."""

from __future__ import annotations

from workplan.schedule import ScheduledMilestone


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
    """The name of what a milestone circulates: “Circulate the draft” circulates “The draft”."""
    title = item.title.removeprefix("Circulate ")
    return title[0].upper() + title[1:]
