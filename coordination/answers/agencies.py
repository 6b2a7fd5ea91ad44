"""`agencies`: the members on that day with their people."""

from __future__ import annotations

from coordination.answers.common import year_of
from coordination.answers.owner import agency_line
from coordination.messages.parts import Bullets, Heading, Note, Part, line, message
from coordination.messages.wording import count, day_text
from coordination.services import Asker, Reply, Services
from workplan.membership import members_on


async def agencies(services: Services, asker: Asker, _words: str) -> Reply:
    """`agencies`."""
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    members = members_on(snapshot.plan, day)
    parts: list[Part] = [
        Heading(f"{count(len(members), 'member')} of the {snapshot.plan.plan.group}"[:150]),
        Bullets(tuple(agency_line(snapshot, a.id) for a in members)),
    ]
    coming = [a for a in snapshot.plan.agencies if a.from_ is not None and a.from_ > day]
    if coming:
        year = year_of(snapshot)
        named = ", ".join(f"{a.short} (from {day_text(a.from_, year)})" for a in coming if a.from_)
        parts.append(Note(line(f"Still to join: {named}.")))
    return Reply(message(*parts))
