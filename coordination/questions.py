"""Questions the bot asks: put to a person, an agency or the chair, open until one answer comes.

Each stands in a direct message with buttons, in `mine`, on Home and in the daily brief. Who may
answer is looked up in the question that is kept, never in the button's value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from coordination.actions import Action
from coordination.briefed import present, reachable
from coordination.clearance_records import CHAIR, Question, QuestionKind, QuestionState
from coordination.copies import put_away, subject_of
from coordination.messages.forms import Form
from coordination.messages.parts import Button, Buttons, Confirm, Message, Part
from coordination.messages.wire import to_json
from coordination.records import Circulation, Entry, MessageRef, OutboxItem, OutboxKind
from coordination.rights import represents, require_chair, runs_the_plan, who_decides
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork

ANSWERED_ALREADY = "That question was answered already, or is not open any more."

_LISTED = "|listed"
"""Ends the value of a button that stands among others: its receipt must not take their place.

It goes on with the form that the button opens. (dispatch.py)"""

_PUTS_AWAY = (Action.ANSWER, Action.POSITION)
"""The buttons whose receipt takes the place of the message they stand on."""

Worded = Callable[[Question, Circulation], Message]
"""The words of a question with its buttons; the question has its id by then."""


def answer_button(
    question: Question, label: str, answer: str, style: str = "", confirm: Confirm | None = None
) -> Button:
    """A button that answers a question with one word of its kind."""
    return Button(Action.ANSWER, label, f"{question.id}|{answer}", style, confirm)


def among_others(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The words of a question as they stand in a list or a brief, which a receipt leaves alone."""
    return tuple(
        Buttons(tuple(_among_others(b) for b in part.buttons))
        if isinstance(part, Buttons)
        else part
        for part in parts
    )


def _among_others(button: Button) -> Button:
    if button.action not in _PUTS_AWAY:
        return button
    return replace(button, value=button.value + _LISTED)


def stands_among_others(value: str) -> tuple[str, bool]:
    """A button's value as it was made, and whether it stood in a list."""
    return value.removesuffix(_LISTED), value.endswith(_LISTED)


def beside_others(done: Reply | Form) -> Reply | Form:
    """What a button of a list leads to, which leaves the list as it is."""
    if isinstance(done, Form):
        return replace(done, about=done.about + _LISTED)
    return replace(done, replace=False)


async def ask(
    services: Services,
    uow: UnitOfWork,
    circulation: Circulation,
    question: Question,
    words: Worded,
    *,
    tell: bool = True,
) -> Question:
    """Keep a question (its `id` is given here), journal it, and send it to those it is for.

    A question of the same kind, to the same, about the same agency takes an open one's place.
    `tell` is False where the person reads it in the reply to their own press.
    """
    for old in await uow.questions.open_of(circulation.id):
        same = (old.kind, old.asked_of, old.agency)
        if same == (question.kind, question.asked_of, question.agency):
            await _dropped(services, uow, old)
    kept = await uow.questions.add(question)
    said = to_json(words(kept, circulation))
    kept = replace(kept, words=said)
    await uow.questions.put(kept)
    detail = {"question": kept.kind.value, "of": kept.asked_of, "agency": kept.agency}
    await uow.journal.add(Entry(kept.at, "bot", "asked", circulation.subject, detail))
    if tell:
        for user in asked_people(services, services.snapshot, kept.asked_of, kept.at):
            await uow.outbox.add(
                OutboxItem(OutboxKind.DIRECT, user, said, subject=subject_of(kept))
            )
    return kept


async def _dropped(
    services: Services, uow: UnitOfWork, question: Question, read: MessageRef | None = None
) -> None:
    dropped = replace(question, state=QuestionState.DROPPED, words=None)
    await uow.questions.put(dropped)
    await put_away(services.snapshot, uow, dropped, read)


async def settle(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    question: Question,
    circulation: Circulation,
    answer: str,
) -> Question:
    """Mark it answered, with its journal entry, and have the other copies say so; raises Refused
    when somebody was quicker."""
    kept = await uow.questions.get(question.id)
    if kept is None or kept.state is not QuestionState.OPEN:
        raise Refused(ANSWERED_ALREADY)
    answered = replace(
        kept,
        state=QuestionState.ANSWERED,
        answer=answer,
        answered_by=asker.user,
        answered_at=asker.at,
        words=None,
    )
    await uow.questions.put(answered)
    await put_away(services.snapshot, uow, answered, asker.message)
    detail = {"question": kept.kind.value, "agency": kept.agency, "answer": answer}
    await uow.journal.add(
        Entry(asker.at, asker.user, "answered", circulation.subject, detail, asker.message)
    )
    return answered


async def settle_all(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    answer: str,
    *kinds: QuestionKind,
) -> tuple[Question, ...]:
    """Mark all open questions of these kinds answered by one act; returns them."""
    found = [q for q in await uow.questions.open_of(circulation.id) if q.kind in kinds]
    return tuple([await settle(services, uow, asker, q, circulation, answer) for q in found])


async def drop(
    services: Services,
    uow: UnitOfWork,
    circulation: int,
    *kinds: QuestionKind,
    agency: str = "",
    read: MessageRef | None = None,
) -> None:
    """Close open questions whose subject has gone: of these kinds (all without any), of one
    agency (all without one). `read`: the message that is replaced by a receipt anyway."""
    for question in await uow.questions.open_of(circulation):
        if kinds and question.kind not in kinds:
            continue
        if agency and question.agency != agency:
            continue
        await _dropped(services, uow, question, read)


def read_answer(services: Services, asker: Asker, value: str) -> tuple[Question, Circulation, str]:
    """The open question of a button's value `id|answer`, its circulation, and the answer.

    Raises Refused when it is not open any more, or not for this person.
    """
    snapshot = services.snapshot
    number, _, answer = value.partition("|")
    known = {str(q.id): q for q in snapshot.state.questions}
    question = known.get(number)
    circulation = snapshot.circulations.get(question.circulation) if question else None
    if question is None or circulation is None or not answer:
        raise Refused(ANSWERED_ALREADY)
    require_asked(services, snapshot, question, asker)
    return question, circulation, answer


def require_asked(services: Services, snapshot: Snapshot, question: Question, asker: Asker) -> None:
    """Raise Refused unless the question is this person's to answer."""
    if question.asked_of == CHAIR:
        require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
        return
    if asker.user == question.asked_of or represents(snapshot, asker.user) == question.asked_of:
        return
    short = snapshot.agency_short(question.agency or question.asked_of)
    raise Refused(f"Only {short} can answer that.")


def asked_people(
    services: Services, snapshot: Snapshot, asked_of: str, at: datetime
) -> tuple[str, ...]:
    """The user ids a question goes to: the person, the agency's people, or those who decide."""
    day = snapshot.day(at)
    if asked_of == CHAIR:
        return present(snapshot, who_decides(snapshot, services.secretariat, day), day)
    if asked_of in {a.id for a in snapshot.plan.agencies}:
        return tuple(p.user for p in reachable(snapshot, asked_of, day))
    return (asked_of,)


def open_for(
    snapshot: Snapshot, secretariat: frozenset[str], user: str, day: date
) -> tuple[Question, ...]:
    """The questions that wait for this person on that day, in the order they were asked."""
    runs = runs_the_plan(snapshot, secretariat, user, day)
    agency = represents(snapshot, user)
    return tuple(
        q
        for q in snapshot.state.questions
        if q.asked_of in (user, agency) or (runs and q.asked_of == CHAIR)
    )
