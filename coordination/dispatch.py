"""From what somebody typed or pressed to the one use case that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from rapidfuzz import fuzz, process

from coordination.acknowledge import seen_pressed
from coordination.actions import Action
from coordination.answering import answer_pressed
from coordination.answers.agencies import agencies
from coordination.answers.chair import chair
from coordination.answers.check import check
from coordination.answers.deadlines import deadlines
from coordination.answers.help import help_
from coordination.answers.meetings import meetings
from coordination.answers.mine import mine
from coordination.answers.next_milestones import next_milestones
from coordination.answers.owner import owner
from coordination.answers.show import show
from coordination.asking.change import declined
from coordination.away import away, away_pressed, away_submitted
from coordination.circulate import circulate, circulate_pressed
from coordination.circulate_submit import circulate_submitted
from coordination.clearance_view import clearance
from coordination.commands import bare, find_command, names
from coordination.comments_file import export_pressed
from coordination.comments_view import comments_pressed
from coordination.email_text import email_text_pressed
from coordination.end_by_chair import (
    close_pressed,
    closed,
    overridden,
    override_pressed,
    withdraw_pressed,
    withdrawn,
)
from coordination.extend import extend_pressed, extended
from coordination.find import CLOSE_ENOUGH
from coordination.give_link import give_link_pressed, link_given
from coordination.handover import handover
from coordination.issue_without import without_asked, without_pressed
from coordination.messages.forms import Answers, Form, FormName
from coordination.messages.parts import Button, Buttons, Message, Paragraph, line, message
from coordination.mute import mute
from coordination.not_right import not_right_pressed
from coordination.pause import pause, with_pause_note
from coordination.people import focal, join, join_decided
from coordination.pick_date import date_picked
from coordination.position_buttons import objection_sent, position_pressed, position_sent
from coordination.postpone import postpone
from coordination.preview import edit_pressed, edited, preview, send_pressed, skip_pressed
from coordination.progress import activate, done, done_pressed, reopen
from coordination.questions import beside_others, stands_among_others
from coordination.record import record, record_chosen, record_entered
from coordination.reply import reply_given, reply_pressed
from coordination.services import Asker, Refused, Reply, Services
from coordination.set_dates import propose as propose_date
from coordination.set_dates import set_date_pressed
from coordination.settings_form import settings, settings_submitted
from coordination.snooze import snooze, snooze_pressed, snoozed_for
from coordination.take_back import take_back_pressed
from coordination.taking_part import take_part_pressed

LONGEST = 3000
"""Characters of a question; what is longer is no question."""

UseCase = Callable[[Services, Asker, str], Awaitable[Reply | Form]]
FormUseCase = Callable[[Services, Asker, str, Answers], Awaitable[Reply | Form]]
"""Takes what the form was about and what was entered; a Form is the next step."""


async def _confirm(services: Services, asker: Asker, words: str) -> Reply:
    return await propose_date(services, asker, "confirm", words)


async def _move(services: Services, asker: Asker, words: str) -> Reply:
    return await propose_date(services, asker, "move", words)


_USE_CASES: dict[str, UseCase] = {
    "help": help_,
    "next": next_milestones,
    "deadlines": deadlines,
    "owner": owner,
    "show": show,
    "meetings": meetings,
    "chair": chair,
    "agencies": agencies,
    "mine": mine,
    "clearance": clearance,
    "check": check,
    "circulate": circulate,
    "record": record,
    "confirm": _confirm,
    "move": _move,
    "done": done,
    "reopen": reopen,
    "postpone": postpone,
    "activate": activate,
    "focal": focal,
    "join": join,
    "away": away,
    "snooze": snooze,
    "mute": mute,
    "pause": pause,
    "preview": preview,
    "handover": handover,
}

_TELLS_PAUSE = frozenset({"pause", "next", "handover"})
"""Commands that say themselves that notices are paused."""


async def answer(services: Services, asker: Asker, text: str) -> Reply | Form:
    """Answer what somebody typed after the command, a mention, or in a direct message.

    A Form is to be opened; where it cannot be, a button that asks the same again will open it.
    Raises Refused (what cannot be done, in one polite sentence) and StorageUnavailable.
    """
    text = text.strip()
    if len(text) > LONGEST:
        raise Refused(
            f"That is longer than I can read ({LONGEST} characters). Try: {services.command} help"
        )
    name, _, words = text.partition(" ")
    command = find_command(name) if name else find_command("help")
    if command is None:
        return _unknown(services, name, words)
    reply = await _USE_CASES[command.name](services, asker, words.strip())
    if isinstance(reply, Reply) and command.name not in _TELLS_PAUSE:
        return with_pause_note(services, asker, reply)
    return reply


def at_hand(services: Services, asker: Asker, text: str) -> Reply | None:
    """The answer to words that were answered before, where it is kept and still holds; else None.

    It takes no time, so that nobody has to see to it that it comes in time.
    """
    name, _, words = text.strip().partition(" ")
    command = find_command(name)
    if command is None:
        return None
    kept = services.snapshot.at_hand((command.name, words.strip()), asker.at)
    return kept if isinstance(kept, Reply) else None


def _unknown(services: Services, name: str, words: str) -> Reply:
    shown = name if len(name) <= 40 else name[:40] + "…"
    near = process.extract(
        name.lower()[:60], names(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH - 18, limit=3
    )
    said = [w for w in dict.fromkeys(bare(w) for w in words.lower().split()) if find_command(w)]
    if said and not any(likeness >= CLOSE_ENOUGH for _, likeness, _ in near):
        return _did_you_mean(shown, said[:3], "")
    if not near:
        text = f"I do not know “{shown}”. {services.command} help lists what I can do."
        button = Button(Action.ASK, "Help", "help")
        return Reply(message(Paragraph(line(text)), Buttons((button,)), text=text))
    return _did_you_mean(shown, [n for n, _, _ in near], words)


def _did_you_mean(shown: str, found: list[str], words: str) -> Reply:
    text = f"I do not know “{shown}”. Did you mean {' or '.join(found)}?"
    buttons = tuple(
        Button(Action.ASK, f"{n} {words}".strip()[:75], f"{n} {words}".strip()[:1900])
        for n in found
    )
    return Reply(message(Paragraph(line(text)), Buttons(buttons), text=text))


async def _decided(services: Services, asker: Asker, value: str) -> Reply:
    return await join_decided(services, asker, value, True)


async def _declined(services: Services, asker: Asker, value: str) -> Reply:
    return await join_decided(services, asker, value, False)


async def _put_away(_services: Services, _asker: Asker, _value: str) -> Reply:
    return Reply(Message("Put away; nothing was changed."), replace=True)


_PRESSES: Mapping[str, UseCase] = {
    Action.ASK: answer,
    Action.SHOW: show,
    Action.SEEN: seen_pressed,
    Action.DONE: done_pressed,
    Action.SET_DATE: set_date_pressed,
    Action.CIRCULATE: circulate_pressed,
    Action.JOIN_ACCEPT: _decided,
    Action.JOIN_DECLINE: _declined,
    Action.POSITION: position_pressed,
    Action.ANSWER: answer_pressed,
    Action.TAKE_PART: take_part_pressed,
    Action.TAKE_BACK: take_back_pressed,
    Action.EMAIL_TEXT: email_text_pressed,
    Action.GIVE_LINK: give_link_pressed,
    Action.COMMENTS: comments_pressed,
    Action.REPLY: reply_pressed,
    Action.EXPORT: export_pressed,
    Action.NOT_RIGHT: not_right_pressed,
    Action.EXTEND: extend_pressed,
    Action.CLOSE: close_pressed,
    Action.WITHDRAW: withdraw_pressed,
    Action.WITHOUT: without_pressed,
    Action.OVERRIDE: override_pressed,
    Action.PICK_DATE: date_picked,
    Action.SNOOZE: snooze_pressed,
    Action.SNOOZE_FOR: snoozed_for,
    Action.SETTINGS: settings,
    Action.AWAY: away_pressed,
    Action.PREVIEW_SEND: send_pressed,
    Action.PREVIEW_EDIT: edit_pressed,
    Action.PREVIEW_SKIP: skip_pressed,
    Action.DISMISS: _put_away,
}

_FORMS: Mapping[FormName, FormUseCase] = {
    FormName.CIRCULATE: circulate_submitted,
    FormName.LINK: link_given,
    FormName.RECORD_WHO: record_chosen,
    FormName.RECORD: record_entered,
    FormName.REPLY: reply_given,
    FormName.EXTEND: extended,
    FormName.CLOSE: closed,
    FormName.WITHDRAW: withdrawn,
    FormName.WITHOUT: without_asked,
    FormName.OVERRIDE: overridden,
    FormName.POSITION: position_sent,
    FormName.OBJECTION: objection_sent,
    FormName.CHANGE_DECLINED: declined,
    FormName.SETTINGS: settings_submitted,
    FormName.AWAY: away_submitted,
    FormName.PREVIEW: edited,
}


async def press(services: Services, asker: Asker, action: str, value: str) -> Reply | Form:
    """Do what a button asks for; what it is a button of is looked up, never believed.

    For a picker the value is the button's, a `|`, and what was picked.
    """
    use_case = _PRESSES.get(action)
    if use_case is None:
        raise Refused("I do not know that button any more. Please ask again.")
    value, listed = stands_among_others(value)
    done = await use_case(services, asker, value)
    return beside_others(done) if listed else done


async def submit(
    services: Services, asker: Asker, name: str, about: str, answers: Answers
) -> Reply | Form:
    """Take a form that somebody filled in.

    Raises Incomplete for fields that cannot be taken as they are, Refused (what cannot be done),
    and StorageUnavailable; what was entered stays in the form then.
    """
    use_case = next((taken for form, taken in _FORMS.items() if form.value == name), None)
    if use_case is None:
        raise Refused("I do not know that form any more. Please ask again.")
    about, listed = stands_among_others(about)
    done = await use_case(services, asker, about, answers)
    return beside_others(done) if listed else done
