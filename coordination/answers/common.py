"""What several answers say alike: a milestone in one line, its owners, its people."""

from __future__ import annotations

from datetime import date, datetime

from coordination.actions import Action
from coordination.cards import closing_words, shown_at
from coordination.messages.milestones import plan_words
from coordination.messages.parts import Button, Buttons, Line, Mention, bold, line
from coordination.messages.wording import count, day_text, left_text
from coordination.records import Circulation, CirculationState
from coordination.snapshot import Snapshot
from workplan.membership import owners_on
from workplan.schedule import Certainty, ScheduledMilestone

MOST_ITEMS = 25
MOST_BUTTONS = 3


def year_of(snapshot: Snapshot) -> int:
    """The year that need not be said."""
    return snapshot.plan.plan.first_day.year


def when_line(snapshot: Snapshot, item: ScheduledMilestone, day: date) -> str:
    """The date as days left, then in the plan's own words: `Mon 8 February, in 35 days (“…”)`."""
    words = plan_words(item)
    year = year_of(snapshot)
    if item.postponed and item.expected is None:
        return f"put off, no new date yet{words}"
    if item.expected is None:
        return f"no date{words}"
    if item.due is not None and item.is_late(day):
        return f"past its planned date, {day_text(item.due, year)}{words}"
    if item.expected < day and item.due is not None and item.due >= day:
        held = item.kind.happens and item.certainty in (Certainty.FIXED, Certainty.PROPOSED)
        last = f"{day_text(item.due, year)}, {left_text((item.due - day).days)}"
        return f"{'under way until' if held else 'by'} {last}{words}"
    shown = f"{day_text(item.expected, year)}, {left_text((item.expected - day).days)}"
    if item.kind.happens and item.certainty is Certainty.VAGUE:
        shown = f"from {shown}"
    elif item.certainty is Certainty.OPEN:
        shown = f"{shown} at the {'earliest' if item.kind.happens else 'latest'}"
    return shown + words


def owners_line(snapshot: Snapshot, item: ScheduledMilestone, day: date) -> Line:
    """The agencies responsible, with their people by name while they are few."""
    on = item.due or item.expected or day
    owners = owners_on(snapshot.plan, item.owners, on)
    if not owners:
        return line("nobody yet")
    if len(owners) > 6:
        return line(count(len(owners), "agency", "agencies"))
    chair = "the Chair, " if item.owners == ("chair",) else ""
    out: Line = line(chair) if chair else ()
    for number, agency in enumerate(owners):
        out += line(", " if number else "", bold(snapshot.agency_short(agency)))
        people = snapshot.of_agency(agency)[:2] if len(owners) <= 4 else ()
        if people:
            out += line(" (")
            for place, person in enumerate(people):
                out += line(", " if place else "", Mention(person.user, person.name))
            out += line(")")
    return out


def awaited(snapshot: Snapshot, item: ScheduledMilestone, now: datetime) -> str | None:
    """What it waits for at `now` (plan time), in words; None when nothing.

    As on the card, what is still thought over is no reply yet.
    """
    day = snapshot.day(now)
    if item.pending:
        return f"waits for {item.pending}"
    open_ones = [
        c
        for c in snapshot.circulations.values()
        if c.milestone == item.id and c.state.takes_answers
    ]
    if open_ones:
        return _replies(snapshot, max(open_ones, key=lambda c: c.version), now)
    if item.certainty is Certainty.OPEN:
        by = snapshot.schedule.settle_by(item.id)
        if by is None:
            return None
        verb = "is" if by >= day else "was"
        return f"the date {verb} to be settled by {day_text(by, year_of(snapshot))}"
    if item.kind.happens and item.certainty is Certainty.VAGUE:
        return "the date is still to be set"
    return None


def _replies(snapshot: Snapshot, circulation: Circulation, now: datetime) -> str:
    left = sum(s.position is None for s in shown_at(snapshot, circulation, now).values())
    return f"replies still to come: {left}"


def open_line(snapshot: Snapshot, circulation: Circulation, now: datetime) -> Line:
    """A circulation that takes answers: until when, and how many are awaited at `now`."""
    closing = closing_words(snapshot, circulation)
    until = f"open until {closing}"
    if circulation.state is CirculationState.PAST_CLOSING:
        until = f"the closing time {closing} is past, answers still count"
    named = line(bold(circulation.title), f", version {circulation.version} — {until}; ")
    return named + line(f"{_replies(snapshot, circulation, now)}.")


def item_line(snapshot: Snapshot, item: ScheduledMilestone, now: datetime) -> Line:
    """Title, date, owners with people, and what is awaited at `now` (plan time)."""
    day = snapshot.day(now)
    out = line(bold(item.title), f" — {when_line(snapshot, item, day)}. With ")
    out += owners_line(snapshot, item, day)
    waiting = awaited(snapshot, item, now)
    return out + line(f"; {waiting}." if waiting else ".")


def show_buttons(items: tuple[ScheduledMilestone, ...]) -> Buttons:
    """A button that shows each of the first items."""
    return Buttons(
        tuple(Button(Action.SHOW, _short(f"Show {i.title}"), i.id) for i in items[:MOST_BUTTONS])
    )


def _short(label: str) -> str:
    return label if len(label) <= 30 else label[:29].rstrip() + "…"
