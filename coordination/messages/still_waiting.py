"""What goes on waiting for the chair, listed whenever the chair gets a brief anyway."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from coordination.actions import Action
from coordination.clearance_records import CHAIR
from coordination.messages.milestones import plan_words
from coordination.messages.parts import (
    Bullets,
    Divider,
    Line,
    Note,
    Paragraph,
    Part,
    PickDay,
    bold,
    line,
)
from coordination.messages.wording import day_text
from coordination.records import CirculationState
from coordination.snapshot import Snapshot
from workplan.ladders import settle_from
from workplan.membership import term_on, troika
from workplan.schedule import ScheduledMilestone

MOST_ITEMS = 15
MOST_PICKED = 5
"""Dates that can be picked from such a list; the others are set by a command."""

BEFORE_THE_END = 10
"""Working days before the end of a term from which the chair is told of the handover."""


def still_waiting(
    snapshot: Snapshot, told: Iterable[str], today: date, command: str
) -> tuple[Part, ...]:
    """Circulations past their closing time, dates to set, what is long past its planned date, and
    the term's end; without what the brief tells of anyway (`told`, ids of milestones)."""
    skip = set(told)
    # What the chair is asked of a circulation stands above, with its buttons.
    asked = {q.circulation for q in snapshot.state.questions if q.asked_of == CHAIR}
    items: list[Line] = [
        line(bold(c.title), f" — version {c.version}, past its closing time: {command} clearance")
        for c in snapshot.circulations.values()
        if c.state is CirculationState.PAST_CLOSING and c.id not in asked
    ]
    undated: list[ScheduledMilestone] = []
    for item in snapshot.schedule.milestones:
        if item.id in skip or item.closed:
            continue
        if item.postponed:
            undated.append(item)
            items.append(line(bold(item.title), f" — put off, a new date to set{plan_words(item)}"))
        elif to_settle(snapshot, item, today) and item.due is not None and today <= item.due:
            undated.append(item)
            items.append(line(bold(item.title), f" — date to set{plan_words(item)}"))
        elif item.due and not item.pending and item.is_late(today - timedelta(days=20)):
            day = day_text(item.due, _year(snapshot))
            items.append(line(bold(item.title), f" — past its planned date, {day}"))
    parts: list[Part] = []
    if items:
        shown = items[:MOST_ITEMS]
        if len(items) > len(shown):
            shown.append(line(f"and {len(items) - len(shown)} more: {command} deadlines late"))
        parts += [Paragraph(line(bold("Still waiting for the Chair"))), Bullets(tuple(shown))]
        parts += [pick_day(item, f"Set the date: {item.title}") for item in undated[:MOST_PICKED]]
    ending = _term_ends(snapshot, today, command)
    if ending is not None:
        parts.append(Note(line(ending)))
    return (Divider(), *parts) if parts else ()


def to_settle(snapshot: Snapshot, item: ScheduledMilestone, today: date) -> bool:
    """Whether a vague or open date of something that happens should be settled by now."""
    since = settle_from(snapshot.schedule, item)
    return since is not None and since <= today


def pick_day(item: ScheduledMilestone, label: str) -> PickDay:
    """A picker for a milestone's date. No day stands in it: picking that one would tell nothing."""
    return PickDay(Action.PICK_DATE, label, item.id)


def _term_ends(snapshot: Snapshot, today: date, command: str) -> str | None:
    term = term_on(snapshot.plan, today)
    if term is None:
        return None
    if today < snapshot.schedule.calendar.add(term.until, -BEFORE_THE_END):
        return None
    following = troika(snapshot.plan, term.until)[2]
    who = f" ({snapshot.agency_short(following)})" if following else ""
    return (
        f"The term of {snapshot.agency_short(term.agency)} ends on "
        f"{day_text(term.until, _year(snapshot))}: {command} handover has the brief for the next "
        f"Chair{who}."
    )


def _year(snapshot: Snapshot) -> int:
    return snapshot.plan.plan.first_day.year
