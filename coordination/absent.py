"""Agencies that nobody would answer for in the chat: the chair hears of them beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from coordination.messages.wording import listed
from coordination.people_records import Preferences
from coordination.records import Role
from coordination.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Absent:
    """Agencies without an active person: nobody is named, or all are away without a deputy."""

    unnamed: tuple[str, ...]
    away: tuple[str, ...]

    @property
    def agencies(self) -> tuple[str, ...]:
        """All of them."""
        return self.unnamed + self.away


def absent(snapshot: Snapshot, agencies: Iterable[str], day: date) -> Absent:
    """Which of the agencies have no active person on a day of the plan's zone.

    Heads count only where the plan says `heads_dm`: nobody writes to them otherwise.
    """
    wishes = {p.user: p for p in snapshot.state.preferences}
    unnamed: list[str] = []
    away: list[str] = []
    for agency in agencies:
        people = [
            p.user
            for p in snapshot.of_agency(agency)
            if p.role is not Role.HEAD or snapshot.plan.clearance.heads_dm
        ]
        if not people:
            unnamed.append(agency)
        elif all(_is_away(wishes, user, day) for user in people):
            away.append(agency)
    return Absent(tuple(unnamed), tuple(away))


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
            f"The people of {names} are away and named no deputy; please reach {them} by e-mail."
        )
    return tuple(said)


def _is_away(wishes: dict[str, Preferences], user: str, day: date) -> bool:
    own = wishes.get(user)
    if own is None or not own.away_on(day):
        return False
    deputy = wishes.get(own.deputy or "")
    return own.deputy is None or (deputy is not None and deputy.away_on(day))
