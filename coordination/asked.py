"""What the plan asks of whom where a milestone is circulated, and the versions that went out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from coordination.records import Circulation
from coordination.services import Refused
from coordination.snapshot import Snapshot
from coordination.taking_part import takes_part
from workplan.membership import members_on
from workplan.plan import Asks, Kind
from workplan.schedule import ScheduledMilestone

AskedFor = Literal["comments", "endorsement", "clearance"]


def asked_of(
    snapshot: Snapshot, item: ScheduledMilestone, of: object, at: datetime
) -> tuple[str, ...]:
    """Who must answer: members of the day `at` of the plan's zone that `of` means.

    `of` is `all`, `interested` (those who said they take part; all while nobody has), or ids.
    """
    members = tuple(a.id for a in members_on(snapshot.plan, snapshot.day(at)))
    if of == "interested":
        taking = takes_part(snapshot, item.output.id)
        return tuple(a for a in taking if a in members) or members
    if isinstance(of, tuple):
        return tuple(a for a in of if a in members)
    return members


def interested_words(snapshot: Snapshot, item: ScheduledMilestone, at: datetime) -> str | None:
    """That nobody said so where it goes to those who take part; None where somebody did."""
    members = {a.id for a in members_on(snapshot.plan, snapshot.day(at))}
    if members & set(takes_part(snapshot, item.output.id)):
        return None
    return (
        f"No agency has said yet that it takes part in “{item.output.title}”, "
        "so all members are asked."
    )


def require_circulable(item: ScheduledMilestone) -> None:
    """Only what is circulated, or asks for answers, can be; not what waits for a condition."""
    if not circulates(item):
        raise Refused(
            f"“{item.title}” is a {item.kind.value}, not something the plan circulates. "
            "Give it an `asks` in the plan file if it should be."
        )
    if item.pending:
        raise Refused(
            f"“{item.title}” waits for {item.pending}. The Chair can activate it first: "
            f"activate {item.id}."
        )


def circulates(item: ScheduledMilestone) -> bool:
    """Whether the plan circulates it."""
    return item.kind is Kind.CIRCULATION or item.milestone.asks is not None


def planned(item: ScheduledMilestone) -> Asks:
    """What the plan asks for it."""
    return item.milestone.asks or Asks()


def versions_of(snapshot: Snapshot, milestone: str) -> list[Circulation]:
    """The circulations of a milestone, by version."""
    found = [c for c in snapshot.circulations.values() if c.milestone == milestone]
    return sorted(found, key=lambda c: c.version)


def next_version(earlier: Iterable[Circulation]) -> int:
    """The number of the version after these."""
    return max((c.version for c in earlier), default=0) + 1
