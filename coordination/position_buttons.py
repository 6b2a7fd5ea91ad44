"""The buttons and forms by which an agency answers a circulation."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from coordination.acts import BUTTON, stands_now
from coordination.asking.again import withdraw
from coordination.asking.change import ask_change, capacity_of, change_form
from coordination.asking.common import choice, said
from coordination.asking.meaning import question_form, question_sent
from coordination.asking.objection import give_reason, reason_form
from coordination.asking.suggestions import (
    keep_suggestion,
    kept_words,
    suggestions_form,
    write_button,
    written,
)
from coordination.clearance_records import Question
from coordination.counting import explain, not_counted, require_counted, titled
from coordination.messages.forms import Answers, Form
from coordination.messages.parts import Buttons, Message, Paragraph, Part, line, message
from coordination.position_about import UNKNOWN, may_write, read_about, read_form
from coordination.positions import take
from coordination.questions import ANSWERED_ALREADY, settle
from coordination.reactions import Wish
from coordination.records import Circulation
from coordination.rights import represents
from coordination.services import Asker, Refused, Reply, Services
from coordination.wishes_on_text import take_wish, time_form
from coordination.write import Repeated, writing
from workplan.clearance import Position

_AT_ONCE: Mapping[str, Position] = {
    "cleared": Position.CLEARED,
    "aside": Position.STANDS_ASIDE,
}
_FormFor = Callable[[Circulation, str, str], Form]


_FORMS: Mapping[str, _FormFor] = {
    "suggestions": suggestions_form,
    "change": change_form,
    "cannot": reason_form,
    "reason": reason_form,
    "time": time_form,
    "question": question_form,
}


async def position_pressed(services: Services, asker: Asker, value: str) -> Reply | Form:
    """A button by which somebody answers; `value` is circulation id|what."""
    await services.snapshots.refresh()
    known, name = read_about(services, value)
    if name in _AT_ONCE:
        return await _answer(services, asker, known, _AT_ONCE[name])
    if name == "take back":
        return await _take_back(services, asker, known)
    make = _FORMS.get(name)
    if make is None:
        raise Refused(UNKNOWN)
    agency = await may_write(services, asker, known, name)
    form = make(known, services.snapshot.agency_short(agency), name)
    return replace(form, about=f"{form.about}|{agency}")


async def position_sent(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """One of the forms above; `about` is what the button said, and for which agency."""
    await services.snapshots.refresh()
    known, name = read_form(services, asker, about)
    sent = _SENT.get(name)
    if sent is None:
        raise Refused(UNKNOWN)
    await may_write(services, asker, known, name)
    return await sent(services, asker, known, answers)


async def objection_sent(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """The reason of a "cannot clear", or the answer itself with its reason."""
    await services.snapshots.refresh()
    known, name = read_form(services, asker, about)
    if name not in ("cannot", "reason"):
        raise Refused(UNKNOWN)
    agency = await may_write(services, asker, known, name)
    taken: tuple[Part, ...] = ()
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(known.id) or known
            now = await stands_now(uow, fresh, agency)
            if name == "cannot" and now.position is not Position.CANNOT_CLEAR:
                require_counted(services, asker, fresh, agency)
                done = await take(
                    services,
                    uow,
                    asker,
                    fresh,
                    agency,
                    Position.CANNOT_CLEAR,
                    BUTTON,
                    confirmed=True,
                )
                taken = done.parts
                fresh = await uow.circulations.get(known.id) or fresh
            needed = name == "reason"
            await give_reason(services, uow, asker, fresh, agency, answers, needed=needed)
    except Repeated:
        pass
    short = services.snapshot.agency_short(agency)
    told = (
        f"Noted: {short} cannot clear {titled(known)}, as drafted. The Chair has been told, and "
        "the channel does not say who it is."
    )
    return Reply(message(Paragraph(line(told)), *taken), replace=True)


async def conflict_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """Which of the answers found after an outage holds."""
    if answer not in question.detail["positions"]:
        raise Refused(ANSWERED_ALREADY)
    agency, position = question.agency or "", Position(answer)
    parts: tuple[Part, ...] = ()
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(circulation.id) or circulation
            require_counted(services, asker, fresh, agency)
            await settle(services, uow, asker, question, fresh, answer)
            if position.value != question.detail.get("stands"):  # that one counts already
                done = await take(services, uow, asker, fresh, agency, position, BUTTON)
                parts = done.parts
    except Repeated:
        pass
    return Reply(_noted(services, circulation, agency, position, parts), replace=True)


async def _answer(
    services: Services, asker: Asker, known: Circulation, position: Position
) -> Reply:
    """Cleared, or stands aside: nothing needs to be written."""
    snapshot = services.snapshot
    agency = represents(snapshot, asker.user)
    reason: str | None = None
    parts: tuple[Part, ...] = ()
    try:
        async with writing(services, asker) as uow:
            circulation = await uow.circulations.get(known.id) or known
            reason = not_counted(snapshot, circulation, agency, asker)
            if reason is not None or agency is None:
                how = position.value
                await explain(uow, asker, circulation, how, reason or "", tell=False)
            else:
                done = await take(services, uow, asker, circulation, agency, position, BUTTON)
                parts = done.parts
    except Repeated:
        pass
    if reason is not None or agency is None:
        raise Refused(reason or UNKNOWN)
    return Reply(_noted(services, known, agency, position, parts))


async def _take_back(services: Services, asker: Asker, known: Circulation) -> Reply:
    """The person's own answer that counts is taken back, by whatever it was given."""
    agency = require_counted(services, asker, known)
    parts: tuple[Part, ...] = ()
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(known.id) or known
            require_counted(services, asker, fresh, agency)
            now = await stands_now(uow, fresh, agency)
            if now.position is None or now.person != asker.user:
                raise Refused("That answer does not count any more, so nothing was taken back.")
            parts = await withdraw(services, uow, asker, fresh, agency, now.position)
    except Repeated:
        pass
    short = services.snapshot.agency_short(agency)
    noted = Paragraph(line(f"Taken back: {short}'s answer to {titled(known)}."))
    return Reply(message(noted, *parts), replace=True)


async def _suggestions_sent(
    services: Services, asker: Asker, known: Circulation, answers: Answers
) -> Reply:
    agency = represents(services.snapshot, asker.user) or ""
    position = Position.CLEARED_WITH_SUGGESTIONS
    parts: tuple[Part, ...] = ()
    written(answers)
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(known.id) or known
            now = await stands_now(uow, fresh, agency)
            if now.position is not position:
                require_counted(services, asker, fresh, agency)
                done = await take(
                    services, uow, asker, fresh, agency, position, BUTTON, explained=True
                )
                parts = done.parts
            await keep_suggestion(services, uow, asker, fresh, agency, answers)
    except Repeated:
        pass
    short = services.snapshot.agency_short(agency)
    another = Buttons((write_button(known, another=True),))
    noted = Paragraph(line(kept_words(known, short)))
    return Reply(message(noted, *parts, another), replace=True)


async def _change_sent(
    services: Services, asker: Asker, known: Circulation, answers: Answers
) -> Reply:
    agency = represents(services.snapshot, asker.user) or ""
    position = Position.SUBJECT_TO_CHANGE
    parts: tuple[Part, ...] = ()
    written(answers)
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(known.id) or known
            require_counted(services, asker, fresh, agency)
            capacity = capacity_of(fresh, answers)
            done = await take(
                services, uow, asker, fresh, agency, position, BUTTON, capacity=capacity
            )
            parts = done.parts
            fresh = await uow.circulations.get(known.id) or fresh
            await ask_change(services, uow, asker, fresh, agency, answers)
    except Repeated:
        pass
    short = services.snapshot.agency_short(agency)
    noted = (
        f"Noted: {short}, {position.value}, for {titled(known)}. The Chair is asked; it counts as "
        f"cleared once the Chair accepts and {short} confirms."
    )
    return Reply(message(Paragraph(line(noted)), *parts))


async def _time_sent(
    services: Services, asker: Asker, known: Circulation, answers: Answers
) -> Reply:
    agency = require_counted(services, asker, known)
    parts: tuple[Part, ...] = ()
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(known.id) or known
            wish, words = Wish.MORE_TIME, answers.text("text")
            parts = await take_wish(services, uow, asker, fresh, agency, wish, BUTTON, True, words)
    except Repeated:
        return Reply(Message("The Chair has been asked already."))
    return Reply(message(*parts))


_Sent = Callable[[Services, Asker, Circulation, Answers], Awaitable[Reply]]
_SENT: Mapping[str, _Sent] = {
    "suggestions": _suggestions_sent,
    "change": _change_sent,
    "time": _time_sent,
    "question": question_sent,
}


def _noted(
    services: Services,
    circulation: Circulation,
    agency: str,
    position: Position,
    parts: tuple[Part, ...],
) -> Message:
    """The receipt of a press, with what is asked on and a way back."""
    short = services.snapshot.agency_short(agency)
    noted = f"Noted: {short}, {said(circulation, position)}, for {titled(circulation)}."
    if any(isinstance(p, Buttons) for p in parts):
        return message(Paragraph(line(noted)), *parts)
    back = Buttons((choice(circulation, "Take it back", "take back"),))
    return message(Paragraph(line(noted)), *parts, back)
