"""What the plan has circulated counts as done on the day its first version goes out."""

from __future__ import annotations

from dataclasses import replace

from coordination.gate import require_cleared
from coordination.records import Circulation, CirculationState, Entry
from coordination.services import Asker, Refused, Services
from coordination.storage_ports import UnitOfWork
from workplan.plan import Kind
from workplan.schedule import ScheduledMilestone

_NOT_OUT = (CirculationState.SUPERSEDED, CirculationState.WITHDRAWN)
"""Versions that no agency holds as the text any more; any other end leaves it circulated."""


async def count_as_done(
    services: Services, uow: UnitOfWork, asker: Asker, item: ScheduledMilestone, made: Circulation
) -> str | None:
    """Mark a milestone as done by the version `made`; what the chair is told of that, if anything.

    Only where circulating is all that the milestone is: a publication that asks for answers is not
    done by asking. What needs a clearance of its own is not done before it has that, this way as
    little as by `done`. The caller holds the milestone's lock and commits.
    """
    kept = await uow.milestones.get(item.id)
    if item.kind is not Kind.CIRCULATION or kept.done_on is not None:
        return None
    try:
        await require_cleared(services, uow, item)
    except Refused as no:
        return (
            f"{no.sentence} So it does not count as done yet; once that is cleared: "
            f"{services.command} done {item.id}"
        )
    day = services.snapshot.day(made.opened_at)
    await uow.milestones.put(replace(kept, done_on=day))
    detail = {"on": day.isoformat(), "circulation": made.id}
    await uow.journal.add(_entry(asker, item, "done", detail))
    return f"“{item.title}” counts as done with that; no more reminders of it will be sent."


async def open_again(
    services: Services, uow: UnitOfWork, asker: Asker, withdrawn: Circulation
) -> str | None:
    """Open a milestone again whose one version that was out is withdrawn; what the chair is told.

    Only where circulating had made it done: on another day somebody said so, and it stays done.
    The caller holds the milestone's lock and commits.
    """
    item = services.snapshot.schedule.get(withdrawn.milestone)
    if item is None or item.kind is not Kind.CIRCULATION:
        return None
    kept = await uow.milestones.get(item.id)
    versions = await uow.circulations.of_milestone(item.id)
    if any(c.state not in _NOT_OUT for c in versions if c.id != withdrawn.id):
        return None
    if kept.done_on not in {services.snapshot.day(c.opened_at) for c in versions}:
        return None
    await uow.milestones.put(replace(kept, done_on=None))
    await uow.journal.add(_entry(asker, item, "reopened", {"circulation": withdrawn.id}))
    return f"“{item.title}” is open again."


def _entry(asker: Asker, item: ScheduledMilestone, verb: str, detail: dict[str, object]) -> Entry:
    return Entry(asker.at, asker.user, verb, f"milestone:{item.id}", detail, asker.message)
