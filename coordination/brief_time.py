"""At what moment a notice or a person's daily brief is due on a day: their zone, quiet hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coordination.people_records import Preferences
from coordination.snapshot import Snapshot
from workplan.ladders import send_day_after


def moment(snapshot: Snapshot, day: date, zone: str | None = None) -> datetime:
    """The instant (UTC) of notice time on a day, in `zone` or in the plan's.

    A notice time that names its own zone keeps it for the channel. A local time that does not
    exist on the night clocks go forward is taken an hour later, one that exists twice the first
    time, as `zoneinfo` does with fold 0.
    """
    notice = snapshot.plan.calendar.notice_time
    where = ZoneInfo(zone or notice.zone or snapshot.plan.plan.timezone)
    return datetime.combine(day, notice.time, where).astimezone(UTC)


def zone_of(snapshot: Snapshot, user: str) -> str | None:
    """A person's IANA zone: as they set it, else their profile's; None where the plan's holds."""
    person = snapshot.people.get(user)
    return snapshot.wishes(user).zone or (person.zone if person else None)


def brief_moment(snapshot: Snapshot, user: str, day: date) -> datetime:
    """The instant (UTC) of a person's daily brief on a day: notice time in their own zone.

    Where that falls into their quiet hours, the end of those hours on the same day.
    """
    wishes, zone = snapshot.wishes(user), zone_of(snapshot, user)
    notice = snapshot.plan.calendar.notice_time
    if wishes.quiet_until is not None and is_quiet(wishes, notice.time):
        where = ZoneInfo(zone or notice.zone or snapshot.plan.plan.timezone)
        return datetime.combine(day, wishes.quiet_until, where).astimezone(UTC)
    return moment(snapshot, day, zone)


def is_quiet(wishes: Preferences, local: time) -> bool:
    """Whether a local time lies in a person's quiet hours, which may span midnight."""
    start, end = wishes.quiet_from, wishes.quiet_until
    if start is None or end is None:
        return False
    if start <= end:
        return start <= local < end
    return local >= start or local < end


def next_opening(snapshot: Snapshot, user: str | None, now: datetime) -> datetime:
    """When what comes late may go out: at once, or with the next morning's round.

    Nobody wants last night's reminder at four in the morning, and a late brief must not come an
    hour before the day's own. `user` is None for the channel.
    """
    zone = zone_of(snapshot, user) if user else None
    local = now.astimezone(ZoneInfo(zone or snapshot.plan.plan.timezone))
    calendar = snapshot.schedule.calendar
    day = send_day_after(calendar, local.date())
    at = brief_moment(snapshot, user, day) if user else moment(snapshot, day)
    if day != local.date() or now < at:
        return at
    if user is None or not is_quiet(snapshot.wishes(user), local.time()):
        return now
    return brief_moment(snapshot, user, send_day_after(calendar, day + timedelta(days=1)))
