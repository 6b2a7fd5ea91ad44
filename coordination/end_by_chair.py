"""The chair ends a circulation, with a reason: closes it, withdraws it, or decides without a
clearance that an endorsement still lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from coordination.chair_acts import digest, locked, meant, reason_of, require_going_on
from coordination.clearance_records import QuestionKind
from coordination.ending import finish, redraw
from coordination.messages.forms import Answers, Form, FormName, TextField
from coordination.messages.parts import Message, Note, Paragraph, bold, line
from coordination.questions import settle_all
from coordination.records import Circulation, CirculationState
from coordination.services import Asker, Refused, Reply, Services
from coordination.went_out import open_again
from coordination.write import Repeated, writing

MOST_REASON = 1_000

NO_OVERRIDE = (
    "Nobody can override the missing clearance of a head of agency. The Chair can issue the text "
    "without an agency, with that agency's consent, or circulate a new version."
)


@dataclass(frozen=True)
class Ending:
    """One of the ways: its words, and the state it leads to."""

    form: FormName
    state: CirculationState
    title: str
    submit: str
    meaning: str
    done: str


_CLOSE = Ending(
    FormName.CLOSE,
    CirculationState.CLOSED,
    "Close without clearance",
    "Close",
    "It is closed without clearance and cannot be opened again. What needs it cannot be done "
    "until a new version is cleared.",
    "Closed without clearance",
)
_WITHDRAW = Ending(
    FormName.WITHDRAW,
    CirculationState.WITHDRAWN,
    "Withdraw",
    "Withdraw",
    "Nobody is asked for an answer any more. What needs it cannot be done until a new version is "
    "cleared.",
    "Withdrawn",
)
_OVERRIDE = Ending(
    FormName.OVERRIDE,
    CirculationState.OVERRIDDEN,
    "Decide without it",
    "Decide",
    "It is closed by the Chair’s decision, on behalf of the agencies that have cleared it; what "
    "needs it may go on.",
    "Closed by the Chair’s decision",
)


async def close_pressed(services: Services, asker: Asker, value: str) -> Form:
    """The chair's button; `value` is the circulation's id."""
    return close_form(await meant(services, asker, value), asker.at)


def close_form(circulation: Circulation, at: datetime) -> Form:
    """Asks for the reason; raises Refused when it cannot be closed at `at` (plan time)."""
    _require(_CLOSE, circulation, at)
    return _form(_CLOSE, circulation)


async def withdraw_pressed(services: Services, asker: Asker, value: str) -> Form:
    """The chair's button; `value` is the circulation's id."""
    circulation = await meant(services, asker, value)
    _require(_WITHDRAW, circulation, asker.at)
    return _form(_WITHDRAW, circulation)


async def override_pressed(services: Services, asker: Asker, value: str) -> Form:
    """The chair's button; `value` is the circulation's id."""
    circulation = await meant(services, asker, value)
    _require(_OVERRIDE, circulation, asker.at)
    return _form(_OVERRIDE, circulation)


async def closed(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """The form of a closing without clearance."""
    return await _end(_CLOSE, services, asker, about, answers)


async def withdrawn(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """The form of a withdrawal."""
    return await _end(_WITHDRAW, services, asker, about, answers)


async def overridden(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """The form of an override."""
    return await _end(_OVERRIDE, services, asker, about, answers)


def _form(ending: Ending, circulation: Circulation) -> Form:
    return Form(
        ending.form,
        ending.title,
        ending.submit,
        (
            Paragraph(line(bold(circulation.title), f", version {circulation.version}")),
            Note(line(ending.meaning)),
            TextField(
                "reason",
                "Reason",
                multiline=True,
                most=MOST_REASON,
                hint="It is announced to all agencies.",
            ),
        ),
        str(circulation.id),
    )


async def _end(
    ending: Ending, services: Services, asker: Asker, about: str, answers: Answers
) -> Reply:
    known = await meant(services, asker, about)
    reason = reason_of(answers, MOST_REASON)
    more: str | None = None
    try:
        async with writing(services, asker) as uow:
            if ending is _WITHDRAW:  # its lock first, as where a version is opened
                await uow.milestones.get(known.milestone)
            kept = await locked(uow, known, asker.at)
            _require(ending, kept, asker.at)
            await settle_all(services, uow, asker, kept, ending.state.value, QuestionKind.CLOSING)
            ended = replace(kept, state=ending.state, ended_at=asker.at, reason=reason)
            detail: Mapping[str, object] = {"reason_sha256": digest(reason)}
            await finish(services, uow, ended, asker.user, asker.at, detail, asker.message)
            await redraw(services, uow, ended)
            if ending is _WITHDRAW:
                more = await open_again(services, uow, asker, ended)
    except Repeated:
        pass
    told = f"{ending.done}: {known.named}. All agencies are told."
    return Reply(Message(f"{told} {more}" if more else told))


def _require(ending: Ending, circulation: Circulation, at: datetime) -> None:
    """Raise Refused unless a circulation can end that way at `at` (plan time)."""
    if ending is _OVERRIDE and circulation.heads:
        raise Refused(NO_OVERRIDE)
    if ending is _OVERRIDE and circulation.rule != "unanimity":
        raise Refused(f"{circulation.named} needs no clearance of each agency to override.")
    require_going_on(circulation, at)
    if ending is not _WITHDRAW and at < circulation.closes_at:
        raise Refused(
            f"{circulation.named} is open until its closing time, and agencies may still answer. "
            "After that it can be decided; before, the Chair can withdraw it."
        )
