"""How days, moments, counts and names read to people; no platform's mark-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo


def day_text(day: date, plan_year: int | None = None) -> str:
    """`Mon 8 February`, with its year when that is not the plan's."""
    year = "" if day.year == plan_year else f" {day.year}"
    return f"{day:%a} {day.day} {day:%B}{year}"


def left_text(days: int) -> str:
    """How far a day is away: `today`, `tomorrow`, `in 12 days`, `3 days ago`."""
    match days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "yesterday"
        case _ if days > 0:
            return f"in {days} days"
        case _:
            return f"{-days} days ago"


def moment_text(instant: datetime, zone: str) -> str:
    """`Fri 12 March 18:00 New York`: an aware instant in an IANA zone, with its city."""
    local = instant.astimezone(ZoneInfo(zone))
    return f"{local:%a} {local.day} {local:%B %H:%M} {city(zone)}"


def city(zone: str) -> str:
    """The city an IANA zone is named after; Europe/Zurich reads as Geneva for a Geneva group."""
    return {"Europe/Zurich": "Geneva", "UTC": "UTC"}.get(
        zone, zone.rsplit("/", 1)[-1].replace("_", " ")
    )


def count(number: int, singular: str, plural: str | None = None) -> str:
    """`1 reminder`, `4 reminders`, `2 replies`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """`IOM`, `IOM and ILO`, `IOM, ILO and UNDP`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"
