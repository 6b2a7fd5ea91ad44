"""`pause`: nothing goes out by the calendar until it ends; then what fell due comes once, late."""

from __future__ import annotations

from datetime import date, timedelta

from coordination.messages.parts import Message, Note, Paragraph, line
from coordination.messages.wording import count, day_text
from coordination.records import Reminder
from coordination.rights import require_chair, runs_the_plan
from coordination.services import Asker, Reply, Services
from coordination.snapshot import Snapshot
from coordination.switches import PAUSE, on_or_off, turn
from workplan.ladders import send_day_after
from workplan.steps import Topic

MOST_COUNTED = 1_000


async def pause(services: Services, asker: Asker, words: str) -> Reply:
    """`pause` and `pause off`."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    on = on_or_off(services, PAUSE, words)
    if on:
        first = await turn(services, asker, PAUSE, True, "paused")
        again = "" if first else " (They were paused already.)"
        return Reply(
            Message(
                "All scheduled notices and briefs are paused. Answers, circulations and their "
                "outcomes still go out. Nothing is lost: what falls due meanwhile comes once, "
                f"marked late, after {services.command} pause off.{again}"
            )
        )
    async with services.storage.unit_of_work() as uow:
        waiting = len(await uow.ledger.due(asker.at, MOST_COUNTED))
    if not await turn(services, asker, PAUSE, False, "resumed"):
        return Reply(Message("Notices and briefs are not paused."))
    missed = "Nothing fell due meanwhile."
    if waiting:
        fell = f"{count(waiting, 'reminder')} fell due meanwhile"
        comes = "it comes" if waiting == 1 else "they come"
        missed = f"{fell}: {comes} once, marked late, the steps overtaken left out."
    return Reply(Message(f"Notices and briefs are sent again. {missed}"))


def goes_out(snapshot: Snapshot, reminder: Reminder) -> bool:
    """Whether a reminder may be sent now: while paused only the news of a date near at hand,
    which somebody's act causes and not the calendar."""
    if snapshot.switched_on(PAUSE) is None:
        return True
    item, change = snapshot.schedule.get(reminder.subject), snapshot.changes.get(reminder.subject)
    if reminder.topic is not Topic.CHANGE or item is None or change is None:
        return False
    day = snapshot.day(reminder.due_at)
    last = send_day_after(snapshot.schedule.calendar, day + timedelta(days=1))
    return any(day <= w.earliest <= last for w in (item.window, change.was) if w is not None)


def pause_note(snapshot: Snapshot, command: str) -> str | None:
    """That notices are paused, since when, and how that ends; None while they are not."""
    switch = snapshot.switched_on(PAUSE)
    if switch is None:
        return None
    since = day_text(snapshot.day(switch.at), snapshot.plan.plan.first_day.year)
    return f"Notices and briefs are paused since {since}; {command} pause off sends them again."


def with_pause_note(services: Services, asker: Asker, reply: Reply) -> Reply:
    """The answer, with the note for those who can end the pause, so that they do not forget it."""
    snapshot = services.snapshot
    note = pause_note(snapshot, services.command)
    day: date = snapshot.day(asker.at)
    if note is None or not runs_the_plan(snapshot, services.secretariat, asker.user, day):
        return reply
    said = reply.message
    parts = said.parts or (Paragraph(line(said.text)),)
    noted = Message(f"{said.text}\n{note}", (*parts, Note(line(note))))
    return Reply(noted, reply.public, reply.replace)
