"""Reminders that a person put off: they come again on the day named, and on their due day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from coordination.brief_time import brief_moment, zone_of
from coordination.records import Reminder
from coordination.snapshot import Snapshot
from workplan.ladders import send_day_after
from workplan.steps import CHANNEL, Topic

_LAST = ("0", "settle-0")
_PUT_OFF = (Topic.LADDER, Topic.LATE, Topic.SETTLE, Topic.POSITION)


def can_be_put_off(reminder: Reminder) -> bool:
    """Whether it is one of those that come again: not the due day's, nor what is said once."""
    return (
        reminder.audience != CHANNEL and reminder.topic in _PUT_OFF and reminder.step not in _LAST
    )


def put_off(snapshot: Snapshot, reminders: Iterable[Reminder]) -> Iterator[Reminder]:
    """The reminders without those that the person they are for put off; one in their place on the
    day that the person named, where it lies before the due day."""
    for reminder in reminders:
        until = snapshot.snoozed.get((reminder.audience, reminder.subject))
        if until is None or not can_be_put_off(reminder) or _day(snapshot, reminder) >= until:
            yield reminder
        else:
            day = send_day_after(snapshot.schedule.calendar, until)
            if reminder.topic is Topic.LATE or day < reminder.counted_to:
                at = brief_moment(snapshot, reminder.audience, day)
                yield replace(reminder, step=f"snoozed-{until}", due_at=at)


def _day(snapshot: Snapshot, reminder: Reminder) -> date:
    """The day on which it is due where the person is."""
    zone = zone_of(snapshot, reminder.audience) or snapshot.plan.plan.timezone
    return reminder.due_at.astimezone(ZoneInfo(zone)).date()
