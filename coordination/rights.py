"""Who may do what, looked up at the moment of acting and never taken from a button."""

from __future__ import annotations

from collections.abc import Set
from datetime import date

from coordination.services import Refused
from coordination.snapshot import Snapshot
from workplan.membership import chair_on, owners_on
from workplan.schedule import ScheduledMilestone


def represents(snapshot: Snapshot, user: str) -> str | None:
    """The agency a user represents, None for everybody else."""
    person = snapshot.people.get(user)
    return person.agency if person else None


def runs_the_plan(snapshot: Snapshot, secretariat: Set[str], user: str, day: date) -> bool:
    """Whether the user is of the secretariat or of the agency in the chair on that day."""
    if user in secretariat:
        return True
    chair = chair_on(snapshot.plan, day)
    return chair is not None and represents(snapshot, user) == chair


def require_chair(snapshot: Snapshot, secretariat: Set[str], user: str, day: date) -> None:
    """Raise Refused unless the user runs the plan on that day; the sentence says who can."""
    if not runs_the_plan(snapshot, secretariat, user, day):
        raise Refused(f"Only {who_runs(snapshot, day)} can do that.")


def require_owner(
    snapshot: Snapshot, secretariat: Set[str], user: str, item: ScheduledMilestone, day: date
) -> None:
    """Raise Refused unless the user is of an owner of the milestone, or runs the plan."""
    if runs_the_plan(snapshot, secretariat, user, day):
        return
    owners = owners_on(snapshot.plan, item.owners, day)
    if represents(snapshot, user) not in owners:
        names = ", ".join(snapshot.agency_short(a) for a in owners) or "the owners"
        raise Refused(
            f"Only the people of {names} and {who_runs(snapshot, day)} can do that for "
            f"“{item.title}”."
        )


def who_decides(
    snapshot: Snapshot, secretariat: Set[str], day: date, besides: str = ""
) -> tuple[str, ...]:
    """The user ids of those who run the plan on a day: the chair's people and the secretariat.

    `besides` is left out as long as anybody else is there.
    """
    chair = chair_on(snapshot.plan, day)
    people = [p.user for p in snapshot.of_agency(chair)] if chair else []
    found = dict.fromkeys([*people, *sorted(secretariat)])
    return tuple(u for u in found if u != besides) or tuple(found)


def told_of_trouble(snapshot: Snapshot, secretariat: Set[str], day: date) -> tuple[str, ...]:
    """The user ids of those who are told what could not be sent: the secretariat, without one the
    chair's people of that day."""
    return tuple(sorted(secretariat)) or who_decides(snapshot, secretariat, day)


def who_runs(snapshot: Snapshot, day: date) -> str:
    """Who runs the plan on that day, in words."""
    chair = chair_on(snapshot.plan, day)
    if chair is None:
        return "the secretariat"
    return f"the Chair ({snapshot.agency_short(chair)}) and its secretariat"


def chair_short(snapshot: Snapshot, day: date) -> str:
    """The agency in the chair on that day in words, as somebody to whom things go."""
    chair = chair_on(snapshot.plan, day)
    return "the secretariat" if chair is None else f"the Chair ({snapshot.agency_short(chair)})"
