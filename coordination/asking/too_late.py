"""A “cannot clear” given in time, but heard after the adoption: the chair is told, nobody else."""

from __future__ import annotations

from coordination.asking.common import tell_chair
from coordination.messages.parts import Note, Paragraph, bold, line, message
from coordination.messages.wording import moment_text
from coordination.records import Circulation, CirculationState, Entry
from coordination.services import Asker, Services
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Position

TOLD = "told the Chair"


async def tell_of_unheard(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str | None,
    position: Position,
) -> None:
    """Tell the chair once, with its journal entry, where a silence stands adopted though an agency
    had said by the closing time that it cannot clear the text; else nothing.

    The adoption was announced, and what came of it is the chair's to settle. The caller commits.
    """
    adopted = circulation.state is CirculationState.ADOPTED and circulation.rule == "silence"
    in_time = asker.at <= circulation.closes_at
    if position is not Position.CANNOT_CLEAR or not (adopted and in_time):
        return
    if agency is None or agency not in circulation.voices:
        return
    before = await uow.journal.of(circulation.subject, limit=500)
    if any(e.verb == TOLD and e.detail.get("agency") == agency for e in before):
        return
    snapshot, now = services.snapshot, services.clock.now()
    short = snapshot.agency_short(agency)
    given = moment_text(asker.at, snapshot.plan.plan.timezone)
    words = line(
        bold(short),
        f" answered that it cannot clear {circulation.named}, as drafted. The answer was given on "
        f"{given}, by the closing time, but reached me after the text stood adopted, so it is not "
        f"counted. I have asked {short} to write to you.",
    )
    note = Note(line("For the Chair alone; nothing is said in the channel."))
    await tell_chair(services, uow, now, message(Paragraph(words), note), asker.user)
    detail = {"agency": agency, "position": position.value, "given_at": asker.at.isoformat()}
    entry = Entry(now, "bot", TOLD, circulation.subject, detail, asker.message)
    await uow.journal.add(entry)
