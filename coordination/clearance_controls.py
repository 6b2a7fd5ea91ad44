"""What the chair can do with a circulation: buttons under its table, by the state it is in.

Rights and state are looked up again when one is pressed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from coordination.actions import Action
from coordination.ask_closing import CLOSE_CONFIRM
from coordination.end_by_chair import NO_OVERRIDE
from coordination.issue_without import not_cleared
from coordination.messages.parts import Button, Confirm, Note, Part, line
from coordination.record import record_button
from coordination.records import Circulation
from coordination.snapshot import Snapshot

Control = Callable[[Snapshot, Circulation, datetime], Button | None]
"""The button for a circulation at a moment of plan time, None where it cannot be used then."""


def _extend(_snapshot: Snapshot, circulation: Circulation, now: datetime) -> Button | None:
    if not _goes_on(circulation, now):
        return None
    return Button(Action.EXTEND, "Extend…", str(circulation.id))


def _without(snapshot: Snapshot, circulation: Circulation, now: datetime) -> Button | None:
    acts = snapshot.state.acts.get(circulation.id, ())
    if circulation.rule != "unanimity" or not _goes_on(circulation, now):
        return None
    if not not_cleared(circulation, acts):
        return None
    return Button(Action.WITHOUT, "Issue without…", str(circulation.id))


def _withdraw(_snapshot: Snapshot, circulation: Circulation, now: datetime) -> Button | None:
    if not _goes_on(circulation, now):
        return None
    question = "Nobody is asked for an answer any more. You are asked for the reason next."
    confirm = Confirm("Withdraw it?", question, "Go on")
    return Button(Action.WITHDRAW, "Withdraw…", str(circulation.id), confirm=confirm)


def _close(_snapshot: Snapshot, circulation: Circulation, now: datetime) -> Button | None:
    if not _past(circulation, now):
        return None
    return Button(Action.CLOSE, "Close…", str(circulation.id), confirm=CLOSE_CONFIRM)


def _override(_snapshot: Snapshot, circulation: Circulation, now: datetime) -> Button | None:
    if not _past(circulation, now) or circulation.heads:
        return None
    question = (
        "It is closed by the Chair’s decision though clearances are missing, and what needs it may "
        "go on. You are asked for the reason next; it is announced."
    )
    confirm = Confirm("Decide without them?", question, "Go on")
    return Button(Action.OVERRIDE, "Override…", str(circulation.id), "danger", confirm)


CONTROLS: tuple[Control, ...] = (record_button, _extend, _without, _close, _override, _withdraw)
"""In the order in which they stand; further ones are added here."""


def controls(snapshot: Snapshot, circulation: Circulation, now: datetime) -> tuple[Button, ...]:
    """The buttons that can be used at `now` (plan time)."""
    return tuple(b for control in CONTROLS if (b := control(snapshot, circulation, now)))


def notes(circulation: Circulation, now: datetime) -> tuple[Part, ...]:
    """Why one that might be looked for is not among them."""
    if circulation.heads and _past(circulation, now):
        return (Note(line(NO_OVERRIDE)),)
    return ()


def _goes_on(circulation: Circulation, now: datetime) -> bool:
    if not circulation.state.takes_answers:
        return False
    return circulation.rule == "unanimity" or now < circulation.closes_at


def _past(circulation: Circulation, now: datetime) -> bool:
    """Past its closing time under unanimity, so that the chair may decide."""
    return (
        circulation.rule == "unanimity"
        and circulation.state.takes_answers
        and now >= circulation.closes_at
    )
