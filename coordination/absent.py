"""Agencies that nobody would answer for in the chat: the chair hears of them beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from coordination.briefed import briefed, reachable
from coordination.messages.wording import listed
from coordination.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Absent:
    """Agencies without an active person: nobody is named, or all are away without a deputy; and
    those whose people there turned their daily briefs off."""

    unnamed: tuple[str, ...]
    away: tuple[str, ...]
    muted: tuple[str, ...] = ()

    @property
    def agencies(self) -> tuple[str, ...]:
        """Those that can be reached outside the chat only."""
        return self.unnamed + self.away


def absent(snapshot: Snapshot, agencies: Sequence[str], day: date) -> Absent:
    """Which of the agencies have no active person on a day of the plan's zone.

    Heads count only where the plan says `heads_dm`: nobody writes to them otherwise. Who is muted
    is there, but told apart.
    """
    unnamed = tuple(a for a in agencies if not reachable(snapshot, a))
    away = tuple(a for a in agencies if a not in unnamed and not reachable(snapshot, a, day))
    there = (a for a in agencies if a not in unnamed and a not in away)
    return Absent(unnamed, away, tuple(a for a in there if not briefed(snapshot, a, day)))


def absent_words(snapshot: Snapshot, found: Absent) -> tuple[str, ...]:
    """What the chair is told, in sentences; none when somebody is there for every agency."""
    said = []
    if found.unnamed:
        names = listed([snapshot.agency_short(a) for a in found.unnamed])
        them = "it" if len(found.unnamed) == 1 else "them"
        said.append(f"Nobody here represents {names}; please reach {them} by e-mail.")
    if found.away:
        names = listed([snapshot.agency_short(a) for a in found.away])
        them = "it" if len(found.away) == 1 else "them"
        said.append(
            f"The people of {names} are away, and nobody stands in for them; please reach {them} "
            "by e-mail."
        )
    if found.muted:
        names = listed([snapshot.agency_short(a) for a in found.muted])
        their = "its" if len(found.muted) == 1 else "their"
        said.append(
            f"The people of {names} turned their briefs off; {their} reminders come to the Chair."
        )
    return tuple(said)
