"""How long a circulation stays open: the plan's period, or until what needs it is still on time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from coordination.cards import closing_text
from coordination.messages.wording import count
from coordination.snapshot import Snapshot
from workplan.lead_time import LeadTime, lead_time
from workplan.plan import Asks
from workplan.schedule import ScheduledMilestone


@dataclass(frozen=True, slots=True)
class AnswerPeriod:
    """The closing days a circulation opened on `opens` may have, of the plan's calendar."""

    opens: date
    full: date  # `within` from then on
    within: str
    lead: LeadTime | None  # what needs the answers

    @property
    def shorter(self) -> date | None:
        """A closing day before the full period's end that leaves what needs it on time."""
        if self.lead is None or not self.opens < self.lead.latest < self.full:
            return None
        return self.lead.latest


def answer_period(snapshot: Snapshot, item: ScheduledMilestone, opened: datetime) -> AnswerPeriod:
    """The period for a circulation of `item` opened at an aware instant."""
    asks, day = item.milestone.asks or Asks(), snapshot.day(opened)
    full = snapshot.schedule.calendar.answer_end(day, asks.within)
    return AnswerPeriod(day, full, str(asks.within), lead_time(snapshot.schedule, item.id, day))


def closing_on(snapshot: Snapshot, day: date) -> datetime:
    """The closing time (UTC) of that day."""
    closing = snapshot.plan.calendar.closing_time
    zone = ZoneInfo(closing.zone or snapshot.plan.plan.timezone)
    return datetime.combine(day, closing.time, zone).astimezone(UTC)


def told(snapshot: Snapshot, period: AnswerPeriod) -> str | None:
    """What needs the answers and whether the full period leaves it on time, in sentences."""
    lead = period.lead
    if lead is None:
        return None
    latest = closing_text(snapshot, closing_on(snapshot, lead.latest))
    needs = f"“{lead.needs.title}” needs the answers; it is on time if they close by {latest}."
    if period.full <= lead.latest:
        return needs
    over = count(snapshot.schedule.calendar.count_between(lead.latest, period.full), "working day")
    if period.shorter is None:
        return (
            f"“{lead.needs.title}” needed the answers by {latest}: it is too late even for a "
            f"shorter period, and the full one ({period.within}) ends {over} after that."
        )
    return f"{needs} The full period ({period.within}) ends {over} too late for that."
