"""More time: an agency asks, the chair accepts for all with a new closing time, or declines."""

from __future__ import annotations

from coordination.cards import closing_text
from coordination.clearance_records import CHAIR, Question, QuestionKind
from coordination.extend import extend_form
from coordination.messages.forms import Form
from coordination.messages.parts import Buttons, Message, Paragraph, Quote, bold, line, message
from coordination.messages.wire import to_json
from coordination.questions import answer_button, ask, asked_people, settle
from coordination.records import Circulation, OutboxItem, OutboxKind
from coordination.rights import represents
from coordination.services import Asker, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing


async def ask_time(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    why: str = "",
) -> Question:
    """An agency needs more time: the chair is asked. The caller commits; it is no position.

    `why` are the agency's words for the chair.
    """
    snapshot, detail = services.snapshot, {"why": why} if why else {}
    kind = QuestionKind.TIME
    question = Question(0, circulation.id, kind, CHAIR, agency, asker.user, asker.at, detail)
    return await ask(services, uow, circulation, question, lambda q, c: time_words(snapshot, q, c))


def time_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """What the chair is asked."""
    short = snapshot.agency_short(question.agency or "")
    why = question.detail.get("why")
    return message(
        Paragraph(
            line(
                bold(short),
                f" asks for more time for {circulation.named}. A new closing time holds for all "
                "agencies.",
            )
        ),
        *((Quote(line(str(why))),) if why else ()),
        Buttons(
            (
                answer_button(question, "Accept…", "accept", "primary"),
                answer_button(question, "Decline", "decline"),
            )
        ),
    )


async def time_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply | Form:
    """The chair's answer: Accept opens the form for the new closing time, Decline is told to the
    agency alone."""
    if answer == "accept":
        return extend_form(services, circulation, asker.at)
    agency = question.agency or ""
    short = services.snapshot.agency_short(agency)
    try:
        async with writing(services, asker) as uow:
            kept = await uow.circulations.get(circulation.id) or circulation
            await settle(services, uow, asker, question, kept, "declined")
            await _tell_declined(services, uow, question, kept)
    except Repeated:
        pass
    words = f"Declined; {short} alone is told. {circulation.named} keeps its closing time."
    return Reply(Message(words), replace=True)


async def _tell_declined(
    services: Services, uow: UnitOfWork, question: Question, circulation: Circulation
) -> None:
    agency = question.agency or ""
    snapshot = services.snapshot
    until = closing_text(snapshot, circulation.closes_at)
    words = (
        f"The Chair cannot give more time for {circulation.named}; its closing time remains "
        f"{until}. Thank you for your understanding."
    )
    told = dict.fromkeys(asked_people(services, snapshot, agency, question.at))
    if represents(snapshot, question.by) == agency:
        told[question.by] = None
    for user in told:
        await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(Message(words))))
