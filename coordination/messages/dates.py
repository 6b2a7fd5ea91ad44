"""The part of a notice that tells which dates were set, and what moved with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from coordination.messages.milestones import window_text
from coordination.messages.parts import Bullets, Line, Part, bold, line
from coordination.messages.wording import listed
from coordination.records import MilestoneChange
from coordination.snapshot import Snapshot, resolve_on
from workplan.schedule import what_moves

MOST_NAMED = 5


def dates_set(snapshot: Snapshot, milestones: Sequence[str]) -> tuple[Part, ...]:
    """One line for each milestone (by id) whose date was set since the channel was last told."""
    lines = []
    for id in milestones:
        change = snapshot.changes.get(id)
        if change is not None and change.told_at is not None:
            lines.append(_line(snapshot, change))
    return (Bullets(tuple(lines)),) if lines else ()


def _line(snapshot: Snapshot, change: MilestoneChange) -> Line:
    item, year = snapshot.schedule[change.milestone], snapshot.plan.plan.first_day.year
    before = ""
    if change.was is not None and change.was != item.window:
        before = f" (before: {window_text(change.was, year)})"
    if item.window is None:
        says = "is put off; its new date is still to be set"
    elif change.confirmed:
        says = f"is confirmed for {window_text(item.window, year)}"
    elif change.window is None:
        says = f"has its date again: {window_text(item.window, year)}"
    else:
        says = f"is moved to {window_text(item.window, year)}"
    words = line(bold(item.title), f" {says}{before}.")
    moved = _moved_with(snapshot, change)
    if not moved:
        return words
    shown = moved[:MOST_NAMED]
    if len(moved) > MOST_NAMED:
        shown = [*moved[: MOST_NAMED - 1], f"{len(moved) - MOST_NAMED + 1} more"]
    return words + line(f" This moves with it: {listed(shown)}.")


def _moved_with(snapshot: Snapshot, change: MilestoneChange) -> list[str]:
    """The titles of what is elsewhere than it would be had this one date stayed."""
    assert change.told_at is not None
    stayed = replace(change, window=change.was, confirmed=False, postponed=change.was is None)
    others = tuple(c for c in snapshot.state.changes if c.milestone != change.milestone)
    state = replace(snapshot.state, changes=(*others, stayed))
    day = snapshot.day(change.told_at)
    before = resolve_on(snapshot.plan, state, day, snapshot.schedule.calendar)
    pairs = what_moves(before, snapshot.schedule)
    return [new.title for _, new in pairs if new.id != change.milestone]
