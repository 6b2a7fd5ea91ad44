"""`snooze`: somebody puts their own reminders of an item off, never beyond its due day."""

from __future__ import annotations

import re
from datetime import date, timedelta

from coordination.actions import Action
from coordination.find import find_milestone, require_milestone, split_item
from coordination.messages.parts import Button, Buttons, Message, Paragraph, line, message
from coordination.messages.wording import count, day_text
from coordination.records import Circulation, Entry, Reminder, Snooze
from coordination.remind import derive
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.snoozing import can_be_put_off
from coordination.write import Repeated, writing
from workplan.phrases import Dated, PlanYear, UnreadablePhrase, read_phrase
from workplan.steps import Topic

CHOICES = (1, 3, 7)
"""Days that the button offers."""

DEFAULT = 3
MOST_LATE = timedelta(weeks=4)
"""So long at the most for what is past its planned date."""

_LENGTH = re.compile(r"(\d{1,3})\s*(d|days?|w|weeks?)")
_GONE = "That reminder is not of the plan any more."


async def snooze(services: Services, asker: Asker, words: str) -> Reply:
    """`snooze ITEM [DATE or Nd/Nw]`, `snooze ITEM off`."""
    snapshot = await services.snapshots.refresh()
    if find_milestone(snapshot, words).item is not None:
        item_words, rest = words, ""
    else:
        item_words, rest = split_item(snapshot, words)
    item = require_milestone(snapshot, f"snooze {{}} {rest}"[:1900], item_words)
    subjects = [item.id, *(c.subject for c in _open_circulations(snapshot, item.id))]
    if rest.strip().lower() in ("off", "none", "end"):
        return await _end(services, asker, subjects, item.title)
    until = _until(snapshot, rest, snapshot.day(asker.at))
    return await _put_off(services, asker, subjects, until)


async def snooze_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The button of a reminder, subject|due day: for how long?"""
    snapshot = await services.snapshots.refresh()
    subject, _, _ = value.rpartition("|")
    title = _title(snapshot, subject)
    today = snapshot.day(asker.at)
    last = _latest(snapshot, _mine(services, asker, [subject], today), today)
    days = [n for n in CHOICES if last is not None and today + timedelta(days=n) <= last]
    if not days:
        raise Refused(
            f"“{title}” cannot be put off any more: only the reminder of its day is still to come."
        )
    buttons = tuple(Button(Action.SNOOZE_FOR, count(n, "day"), f"{subject}|{n}") for n in days)
    asked = Paragraph(line(f"Put “{title}” off for how long? This is for your own reminders only."))
    return Reply(message(asked, Buttons((*buttons, Button(Action.DISMISS, "Not now", "")))))


async def snoozed_for(services: Services, asker: Asker, value: str) -> Reply:
    """The answer to it, subject|days."""
    snapshot = await services.snapshots.refresh()
    subject, _, number = value.rpartition("|")
    _title(snapshot, subject)
    if number not in {str(n) for n in CHOICES}:
        raise Refused(_GONE)
    until = snapshot.day(asker.at) + timedelta(days=int(number))
    reply = await _put_off(services, asker, [subject], until)
    return Reply(reply.message, replace=True)


async def _put_off(services: Services, asker: Asker, subjects: list[str], until: date) -> Reply:
    snapshot, today = services.snapshot, services.snapshot.day(asker.at)
    found = _mine(services, asker, subjects, today)
    title = _title(snapshot, subjects[0])
    if not found:
        raise Refused(f"No reminder of “{title}” is to come to you.")
    kept: dict[str, date] = {}
    for subject in subjects:
        last = _latest(snapshot, [r for r in found if r.subject == subject], today)
        if last is not None and last > today:
            kept[subject] = min(until, last)
    if not kept:
        raise Refused(
            f"“{title}” cannot be put off any more: only the reminder of its day is still to come."
        )
    try:
        async with writing(services, asker) as uow:
            for subject, day in kept.items():
                await uow.wishes.snooze(Snooze(asker.user, subject, day))
                await uow.journal.add(_entry(asker, "snoozed", subject, day))
    except Repeated:
        pass
    shown = day_text(max(kept.values()), snapshot.plan.plan.first_day.year)
    late = all(r.topic is Topic.LATE for r in found)
    still = "" if late else " The reminder of its day still comes."
    return Reply(Message(f"You hear of “{title}” again on {shown}, not before.{still}"))


async def _end(services: Services, asker: Asker, subjects: list[str], title: str) -> Reply:
    ended = False
    try:
        async with writing(services, asker) as uow:
            for subject in subjects:
                if await uow.wishes.unsnooze(asker.user, subject):
                    ended = True
                    await uow.journal.add(_entry(asker, "snooze ended", subject, None))
    except Repeated:
        ended = True
    if not ended:
        return Reply(Message(f"You have not put “{title}” off."))
    return Reply(Message(f"Your reminders of “{title}” come as planned again."))


def _entry(asker: Asker, verb: str, subject: str, until: date | None) -> Entry:
    """It stands at the person, not at the item: when somebody rests a reminder is their own."""
    detail = {"of": subject, **({"until": until.isoformat()} if until else {})}
    return Entry(asker.at, asker.user, verb, f"person:{asker.user}", detail)


def _mine(services: Services, asker: Asker, subjects: list[str], today: date) -> list[Reminder]:
    """The asker's reminders of these that can still matter."""
    snapshot = services.snapshot
    return [
        r
        for r in derive(snapshot, sorted(services.secretariat))
        if r.audience == asker.user
        and r.subject in subjects
        and (r.topic is Topic.LATE or r.counted_to >= today)
        and (can_be_put_off(r) or snapshot.day(r.due_at) >= today)
    ]


def _latest(snapshot: Snapshot, found: list[Reminder], today: date) -> date | None:
    """Until which day they can be put off: the due day, weeks for what is past it; None where
    nothing can be."""
    ahead = [r.counted_to for r in found if r.topic is not Topic.LATE and r.counted_to > today]
    if ahead:
        return max(ahead)
    late = [r for r in found if r.topic is Topic.LATE and r.counted_to < today]
    return today + MOST_LATE if late else None


def _until(snapshot: Snapshot, words: str, today: date) -> date:
    """The day that the words mean; raises Refused."""
    said = words.strip().lower()
    length = _LENGTH.fullmatch(said)
    if not said or length:
        days = DEFAULT if not length else int(length[1]) * (7 if length[2][0] == "w" else 1)
        if days < 1:
            raise Refused("For how long? At least a day, such as 3d or 1w.")
        return today + timedelta(days=days)
    try:
        phrase = read_phrase(said, PlanYear.of(snapshot.plan))
    except UnreadablePhrase:
        phrase = None
    if not isinstance(phrase, Dated) or len(words) > 200:
        raise Refused("Until when? Give a day such as 12 March, or how long: 3d, 1w.")
    if phrase.window.earliest <= today:
        raise Refused("That day is not to come. Give a later one, or how long: 3d, 1w.")
    return phrase.window.earliest


def _open_circulations(snapshot: Snapshot, milestone: str) -> list[Circulation]:
    return [
        c
        for c in snapshot.circulations.values()
        if c.milestone == milestone and c.state.takes_answers
    ]


def _title(snapshot: Snapshot, subject: str) -> str:
    """What people call the subject of a reminder; raises Refused for one that is not of the
    plan."""
    item = snapshot.schedule.get(subject)
    if item is not None:
        return item.title
    for circulation in snapshot.circulations.values():
        if circulation.subject == subject:
            return circulation.title
    raise Refused(_GONE)
