"""`mine`: what waits for the asker's agency."""

from __future__ import annotations

from coordination.answers.common import show_buttons
from coordination.messages.parts import Heading, Message, Note, Part, line, message
from coordination.services import Asker, Reply, Services
from coordination.waiting import acts_for, due_parts, group, question_parts

MOST_COMING = 5


async def mine(services: Services, asker: Asker, _words: str) -> Reply:
    """`mine`."""
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    agency, runs = acts_for(services, asker.user, day)
    asked = question_parts(services, asker.user, day)
    if agency is None:
        text = (
            "You represent no agency here yet. To ask the Chair to name you: "
            f"{services.command} join AGENCY"
        )
        return Reply(message(*asked, Note(line(text))) if asked else Message(text))
    parts: list[Part] = [Heading(f"What waits for {snapshot.agency_short(agency)}"), *asked]
    due, late, coming = due_parts(services, agency, runs, day, services.command)
    parts += due
    parts += group("Coming up", coming[:MOST_COMING], snapshot, day)
    if len(parts) == 1:
        parts.append(Note(line("Nothing at the moment.")))
    elif coming or late:
        parts.append(show_buttons(tuple([*late, *coming][:3])))
    if len(coming) > MOST_COMING:
        more = len(coming) - MOST_COMING
        short = snapshot.agency_short(agency)
        parts.append(
            Note(line(f"and {more} later: {services.command} next {more + MOST_COMING} {short}"))
        )
    return Reply(message(*parts))
