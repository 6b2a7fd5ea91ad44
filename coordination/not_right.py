"""An agency says that the answer entered for it is not right: the chair is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from coordination.acts import record, stands_now
from coordination.asking.again import left_to_agency
from coordination.asking.common import drop_of_positions, tell, tell_chair
from coordination.cards import standings
from coordination.clearance_records import CHAIR, Evidence, Question, QuestionKind
from coordination.counting import titled
from coordination.entered import answer_words, entered_source
from coordination.messages.parts import Buttons, Message, Paragraph, line, message
from coordination.questions import ANSWERED_ALREADY, answer_button, ask, settle
from coordination.received import how_received
from coordination.records import Circulation, Entry
from coordination.rights import represents, who_runs
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Act, Capacity, Position


async def not_right_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The button of the agency's message; `value` is circulation id|evidence id."""
    snapshot = await services.snapshots.refresh()
    circulation, evidence = await _evidence(services, snapshot, value)
    agency = evidence.agency
    short = snapshot.agency_short(agency)
    if represents(snapshot, asker.user) != agency:
        raise Refused(f"Only {short} can answer that.")
    standing = standings(snapshot, circulation).get(agency)
    if standing is None or standing.source != entered_source(evidence.id):
        return Reply(
            Message(f"That answer does not count any more. What {short} answered later does.")
        )
    given = _given(snapshot.state.acts.get(circulation.id, ()), evidence)
    detail = {
        "evidence": evidence.id,
        "position": given.position.value,
        "capacity": given.capacity.value if given.capacity else "",
        "received_on": evidence.received_on.isoformat(),
        "how": evidence.how,
    }
    question = Question(
        0, circulation.id, QuestionKind.ENTERED, CHAIR, agency, asker.user, asker.at, detail
    )
    try:
        async with writing(services, asker) as uow:
            await _ask(services, uow, asker, circulation, question)
    except Repeated:
        pass
    who = who_runs(snapshot, snapshot.day(asker.at))
    return Reply(Message(f"Thank you, {who} will look at it and tell you."))


async def _ask(
    services: Services, uow: UnitOfWork, asker: Asker, known: Circulation, question: Question
) -> None:
    circulation = await uow.circulations.get(known.id) or known
    verb = "said that an entered answer is not right"
    detail = {"agency": question.agency, "evidence": question.detail["evidence"]}
    await uow.journal.add(
        Entry(asker.at, asker.user, verb, circulation.subject, detail, asker.message)
    )
    if circulation.state.takes_answers:
        words = partial(entered_words, services.snapshot)
        await ask(services, uow, circulation, question, words)
        return
    doubt = _doubt(services.snapshot, question, circulation)
    short = services.snapshot.agency_short(question.agency or "")
    ended = f"{doubt} It has ended ({circulation.state.in_words}); please consult with {short}."
    await tell_chair(services, uow, asker.at, Message(ended))


def entered_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """“UNICEF says that what was entered for it is not right”, for the chair."""
    return message(
        Paragraph(line(_doubt(snapshot, question, circulation))),
        Buttons(
            (
                answer_button(question, "Take it back", "take back"),
                answer_button(question, "It stands", "stands"),
            )
        ),
    )


async def entered_decided(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """The chair takes an entered answer back, or says that it stands; the agency is told."""
    snapshot = services.snapshot
    if answer not in ("take back", "stands"):
        raise Refused(ANSWERED_ALREADY)
    value = f"{circulation.id}|{question.detail['evidence']}"
    _, evidence = await _evidence(services, snapshot, value)
    back = answer == "take back"
    try:
        async with writing(services, asker) as uow:
            now = await uow.circulations.get(circulation.id) or circulation
            await settle(services, uow, asker, question, now, answer)
            if back:
                await _take_back(services, uow, asker, now, evidence)
                await _tell_agency(services, uow, asker, now, question)
            else:
                await tell(uow, (question.by,), Message(_stands(snapshot, question, now)))
    except Repeated:
        pass
    short = snapshot.agency_short(evidence.agency)
    what = "taken back" if back else "left as it is"
    return Reply(
        Message(f"Noted: the answer entered for {short} is {what}; {short} is told."), replace=True
    )


async def _take_back(
    services: Services, uow: UnitOfWork, asker: Asker, circulation: Circulation, evidence: Evidence
) -> None:
    """Take the act back, with the words and questions that belong to it."""
    if not circulation.state.takes_answers:
        state = circulation.state.in_words
        raise Refused(f"{titled(circulation)} is {state}: nothing can be taken back any more.")
    given = _given(await uow.circulations.acts(circulation.id), evidence)
    # It is the enterer's act that goes, whoever of the chair decides so, and after it was given.
    gone = Act(
        given.agency, given.person, given.position, given.source, False, asker.at, given.order
    )
    await record(services, uow, asker, circulation, gone, evidence=evidence.id)
    await drop_of_positions(services, uow, asker, circulation, evidence.agency)
    for comment in await uow.comments.of(circulation.id):
        if (comment.agency, comment.person, comment.at) == (
            evidence.agency,
            evidence.entered_by,
            evidence.at,
        ):
            await uow.comments.put(replace(comment, withdrawn=True))


async def _tell_agency(
    services: Services, uow: UnitOfWork, asker: Asker, circulation: Circulation, question: Question
) -> None:
    """That it is taken back: its people are asked whether an earlier answer holds again."""
    agency = question.agency or ""
    short = services.snapshot.agency_short(agency)
    why = f"The answer entered for {short} on {titled(circulation)} is taken back."
    if (await stands_now(uow, circulation, agency)).position is None:
        await left_to_agency(services, uow, asker, circulation, agency, why, also=(question.by,))
        return
    await tell(uow, (question.by,), Message(f"{why} What {short} answered later counts."))


def _stands(snapshot: Snapshot, question: Question, circulation: Circulation) -> str:
    short, title = snapshot.agency_short(question.agency or ""), titled(circulation)
    return (
        f"The Chair says that the answer entered for {short} on {title}, "
        f"{_how(snapshot, question)}, stands. An answer of your own takes its place."
    )


async def _evidence(
    services: Services, snapshot: Snapshot, value: str
) -> tuple[Circulation, Evidence]:
    """What a button's value names; raises Refused for what we do not know."""
    number, _, id = value.partition("|")
    circulation = snapshot.circulations.get(int(number)) if number.isdecimal() else None
    kept = await services.storage.evidence(circulation.id) if circulation else ()
    evidence = next((e for e in kept if str(e.id) == id), None)
    if circulation is None or evidence is None:
        raise Refused("That is no answer that I know. Please write to the Chair.")
    return circulation, evidence


def _given(acts: tuple[Act, ...], evidence: Evidence) -> Act:
    source = entered_source(evidence.id)
    return next(a for a in acts if a.source == source and a.given)


def _doubt(snapshot: Snapshot, question: Question, circulation: Circulation) -> str:
    detail = question.detail
    capacity = Capacity(detail["capacity"]) if detail["capacity"] else None
    words = answer_words(Position(detail["position"]), capacity, circulation)
    return (
        f"{snapshot.agency_short(question.agency or '')} says that what was entered for it on "
        f"{titled(circulation)}, is not right: {words}, {_how(snapshot, question)}."
    )


def _how(snapshot: Snapshot, question: Question) -> str:
    detail = question.detail
    return how_received(snapshot, date.fromisoformat(detail["received_on"]), detail["how"])
