"""“Cannot clear as drafted”: confirmed, explained to the chair alone, or a mistake."""

from __future__ import annotations

from datetime import datetime

from coordination.acts import BUTTON, act_of, record, stands_now
from coordination.asking.again import withdraw
from coordination.asking.common import (
    about,
    choice,
    put_to,
    tell_chair,
)
from coordination.clearance_records import Comment, Question, QuestionKind
from coordination.counting import require_counted, titled
from coordination.messages.forms import Answers, Form, FormName, Incomplete, TextField
from coordination.messages.parts import (
    Buttons,
    Message,
    Moment,
    Note,
    Paragraph,
    Part,
    Quote,
    bold,
    line,
    message,
)
from coordination.messages.wording import moment_text
from coordination.questions import ANSWERED_ALREADY, answer_button, drop, settle
from coordination.records import Circulation, Entry
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Position, Standing

GIVE_REASON = "Give the reason…"


def objection_words(snapshot: Snapshot, question: Question, circulation: Circulation) -> Message:
    """When it takes effect, and what can be done about it."""
    short, title = about(snapshot, question, circulation)
    effective = question.detail.get("effective_at")
    words = line(f"You answered for {short} that it cannot clear {title}, as drafted. ")
    buttons = []
    if effective is None:
        words += line("It has taken effect. ")
    else:
        at = datetime.fromisoformat(str(effective))
        words += line("It takes effect on ")
        words += (Moment(at, moment_text(at, snapshot.plan.plan.timezone)),)
        words += line(", or as soon as you confirm it; until then the channel does not show it. ")
        buttons.append(answer_button(question, "Confirm", "confirm", "primary"))
    words += line("The reason helps to settle it and is shown to the Chair alone.")
    buttons.append(choice(circulation, GIVE_REASON, "reason"))
    buttons.append(answer_button(question, "It was a mistake", "mistake"))
    return message(Paragraph(words), Buttons(tuple(buttons)))


async def ask_objection(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    now: Standing,
) -> tuple[Part, ...]:
    """Ask whether it is meant, and why; what the person is to read."""
    effective = now.effective_at.isoformat() if now.effective_at else None
    return await put_to(
        services,
        uow,
        asker,
        circulation,
        QuestionKind.OBJECTION,
        agency,
        objection_words,
        effective_at=effective,
    )


async def objection_answered(
    services: Services, asker: Asker, question: Question, circulation: Circulation, answer: str
) -> Reply:
    """Confirmed, or a mistake."""
    agency = question.agency or ""
    if answer not in ("confirm", "mistake"):
        raise Refused(ANSWERED_ALREADY)
    parts: tuple[Part, ...] = ()
    try:
        async with writing(services, asker) as uow:
            fresh = await uow.circulations.get(circulation.id) or circulation
            require_counted(services, asker, fresh, agency)
            await settle(services, uow, asker, question, fresh, answer)
            now = await stands_now(uow, fresh, agency)
            if now.position is not Position.CANNOT_CLEAR or now.person != asker.user:
                raise Refused(ANSWERED_ALREADY)
            if answer == "confirm":
                await _confirm(services, uow, asker, fresh, agency, now)
                await _tell_chair(services, uow, asker.at, fresh, agency, "", asker.user)
            else:
                parts = await withdraw(services, uow, asker, fresh, agency, now.position)
    except Repeated:
        pass
    short, title = services.snapshot.agency_short(agency), titled(circulation)
    if answer == "mistake":
        noted = f"Taken back: that {short} cannot clear {title}. Nobody else has been told."
        if question.detail.get("effective_at") is None:
            noted = f"Taken back: that {short} cannot clear {title}."
        return Reply(message(Paragraph(line(noted)), *parts), replace=True)
    noted = (
        f"Noted: {short} cannot clear {title}, as drafted. The Chair has been told. A sentence on "
        "the reason would help."
    )
    reason = Buttons((choice(circulation, GIVE_REASON, "reason"),))
    return Reply(message(Paragraph(line(noted)), reason), replace=True)


def reason_form(circulation: Circulation, short: str, name: str) -> Form:
    """Asks for the reason; `name` is what the person pressed: "cannot", or "reason" later."""
    later = name == "reason"
    field = TextField(
        "reason",
        "The reason",
        multiline=True,
        optional=not later,
        hint="Shown to the Chair alone, never in the channel.",
    )
    words = (
        f"{short} cannot clear {titled(circulation)}, as drafted. Sending this takes effect now."
    )
    about = f"{circulation.id}|{name}"
    note = Note(line(words))
    return Form(FormName.OBJECTION, "Cannot clear", "Send", (note, field), about)


async def give_reason(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    answers: Answers,
    *,
    needed: bool,
) -> None:
    """The form's reason for a "cannot clear" that stands; giving it confirms.

    Raises Refused where it does not stand any more, and Incomplete without the words needed.
    """
    text = answers.text("reason")
    if needed and not text:
        raise Incomplete({"reason": "Please give the reason in a sentence."})
    now = await stands_now(uow, circulation, agency)
    if now.position is not Position.CANNOT_CLEAR:
        raise Refused("That answer does not stand any more, so there is nothing to explain.")
    if circulation.state.takes_answers and not now.in_effect(asker.at):
        await _confirm(services, uow, asker, circulation, agency, now)
    if text:
        kept = await uow.comments.add(
            Comment(0, circulation.id, agency, asker.user, asker.at, "reason", text)
        )
        detail = {"agency": agency, "comment": kept.id}
        await uow.journal.add(
            Entry(asker.at, asker.user, "gave a reason", circulation.subject, detail)
        )
    await drop(
        services, uow, circulation.id, QuestionKind.OBJECTION, agency=agency, read=asker.message
    )
    await _tell_chair(services, uow, asker.at, circulation, agency, text, asker.user)


async def _confirm(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    now: Standing,
) -> None:
    """The same answer once more, in effect at once: by the reaction where it is the person's own,
    so that taking that away takes the answer back."""
    if now.in_effect(asker.at):
        return
    own = now.person == asker.user and now.source is not None
    source = now.source if own and now.source else BUTTON
    act = act_of(asker, agency, Position.CANNOT_CLEAR, source)
    await record(services, uow, asker, circulation, act)


async def _tell_chair(
    services: Services,
    uow: UnitOfWork,
    at: datetime,
    circulation: Circulation,
    agency: str,
    reason: str,
    besides: str = "",
) -> None:
    snapshot = services.snapshot
    short = snapshot.agency_short(agency)
    words = line(bold(short), f" cannot clear {titled(circulation)}, as drafted.")
    parts: list[Part] = [Paragraph(words)]
    if reason:
        parts.append(Quote(line(reason)))
    else:
        parts.append(Note(line(f"I have asked {short} for the reason.")))
    parts.append(Note(line("For the Chair alone; the channel does not say who it is.")))
    await tell_chair(services, uow, at, message(*parts), besides)


async def objection_in_effect(
    services: Services, uow: UnitOfWork, circulation: Circulation, agency: str, now: datetime
) -> None:
    """Tell the chair of a "cannot clear" that took effect because its time had come."""
    await _tell_chair(services, uow, now, circulation, agency, "")
