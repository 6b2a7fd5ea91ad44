"""From what somebody typed or pressed to the one use case that answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rapidfuzz import fuzz, process

from coordination.acknowledge import seen_pressed
from coordination.actions import Action
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
from coordination.circulate import circulate_pressed
from coordination.circulate import propose as propose_circulation
from coordination.clearance_view import clearance
from coordination.commands import bare, find_command, names
from coordination.find import CLOSE_ENOUGH
from coordination.messages.parts import Button, Buttons, Message, Paragraph, line, message
from coordination.people import focal, join, join_decided
from coordination.positions import position_pressed
from coordination.progress import activate, done, done_pressed, reopen
from coordination.services import Asker, Refused, Reply, Services
from coordination.set_dates import propose as propose_date
from coordination.set_dates import set_date_pressed

LONGEST = 3000
"""Characters of a question; what is longer is no question."""

UseCase = Callable[[Services, Asker, str], Awaitable[Reply]]


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
    "circulate": propose_circulation,
    "confirm": _confirm,
    "move": _move,
    "done": done,
    "reopen": reopen,
    "activate": activate,
    "focal": focal,
    "join": join,
}


async def answer(services: Services, asker: Asker, text: str) -> Reply:
    """Answer what somebody typed after the command, a mention, or in a direct message.

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
    return await _USE_CASES[command.name](services, asker, words.strip())


def _unknown(services: Services, name: str, words: str) -> Reply:
    shown = name if len(name) <= 40 else name[:40] + "…"
    near = process.extract(
        name.lower()[:60], names(), scorer=fuzz.ratio, score_cutoff=CLOSE_ENOUGH - 18, limit=3
    )
    said = [w for w in dict.fromkeys(bare(w) for w in words.lower().split()) if find_command(w)]
    if not near and said:
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


async def press(services: Services, asker: Asker, action: str, value: str) -> Reply | None:
    """Do what a button asks for; what it is a button of is looked up, never believed."""
    match action:
        case Action.ASK:
            return await answer(services, asker, value)
        case Action.SHOW:
            return await show(services, asker, value)
        case Action.SEEN:
            return await seen_pressed(services, asker, value)
        case Action.DONE:
            return await done_pressed(services, asker, value)
        case Action.SET_DATE:
            return await set_date_pressed(services, asker, value)
        case Action.CIRCULATE:
            return await circulate_pressed(services, asker, value)
        case Action.JOIN_ACCEPT:
            return await join_decided(services, asker, value, True)
        case Action.JOIN_DECLINE:
            return await join_decided(services, asker, value, False)
        case Action.POSITION:
            return await position_pressed(services, asker, value)
        case Action.DISMISS:
            return Reply(Message("Put away; nothing was changed."), replace=True)
        case _:
            raise Refused("I do not know that button any more. Please ask again.")
