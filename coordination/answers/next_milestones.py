"""`next`: what comes next, who owns it and what is awaited."""

from __future__ import annotations

import re
from datetime import date, datetime

from coordination.answers.common import MOST_ITEMS, item_line, open_line, show_buttons
from coordination.find import find_agency, find_output
from coordination.messages.milestones import NOTHING_TO_COME, not_listed
from coordination.messages.parts import (
    Bullets,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.wording import count, day_text
from coordination.pause import pause_note
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from workplan.membership import owners_on
from workplan.schedule import ScheduledMilestone

DEFAULT = 5
_WHOLE = re.compile(r"[+-]?\d+")


async def next_milestones(services: Services, asker: Asker, words: str) -> Reply:
    """`next [N] [agency or output]`."""
    snapshot = services.snapshot
    return snapshot.kept(("next", words), asker.at, lambda: _answer(services, asker, words))


def _answer(services: Services, asker: Asker, words: str) -> Reply:
    snapshot = services.snapshot
    number, rest = _number(words)
    day = snapshot.day(asker.at)
    items = _chosen(snapshot, snapshot.schedule.coming(day), rest, day)
    if not items and day > snapshot.plan.plan.last_day:
        return Reply(_over(snapshot, services.command))
    told = _listed(snapshot, items, number, rest, asker.at, services.command)
    paused = pause_note(snapshot, services.command)
    return Reply(message(*told.parts, Note(line(paused))) if paused else told)


def _number(words: str) -> tuple[int, str]:
    first, _, rest = words.partition(" ")
    if not _WHOLE.fullmatch(first):
        return DEFAULT, words
    number = int(first[:8])
    if not 1 <= number <= 1000:
        raise Refused("How many? Give a number from 1 to 1000, such as next 3.")
    return min(number, MOST_ITEMS), rest.strip()


def _chosen(
    snapshot: Snapshot, items: tuple[ScheduledMilestone, ...], words: str, day: date
) -> tuple[ScheduledMilestone, ...]:
    """Those of the agency or output named."""
    if not words:
        return items
    agency, near = find_agency(snapshot, words)
    if agency is not None:
        return tuple(
            i
            for i in items
            if agency.id in owners_on(snapshot.plan, i.owners, i.due or i.expected or day)
        )
    output = find_output(snapshot, words)
    if output is not None:
        return tuple(i for i in items if i.output.id == output.id)
    hint = f" Did you mean {' or '.join(a.short for a in near)}?" if near else ""
    outputs = ", ".join(o.id for o in snapshot.plan.outputs[:12])
    raise Refused(
        f"“{words[:60]}” is no agency and no output of the plan.{hint} Outputs: {outputs}."
    )


def _listed(
    snapshot: Snapshot,
    items: tuple[ScheduledMilestone, ...],
    number: int,
    words: str,
    now: datetime,
    command: str,
) -> Message:
    shown = items[:number]
    parts: list[Part] = [Heading("What comes next")]
    if shown:
        parts.append(Bullets(tuple(item_line(snapshot, i, now) for i in shown)))
        parts.append(show_buttons(shown))
    else:
        there = f"{NOTHING_TO_COME[:-1]} there." if words else NOTHING_TO_COME
        parts.append(Note(line(there)))
    parts += _open(snapshot, shown, words, now, command)
    parts.append(Note(line(not_listed(snapshot.schedule, snapshot.day(now), command))))
    return message(*parts)


def _open(
    snapshot: Snapshot,
    shown: tuple[ScheduledMilestone, ...],
    words: str,
    now: datetime,
    command: str,
) -> list[Part]:
    """The circulations that go on beside the milestones shown, which say themselves what is
    awaited: what has gone out counts as done, and is no date still to come."""
    open_ones = [c for c in snapshot.circulations.values() if c.state.takes_answers]
    told = {i.id for i in shown}
    items = tuple(
        i
        for c in open_ones
        if c.milestone not in told and (i := snapshot.schedule.get(c.milestone))
    )
    meant = {i.id for i in _chosen(snapshot, items, words, snapshot.day(now))}
    rows = [open_line(snapshot, c, now) for c in open_ones if c.milestone in meant]
    if not rows:
        return []
    more = len(rows) - MOST_ITEMS
    left = [Note(line(f"and {more} more: {command} clearance"))] if more > 0 else []
    return [Paragraph(line(bold("Open circulations"))), Bullets(tuple(rows[:MOST_ITEMS])), *left]


def _over(snapshot: Snapshot, command: str) -> Message:
    header = snapshot.plan.plan
    late = len(snapshot.schedule.late(header.last_day))
    more = f" {count(late, 'milestone was', 'milestones were')} left open." if late else ""
    return Message(
        f"The {header.name} is over: its last day was {day_text(header.last_day)}.{more} "
        f"`{command} deadlines late` lists what is open; in the terminal, "
        f"gmg next --on {header.first_day} asks about a day of it."
    )
