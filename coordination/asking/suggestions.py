"""What an agency suggests: a text, or several one after another, kept for the chair and author."""

from __future__ import annotations

from collections.abc import Mapping

from coordination.asking.common import about, choice, put_to
from coordination.clearance_records import Comment, CommentKind, Question, QuestionKind
from coordination.counting import titled
from coordination.messages.forms import Answers, Field, Form, FormName, Incomplete, TextField
from coordination.messages.parts import (
    Button,
    Buttons,
    Message,
    Note,
    Paragraph,
    Part,
    line,
    message,
)
from coordination.questions import drop
from coordination.records import Circulation, Entry
from coordination.services import Asker, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork

MOST_PLACE = 200

_VERBS: Mapping[CommentKind, str] = {
    "comment": "commented",
    "suggestion": "suggested",
    "change": "asked for a change",
    "reason": "gave a reason",
}


def suggestions_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """Asks for the text of a 💬; the position counts already."""
    short, title = about(snapshot, question, circulation)
    if circulation.asks_for == "comments":
        words = f"Noted: {short} has comments on {title}. What are they?"
    else:
        words = (
            f"Noted: {short} clears {title}, with suggestions. What do you suggest? The clearance "
            "counts already; what becomes of the suggestions is for the Chair."
        )
    return message(Paragraph(line(words)), Buttons((write_button(circulation),)))


async def ask_suggestions(
    services: Services, uow: UnitOfWork, asker: Asker, circulation: Circulation, agency: str
) -> tuple[Part, ...]:
    """Ask for the text; what the person is to read."""
    kind = QuestionKind.SUGGESTIONS
    return await put_to(services, uow, asker, circulation, kind, agency, suggestions_words)


def write_button(circulation: Circulation, another: bool = False) -> Button:
    """Opens the form."""
    noun = "comment" if circulation.asks_for == "comments" else "suggestion"
    label = f"Another {noun}…" if another else f"Write the {noun}…"
    return choice(circulation, label, "suggestions", "" if another else "primary")


def text_fields(label: str, hint: str = "") -> tuple[Field, ...]:
    """Place in the text, the words, and the wording proposed."""
    return (
        TextField(
            "place",
            "Place in the text",
            optional=True,
            most=MOST_PLACE,
            placeholder="such as: page 3, second paragraph",
        ),
        TextField("text", label, multiline=True, hint=hint),
        TextField("wording", "Proposed wording", multiline=True, optional=True),
    )


def suggestions_form(circulation: Circulation, short: str, name: str) -> Form:
    """Takes one suggestion, or one comment."""
    comments = circulation.asks_for == "comments"
    label = "Comment" if comments else "Suggestion"
    words = f"For {short}, on {titled(circulation)}. You can send several, one after another."
    return Form(
        FormName.POSITION,
        f"Send a {label.lower()}",
        "Send",
        (Note(line(words)), *text_fields(label)),
        f"{circulation.id}|{name}",
    )


def kept_words(circulation: Circulation, short: str) -> str:
    """The receipt of a suggestion or a comment."""
    if circulation.asks_for == "comments":
        return f"Noted: a comment of {short} on {titled(circulation)}. Your text is kept."
    return f"Noted: {short} clears {titled(circulation)}, with suggestions. Your text is kept."


def written(answers: Answers) -> tuple[str, str, str]:
    """Text, place and wording; raises Incomplete without a text."""
    text = answers.text("text")
    if not text:
        raise Incomplete({"text": "Please write it in a sentence."})
    return text, answers.text("place"), answers.text("wording")


async def keep_text(
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    kind: CommentKind,
    answers: Answers,
) -> Comment:
    """Keep what was written, with its journal entry; raises Incomplete without a text."""
    text, place, wording = written(answers)
    kept = await uow.comments.add(
        Comment(0, circulation.id, agency, asker.user, asker.at, kind, text, place, wording)
    )
    detail = {"agency": agency, "comment": kept.id, "version": circulation.version}
    verb = _VERBS[kind]
    await uow.journal.add(Entry(asker.at, asker.user, verb, circulation.subject, detail))
    return kept


async def keep_suggestion(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    answers: Answers,
) -> None:
    """Keep one suggestion or comment; what was asked about it is answered."""
    kind: CommentKind = "comment" if circulation.asks_for == "comments" else "suggestion"
    await keep_text(uow, asker, circulation, agency, kind, answers)
    await drop(
        services, uow, circulation.id, QuestionKind.SUGGESTIONS, agency=agency, read=asker.message
    )
