"""Derive the reminders that plan and state call for, each with its audience and moment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from coordination.brief_time import brief_moment
from coordination.brief_time import moment as moment
from coordination.briefed import briefed as briefed
from coordination.records import Circulation, CirculationState, Reminder
from coordination.snapshot import Snapshot
from coordination.snoozing import put_off
from workplan.clearance import Standing, standing
from workplan.ladders import chair_for, first_after, send_day, send_day_after, step_day, steps
from workplan.plan import Length
from workplan.schedule import ScheduledMilestone
from workplan.steps import CHAIR, CHANNEL, NOBODY, Step, Topic
from workplan.window import Window

_MARGIN = timedelta(days=2)

UNREACHED = "nobody"
"""The audience of a reminder that nobody can be sent; it is kept as failed, with its reason."""


@dataclass(frozen=True, slots=True)
class Called:
    """What is called for up to an instant, and when the first of what follows may be due (UTC)."""

    reminders: tuple[Reminder, ...]
    beyond: datetime | None


def derive(snapshot: Snapshot, secretariat: Sequence[str]) -> tuple[Reminder, ...]:
    """Every reminder that is called for, past and to come, without repeats, by due moment.

    Pure: the same plan, state and people always give the same keys and moments.
    """
    return _in_order(_reminders(snapshot, secretariat, _steps(snapshot)))


def derive_until(snapshot: Snapshot, secretariat: Sequence[str], until: datetime) -> Called:
    """As `derive`, of the reminders due not after `until` (aware plan time) alone."""
    # By days first, a margin wide enough for every zone: people and moments take longest.
    last = snapshot.day(until) + _MARGIN
    found = _in_order(_reminders(snapshot, secretariat, _steps(snapshot, last)))
    called = [r for r in found if r.due_at <= until]
    moments = [r.due_at for r in found[len(called) :]]
    moments += [_began(snapshot, day - _MARGIN) for day in _days_after(snapshot, last)]
    return Called(tuple(called), min(moments, default=None))


def _in_order(reminders: Iterable[Reminder]) -> tuple[Reminder, ...]:
    """Each key once, as it came first."""
    found: dict[str, Reminder] = {}
    for reminder in reminders:
        found.setdefault(reminder.key, reminder)
    return tuple(sorted(found.values(), key=lambda r: (r.due_at, r.key)))


def _reminders(
    snapshot: Snapshot, secretariat: Sequence[str], called_for: Iterable[Step]
) -> Iterator[Reminder]:
    for step in called_for:
        yield from put_off(snapshot, _addressed(snapshot, secretariat, step))
    yield from _changes(snapshot)


def _steps(snapshot: Snapshot, last: date | None = None) -> Iterator[Step]:
    """The rungs of milestones and circulations, up to the day named or all."""
    seen = {(a.milestone, a.counted_to, a.agency) for a in snapshot.state.acknowledgements}
    yield from steps(snapshot.schedule, seen, last)
    for circulation in snapshot.circulations.values():
        for step in _position_steps(snapshot, circulation):
            if last is None or step.day <= last:
                yield step


def _days_after(snapshot: Snapshot, last: date) -> Iterator[date]:
    """The first day after `last` with a rung, of the milestones and of each circulation."""
    first = first_after(snapshot.schedule, last)
    if first is not None:
        yield first
    for circulation in snapshot.circulations.values():
        days = [s.day for s in _position_steps(snapshot, circulation) if s.day > last]
        if days:
            yield min(days)


def _changes(snapshot: Snapshot) -> Iterator[Reminder]:
    """The dates that were set, each once a day, for the channel."""
    for change in snapshot.state.changes:
        item = snapshot.schedule.get(change.milestone)
        if change.told_at is None or item is None or item.closed:
            continue
        # What is put off, or back on the plan's own date, has none that was set.
        day = change.window.earliest if change.window else snapshot.day(change.told_at)
        yield Reminder(
            subject=item.id,
            counted_to=day,
            step=f"set {change.told_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            audience=CHANNEL,
            topic=Topic.CHANGE,
            due_at=change.told_at,
        )


def change_told_at(
    snapshot: Snapshot, item: ScheduledMilestone, window: Window | None, now: datetime
) -> datetime:
    """When the channel is told that a date was set at `now`, or (without a window) that it is
    put off: in the next morning's notice.

    At once where the date, the new one or the one before, is nearer than that; one
    notice a day tells all changes.
    """
    calendar = snapshot.schedule.calendar
    day = send_day_after(calendar, snapshot.day(now))
    morning = moment(snapshot, day)
    if morning <= now:
        day = send_day_after(calendar, day + timedelta(days=1))
        morning = moment(snapshot, day)
    days = [w.earliest for w in (window, item.window) if w is not None]
    near = any(snapshot.day(now) <= d <= day for d in days)
    return now if near else morning


def _addressed(snapshot: Snapshot, secretariat: Sequence[str], step: Step) -> Iterator[Reminder]:
    if step.audience == CHANNEL:
        yield _reminder(step, CHANNEL, moment(snapshot, step.day))
        return
    chair = chair_for(snapshot.plan, step.day)
    agency = chair if step.audience == CHAIR else step.audience
    people = briefed(snapshot, agency, step.day) if agency != NOBODY else ()
    empty = not people
    if empty and agency != chair and chair != NOBODY:
        people = briefed(snapshot, chair, step.day)
    for person in people:
        at = brief_moment(snapshot, person.user, step.day)
        yield _reminder(step, person.user, at, agency, empty)
    if people:
        return
    told = [u for u in secretariat if not snapshot.wishes(u).muted] or secretariat or (UNREACHED,)
    for user in told:
        yield _reminder(step, user, brief_moment(snapshot, user, step.day), agency, True)


def _reminder(
    step: Step, audience: str, at: datetime, agency: str | None = None, empty: bool = False
) -> Reminder:
    return Reminder(
        subject=step.milestone,
        counted_to=step.counted_to,
        step=step.step,
        audience=audience,
        topic=step.topic,
        due_at=at,
        agency=agency or None,
        for_empty=empty,
    )


def _position_steps(snapshot: Snapshot, circulation: Circulation) -> Iterator[Step]:
    """To those who have not answered: at half time, two working days before, on closing day."""
    if circulation.state is not CirculationState.OPEN:
        return
    calendar = snapshot.schedule.calendar
    opened, closing = snapshot.day(circulation.opened_at), snapshot.day(_last_minute(circulation))
    rungs: dict[date, str] = {}
    for name, day in (
        ("half time", opened + (closing - opened) / 2),
        ("2wd", step_day(calendar, closing, Length.parse("2wd"))),
        ("0", closing),
    ):
        at = send_day(calendar, day)
        if at > opened:
            rungs[at] = name
    answers = standing(snapshot.state.acts.get(circulation.id, ()), circulation.voices)
    for agency, found in answers.items():
        if not _owes(circulation, found):
            continue
        for day, name in rungs.items():
            yield Step(circulation.subject, closing, name, agency, Topic.POSITION, day)


def _owes(circulation: Circulation, found: Standing) -> bool:
    """Whether an agency has not answered yet; at working level the head's answer is missing."""
    if found.position is None:
        return True
    return found.position.clears and not found.satisfies(circulation.heads)


def _last_minute(circulation: Circulation) -> datetime:
    """A closing at midnight belongs to the day that ends then."""
    return circulation.closes_at - timedelta(minutes=1)


def ladder(reminder: Reminder) -> tuple[str, str | None, date, Topic]:
    """What steps of one ladder have in common; what comes after the due day goes on with it."""
    topic = Topic.LADDER if reminder.topic is Topic.LATE else reminder.topic
    return reminder.subject, reminder.agency, reminder.counted_to, topic


def day_start(snapshot: Snapshot, now: datetime) -> datetime:
    """The instant (UTC) at which the plan zone's present day began: what lay before it when it
    first became known is never sent."""
    return _began(snapshot, snapshot.day(now))


def _began(snapshot: Snapshot, day: date) -> datetime:
    return datetime.combine(day, time.min, snapshot.zone).astimezone(UTC)


def reminders_changed(before: Snapshot, after: Snapshot, now: datetime) -> tuple[str, ...]:
    """In sentences: how many reminders still to come move, fall away or are new.

    Those of a milestone that would be late are not counted: they come only if it is.
    """
    old, new = _to_come(before), _to_come(after)
    today = before.day(now)
    moved = [k for k in old.keys() & new.keys() if old[k] != new[k] and max(old[k], new[k]) > today]
    gone = [k for k in old.keys() - new.keys() if old[k] > today]
    added = [k for k in new.keys() - old.keys() if new[k] > today]
    sentences = []
    if moved:
        sentences.append(f"{_count(len(moved), 'reminder')} will follow the new date.")
    if added:
        days = sorted(new[k] for k in added)
        sentences.append(
            f"{_count(len(added), 'new reminder')}, the first on {_plain_day(days[0])}."
        )
    if gone:
        sentences.append(f"{_count(len(gone), 'reminder')} of the old date will not be sent.")
    return tuple(sentences)


def _to_come(snapshot: Snapshot) -> dict[tuple[str, str, str], date]:
    found = [s for s in steps(snapshot.schedule) if s.topic is not Topic.LATE]
    return {(s.milestone, s.step, s.audience): s.day for s in found}


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _plain_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
