"""What the private questions share: putting one to whoever acted, and telling those who decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from coordination.actions import Action
from coordination.clearance_records import Question, QuestionKind
from coordination.copies import subject_of
from coordination.counting import titled
from coordination.messages.parts import Button, Message, Part
from coordination.messages.wire import to_json
from coordination.questions import ask, asked_people, drop
from coordination.records import Circulation, OutboxItem, OutboxKind
from coordination.rights import who_decides
from coordination.services import Asker, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Position

Words = Callable[[Snapshot, Question, Circulation], Message]
"""The words of a question with its buttons."""

OF_POSITIONS = (
    QuestionKind.CAPACITY,
    QuestionKind.WITHDRAWAL,
    QuestionKind.AGAIN,
    QuestionKind.CONFLICT,
    QuestionKind.OBJECTION,
    QuestionKind.SUGGESTIONS,
    QuestionKind.CHANGE,
    QuestionKind.BASIS,
)
"""Questions about an agency's position: a newer position leaves nothing to ask of the old one."""


async def put_to(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    kind: QuestionKind,
    agency: str,
    words: Words,
    **detail: object,
) -> tuple[Part, ...]:
    """Ask the person who acted; the parts are what they are to read, with the buttons."""
    question = Question(
        0, circulation.id, kind, asker.user, agency, asker.user, asker.at, dict(detail)
    )
    snapshot = services.snapshot
    kept = await ask(
        services, uow, circulation, question, lambda q, c: words(snapshot, q, c), tell=False
    )
    return words(snapshot, kept, circulation).parts


async def put_to_agency(
    services: Services,
    uow: UnitOfWork,
    circulation: Circulation,
    question: Question,
    words: Callable[[Question, Circulation], Message],
    also: Iterable[str],
) -> Question:
    """Ask an agency: whoever of it is written to, and those whose acts it is about."""
    kept = await ask(services, uow, circulation, question, words, tell=False)
    people = asked_people(services, services.snapshot, question.asked_of, question.at)
    await tell(uow, (*also, *people), words(kept, circulation), subject_of(kept))
    return kept


async def drop_of_positions(
    services: Services, uow: UnitOfWork, asker: Asker, circulation: Circulation, agency: str
) -> None:
    """Close what was asked about a position that does not count any more."""
    await drop(services, uow, circulation.id, *OF_POSITIONS, agency=agency, read=asker.message)


async def open_question(
    uow: UnitOfWork, circulation: Circulation, kind: QuestionKind, agency: str
) -> Question | None:
    """The open question of that kind about that agency."""
    for question in await uow.questions.open_of(circulation.id):
        if (question.kind, question.agency) == (kind, agency):
            return question
    return None


async def tell(
    uow: UnitOfWork, users: Iterable[str], words: Message, subject: str | None = None
) -> None:
    """Write the same to each of them, once; `subject` is that of a question (copies.py)."""
    said = to_json(words)
    for user in dict.fromkeys(users):
        await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, said, subject=subject))


async def tell_chair(
    services: Services, uow: UnitOfWork, at: datetime, words: Message, besides: str = ""
) -> None:
    """Write to those who run the plan on that day, but for the person who acted."""
    snapshot = services.snapshot
    decide = who_decides(snapshot, services.secretariat, snapshot.day(at))
    await tell(uow, (u for u in decide if u != besides), words)


def choice(circulation: Circulation, label: str, name: str, style: str = "") -> Button:
    """A button by which somebody answers a circulation (position_buttons.py)."""
    return Button(Action.POSITION, label, f"{circulation.id}|{name}", style)


def said(circulation: Circulation, position: Position) -> str:
    """What people call a position on that circulation."""
    if circulation.asks_for == "comments":
        if position is Position.CLEARED:
            return "no comments"
        if position is Position.CLEARED_WITH_SUGGESTIONS:
            return "comments"
    return position.value


def about(snapshot: Snapshot, question: Question, circulation: Circulation) -> tuple[str, str]:
    """The short name of the agency that a question is about, and which text."""
    return snapshot.agency_short(question.agency or ""), titled(circulation)
