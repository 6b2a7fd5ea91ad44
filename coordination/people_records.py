"""What is kept of people's own wishes, and the switches of the whole group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants to be told; None and False mean the defaults.

    `zone` is an IANA name that goes before the platform's. `quiet_from` and `quiet_until` are local
    times between which no daily brief is sent; they may span midnight. `muted` turns the daily
    briefs off. `away_from` and `away_until` are days, both included, on which `deputy` (a user id)
    stands in.
    """

    user: str
    zone: str | None = None
    quiet_from: time | None = None
    quiet_until: time | None = None
    muted: bool = False
    away_from: date | None = None
    away_until: date | None = None
    deputy: str | None = None

    def away_on(self, day: date) -> bool:
        """Whether the person is away on that day."""
        if self.away_from is None or self.away_until is None:
            return False
        return self.away_from <= day <= self.away_until


@dataclass(frozen=True, slots=True)
class Snooze:
    """A person wants to hear of a milestone (or `circulation:N`) again on `until`, not before."""

    user: str
    subject: str
    until: date


@dataclass(frozen=True, slots=True)
class Switch:
    """Something the secretariat turned on or off for the whole group: `pause`, `preview`."""

    name: str
    on: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Interest:
    """An agency said that it takes part in an output."""

    output: str
    agency: str
    person: str
    at: datetime


class PreviewState(StrEnum):
    """What the secretariat said to a notice that it was shown beforehand."""

    SHOWN = "shown"  # nothing yet: it is sent as planned
    RELEASED = "released"  # send it now
    EDITED = "edited"  # send other words
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Preview:
    """A channel notice shown to the secretariat before its moment `due_at` (aware, plan time).

    `keys` are the reminders that were shown; `message` is what is sent instead, as JSON
    (coordination/messages/wire.py); `by` decided, `at` is when it was shown or decided.
    """

    due_at: datetime
    keys: tuple[str, ...]
    state: PreviewState
    at: datetime
    message: str | None = None
    by: str | None = None
