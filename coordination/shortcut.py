"""“Circulate for clearance” on a message: its link, for one of the milestones that circulate."""

from __future__ import annotations

from coordination.actions import Action
from coordination.messages.forms import FileRef, Form
from coordination.messages.parts import Button, Buttons, Paragraph, line, message
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Reply, Services
from workplan.plan import Kind

MOST_OFFERED = 5


async def circulate_message(
    services: Services,
    asker: Asker,
    links: tuple[str, ...],
    files: tuple[FileRef, ...],
    text: str,
) -> Reply | Form:
    """Ask for which milestone the message's document is circulated. Raises Refused."""
    snapshot = await services.snapshots.refresh()
    day = snapshot.day(asker.at)
    require_chair(snapshot, services.secretariat, asker.user, day)
    if not links:
        raise Refused("That message holds no link to circulate.")
    offered = [i for i in snapshot.schedule.coming(day) if i.kind is Kind.CIRCULATION]
    if not offered:
        raise Refused("Nothing of the plan is still to be circulated.")
    buttons = tuple(
        Button(Action.ASK, i.title[:75], f"circulate {i.id} {links[0]}"[:1900])
        for i in offered[:MOST_OFFERED]
    )
    return Reply(message(Paragraph(line("What is to be circulated?")), Buttons(buttons)))
