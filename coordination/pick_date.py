"""A day picked in a brief: the chair is asked to set it; from others the chair hears of it."""

from __future__ import annotations

from datetime import date

from coordination.actions import Action
from coordination.briefed import present
from coordination.messages.parts import (
    Button,
    Buttons,
    Mention,
    Message,
    Paragraph,
    bold,
    line,
    message,
)
from coordination.messages.wire import to_json
from coordination.messages.wording import day_text
from coordination.records import Entry, OutboxItem, OutboxKind
from coordination.rights import chair_short, require_owner, runs_the_plan, who_decides
from coordination.services import Asker, Refused, Reply, Services
from coordination.set_dates import propose
from coordination.snapshot import Snapshot
from coordination.write import Repeated, writing
from workplan.schedule import ScheduledMilestone


async def date_picked(services: Services, asker: Asker, value: str) -> Reply:
    """A picker of a brief; `value` is milestone|day.

    Who runs the plan is shown what moves, with the button that sets it; what an owner picks is
    put to them.
    """
    snapshot = await services.snapshots.refresh()
    id, _, picked = value.rpartition("|")
    item = snapshot.schedule.get(id)
    if item is None:
        raise Refused("That milestone is not in the plan any more.")
    try:
        day = date.fromisoformat(picked)
    except ValueError:
        raise Refused("Please pick a day.") from None
    today = snapshot.day(asker.at)
    verb = "move" if item.is_late(today) else "confirm"
    words = f"{verb} {item.id} {day.isoformat()}"
    if runs_the_plan(snapshot, services.secretariat, asker.user, today):
        return await propose(services, asker, verb, f"{item.id} {day.isoformat()}")
    require_owner(snapshot, services.secretariat, asker.user, item, today)
    if item.closed:
        raise Refused(f"“{item.title}” is done or cancelled; no date is waited for.")
    if day < today:
        raise Refused("That day is past. Please pick one that is still to come.")
    return await _put_to_the_chair(services, asker, item, day, words)


async def _put_to_the_chair(
    services: Services, asker: Asker, item: ScheduledMilestone, day: date, words: str
) -> Reply:
    snapshot = services.snapshot
    today = snapshot.day(asker.at)
    shown = day_text(day, snapshot.plan.plan.first_day.year)
    deciders = present(snapshot, who_decides(snapshot, services.secretariat, today), today)
    if not deciders:
        raise Refused("Nobody is here yet who could set a date.")
    asked = to_json(_question(snapshot, asker, item, shown, words))
    try:
        async with writing(services, asker) as uow:
            detail = {"day": day.isoformat()}
            entry = Entry(
                asker.at, asker.user, "asked for a date", f"milestone:{item.id}", detail,
                asker.message,
            )  # fmt: skip
            await uow.journal.add(entry)
            for user in deciders:
                await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, asked))
    except Repeated:
        pass
    who = chair_short(snapshot, today)
    return Reply(Message(f"I have put {shown} for “{item.title}” to {who}, who sets dates."))


def _question(
    snapshot: Snapshot, asker: Asker, item: ScheduledMilestone, shown: str, words: str
) -> Message:
    person = snapshot.people[asker.user]
    return message(
        Paragraph(
            line(
                Mention(person.user, person.name),
                f" ({snapshot.agency_short(person.agency)}) asks for {shown} as the date of ",
                bold(item.title),
                ".",
            )
        ),
        Buttons((Button(Action.ASK, "See what it moves", words, "primary"),)),
    )
