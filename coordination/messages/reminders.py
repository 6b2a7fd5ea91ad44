"""The texts of what is sent by the calendar: the channel's notice and a person's daily brief."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from coordination.actions import Action
from coordination.messages.dates import dates_set
from coordination.messages.milestones import plan_words
from coordination.messages.nobody import nobody_there
from coordination.messages.parts import (
    Bullets,
    Button,
    Buttons,
    Heading,
    Line,
    Message,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.reply_due import reply_due
from coordination.messages.still_waiting import pick_day, still_waiting
from coordination.messages.wording import count, day_text, left_text, listed, moment_text
from coordination.records import Reminder
from coordination.snapshot import Snapshot
from coordination.snoozing import can_be_put_off
from workplan.membership import chair_on, owners_on
from workplan.plan import Kind
from workplan.schedule import Certainty, ScheduledMilestone
from workplan.steps import Topic

MOST_ITEMS = 15
"""Items shown with their buttons in one message; the rest is named with a pointer."""

LATE_AFTER = timedelta(minutes=15)
"""What goes out so long after its moment is marked as late."""


def notice(
    snapshot: Snapshot, reminders: Sequence[Reminder], now: datetime, command: str
) -> Message:
    """One morning's notice in the channel, an item a reminder; `now` is plan time."""
    today = snapshot.day(now)
    parts: list[Part] = []
    coming = [r for r in reminders if r.topic is not Topic.CHANGE]
    if coming:
        parts.append(Heading(_notice_heading(coming)))
    for reminder in coming[:MOST_ITEMS]:
        item = snapshot.schedule.get(reminder.subject)
        if item is None:
            continue
        parts.append(Paragraph(item_line(snapshot, item, reminder.counted_to, today)))
        parts.append(_buttons(item, reminder))
    parts += _rest(len(coming), command)
    changed = [r for r in reminders if r.topic is Topic.CHANGE]
    if changed:
        parts.append(Heading("A date was set" if len(changed) == 1 else "Dates that were set"))
        parts += dates_set(snapshot, [r.subject for r in changed[:MOST_ITEMS]])
        parts += _rest(len(changed), command)
    return message(*parts, *_lateness(snapshot, reminders, now))


def brief(
    snapshot: Snapshot,
    reminders: Sequence[Reminder],
    now: datetime,
    command: str,
    chair: bool,
    questions: Sequence[Part] = (),
) -> Message:
    """A person's daily brief: all that concerns them; `chair` adds what waits for the chair,
    `questions` are those still open that were put to the person."""
    today = snapshot.day(now)
    parts: list[Part] = [Heading(f"Your brief for {day_text(today, _year(snapshot))}")]
    for title, topic in (
        ("Coming up for your agency", Topic.LADDER),
        ("Replies still to come from your agency", Topic.POSITION),
        ("Past its planned date", Topic.LATE),
        ("Dates for the Chair to set", Topic.SETTLE),
        ("Checking in on ongoing work", Topic.CHECK_IN),
    ):
        chosen = [r for r in reminders if r.topic is topic]
        if chosen:
            parts.append(Paragraph(line(bold(title))))
            if topic is Topic.CHECK_IN:
                parts += _ongoing(snapshot, chosen[:MOST_ITEMS], today)
            else:
                for reminder in chosen[:MOST_ITEMS]:
                    parts += item_parts(snapshot, reminder, today, command)
            parts += _rest(len(chosen), command)
    parts += questions
    if chair:
        parts += still_waiting(snapshot, {r.subject for r in reminders}, today, command)
    return message(*parts, *_lateness(snapshot, reminders, now))


def item_parts(
    snapshot: Snapshot, reminder: Reminder, today: date, command: str
) -> tuple[Part, ...]:
    """One item of a brief with its buttons."""
    if reminder.topic is Topic.POSITION:
        return _with_snooze(reply_due(snapshot, reminder), reminder, today)
    item = snapshot.schedule.get(reminder.subject)
    if item is None:
        return ()
    words = item_line(snapshot, item, reminder.counted_to, today, reminder.topic)
    parts: list[Part] = [Paragraph(words + _hint(item, reminder.topic, command))]
    if reminder.for_empty:
        parts.append(Note(line(f"{nobody_there(snapshot, reminder.agency)}.")))
    if reminder.topic is Topic.SETTLE:
        parts.append(pick_day(item, "Set the date"))
    elif reminder.topic is Topic.LATE:
        parts.append(pick_day(item, "New date?"))
    parts.append(_buttons(item, reminder))
    return _with_snooze(tuple(parts), reminder, today)


def _with_snooze(parts: tuple[Part, ...], reminder: Reminder, today: date) -> tuple[Part, ...]:
    """The item with a button that puts it off, where a later day comes before its last one."""
    late = reminder.topic is Topic.LATE
    if not parts or not can_be_put_off(reminder):
        return parts
    if not late and reminder.counted_to - today <= timedelta(days=1):
        return parts
    snooze = Button(Action.SNOOZE, "Snooze", f"{reminder.subject}|{reminder.counted_to}")
    last = parts[-1]
    if isinstance(last, Buttons):
        return (*parts[:-1], Buttons((*last.buttons, snooze)))
    return (*parts, Buttons((snooze,)))


def _ongoing(snapshot: Snapshot, reminders: Sequence[Reminder], today: date) -> tuple[Part, ...]:
    """Work that goes on, one line each: there is nothing to press while all is well."""
    found = [(snapshot.schedule.get(r.subject), r) for r in reminders]
    lines = [item_line(snapshot, item, r.counted_to, today, r.topic) for item, r in found if item]
    return (Bullets(tuple(lines)),) if lines else ()


def item_line(
    snapshot: Snapshot,
    item: ScheduledMilestone,
    counted_to: date,
    today: date,
    topic: Topic = Topic.LADDER,
) -> Line:
    """Title, the date as a day and as days left, the plan's own words, and who owns it."""
    owners = line(f". {_owners(snapshot, item, counted_to)}.")
    if topic is Topic.CHECK_IN:
        return line(bold(item.title), plan_words(item)) + owners
    when: Line
    if topic is Topic.SETTLE:
        when = line("no date set yet")
    else:
        day = day_text(counted_to, _year(snapshot))
        when = line(f"{day}, {left_text((counted_to - today).days)}")
    out = line(bold(item.title), " — ", *when)
    out += line(plan_words(item))
    if item.milestone.venue:
        out += line(f", {item.milestone.venue}")
    return out + owners


def _owners(snapshot: Snapshot, item: ScheduledMilestone, day: date) -> str:
    names = [snapshot.agency_short(a) for a in owners_on(snapshot.plan, item.owners, day)]
    if not names:
        return "No agency answers for it yet"
    if item.owners == ("chair",) and chair_on(snapshot.plan, day):
        return f"With the Chair ({names[0]})"
    if len(names) > 6:
        return f"With {count(len(names), 'agency', 'agencies')}"
    return f"With {listed(names)}"


def _hint(item: ScheduledMilestone, topic: Topic, command: str) -> Line:
    if topic is Topic.LATE:
        return line(f" Is there a new date? The Chair sets it with {command} move {item.id} DATE.")
    if topic is Topic.SETTLE:
        if item.certainty is Certainty.OPEN:
            return line(f" Choose one with {command} confirm {item.id} DATE.")
        return line(f" Set it with {command} confirm {item.id} DATE.")
    return ()


def _buttons(item: ScheduledMilestone, reminder: Reminder) -> Buttons:
    seen = Button(Action.SEEN, "Seen", f"{item.id}|{reminder.counted_to}")
    show = Button(Action.SHOW, "Show", item.id)
    if item.kind.happens or item.kind is Kind.ONGOING:
        return Buttons((seen, show))
    return Buttons((seen, Button(Action.DONE, "Done", item.id), show))


def _notice_heading(reminders: Sequence[Reminder]) -> str:
    return "Coming up" if len(reminders) == 1 else f"Coming up: {len(reminders)} items"


def _rest(total: int, command: str) -> tuple[Part, ...]:
    if total <= MOST_ITEMS:
        return ()
    return (Note(line(f"and {total - MOST_ITEMS} more: {command} deadlines")),)


def _lateness(snapshot: Snapshot, reminders: Sequence[Reminder], now: datetime) -> tuple[Part, ...]:
    """The mark of what comes after its time, with the moment it was due."""
    late = [r for r in reminders if is_late(r, now)]
    if not late:
        return ()
    first = moment_text(min(r.due_at for r in late), snapshot.plan.plan.timezone)
    if len(late) == len(reminders):
        what = "This message comes late"
    else:
        verb = "comes" if len(late) == 1 else "come"
        what = f"{count(len(late), 'item')} of this message {verb} late"
    return (Note(line(f"{what}: due on {first}.")),)


def is_late(reminder: Reminder, now: datetime) -> bool:
    """Whether it goes out so long after its moment that people should know."""
    return now - reminder.due_at > LATE_AFTER


def _year(snapshot: Snapshot) -> int:
    return snapshot.plan.plan.first_day.year
