"""Confirm or move a date by words: show what else moves, ask, then keep it beside the plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime

from coordination.actions import Action
from coordination.find import require_milestone, split_item
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
from coordination.messages.wording import day_text, moment_text
from coordination.records import Entry, GroupState, MilestoneChange
from coordination.remind import change_told_at, reminders_changed
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.phrases import PlanYear, Tied, UnreadablePhrase, read_phrase
from workplan.schedule import ScheduledMilestone, what_moves
from workplan.window import Window

MOST_MOVED = 12

_CHANGED = (
    "The date of “{}” was changed meanwhile{} "
    "Please look again and set it anew if it is still right."
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A date that somebody wants to set."""

    verb: str  # "confirm" or "move"
    item: ScheduledMilestone
    words: str
    window: Window


async def propose(services: Services, asker: Asker, verb: str, words: str) -> Reply:
    """`confirm ITEM DATE` and `move ITEM DATE`: what it changes, and a button."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    item_words, date_words = split_item(snapshot, words)
    item = require_milestone(snapshot, f"{verb} {{}} {date_words}"[:1900], item_words)
    proposal = _read(snapshot, verb, item, date_words)
    after = services.snapshots.of(_with(snapshot.state, _change(snapshot, proposal)))
    to = "for" if verb == "confirm" else "to"
    parts: list[Part] = [
        Paragraph(
            line(
                f"{'Confirm' if verb == 'confirm' else 'Move'} ",
                bold(item.title),
                f" {to} {window_text(proposal.window, _year(snapshot))}? {_now(snapshot, item)}",
            )
        )
    ]
    parts += [Note(line(w)) for w in _warnings(snapshot, proposal, asker)]
    parts += _moves(snapshot, after, item.id)
    changed = reminders_changed(snapshot, after, asker.at)
    parts.append(Note(line(" ".join(changed) or "No reminder changes.")))
    value = json.dumps(
        {"verb": verb, "milestone": item.id, "when": date_words, "was": _mark(snapshot, item)}
    )
    label = "Confirm the date" if verb == "confirm" else "Move the date"
    yes = Button(Action.SET_DATE, label, value, "primary")
    parts.append(Buttons((yes, Button(Action.DISMISS, "Not now", ""))))
    return Reply(message(*parts))


async def set_date_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """Set it: rights and words are checked afresh; refused when the date changed meanwhile."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    try:
        data = json.loads(value)
        verb, id, words, was = (str(data[k]) for k in ("verb", "milestone", "when", "was"))
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused("That button does not work any more; please set the date again.") from None
    item = snapshot.schedule.get(id)
    if item is None or verb not in ("confirm", "move"):
        raise Refused("That milestone is not in the plan any more.")
    if _mark(snapshot, item) != was:
        raise Refused(_CHANGED.format(item.title, f". {_now(snapshot, item)}"))
    proposal = _read(snapshot, verb, item, words)
    try:
        async with writing(services, asker) as uow:
            kept = await uow.milestones.get(item.id)
            if kept.window != snapshot.changes.get(item.id, MilestoneChange(item.id)).window:
                raise Refused(_CHANGED.format(item.title, " by somebody else."))
            change = _to_be_told(snapshot, _change(snapshot, proposal, kept), kept, asker.at)
            await uow.milestones.put(change)
            await _journal(uow, asker, snapshot, proposal)
    except Repeated:
        change = services.snapshot.changes[item.id]
    done = "Confirmed" if verb == "confirm" else "Moved"
    shown = window_text(proposal.window, _year(snapshot))
    told = _told(services, change, asker.at)
    return Reply(Message(f"{done}: “{item.title}”, {shown}. {told}"), replace=True)


def _to_be_told(
    snapshot: Snapshot, change: MilestoneChange, kept: MilestoneChange, now: datetime
) -> MilestoneChange:
    """With when the channel is told; several changes of one day are told as one."""
    item = snapshot.schedule[change.milestone]
    waiting = kept.told_at is not None and kept.told_at > now
    was = kept.was if waiting else item.window
    if waiting and was == change.window and not change.confirmed:
        return replace(change, was=None, told_at=None)
    assert change.window is not None  # a proposal always has one
    return replace(change, was=was, told_at=change_told_at(snapshot, item, change.window, now))


def _told(services: Services, change: MilestoneChange, now: datetime) -> str:
    """What the channel will hear of it."""
    if change.told_at is None:
        return "It is back where it was, so the channel is not told."
    if services.channel is None:
        return ""
    if change.told_at <= now:
        return "The channel is told at once, as the date is near."
    plan = services.snapshot.plan
    moment = moment_text(change.told_at, plan.plan.timezone)
    return f"The channel is told in the notice of {moment}."


def _read(snapshot: Snapshot, verb: str, item: ScheduledMilestone, words: str) -> Proposal:
    words = words.strip().strip('"“”')
    if not words:
        day = item.expected or snapshot.plan.plan.first_day
        raise Refused(f"To which date? For example: {verb} {item.id} {day.day} {day:%B} {day.year}")
    if len(words) > 200:
        raise Refused("That is too long for a date. Write it like 27-28 May or end of June.")
    try:
        phrase = read_phrase(words, PlanYear.of(snapshot.plan))
        if isinstance(phrase, Tied) and item.id in phrase.ids:
            raise Refused(f"“{item.title}” cannot be tied to itself. Name a day or another id.")
        window = snapshot.schedule.window_of(phrase)
    except UnreadablePhrase as problem:
        raise Refused(_sentence(problem)) from None
    except KeyError as unknown:
        raise Refused(f"The plan has no milestone with the id {unknown}.") from None
    if window is None:
        raise Refused(f"“{words}” names no day. Write a date such as 27-28 May or end of June.")
    if item.closed:
        raise Refused(f"“{item.title}” is done or cancelled; reopen it first.")
    if item.pending:
        raise Refused(f"“{item.title}” waits for {item.pending}; activate it first.")
    if verb == "move" and window == item.window:
        raise Refused(f"“{item.title}” has that date already; nothing would change.")
    if verb == "confirm" and len(window.alternatives) > 1:
        raise Refused("To confirm a date, name one of the alternatives.")
    if verb == "confirm":
        window = (
            Window((replace(window.alternatives[0], occupied=True),)) if _short(window) else window
        )
    return Proposal(verb, item, words, window)


def _short(window: Window) -> bool:
    """A day or a few that are named as such are what it occupies."""
    span = window.alternatives[0]
    return span.days is not None and (span.occupied or span.days == 1)


def _sentence(problem: UnreadablePhrase) -> str:
    sentence = problem.sentence
    return f"{sentence[0].upper()}{sentence[1:]}."


def _change(
    snapshot: Snapshot, proposal: Proposal, kept: MilestoneChange | None = None
) -> MilestoneChange:
    kept = kept or snapshot.changes.get(proposal.item.id) or MilestoneChange(proposal.item.id)
    return replace(
        kept,
        words=proposal.words,
        window=proposal.window,
        confirmed=proposal.verb == "confirm",
        postponed=False,
    )


def _with(state: GroupState, change: MilestoneChange) -> GroupState:
    others = tuple(c for c in state.changes if c.milestone != change.milestone)
    return replace(state, changes=(*others, change))


def _mark(snapshot: Snapshot, item: ScheduledMilestone) -> str:
    """What the date was when the question was asked."""
    return " ".join(item.window.edtf()) if item.window else ""


def _now(snapshot: Snapshot, item: ScheduledMilestone) -> str:
    if item.window is None:
        return "It has no date now."
    words = f" (“{item.words}”)" if item.words else ""
    return f"Now: {window_text(item.window, _year(snapshot))}{words}."


def _year(snapshot: Snapshot) -> int:
    return snapshot.plan.plan.first_day.year


def _warnings(snapshot: Snapshot, proposal: Proposal, asker: Asker) -> list[str]:
    """What the chair should know before pressing."""
    calendar, window, item = snapshot.schedule.calendar, proposal.window, proposal.item
    year = _year(snapshot)
    out = []
    first = window.alternatives[0]
    days = [first.start, first.end] if first.occupied and first.end else []
    for day in dict.fromkeys(d for d in days if d):
        if not calendar.is_working(day):
            why = calendar.holiday(day) or "weekend"
            out.append(f"{day_text(day, year)} is not a working day ({why}).")
    if window.latest is not None and window.latest < snapshot.day(asker.at):
        out.append("That date lies in the past.")
    header = snapshot.plan.plan
    if not header.first_day <= window.earliest <= header.last_day:
        out.append("That date lies outside the plan's period.")
    if proposal.verb == "confirm" and item.window is not None:
        inside = any(
            s.start <= window.earliest and (s.end is None or (window.latest or s.end) <= s.end)
            for s in item.window.alternatives
        )
        if not inside:
            out.append(f"The plan says “{item.words}”; this lies outside it.")
    return out


def _moves(before: Snapshot, after: Snapshot, asked: str) -> list[Part]:
    moved = [(o, n) for o, n in what_moves(before.schedule, after.schedule) if o.id != asked]
    if not moved:
        return [Note(line("Nothing else moves with it."))]
    items = []
    for old, new in moved[:MOST_MOVED]:
        was = window_text(old.window, _year(before)) if old.window else "no date"
        now = window_text(new.window, _year(after)) if new.window else "no date"
        items.append(line(bold(old.title), f": {was} → {now}"))
    if len(moved) > MOST_MOVED:
        items.append(line(f"and {len(moved) - MOST_MOVED} more"))
    return [Paragraph(line("This moves with it:")), Bullets(tuple(items))]


async def _journal(uow: UnitOfWork, asker: Asker, snapshot: Snapshot, proposal: Proposal) -> None:
    item = proposal.item
    detail = {
        "words": proposal.words,
        "was": _mark(snapshot, item),
        "is": " ".join(proposal.window.edtf()),
    }
    verb = "date confirmed" if proposal.verb == "confirm" else "date moved"
    await uow.journal.add(
        Entry(asker.at, asker.user, verb, f"milestone:{item.id}", detail, asker.message)
    )
