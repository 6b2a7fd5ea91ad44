"""At the closing time of what is not cleared yet: ask the chair how to go on."""

from __future__ import annotations

from datetime import datetime

from coordination.clearance_records import CHAIR, Question, QuestionKind
from coordination.messages.parts import Buttons, Confirm, Message, Paragraph, bold, line, message
from coordination.questions import answer_button, ask
from coordination.records import Circulation
from coordination.services import Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork

EXTEND, CONSULT, CLOSE = "extend", "consult", "close"

CLOSE_CONFIRM = Confirm(
    "Close it without clearance?",
    "A closed circulation cannot be opened again, and what needs it cannot be done until a new "
    "version is cleared. You are asked for the reason next.",
    "Go on",
)


async def ask_closing(
    services: Services, uow: UnitOfWork, circulation: Circulation, at: datetime
) -> Question:
    """Put the question to whoever runs the plan at `at` (plan time). The caller commits."""
    question = Question(0, circulation.id, QuestionKind.CLOSING, CHAIR, None, "bot", at)
    snapshot = services.snapshot
    return await ask(
        services, uow, circulation, question, lambda q, c: closing_question(snapshot, q, c)
    )


def closing_question(_snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """What the chair is asked."""
    return message(
        Paragraph(
            line(
                bold(circulation.title),
                f", version {circulation.version}, is not cleared at its closing time. Answers "
                "still count, and are marked as received after it. How shall it go on?",
            )
        ),
        Buttons(
            (
                answer_button(question, "Extend…", EXTEND, "primary"),
                answer_button(question, "Consult", CONSULT),
                answer_button(question, "Close…", CLOSE, confirm=CLOSE_CONFIRM),
            )
        ),
    )
