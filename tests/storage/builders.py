"""Values to keep, with what a test does not care about filled in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from coordination.records import (
    Circulation,
    OutboxItem,
    OutboxKind,
    Person,
    Reminder,
    Role,
    Topic,
)
from workplan.clearance import Act, Position

NOW = datetime(2010, 1, 4, 7, 0, tzinfo=UTC)
DAY_START = datetime(2010, 1, 3, 23, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def reminder(subject: str = "handbook", **fields: Any) -> Reminder:
    defaults: dict[str, Any] = {
        "counted_to": date(2010, 1, 8),
        "step": "3wd",
        "audience": "channel",
        "topic": Topic.LADDER,
        "due_at": NOW,
    }
    return Reminder(subject, **(defaults | fields))


def person(user: str = "U1", **fields: Any) -> Person:
    defaults: dict[str, Any] = {
        "team": "T1",
        "name": "Ana Ñandú",
        "agency": "unicef",
        "role": Role.FOCAL,
    }
    return Person(user, **(defaults | fields))


def circulation(milestone: str = "handbook", **fields: Any) -> Circulation:
    defaults: dict[str, Any] = {
        "version": 1,
        "title": "Handbook",
        "link": "https://example.org/handbook",
        "asks_for": "clearance",
        "rule": "unanimity",
        "asked": ("unicef", "unhcr"),
        "opened_at": NOW,
        "opened_by": "U1",
        "closes_at": NOW + 24 * HOUR,
    }
    return Circulation(0, milestone, **(defaults | fields))


def act(order: str = "1263200400.000100", **fields: Any) -> Act:
    defaults: dict[str, Any] = {
        "agency": "unicef",
        "person": "U1",
        "position": Position.CLEARED,
        "source": "reaction:white_check_mark",
        "given": True,
        "at": NOW,
    }
    return Act(order=order, **(defaults | fields))


def post(target: str = "C1", **fields: Any) -> OutboxItem:
    return OutboxItem(fields.pop("kind", OutboxKind.POST), target, **({"message": "{}"} | fields))
