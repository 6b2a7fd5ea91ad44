"""`handover`: the brief for the next chair, what it finds on its first day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from coordination.answers.common import when_line, year_of
from coordination.answers.owner import agency_line
from coordination.briefed import briefed
from coordination.clearance_records import CHAIR
from coordination.clearance_view import standing_line
from coordination.messages.parts import (
    Bullets,
    Heading,
    Line,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.wording import day_text, listed
from coordination.pause import pause_note
from coordination.rights import represents, runs_the_plan, who_runs
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from workplan.ladders import settle_from
from workplan.membership import members_on, term_on
from workplan.plan import ChairTerm
from workplan.schedule import ScheduledMilestone

FIRST_DAYS = 20
"""Working days of the next term that are looked at."""

MOST_ITEMS = 12


async def handover(services: Services, asker: Asker, _words: str) -> Reply:
    """`handover`."""
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    following = next_term(snapshot, day)
    _require_chairs(services, asker, following, day)
    present = term_on(snapshot.plan, day)
    if following is not None:
        starts = following.from_
        short = snapshot.agency_short(following.agency)
        title = f"Handover to {short}"
    else:
        starts = present.until + timedelta(days=1) if present else day
        title = "Handover: the plan names no next Chair"
    last = snapshot.schedule.calendar.add(starts, FIRST_DAYS)
    coming = [i for i in snapshot.schedule.coming(day) if _within(i, starts, last)]
    year = year_of(snapshot)
    parts: list[Part] = [
        Heading(title[:150]),
        Bullets(_terms(snapshot, present, following)),
        *_items("Past the planned date", snapshot, snapshot.schedule.late(day), day),
        *_items(f"From {day_text(starts, year)} to {day_text(last, year)}", snapshot, coming, day),
        *_rows("Open circulations", _circulations(snapshot, asker)),
        *_rows("Questions that wait for an answer", _questions(snapshot)),
        *_items("Dates to set", snapshot, _to_date(snapshot, last), day),
        *_items("Without a date", snapshot, _undated(snapshot), day),
        *_items("Conditional", snapshot, _conditional(snapshot), day),
        *_who(snapshot, starts),
    ]
    paused = pause_note(snapshot, services.command)
    if paused:
        parts.append(Note(line(paused)))
    return Reply(message(*parts))


def next_term(snapshot: Snapshot, day: date) -> ChairTerm | None:
    """The term that begins next after a day."""
    terms = sorted(snapshot.plan.chair, key=lambda t: t.from_)
    return next((t for t in terms if t.from_ > day), None)


def _require_chairs(
    services: Services, asker: Asker, following: ChairTerm | None, day: date
) -> None:
    """Raise Refused unless the asker is of the chair, its secretariat or the next chair."""
    snapshot = services.snapshot
    if runs_the_plan(snapshot, services.secretariat, asker.user, day):
        return
    if following is not None and represents(snapshot, asker.user) == following.agency:
        return
    also = f", and the next Chair ({snapshot.agency_short(following.agency)})" if following else ""
    raise Refused(f"Only {who_runs(snapshot, day)}{also} can ask for that.")


def _terms(
    snapshot: Snapshot, present: ChairTerm | None, following: ChairTerm | None
) -> tuple[Line, ...]:
    year = year_of(snapshot)

    def told(name: str, term: ChairTerm) -> Line:
        days = f"{day_text(term.from_, year)} to {day_text(term.until, year)}"
        return line(bold(name), f": {snapshot.agency_short(term.agency)}, {days}")

    rows = [told("Chair today", present)] if present else [line("The chair is vacant today.")]
    if following is not None:
        rows.append(told("Next", following))
        after = next_term(snapshot, following.from_)
        if after is not None:
            rows.append(told("Then", after))
    return tuple(rows)


def _within(item: ScheduledMilestone, first: date, last: date) -> bool:
    """Whether it happens or is due in the first days of the term."""
    if item.expected is None:
        return False
    return item.expected <= last and (item.due or item.expected) >= first


def _items(
    title: str, snapshot: Snapshot, items: Iterable[ScheduledMilestone], day: date
) -> tuple[Part, ...]:
    rows = []
    for item in items:
        waits = f"; waits for {item.pending}" if item.pending else ""
        rows.append(line(bold(item.title), f" — {when_line(snapshot, item, day)}{waits}"))
    return _rows(title, rows)


def _rows(title: str, rows: Sequence[Line]) -> tuple[Part, ...]:
    """A titled list with what it leaves out; nothing where it is empty."""
    if not rows:
        return ()
    shown = [*rows[:MOST_ITEMS]]
    if len(rows) > MOST_ITEMS:
        shown.append(line(f"and {len(rows) - MOST_ITEMS} more"))
    return (Paragraph(line(bold(title))), Bullets(tuple(shown)))


def _circulations(snapshot: Snapshot, asker: Asker) -> list[Line]:
    found = [c for c in snapshot.circulations.values() if c.state.takes_answers]
    return [standing_line(snapshot, asker, c) for c in found]


def _questions(snapshot: Snapshot) -> list[Line]:
    rows = []
    for question in snapshot.state.questions:
        circulation = snapshot.circulations.get(question.circulation)
        if circulation is None or question.asked_of != CHAIR:
            continue
        who = f"{snapshot.agency_short(question.agency)}, " if question.agency else ""
        since = day_text(snapshot.day(question.at), year_of(snapshot))
        rows.append(
            line(bold(circulation.title), f" — {who}{question.kind.value}, asked on {since}")
        )
    return rows


def _to_date(snapshot: Snapshot, last: date) -> list[ScheduledMilestone]:
    """What happens and has to be dated by the end of the term's first days, or is put off."""
    found = []
    for item in snapshot.schedule.milestones:
        since = settle_from(snapshot.schedule, item)
        if (item.postponed and not item.closed) or (since is not None and since <= last):
            found.append(item)
    return found


def _undated(snapshot: Snapshot) -> list[ScheduledMilestone]:
    return [i for i in snapshot.schedule.undated() if not i.pending and not i.postponed]


def _conditional(snapshot: Snapshot) -> list[ScheduledMilestone]:
    return [i for i in snapshot.schedule.milestones if i.pending and not i.closed]


def _who(snapshot: Snapshot, day: date) -> tuple[Part, ...]:
    """The members' people on the first day; the agencies that nobody would be told for."""
    members = members_on(snapshot.plan, day)
    parts: list[Part] = [
        Paragraph(line(bold("Who is who"))),
        Bullets(tuple(agency_line(snapshot, a.id) for a in members)),
    ]
    unnamed = [a.short for a in members if not briefed(snapshot, a.id, day)]
    if unnamed:
        parts.append(
            Note(line(f"Nobody who gets briefs then: {listed(unnamed)}. Name people with focal."))
        )
    return tuple(parts)
