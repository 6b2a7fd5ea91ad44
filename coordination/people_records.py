"""What is kept of people's own wishes, and the switches of the whole group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants to be told; None and False mean the defaults.

    `zone` is an IANA name that goes before the platform's. `quiet_from` and `quiet_until` are local
    times between which no direct message is sent. `away_from` and `away_until` are days, both
    included, on which `deputy` (a user id) stands in.
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
