"""How a circulation's message is answered: its row of buttons, and the hint how to react."""

from __future__ import annotations

from coordination.actions import Action
from coordination.messages.parts import Button, Buttons, Line, line
from coordination.reactions import Meaning, Wish, shown
from coordination.records import Circulation
from coordination.snapshot import Snapshot
from workplan.clearance import Position


def answer_row(circulation: Circulation) -> Buttons:
    """The buttons; those that need words open a form (position_buttons.py)."""
    names: tuple[tuple[str, str], ...]
    if circulation.asks_for == "comments":
        names = (
            ("No comments", "cleared"),
            ("Send comments…", "suggestions"),
            ("More time…", "time"),
        )
    else:
        names = (
            ("Cleared", "cleared"),
            ("With suggestions…", "suggestions"),
            ("Subject to a change…", "change"),
            ("Cannot clear…", "cannot"),
            ("Stand aside", "aside"),
            ("More time…", "time"),
        )
    return Buttons(
        tuple(
            Button(
                Action.POSITION,
                label,
                f"{circulation.id}|{name}",
                "primary" if name == "cleared" else "",
            )
            for label, name in names
        )
    )


def hint(snapshot: Snapshot, circulation: Circulation) -> Line:
    """How to answer by a reaction, in the emoji of this plan."""
    out: Line = line("To answer for your agency, press a button or react to this message: ")
    for meaning, words in _meanings(circulation):
        emoji = shown(snapshot.plan, meaning)
        out += (emoji, *line(f" {words}   ")) if emoji else ()
    if circulation.heads:
        out += line("A clearance counts as working level until it is the head's or an officer's.")
    return out


def _meanings(circulation: Circulation) -> tuple[tuple[Meaning, str], ...]:
    asides: tuple[tuple[Meaning, str], ...] = (
        (Wish.MORE_TIME, "more time"),
        (Wish.QUESTION, "a question"),
        (Position.SEEN, "seen, no answer yet"),
    )
    if circulation.asks_for == "comments":
        return (
            (Position.CLEARED, "no comments"),
            (Position.CLEARED_WITH_SUGGESTIONS, "comments"),
            *asides,
        )
    return (
        (Position.CLEARED, "cleared"),
        (Position.CLEARED_WITH_SUGGESTIONS, "with suggestions"),
        (Position.CANNOT_CLEAR, "cannot clear as drafted"),
        (Position.STANDS_ASIDE, "stands aside"),
        *asides,
    )
