"""How long a circulation stays open: the plan's period, or until what needs it is still on time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from coordination.cards import closing_text
from coordination.messages.wording import count, day_text
from coordination.records import Circulation
from coordination.snapshot import Snapshot
from workplan.lead_time import LeadTime, lead_time
from workplan.plan import Asks, Length
from workplan.schedule import ScheduledMilestone

LONGEST = timedelta(days=366)


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

    @property
    def proposed(self) -> date:
        """The closing day to begin with: the full period where that leaves what needs it on time
        or nothing can, else the latest that does."""
        return self.shorter or self.full


def answer_period(snapshot: Snapshot, item: ScheduledMilestone, opened: datetime) -> AnswerPeriod:
    """The period for a circulation of `item` opened at an aware instant."""
    asks, day = item.milestone.asks or Asks(), snapshot.day(opened)
    calendar = snapshot.schedule.calendar
    full = calendar.answer_end(day, asks.within)
    if closing_on(snapshot, full) <= opened:  # `within: 0`, or a zone where that day has ended
        full = calendar.answer_end(day, Length(number=1, unit="wd"))
    return AnswerPeriod(day, full, str(asks.within), lead_time(snapshot.schedule, item.id, day))


def closing_on(snapshot: Snapshot, day: date) -> datetime:
    """The closing time (UTC) of that day."""
    return closing_at(snapshot, day, snapshot.plan.calendar.closing_time.time)


def closing_at(snapshot: Snapshot, day: date, hour: time) -> datetime:
    """The instant (UTC) of a day and time of the zone in which the plan's closings fall."""
    return datetime.combine(day, hour, ZoneInfo(closing_zone(snapshot))).astimezone(UTC)


def closing_zone(snapshot: Snapshot) -> str:
    """The IANA zone in which the plan's closings fall."""
    return snapshot.plan.calendar.closing_time.zone or snapshot.plan.plan.timezone


def closing_refusal(
    snapshot: Snapshot, day: date, hour: time, now: datetime
) -> tuple[Literal["day", "time"], str] | None:
    """Why answers cannot be due then, and which of the two is wrong; None where they can.

    `now` is aware plan time; the closing must lie after it and within a year, on a working day
    outside the quiet periods.
    """
    calendar, year = snapshot.schedule.calendar, snapshot.plan.plan.first_day.year
    today = now.astimezone(ZoneInfo(closing_zone(snapshot))).date()
    if day < today:
        return "day", f"{day_text(day, year)} is past; please choose a day from today on."
    if day > today + LONGEST:
        return "day", f"{day_text(day)} is more than a year away; please check the year."
    following = day_text(calendar.answer_end(day, Length(number=1, unit="wd")), year)
    instead = f"; the next day on which answers may be due is {following}."
    if calendar.is_weekend(day):
        return "day", f"{day_text(day, year)} is no working day{instead}"
    holiday = calendar.holiday(day)
    if holiday is not None:
        return "day", f"{day_text(day, year)} is a holiday ({holiday}){instead}"
    if calendar.is_quiet(day):
        return "day", f"{day_text(day, year)} lies in a quiet period of the group{instead}"
    if closing_at(snapshot, day, hour) <= now:
        return "time", f"{hour:%H:%M} is past on that day; please choose a later time or day."
    return None


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


def late_words(snapshot: Snapshot, circulation: Circulation) -> str | None:
    """That its closing time is too late for what needs the answers, by how much; None if not."""
    day = circulation.closes_at.astimezone(ZoneInfo(closing_zone(snapshot))).date()
    opened = snapshot.day(circulation.opened_at)
    lead = lead_time(snapshot.schedule, circulation.milestone, opened)
    if lead is None or day <= lead.latest:
        return None
    over = count(snapshot.schedule.calendar.count_between(lead.latest, day), "working day")
    return f"That is {over} too late for “{lead.needs.title}”, which needs the answers."
