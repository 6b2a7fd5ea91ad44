"""The copies of a question in people's direct messages: when it is not open any more, each says so.

Who answered reads the receipt where they pressed. Whoever else was asked keeps what was asked,
without its buttons and with who answered it; what nobody need answer any more says that.
"""

from __future__ import annotations

from dataclasses import replace

from coordination.clearance_records import Question, QuestionState
from coordination.messages.parts import (
    Buttons,
    Inline,
    Message,
    Note,
    PickDay,
    Text,
    line,
    plain,
)
from coordination.messages.wire import from_json, to_json
from coordination.naming import mentioned
from coordination.records import MessageRef, OutboxItem, OutboxKind
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork

_SUBJECT = "question:"


def subject_of(question: Question) -> str:
    """The subject of the rows that put a question to people."""
    return f"{_SUBJECT}{question.id}"


async def put_away(
    snapshot: Snapshot, uow: UnitOfWork, question: Question, read: MessageRef | None = None
) -> None:
    """Have the copies say that a question, closed just now, needs no answer; `read` is the message
    in whose place its receipt comes, if it was pressed there. The caller commits."""
    for item, posted in await uow.outbox.directly_sent(subject_of(question)):
        if posted != read:
            await _edit(snapshot, uow, question, item, posted)


async def put_away_late(
    snapshot: Snapshot, uow: UnitOfWork, item: OutboxItem, posted: MessageRef
) -> None:
    """The same for a copy whose row is marked as sent just now, where its question was closed while
    it was on its way. The caller commits."""
    if item.kind is not OutboxKind.DIRECT or not (item.subject or "").startswith(_SUBJECT):
        return
    # Locked by who closes it as well: one of the two sees what the other has done.
    question = await uow.questions.get(int(str(item.subject).removeprefix(_SUBJECT)))
    if question is not None and question.state is not QuestionState.OPEN:
        await _edit(snapshot, uow, question, item, posted)


async def _edit(
    snapshot: Snapshot, uow: UnitOfWork, question: Question, item: OutboxItem, posted: MessageRef
) -> None:
    words = to_json(_closed(snapshot, question, item))
    edit = OutboxItem(OutboxKind.EDIT, posted.channel, words, ts=posted.ts)
    await uow.outbox.add(edit)


def _closed(snapshot: Snapshot, question: Question, item: OutboxItem) -> Message:
    """What was asked, without what can be pressed, and why nobody need answer."""
    asked = _asked(item)
    said = line(*_why(snapshot, question, item.target))
    kept = tuple(part for part in asked.parts if not isinstance(part, Buttons | PickDay))
    return replace(
        asked, text=f"{asked.text}\n{plain(said)}", parts=(*kept, Note(said)) if kept else ()
    )


def _asked(item: OutboxItem) -> Message:
    try:
        return from_json(item.message or "")
    except ValueError:  # a name in it was forgotten, or another version queued it
        return Message("I had asked you something.")


def _why(snapshot: Snapshot, question: Question, reader: str) -> tuple[Inline, ...]:
    if question.state is QuestionState.DROPPED or question.answered_by is None:
        return (Text("This needs no answer any more."),)
    if question.answered_by == reader:
        return (Text("You have answered this."),)
    return (mentioned(snapshot, question.answered_by), Text(" has answered this."))
