"""What counted was taken back, and an earlier answer of the agency stands: does it hold again?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from coordination.acts import BUTTON, act_of, record
from coordination.asking.common import (
    about,
    drop_of_positions,
    put_to,
    put_to_agency,
    said,
    tell,
    tell_chair,
)
from coordination.briefed import reachable
from coordination.clearance_records import Question, QuestionKind
from coordination.counting import require_counted, titled
from coordination.messages.parts import Buttons, Message, Paragraph, Part, line, message
from coordination.messages.wording import day_text
from coordination.questions import ANSWERED_ALREADY, answer_button, settle
from coordination.records import Circulation
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import WITHDRAWN, Position, Standing, left_standing


async def withdraw(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    position: Position,
) -> tuple[Part, ...]:
    """Take back the person's answer that counts, by whatever it was given.

    With it goes the reason or change that belongs to it. What the person is to read is about an
    earlier answer that stands.
    """
    act = act_of(asker, agency, position, WITHDRAWN, given=False)
    await record(services, uow, asker, circulation, act)
    await drop_of_positions(services, uow, asker, circulation, agency)
    for comment in await uow.comments.of(circulation.id):
        mine = comment.agency == agency and comment.kind in ("reason", "change")
        if mine and not comment.withdrawn:
            await uow.comments.put(replace(comment, withdrawn=True))
    return await left(services, uow, asker, circulation, agency)


async def left(
    services: Services, uow: UnitOfWork, asker: Asker, circulation: Circulation, agency: str
) -> tuple[Part, ...]:
    """Ask the person who took back what counted; nothing where no earlier answer stands."""
    earlier = await _earlier(services, uow, circulation, agency)
    if earlier is None:
        return ()
    kind = QuestionKind.AGAIN
    return await put_to(services, uow, asker, circulation, kind, agency, again_words, **earlier)


async def left_to_agency(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    why: str,
    *,
    also: Sequence[str] = (),
) -> None:
    """Tell an agency that its answer was taken back by somebody else, and ask it as `left` does.

    One direct message to each of its people and to `also`; to the chair where there is nobody.
    `why` is the sentence that says what was taken back.
    """
    snapshot = services.snapshot
    earlier = await _earlier(services, uow, circulation, agency)
    people = [p.user for p in reachable(snapshot, agency, snapshot.day(asker.at))]
    if earlier is not None:
        question = Question(
            0,
            circulation.id,
            QuestionKind.AGAIN,
            agency,
            agency,
            asker.user,
            asker.at,
            {**earlier, "why": why},
        )
        words = partial(again_words, snapshot)
        await put_to_agency(services, uow, circulation, question, words, also)
    else:
        asks = " Please answer on its message, or by e-mail to the secretariat."
        await tell(uow, (*also, *people), Message(why + asks))
    if not people and not also:
        now_none = f" {snapshot.agency_short(agency)} has no answer now, and nobody I can ask."
        await tell_chair(services, uow, asker.at, Message(why + now_none))


async def _earlier(
    services: Services, uow: UnitOfWork, circulation: Circulation, agency: str
) -> dict[str, object] | None:
    """What a question keeps of the agency's latest answer that nobody took back."""
    earlier = left_standing(await uow.circulations.acts(circulation.id), agency)
    if earlier is None or earlier.position is None or earlier.at is None:
        return None
    return {
        "position": earlier.position.value,
        "person": earlier.person,
        "source": earlier.source,
        "on": services.snapshot.day(earlier.at).isoformat(),
    }


def again_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """“Before it, UNICEF had answered … Does that hold again?”"""
    short, title = about(snapshot, question, circulation)
    detail = question.detail
    on = day_text(date.fromisoformat(detail["on"]), snapshot.plan.plan.first_day.year)
    answered = said_of(circulation, str(detail["position"]))
    why = detail.get("why") or f"You took back {short}'s answer to {title}."
    words = (
        f"{why} Before it, {_who(snapshot, question)} "
        f"“{answered}” on {on}. Does that hold again? Until you answer, {short} has no answer."
    )
    buttons = (
        answer_button(question, f"Yes: {answered}"[:75], "yes", "primary"),
        answer_button(question, "No answer for now", "no"),
    )
    return message(Paragraph(line(words)), Buttons(buttons))


async def again_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """It holds again, or there is no answer for now."""
    if answer not in ("yes", "no"):
        raise Refused(ANSWERED_ALREADY)
    agency = question.agency or ""
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(circulation.id) or circulation
            require_counted(services, asker, fresh, agency)
            await settle(services, uow, asker, question, fresh, answer)
            if answer == "yes":
                await _give_again(services, uow, asker, question, fresh)
    except Repeated:
        pass
    short, title = services.snapshot.agency_short(agency), titled(circulation)
    if answer == "no":
        return Reply(Message(f"Noted: {short} has no answer to {title} for now."), replace=True)
    answered = said_of(circulation, str(question.detail["position"]))
    return Reply(Message(f"Noted: {short}, {answered}, for {title}."), replace=True)


async def _give_again(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    question: Question,
    circulation: Circulation,
) -> None:
    """The earlier answer once more: by what carried it, where that is the person's own reaction.

    So that taking that reaction away takes the answer back.
    """
    agency, detail = question.agency or "", question.detail
    earlier = left_standing(await uow.circulations.acts(circulation.id), agency)
    if earlier is None or not _same(earlier, detail["person"], detail["source"]):
        raise Refused(ANSWERED_ALREADY)
    assert earlier.position is not None
    own = earlier.person == asker.user and earlier.source is not None
    source = earlier.source if own and earlier.source else BUTTON
    act = act_of(asker, agency, earlier.position, source, capacity=earlier.capacity)
    await record(services, uow, asker, circulation, act)


def _same(standing: Standing, person: object, source: object) -> bool:
    return (standing.person, standing.source) == (person, source)


def _who(snapshot: Snapshot, question: Question) -> str:
    detail = question.detail
    if str(detail["source"]).startswith("entered:"):
        return "the secretariat had entered"
    if detail["person"] == question.asked_of:
        return "you had answered"
    person = snapshot.people.get(str(detail["person"]))
    return f"{person.name if person else 'a colleague'} had answered"


def said_of(circulation: Circulation, position: str) -> str:
    """What people call a position that is kept by its value."""
    return said(circulation, Position(position))
