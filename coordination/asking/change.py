"""“Cleared subject to a change”: put to the chair, and then to the agency on that basis."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from coordination.acts import BUTTON, act_of, record, stands_now
from coordination.asking.capacity import CAPACITIES
from coordination.asking.common import about, choice, put_to_agency, said, tell, tell_chair
from coordination.asking.suggestions import keep_text, text_fields
from coordination.clearance_records import CHAIR, Comment, Question, QuestionKind
from coordination.counting import require_counted, titled
from coordination.messages.forms import (
    Answers,
    ChoiceField,
    Field,
    Form,
    FormName,
    Incomplete,
    Option,
    TextField,
)
from coordination.messages.parts import (
    Buttons,
    Message,
    Note,
    Paragraph,
    Part,
    Quote,
    bold,
    line,
    message,
)
from coordination.questions import (
    ANSWERED_ALREADY,
    answer_button,
    ask,
    asked_people,
    read_answer,
    settle,
)
from coordination.records import Circulation, Entry
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Capacity, Position

_IN_WHOSE_NAME = {
    "head": "By the head",
    "officer": "By a delegated officer",
    "working": "At working level",
}


def change_form(circulation: Circulation, short: str, name: str) -> Form:
    """Takes the change; for a text that heads clear also in whose name it would be cleared."""
    fields: tuple[Field, ...] = text_fields("The change")
    if circulation.heads:
        options = tuple(Option(value, label) for value, label in _IN_WHOSE_NAME.items())
        fields += (ChoiceField("capacity", "In whose name", options, "working", radio=True),)
    words = (
        f"{short} would clear {titled(circulation)} with this change. It counts as cleared once "
        f"the Chair accepts it and {short} confirms."
    )
    about_ = f"{circulation.id}|{name}"
    return Form(
        FormName.POSITION, "Subject to a change", "Send", (Note(line(words)), *fields), about_
    )


def capacity_of(circulation: Circulation, answers: Answers) -> Capacity | None:
    """In whose name, as the form says; None where no head clears it."""
    if not circulation.heads:
        return None
    return CAPACITIES.get(answers.text("capacity"), Capacity.WORKING_LEVEL)


async def ask_change(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    answers: Answers,
) -> None:
    """Keep the change and put it to the chair; after the end the chair only reads it."""
    kept = await keep_text(uow, asker, circulation, agency, "change", answers)
    snapshot = services.snapshot
    if not circulation.state.takes_answers:
        words = message(*_change(snapshot, circulation, agency, kept))
        await tell_chair(services, uow, asker.at, words, asker.user)
        return
    detail = {"comment": kept.id}
    question = Question(
        0, circulation.id, QuestionKind.CHANGE, CHAIR, agency, asker.user, asker.at, detail
    )
    await ask(services, uow, circulation, question, partial(change_words, snapshot, kept))


def change_words(
    snapshot: Snapshot, comment: Comment | None, question: Question, circulation: Circulation
) -> Message:
    """The change with Accept and Decline, for the chair."""
    buttons = (
        answer_button(question, "Accept", "accept", "primary"),
        answer_button(question, "Decline…", "decline"),
    )
    parts = _change(snapshot, circulation, question.agency or "", comment)
    return message(*parts, Buttons(buttons))


def basis_words(
    snapshot: Snapshot, comment: Comment | None, question: Question, circulation: Circulation
) -> Message:
    """“Does UNICEF clear on that basis?”, for the agency."""
    short, title = about(snapshot, question, circulation)
    asked = f"The Chair accepts the change that {short} asked for in {title}:"
    buttons = [answer_button(question, "Yes, cleared", "yes", "primary")]
    if circulation.heads:
        buttons = [answer_button(question, label, a) for a, label in _IN_WHOSE_NAME.items()]
    buttons.append(answer_button(question, "Not yet", "no"))
    ends = f"Does {short} clear on that basis? It counts once you say so."
    if circulation.heads:
        ends = f"Does {short} clear on that basis, and in whose name? It counts once you say so."
    return message(
        Paragraph(line(asked)),
        *_quoted(comment),
        Paragraph(line(ends)),
        Buttons(tuple(buttons)),
    )


async def change_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply | Form:
    """The chair accepts, or says in a form why not."""
    short = services.snapshot.agency_short(question.agency or "")
    if answer == "decline":
        return _decline_form(question, circulation, short)
    if answer != "accept":
        raise Refused(ANSWERED_ALREADY)
    try:
        async with writing(services, asker) as uow:
            fresh = await _settled(services, uow, asker, question, circulation, answer)
            comment = await _replied(uow, asker, question, "Accepted.")
            basis = Question(
                0,
                fresh.id,
                QuestionKind.BASIS,
                question.agency or "",
                question.agency,
                asker.user,
                asker.at,
                dict(question.detail),
            )
            words = partial(basis_words, services.snapshot, comment)
            await put_to_agency(services, uow, fresh, basis, words, (question.by,))
    except Repeated:
        pass
    return Reply(
        Message(
            f"Accepted. {short} is asked whether it clears {titled(circulation)}, on that basis."
        ),
        replace=True,
    )


async def declined(services: Services, asker: Asker, about_: str, answers: Answers) -> Reply:
    """The chair's form: why the change cannot be taken up; told to the agency alone."""
    await services.snapshots.refresh()
    question, circulation, _ = read_answer(services, asker, f"{about_}|decline")
    if question.kind is not QuestionKind.CHANGE:
        raise Refused(ANSWERED_ALREADY)
    text = answers.text("words")
    if not text:
        raise Incomplete({"words": "Please say in a sentence why not."})
    agency = question.agency or ""
    try:
        async with writing(services, asker) as uow:
            fresh = await _settled(services, uow, asker, question, circulation, "decline")
            comment = await _replied(uow, asker, question, text)
            words = _declined_words(services.snapshot, fresh, agency, comment, text)
            people = asked_people(services, services.snapshot, agency, asker.at)
            await tell(uow, (question.by, *people), words)
    except Repeated:
        pass
    short = services.snapshot.agency_short(agency)
    return Reply(Message(f"Declined. {short} has been told, and nobody else."))


async def basis_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """The agency clears on that basis (for heads: in whose name), or not yet."""
    agency, heads = question.agency or "", circulation.heads
    if answer not in (*(CAPACITIES if heads else ("yes",)), "no"):
        raise Refused(ANSWERED_ALREADY)
    capacity = CAPACITIES[answer] if heads and answer != "no" else None
    short, title = services.snapshot.agency_short(agency), titled(circulation)
    try:
        async with writing(services, asker) as uow:
            fresh = await _settled(services, uow, asker, question, circulation, answer)
            require_counted(services, asker, fresh, agency)
            if answer == "no":
                words = Message(f"{short} does not clear {title}, on that basis yet.")
                await tell_chair(services, uow, asker.at, words, asker.user)
            else:
                act = act_of(asker, agency, Position.CLEARED, BUTTON, capacity=capacity)
                basis = question.detail["comment"]
                await record(services, uow, asker, fresh, act, basis=basis)
    except Repeated:
        pass
    if answer == "no":
        noted = (
            f"Noted: {short} does not clear {title}, on that basis yet. The Chair has been told."
        )
        return Reply(Message(noted), replace=True)
    name = f", {capacity.value}" if capacity else ""
    noted = f"Noted: {short}, {said(circulation, Position.CLEARED)}{name}, for {title}."
    return Reply(Message(noted), replace=True)


async def _settled(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    question: Question,
    circulation: Circulation,
    answer: str,
) -> Circulation:
    """The question answered, as long as the agency's answer is still subject to the change."""
    fresh = await uow.circulations.get(circulation.id) or circulation
    await settle(services, uow, asker, question, fresh, answer)
    now = await stands_now(uow, fresh, question.agency or "")
    if not fresh.state.takes_answers or now.position is not Position.SUBJECT_TO_CHANGE:
        raise Refused(ANSWERED_ALREADY)
    return fresh


async def _replied(uow: UnitOfWork, asker: Asker, question: Question, words: str) -> Comment | None:
    """The change with the chair's reply kept beside it."""
    comment = await uow.comments.get(int(question.detail["comment"]))
    if comment is None:
        return None
    answered = replace(comment, reply=words, replied_by=asker.user, replied_at=asker.at)
    await uow.comments.put(answered)
    detail = {"agency": comment.agency, "comment": comment.id}
    subject = f"circulation:{comment.circulation}"
    await uow.journal.add(Entry(asker.at, asker.user, "replied", subject, detail))
    return answered


def _decline_form(question: Question, circulation: Circulation, short: str) -> Form:
    field = TextField("words", "Why not, or what instead", multiline=True)
    told = (
        f"{short} reads this, and nobody else. Its answer to {titled(circulation)} stays as it is."
    )
    return Form(
        FormName.CHANGE_DECLINED,
        "Decline the change",
        "Send",
        (Note(line(told)), field),
        str(question.id),
    )


def _declined_words(
    snapshot: Snapshot,
    circulation: Circulation,
    agency: str,
    comment: Comment | None,
    words: str,
) -> Message:
    short = snapshot.agency_short(agency)
    title = titled(circulation)
    told = f"The Chair cannot take up the change that {short} asked for in {title}:"
    stays = Position.SUBJECT_TO_CHANGE.value
    ends = f"{short}'s answer stays “{stays}”, which is no clearance yet. You can answer anew:"
    buttons = (
        choice(circulation, "Cleared", "cleared"),
        choice(circulation, "Subject to a change…", "change"),
        choice(circulation, "Cannot clear…", "cannot"),
        choice(circulation, "Stand aside", "aside"),
    )
    return message(
        Paragraph(line(told)),
        *_quoted(comment),
        Paragraph(line(bold("The Chair: "), words)),
        Paragraph(line(ends)),
        Buttons(buttons),
    )


def _change(
    snapshot: Snapshot, circulation: Circulation, agency: str, comment: Comment | None
) -> tuple[Part, ...]:
    words = line(
        bold(snapshot.agency_short(agency)),
        f" clears {titled(circulation)}, subject to a change:",
    )
    return (Paragraph(words), *_quoted(comment))


def _quoted(comment: Comment | None) -> tuple[Part, ...]:
    if comment is None:
        return ()
    parts: list[Part] = [Quote(line(comment.text))]
    if comment.place:
        parts.append(Note(line(f"Place in the text: {comment.place}")))
    if comment.wording:
        parts.append(Paragraph(line(bold("Proposed wording: "), comment.wording)))
    return tuple(parts)
