"""Rehearse the plan: every notice and brief it would cause, in order, without sending any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from coordination.messages.parts import plain
from coordination.messages.reminders import item_line
from coordination.remind import moment
from coordination.snapshot import Snapshot
from workplan.ladders import chair_for, steps
from workplan.schedule import Schedule, held_before, resolve
from workplan.steps import CHAIR, CHANNEL, NOBODY, Step

SECRETARIAT = "secretariat"
"""The audience of what no agency answers for."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One item of one message; items with the same `at` and `audience` share a message."""

    at: datetime  # aware, in the plan's zone
    kind: str  # "notice" in the channel or "brief" to an agency
    milestone: str
    step: str
    audience: str  # "channel" or an agency's id
    text: str


def rehearse(
    snapshot: Snapshot, start: date | None = None, until: date | None = None
) -> tuple[Rehearsed, ...]:
    """What would be sent from `start` to `until` (both included; open without them).

    Each milestone is taken as done at the end of its due day, vague dates stay vague, nobody
    acknowledges, and briefs go to the agency, in the plan's zone.
    """
    zone = ZoneInfo(snapshot.plan.plan.timezone)
    rows = []
    for seen, step in _days(snapshot):
        if (start and step.day < start) or (until and step.day > until):
            continue
        item = seen.schedule[step.milestone]
        words = item_line(seen, item, step.counted_to, step.day, step.topic)
        rows.append(
            Rehearsed(
                at=moment(snapshot, step.day).astimezone(zone),
                kind="notice" if step.audience == CHANNEL else "brief",
                milestone=step.milestone,
                step=step.step,
                audience=_audience(snapshot, step),
                text=plain(words),
            )
        )
    # One message's items stand together, the channel's first; their order stays that of the steps.
    return tuple(sorted(rows, key=lambda r: (r.at, r.audience != CHANNEL, r.audience)))


def _audience(snapshot: Snapshot, step: Step) -> str:
    if step.audience == CHAIR:
        return chair_for(snapshot.plan, step.day) or SECRETARIAT
    return SECRETARIAT if step.audience == NOBODY else step.audience


def _days(snapshot: Snapshot) -> Iterator[tuple[Snapshot, Step]]:
    """Every step in day order, with the picture of its day: what was due before is done."""
    seen, waiting = snapshot, list(steps(snapshot.schedule))
    day = min((s.day for s in waiting), default=None)
    while day is not None:
        for step in waiting:
            if step.day == day:
                yield seen, step
        following = _done_by(seen.schedule, day)
        if following is not None:
            seen = replace(seen, schedule=following)
            waiting = list(steps(following))
        day = _next_day(seen.schedule, waiting, day)


def _next_day(schedule: Schedule, waiting: list[Step], day: date) -> date | None:
    """The next day on which something is sent or falls due."""
    ahead = [s.day for s in waiting if s.day > day]
    if not ahead:
        return None
    due = [i.due for i in schedule.milestones if i.due and i.due > day and not i.closed]
    return min(ahead + due)


def _done_by(schedule: Schedule, day: date) -> Schedule | None:
    """The dates after all that was due up to the end of `day` is done; None when nothing was."""
    state = schedule.state
    done = {
        item.id: item.due
        for item in schedule.milestones
        if item.due is not None
        and item.due <= day
        and not (item.kind.happens or item.closed or item.pending)
    }
    held = held_before(schedule, day + timedelta(days=1))
    if not done and held == dict(state.held):
        return None
    both = MappingProxyType({**state.done, **done})
    after = replace(state, done=both, held=MappingProxyType(held))
    return resolve(schedule.plan, after, schedule.calendar)
