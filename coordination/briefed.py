"""Who of an agency is told: its people who are there, or whom they named to stand in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from coordination.records import Person, Role
from coordination.snapshot import Snapshot


def briefed(snapshot: Snapshot, agency: str, day: date | None = None) -> tuple[Person, ...]:
    """Who of an agency gets the daily brief: its focal points, without one its alternates.

    Heads only where the plan says `heads_dm`. Who is away on `day` (of the plan's zone) is
    replaced by the deputy they named, without one by the agency's other people; who is muted gets
    none. Nobody, where all are away or muted. Without a day everybody counts as there.
    """
    return _told(snapshot, agency, day, muted_too=False)


def reachable(snapshot: Snapshot, agency: str, day: date | None = None) -> tuple[Person, ...]:
    """Whom a question goes to: as `briefed`, but where all are muted to them nevertheless.

    A question comes of somebody's act and waits for an answer; mute is for daily briefs.
    """
    return briefed(snapshot, agency, day) or _told(snapshot, agency, day, muted_too=True)


def present(snapshot: Snapshot, users: tuple[str, ...], day: date) -> tuple[str, ...]:
    """Those of some users who are not away on a day; all of them where nobody is there."""
    return tuple(u for u in users if not snapshot.wishes(u).away_on(day)) or users


def may_stand_in(snapshot: Snapshot, person: Person, user: str) -> bool:
    """Whether that user can be the deputy: of the same agency, and somebody who is written to."""
    deputy = snapshot.people.get(user)
    if deputy is None or deputy.user == person.user or deputy.agency != person.agency:
        return False
    return deputy.role is not Role.HEAD or snapshot.plan.clearance.heads_dm


def _told(snapshot: Snapshot, agency: str, day: date | None, muted_too: bool) -> tuple[Person, ...]:
    people = snapshot.of_agency(agency)
    chosen: tuple[Person, ...] = ()
    for role in (Role.FOCAL, Role.ALTERNATE):
        named = (p for p in people if p.role is role)
        chosen = tuple(t for p in named for t in _there(snapshot, p, day, muted_too))
        if chosen:
            break
    if snapshot.plan.clearance.heads_dm:
        heads = (p for p in people if p.role is Role.HEAD)
        chosen += tuple(t for p in heads for t in _there(snapshot, p, day, muted_too))
    return tuple(dict.fromkeys(chosen))


def _there(
    snapshot: Snapshot, person: Person, day: date | None, muted_too: bool
) -> Iterator[Person]:
    """The person, or the deputy while they are away; nobody where neither can be told."""
    wishes = snapshot.wishes(person.user)
    if day is not None and wishes.away_on(day):
        deputy = snapshot.people.get(wishes.deputy or "")
        if deputy is None or not may_stand_in(snapshot, person, deputy.user):
            return
        person, wishes = deputy, snapshot.wishes(deputy.user)
        if wishes.away_on(day):
            return
    if muted_too or not wishes.muted:
        yield person
