"""At the closing time the chair chooses: extend, consult, or close."""

from __future__ import annotations

from coordination.ask_closing import CLOSE, EXTEND
from coordination.chair_acts import locked
from coordination.clearance_records import Question
from coordination.end_by_chair import close_form
from coordination.ending import announce
from coordination.extend import extend_form
from coordination.messages.forms import Form
from coordination.messages.parts import Message, Paragraph, bold, line, message
from coordination.questions import settle
from coordination.records import Circulation
from coordination.services import Asker, Reply, Services
from coordination.write import Repeated, writing


async def closing_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply | Form:
    """Extend and Close open their forms; Consult is journalled and said once."""
    if answer == EXTEND:
        return extend_form(services, circulation, asker.at)
    if answer == CLOSE:
        return close_form(circulation, asker.at)
    try:
        async with writing(services, asker) as uow:
            kept = await locked(uow, circulation, asker.at)
            await settle(services, uow, asker, question, kept, "consult")
            said = line(
                f"{kept.named}: ",
                bold("The Chair consults"),
                " the agencies. Answers still count, and are marked as received after the "
                "closing time.",
            )
            await announce(services, uow, kept, message(Paragraph(said)))
    except Repeated:
        pass
    words = (
        f"All agencies are told that you consult on {circulation.named}. When you are through, "
        f"extend or close it with: {services.command} clearance {circulation.milestone}"
    )
    return Reply(Message(words), replace=True)
