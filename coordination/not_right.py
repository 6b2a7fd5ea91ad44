"""An agency says that the answer entered for it is not right: the chair is asked."""

from __future__ import annotations

from coordination.acts import record
from coordination.cards import standings
from coordination.clearance_records import CHAIR, Evidence, Question, QuestionKind
from coordination.entered import answer_words, entered_source
from coordination.messages.parts import Buttons, Message, Paragraph, bold, line, message
from coordination.messages.wire import to_json
from coordination.questions import answer_button, ask, settle
from coordination.received import how_received
from coordination.records import Circulation, Entry, OutboxItem, OutboxKind
from coordination.rights import represents, who_decides, who_runs
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.write import Repeated, writing
from workplan.clearance import Act

_GONE = "That answer does not count any more."


async def not_right_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The button of the agency's message; `value` is circulation id|evidence id."""
    snapshot = await services.snapshots.refresh()
    circulation, evidence = await _evidence(services, snapshot, value)
    short = snapshot.agency_short(evidence.agency)
    if represents(snapshot, asker.user) != evidence.agency:
        raise Refused(f"Only {short} can answer that.")
    if _counts(snapshot, circulation, evidence) is None:
        return Reply(Message(f"{_GONE} What {short} answered later does."))
    try:
        async with writing(services, asker) as uow:
            detail = {"agency": evidence.agency, "evidence": evidence.id}
            await uow.journal.add(
                Entry(
                    asker.at,
                    asker.user,
                    "said that an entered answer is not right",
                    circulation.subject,
                    detail,
                    asker.message,
                )
            )
            words = _doubt(snapshot, circulation, evidence)
            if circulation.state.takes_answers:
                question = Question(
                    0,
                    circulation.id,
                    QuestionKind.ENTERED,
                    CHAIR,
                    evidence.agency,
                    asker.user,
                    asker.at,
                    {"evidence": evidence.id},
                )
                await ask(services, uow, circulation, question, lambda q, _: _asked(q, words))
            else:
                ended = f"{words} The circulation has ended ({circulation.state.value})."
                day = snapshot.day(asker.at)
                for user in who_decides(snapshot, services.secretariat, day):
                    told = to_json(Message(f"{ended} Please consult with {short}."))
                    await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, told))
    except Repeated:
        pass
    who = who_runs(snapshot, snapshot.day(asker.at))
    return Reply(Message(f"Thank you, {who} will look at it and tell you."))


async def entered_decided(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """The chair takes an entered answer back, or says that it stands; the agency is told."""
    snapshot = services.snapshot
    if answer not in ("take back", "stands"):
        raise Refused("I do not know that answer. Please press a button of the question.")
    value = f"{circulation.id}|{question.detail.get('evidence')}"
    _, evidence = await _evidence(services, snapshot, value)
    short = snapshot.agency_short(evidence.agency)
    title = f"“{circulation.title}”, version {circulation.version}"
    try:
        async with writing(services, asker) as uow:
            now = await uow.circulations.get(circulation.id) or circulation
            await settle(uow, asker, question, now, answer)
            if answer == "take back" and not now.state.takes_answers:
                raise Refused(f"{title} is {now.state.value}: nothing can be taken back any more.")
            if answer == "take back":
                given = _given(await uow.circulations.acts(now.id), evidence)
                await record(services, uow, asker, now, _taken_back(given, asker))
            said = (
                f"The answer entered for {short} on {title} is taken back. Please answer on its "
                "message, or by e-mail to the secretariat."
                if answer == "take back"
                else f"The Chair says that the answer entered for {short} on {title}, "
                f"{how_received(snapshot, evidence)}, stands. An answer of your own takes its "
                "place."
            )
            told = to_json(Message(said))
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, question.by, told))
    except Repeated:
        pass
    what = "taken back" if answer == "take back" else "left as it is"
    return Reply(
        Message(f"Noted: the answer entered for {short} is {what}; {short} is told."), replace=True
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


def _counts(snapshot: Snapshot, circulation: Circulation, evidence: Evidence) -> Act | None:
    """The act that was entered, when it is what counts for the agency."""
    standing = standings(snapshot, circulation).get(evidence.agency)
    if standing is None or standing.source != entered_source(evidence.id):
        return None
    return _given(snapshot.state.acts.get(circulation.id, ()), evidence)


def _given(acts: tuple[Act, ...], evidence: Evidence) -> Act:
    source = entered_source(evidence.id)
    return next(a for a in acts if a.source == source and a.given)


def _taken_back(given: Act, asker: Asker) -> Act:
    """It is the enterer's act that goes, whoever of the chair decides so; never before it came."""
    return Act(
        given.agency, given.person, given.position, given.source, False, asker.at, given.order
    )


def _doubt(snapshot: Snapshot, circulation: Circulation, evidence: Evidence) -> str:
    given = _given(snapshot.state.acts.get(circulation.id, ()), evidence)
    words = answer_words(given.position, given.capacity, circulation)
    return (
        f"{snapshot.agency_short(evidence.agency)} says that what was entered for it on "
        f"“{circulation.title}”, version {circulation.version}, is not right: {words}, "
        f"{how_received(snapshot, evidence)}."
    )


def _asked(question: Question, words: str) -> Message:
    return message(
        Paragraph(line(bold(words))),
        Buttons(
            (
                answer_button(question, "Take it back", "take back", "danger"),
                answer_button(question, "It stands", "stands"),
            )
        ),
    )
