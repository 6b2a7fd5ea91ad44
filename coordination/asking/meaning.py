"""A raised hand: what does it mean? And a question to the chair, passed on."""

from __future__ import annotations

from coordination.asking.common import about, choice, put_to, tell_chair
from coordination.clearance_records import Question, QuestionKind
from coordination.counting import require_counted, titled
from coordination.messages.forms import Answers, Form, FormName, Incomplete, TextField
from coordination.messages.parts import (
    Buttons,
    Mention,
    Message,
    Note,
    Paragraph,
    Part,
    Quote,
    bold,
    line,
    message,
)
from coordination.questions import ANSWERED_ALREADY, answer_button, drop, settle
from coordination.records import Circulation, Entry
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing


def meaning_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """“What do you mean?”, with what it may be."""
    short, title = about(snapshot, question, circulation)
    words = (
        f"You raised a hand on {title}. What do you mean for {short}? No answer is recorded for it."
    )
    buttons = (
        choice(circulation, "A question to the Chair…", "question"),
        choice(circulation, "Cannot clear as drafted…", "cannot"),
        choice(circulation, "More time…", "time"),
        answer_button(question, "Nothing", "nothing"),
    )
    return message(Paragraph(line(words)), Buttons(buttons))


async def ask_meaning(
    services: Services, uow: UnitOfWork, asker: Asker, circulation: Circulation, agency: str
) -> tuple[Part, ...]:
    """Ask the person; what they are to read."""
    kind = QuestionKind.MEANING
    return await put_to(services, uow, asker, circulation, kind, agency, meaning_words)


async def meaning_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """Nothing was meant."""
    if answer != "nothing":
        raise Refused(ANSWERED_ALREADY)
    try:
        async with writing(services, asker) as uow:
            await settle(services, uow, asker, question, circulation, answer)
    except Repeated:
        pass
    return Reply(Message("Good; nothing is recorded."), replace=True)


def question_form(circulation: Circulation, short: str, name: str) -> Form:
    """Takes a question to the chair."""
    words = (
        f"On {titled(circulation)}, for {short}. It goes to those who run the plan, by direct "
        "message; they answer you themselves."
    )
    field = TextField("text", "Your question", multiline=True)
    about_ = f"{circulation.id}|{name}"
    return Form(FormName.POSITION, "A question", "Send", (Note(line(words)), field), about_)


async def question_sent(
    services: Services, asker: Asker, circulation: Circulation, answers: Answers
) -> Reply:
    """Pass it on to those who run the plan."""
    text = answers.text("text")
    if not text:
        raise Incomplete({"text": "Please write your question."})
    agency = require_counted(services, asker, circulation)
    snapshot = services.snapshot
    person = snapshot.people[asker.user]
    try:
        async with writing(services, asker) as uow:
            detail = {"agency": agency, "version": circulation.version}
            subject = circulation.subject
            await uow.journal.add(Entry(asker.at, asker.user, "asked the Chair", subject, detail))
            await drop(
                services,
                uow,
                circulation.id,
                QuestionKind.MEANING,
                agency=agency,
                read=asker.message,
            )
            words: tuple[Part, ...] = (
                Paragraph(
                    line(
                        Mention(asker.user, person.name, ping=True),
                        " (",
                        bold(snapshot.agency_short(agency)),
                        f") asks about {titled(circulation)}:",
                    )
                ),
                Quote(line(text)),
                Note(line("Please answer them directly; it is no answer to the circulation.")),
            )
            await tell_chair(services, uow, asker.at, message(*words), asker.user)
    except Repeated:
        pass
    return Reply(Message("Your question has been passed on to the Chair."))
