"""A milestone as plain data: the keys that every JSON of the bot gives it."""

from __future__ import annotations

from datetime import date
from typing import Any

from workplan.schedule import ScheduledMilestone


def as_json(scheduled: ScheduledMilestone) -> dict[str, Any]:
    """The record of a milestone; days are YYYY-MM-DD or None.

    `phrase` and `source` are the document's own words, `owners` stay as in the plan.
    """
    milestone, window = scheduled.milestone, scheduled.window
    corrected = milestone.corrected
    return {
        "id": milestone.id,
        "output": scheduled.output.id,
        "title": milestone.title,
        "kind": milestone.kind.value,
        "phrase": milestone.phrase,
        "corrected": {"when": corrected.when, "why": corrected.why} if corrected else None,
        "source": "\n".join(milestone.source),
        "section": scheduled.section,
        "certainty": scheduled.certainty.value,
        "earliest": _day(window.earliest if window else None),
        "latest": _day(window.latest if window else None),
        "occupied": window.occupied if window else False,
        "alternatives": [[_day(s.start), _day(s.end)] for s in window.alternatives]
        if window
        else [],
        "expected": _day(scheduled.expected),
        "due": _day(scheduled.due),
        "duration": str(milestone.duration) if milestone.duration else None,
        "owners": list(scheduled.owners),
        "pending": scheduled.pending,
        "edtf": list(window.edtf()) if window else [],
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
