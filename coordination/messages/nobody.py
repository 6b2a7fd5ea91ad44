"""Why a reminder of an agency comes to somebody else: nobody is named, or nobody is there."""

from __future__ import annotations

from coordination.records import Role
from coordination.snapshot import Snapshot


def nobody_there(snapshot: Snapshot, agency: str | None) -> str:
    """The sentence for whoever gets it instead, without its full stop."""
    if agency is None:
        return "No agency answers for it"
    short = snapshot.agency_short(agency)
    heads = snapshot.plan.clearance.heads_dm
    if any(p.role is not Role.HEAD or heads for p in snapshot.of_agency(agency)):
        return f"The people of {short} are away or get no briefs now, so this comes to you"
    return f"{short} has nobody here yet, so this comes to you"
