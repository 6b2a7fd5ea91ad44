"""`owner ITEM`: the agencies responsible on that day, their people, the chair of the day."""

from __future__ import annotations

from coordination.answers.common import when_line, year_of
from coordination.find import require_milestone
from coordination.messages.parts import (
    Bullets,
    Line,
    Mention,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.wording import day_text
from coordination.services import Asker, Reply, Services
from coordination.snapshot import Snapshot
from workplan.membership import chair_on, owners_on


async def owner(services: Services, asker: Asker, words: str) -> Reply:
    """`owner ITEM`, also `who ITEM`."""
    snapshot = services.snapshot
    item = require_milestone(snapshot, "owner {}", words)
    today = snapshot.day(asker.at)
    on = item.due or item.expected or today
    parts: list[Part] = [
        Paragraph(line(bold(item.title), f" — {when_line(snapshot, item, today)}"))
    ]
    owners = owners_on(snapshot.plan, item.owners, on)
    if owners:
        parts.append(Bullets(tuple(agency_line(snapshot, a) for a in owners)))
    else:
        parts.append(Note(line("No agency answers for it on that day.")))
    chair = chair_on(snapshot.plan, on)
    who = snapshot.agency_short(chair) if chair else "vacant"
    parts.append(Note(line(f"The chair on {day_text(on, year_of(snapshot))}: {who}.")))
    return Reply(message(*parts))


def agency_line(snapshot: Snapshot, agency: str) -> Line:
    """An agency with its people and their roles."""
    out = line(bold(snapshot.agency_short(agency)), ": ")
    people = snapshot.of_agency(agency)
    if not people:
        return out + line("nobody named here yet")
    for number, person in enumerate(people):
        out += line(
            ", " if number else "", Mention(person.user, person.name), f" ({person.role.value})"
        )
    return out
