"""An answer that reached the secretariat by e-mail, phone, letter or in a meeting, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordination.messages.forms import FileRef
from coordination.messages.wording import day_text
from coordination.records import Circulation
from coordination.snapshot import Snapshot
from workplan.clearance import Capacity, Position

HOW = ("e-mail", "phone", "letter", "meeting")


@dataclass(frozen=True, slots=True)
class Received:
    """One agency's answer as somebody enters it; `on` is the day it was received."""

    agency: str
    position: Position
    capacity: Capacity | None
    on: date
    from_whom: str
    how: str
    quote: str
    file: FileRef | None
    words: str  # comments, suggestions, the change asked for or the reason


def received_at(snapshot: Snapshot, circulation: Circulation, on: date, now: datetime) -> datetime:
    """The event time (UTC) of an answer received on a day; `now` is aware plan time.

    The end of that day in the plan's zone, but never later than now; of an answer received by the
    closing day never later than the closing time (docs/decisions/0006-answers-entered.md).
    """
    over = datetime.combine(on + timedelta(days=1), time(), snapshot.zone)
    at = min((over - timedelta(microseconds=1)).astimezone(UTC), now)
    closing = snapshot.plan.calendar.closing_time
    zone = ZoneInfo(closing.zone) if closing.zone else snapshot.zone
    if on <= circulation.closes_at.astimezone(zone).date():
        at = min(at, circulation.closes_at)
    return at


def how_received(snapshot: Snapshot, on: date, how: str) -> str:
    """`received on Mon 8 February by e-mail`."""
    day = day_text(on, snapshot.plan.plan.first_day.year)
    return f"received on {day} {'in a meeting' if how == 'meeting' else f'by {how}'}"
