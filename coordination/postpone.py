"""`postpone`: a milestone is put off without a new date; it waits for the chair to date it."""

from __future__ import annotations

from dataclasses import replace

from coordination.actions import Action
from coordination.find import require_milestone
from coordination.messages.milestones import window_text
from coordination.messages.parts import (
    Bullets,
    Button,
    Buttons,
    Message,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.wording import moment_text
from coordination.records import Entry, MilestoneChange
from coordination.remind import change_told_at
from coordination.rights import require_chair, require_owner
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.write import Repeated, writing
from workplan.schedule import Certainty, ScheduledMilestone, what_moves

MOST_MOVED = 12


async def postpone(services: Services, asker: Asker, words: str) -> Reply:
    """`postpone ITEM`."""
    snapshot = await services.snapshots.refresh()
    item = require_milestone(snapshot, "postpone {}", words)
    day = snapshot.day(asker.at)
    require_owner(snapshot, services.secretariat, asker.user, item, day)
    if item.kind.happens and item.due is not None and item.due < day and not item.postponed:
        # It counts as held unless the chair says otherwise.
        require_chair(snapshot, services.secretariat, asker.user, day)
    if item.postponed:
        return Reply(message(Paragraph(line(f"“{item.title}” is put off already; {_next(item)}"))))
    _require_sensible(snapshot, item)
    change = snapshot.changes.get(item.id) or MilestoneChange(item.id)
    try:
        async with writing(services, asker) as uow:
            kept = await uow.milestones.get(item.id)
            change = put_off(snapshot, item, kept, asker)
            await uow.milestones.put(change)
            was = " ".join(item.window.edtf()) if item.window else ""
            entry = Entry(
                asker.at, asker.user, "postponed", f"milestone:{item.id}", {"was": was},
                asker.message,
            )  # fmt: skip
            await uow.journal.add(entry)
    except Repeated:
        change = services.snapshot.changes[item.id]
    return Reply(_told(services, snapshot, item, change, asker))


def put_off(
    snapshot: Snapshot, item: ScheduledMilestone, kept: MilestoneChange, asker: Asker
) -> MilestoneChange:
    """The change, with when the channel is told; a date set and not told yet is told with it."""
    waiting = kept.told_at is not None and kept.told_at > asker.at
    return replace(
        kept,
        postponed=True,
        was=kept.was if waiting else item.window,
        told_at=change_told_at(snapshot, item, None, asker.at),
    )


def taken_up(
    snapshot: Snapshot, item: ScheduledMilestone, kept: MilestoneChange, asker: Asker
) -> MilestoneChange:
    """The change that puts it back on the date it had; not told where its putting off was not."""
    if not kept.postponed:
        return kept
    if kept.told_at is None or kept.told_at <= asker.at:
        told_at = change_told_at(snapshot, item, kept.was, asker.at)
        return replace(kept, postponed=False, was=None, told_at=told_at)
    if kept.window is not None and kept.window != kept.was:
        return replace(kept, postponed=False)  # that it was moved before is still to be told
    return replace(kept, postponed=False, was=None, told_at=None)


def _require_sensible(snapshot: Snapshot, item: ScheduledMilestone) -> None:
    """Raise Refused where nothing can be put off."""
    circulated = any(
        c.milestone == item.id and c.state.takes_answers for c in snapshot.circulations.values()
    )
    if circulated:
        raise Refused(
            f"“{item.title}” is being circulated now; the Chair can extend or withdraw that."
        )
    if item.closed:
        raise Refused(f"“{item.title}” is done or cancelled; reopen it first.")
    if item.pending:
        raise Refused(f"“{item.title}” waits for {item.pending}; it has no date to put off yet.")
    if item.certainty in (Certainty.ONGOING, Certainty.OCCASIONAL):
        raise Refused(f"“{item.title}” goes on all year; it has no date to put off.")
    if item.window is None:
        raise Refused(f"“{item.title}” has no date that could be put off.")


def _told(
    services: Services,
    before: Snapshot,
    item: ScheduledMilestone,
    change: MilestoneChange,
    asker: Asker,
) -> Message:
    was = f" (it was {window_text(item.window, _year(before))})" if item.window else ""
    parts: list[Part] = [
        Paragraph(
            line(
                "Put off: ",
                bold(item.title),
                f"{was}. No reminders of it are sent until it has a new date; {_next(item)}",
            )
        )
    ]
    moved = [n for o, n in what_moves(before.schedule, services.snapshot.schedule)]
    titles = [i.title for i in moved if i.id != item.id]
    if titles:
        shown = titles[:MOST_MOVED]
        more = len(titles) - len(shown)
        rest = (line(f"and {more} more"),) if more else ()
        parts.append(Paragraph(line("This hangs on it:")))
        parts.append(Bullets((*(line(bold(t)) for t in shown), *rest)))
    if services.channel is not None and change.told_at is not None:
        when = f"in the notice of {moment_text(change.told_at, before.plan.plan.timezone)}"
        if change.told_at <= asker.at:
            when = "at once, as the date is near"
        parts.append(Note(line(f"The channel is told {when}.")))
    undo = Button(Action.ASK, "Reopen", f"reopen {item.id}")
    parts.append(Buttons((undo, Button(Action.SHOW, "Show", item.id))))
    return message(*parts)


def _next(item: ScheduledMilestone) -> str:
    return f"the Chair sets one with confirm {item.id} DATE, and reopen {item.id} undoes it."


def _year(snapshot: Snapshot) -> int:
    return snapshot.plan.plan.first_day.year
