"""Done, reopen, activate: what became of a milestone."""

from __future__ import annotations

from dataclasses import replace

from coordination.find import require_milestone
from coordination.gate import require_cleared
from coordination.messages.parts import Message
from coordination.postpone import taken_up
from coordination.records import Entry, MilestoneChange
from coordination.rights import require_chair, require_owner
from coordination.services import Asker, Refused, Reply, Services
from coordination.write import Repeated, writing
from workplan.schedule import ScheduledMilestone


async def done(services: Services, asker: Asker, words: str) -> Reply:
    """`done ITEM`."""
    snapshot = await services.snapshots.refresh()
    return await _done(services, asker, require_milestone(snapshot, "done {}", words))


async def done_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The button of a reminder; `value` is the milestone's id."""
    snapshot = await services.snapshots.refresh()
    item = snapshot.schedule.get(value)
    if item is None:
        raise Refused("That milestone is not in the plan any more.")
    return await _done(services, asker, item)


async def _done(services: Services, asker: Asker, item: ScheduledMilestone) -> Reply:
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    require_owner(snapshot, services.secretariat, asker.user, item, day)
    if item.done_on is not None:
        on = f"{item.done_on.day} {item.done_on:%B %Y}"
        return Reply(Message(f"“{item.title}” was already marked as done on {on}."))
    if item.pending:
        raise Refused(f"“{item.title}” waits for {item.pending}; it has not begun.")
    if item.kind.happens and item.expected is not None and item.expected > day:
        raise Refused(f"“{item.title}” lies ahead; it counts as held once its day is past.")
    try:
        async with writing(services, asker) as uow:
            change = await uow.milestones.get(item.id)  # locked first, as where it is circulated
            await require_cleared(services, uow, item)
            if change.done_on is None:
                await uow.milestones.put(replace(change, done_on=day))
                entry = _entry(asker, item, "done", {"on": day.isoformat()})
                await uow.journal.add(entry)
    except Repeated:
        pass
    return Reply(Message(f"Done: “{item.title}”. No more reminders of it will be sent."))


async def reopen(services: Services, asker: Asker, words: str) -> Reply:
    """`reopen ITEM`: it is not done after all."""
    snapshot = await services.snapshots.refresh()
    item = require_milestone(snapshot, "reopen {}", words)
    day = snapshot.day(asker.at)
    require_owner(snapshot, services.secretariat, asker.user, item, day)
    if not item.closed and not item.postponed:
        return Reply(Message(f"“{item.title}” is open already."))
    if item.postponed and not item.closed:
        await _take_up(services, asker, item)
    else:
        await _change(services, asker, item, "reopened", done_on=None, cancelled=False)
    return Reply(Message(f"Reopened: “{item.title}”. Its reminders still to come are sent again."))


async def _take_up(services: Services, asker: Asker, item: ScheduledMilestone) -> None:
    """Put it back on the date it had before it was put off."""
    try:
        async with writing(services, asker) as uow:
            kept = await uow.milestones.get(item.id)
            await uow.milestones.put(taken_up(services.snapshot, item, kept, asker))
            await uow.journal.add(_entry(asker, item, "reopened", {}))
    except Repeated:
        pass


async def activate(services: Services, asker: Asker, words: str) -> Reply:
    """`activate ITEM`: the condition it waited for is met."""
    snapshot = await services.snapshots.refresh()
    item = require_milestone(snapshot, "activate {}", words)
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    if item.pending is None:
        return Reply(Message(f"“{item.title}” waits for nothing; it is active."))
    await _change(services, asker, item, "activated", activated=True)
    now = services.snapshot.schedule
    waiting = [m for m in snapshot.schedule.milestones if m.pending and m.id != item.id]
    freed = [m.title for m in waiting if not now[m.id].pending]
    more = f" With it: {', '.join(freed)}." if freed else ""
    return Reply(Message(f"Activated: “{item.title}”. Its reminders begin.{more}"))


async def _change(
    services: Services, asker: Asker, item: ScheduledMilestone, verb: str, **fields: object
) -> None:
    try:
        async with writing(services, asker) as uow:
            change: MilestoneChange = await uow.milestones.get(item.id)
            await uow.milestones.put(replace(change, **fields))  # type: ignore[arg-type]
            await uow.journal.add(_entry(asker, item, verb, {}))
    except Repeated:
        pass


def _entry(asker: Asker, item: ScheduledMilestone, verb: str, detail: dict[str, str]) -> Entry:
    subject = f"milestone:{item.id}"
    return Entry(asker.at, asker.user, verb, subject, detail, asker.message)
