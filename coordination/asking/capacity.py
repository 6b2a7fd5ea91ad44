"""In whose name an agency clears a text that heads clear, and whether it withdraws that."""

from __future__ import annotations

from coordination.acts import BUTTON, act_of, record, stands_now
from coordination.asking.again import left
from coordination.asking.common import about, put_to, said
from coordination.clearance_records import Question, QuestionKind
from coordination.counting import require_counted, titled
from coordination.messages.parts import Buttons, Message, Paragraph, Part, line, message
from coordination.questions import ANSWERED_ALREADY, answer_button, settle
from coordination.records import Circulation
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Capacity, Position, Standing

CAPACITIES = {
    "head": Capacity.HEAD,
    "officer": Capacity.OFFICER,
    "working": Capacity.WORKING_LEVEL,
}
LABELS = {
    "head": "By the head",
    "officer": "By a delegated officer",
    "working": "Working level only",
}


def capacity_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """“In whose name does UNICEF clear …?”"""
    short, title = about(snapshot, question, circulation)
    words = (
        f"In whose name does {short} clear {title}? The heads of agency clear it: until you "
        "answer, it counts as cleared at working level."
    )
    buttons = tuple(answer_button(question, LABELS[a], a) for a in CAPACITIES)
    return message(Paragraph(line(words)), Buttons(buttons))


def withdrawal_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """“Withdraw UNICEF's clearance?”"""
    short, title = about(snapshot, question, circulation)
    words = (
        f"You took your reaction away. Withdraw {short}'s clearance of {title}, which was given "
        f"{question.detail['capacity']}? Until you answer, it counts as not cleared."
    )
    buttons = (
        answer_button(question, "Withdraw", "withdraw"),
        answer_button(question, "It stands", "stands", "primary"),
    )
    return message(Paragraph(line(words)), Buttons(buttons))


async def ask_capacity(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    now: Standing,
) -> tuple[Part, ...]:
    """Ask who cleared; what the person is to read."""
    return await put_to(
        services,
        uow,
        asker,
        circulation,
        QuestionKind.CAPACITY,
        agency,
        capacity_words,
        source=now.source,
    )


async def ask_withdrawal(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    was: Standing,
) -> tuple[Part, ...]:
    """Ask whether a head's clearance is withdrawn; what the person is to read."""
    assert was.position is not None
    assert was.capacity is not None
    return await put_to(
        services,
        uow,
        asker,
        circulation,
        QuestionKind.WITHDRAWAL,
        agency,
        withdrawal_words,
        position=was.position.value,
        capacity=was.capacity.value,
    )


async def capacity_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """The head, a delegated officer, or working level only."""
    capacity = CAPACITIES.get(answer)
    agency = question.agency or ""
    if capacity is None:
        raise Refused(ANSWERED_ALREADY)
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(circulation.id) or circulation
            require_counted(services, asker, fresh, agency)
            await settle(services, uow, asker, question, fresh, answer)
            now = await stands_now(uow, fresh, agency)
            source = str(question.detail["source"])
            if now.position is None or not now.position.clears or now.source != source:
                raise Refused(ANSWERED_ALREADY)
            if capacity.binds:
                act = act_of(asker, agency, now.position, source, capacity=capacity)
                await record(services, uow, asker, fresh, act)
    except Repeated:
        pass
    short = services.snapshot.agency_short(agency)
    return Reply(
        Message(f"Noted: {short} has cleared {titled(circulation)}, {capacity.value}."),
        replace=True,
    )


async def withdrawal_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """Withdraw it, or it stands."""
    agency, detail = question.agency or "", question.detail
    if answer not in ("withdraw", "stands"):
        raise Refused(ANSWERED_ALREADY)
    position, capacity = Position(detail["position"]), Capacity(detail["capacity"])
    parts: tuple[Part, ...] = ()
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(circulation.id) or circulation
            require_counted(services, asker, fresh, agency)
            await settle(services, uow, asker, question, fresh, answer)
            if answer == "stands":
                act = act_of(asker, agency, position, BUTTON, capacity=capacity)
                await record(services, uow, asker, fresh, act)
            else:
                parts = await left(services, uow, asker, fresh, agency)
    except Repeated:
        pass
    short, title = services.snapshot.agency_short(agency), titled(circulation)
    if answer == "stands":
        words = f"Noted: {short}'s answer to {title} stands: {said(circulation, position)}, "
        return Reply(Message(f"{words}{capacity.value}."), replace=True)
    noted = Paragraph(line(f"Noted: {short}'s clearance of {title} is withdrawn."))
    return Reply(message(noted, *parts), replace=True)
