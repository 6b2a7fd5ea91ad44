"""What waits for a person: due items, positions not given, dates to settle, open questions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from coordination.answers.common import MOST_ITEMS, when_line
from coordination.cards import closing_words, standings
from coordination.messages.parts import (
    Bullets,
    Line,
    Link,
    Note,
    Paragraph,
    Part,
    bold,
    line,
)
from coordination.messages.still_waiting import to_settle
from coordination.messages.wire import from_json
from coordination.questions import among_others, open_for
from coordination.records import Circulation, CirculationState
from coordination.rights import represents, runs_the_plan
from coordination.services import Services
from coordination.snapshot import Snapshot
from workplan.membership import chair_on, owners_on
from workplan.schedule import ScheduledMilestone

MOST_QUESTIONS = 10


def acts_for(services: Services, user: str, day: date) -> tuple[str | None, bool]:
    """The agency a person acts for on that day (the chair's, for the secretariat), and whether
    they run the plan."""
    snapshot = services.snapshot
    runs = runs_the_plan(snapshot, services.secretariat, user, day)
    return represents(snapshot, user) or (chair_on(snapshot.plan, day) if runs else None), runs


def question_parts(services: Services, user: str, day: date) -> list[Part]:
    """The questions that wait for a person, each as it was asked, with its buttons."""
    found = open_for(services.snapshot, services.secretariat, user, day)
    if not found:
        return []
    parts: list[Part] = [Paragraph(line(bold("Questions for you")))]
    for question in found[:MOST_QUESTIONS]:
        if question.words is not None:
            parts += among_others(from_json(question.words).parts)
    if len(found) > MOST_QUESTIONS:
        parts.append(Note(line(f"and {len(found) - MOST_QUESTIONS} more, once these are answered")))
    return parts


def due_parts(
    services: Services, agency: str, runs: bool, day: date, command: str
) -> tuple[list[Part], list[ScheduledMilestone], list[ScheduledMilestone]]:
    """What is past its planned date, asked of the agency and to be settled; with the milestones
    past their date, and those still coming."""
    snapshot = services.snapshot
    owned = [i for i in snapshot.schedule.coming(date.min) if _owns(snapshot, i, agency, day)]
    late = [i for i in owned if i.is_late(day)]
    coming = [i for i in owned if i.due is None or i.due >= day]
    parts = group("Past the planned date", late, snapshot, day)
    parts += _rest(late, f"{command} deadlines late")
    asked = tuple(_asked_line(snapshot, c) for c in not_answered(snapshot, agency))
    if asked:
        parts += [Paragraph(line(bold("Replies still to come from you"))), Bullets(asked)]
    if runs:
        settle = [i for i in snapshot.schedule.milestones if _to_settle(snapshot, i, day)]
        parts += group("Dates for the Chair to set", settle, snapshot, day)
        parts += _rest(settle, f"{command} meetings")
    return parts, late, coming


def not_answered(snapshot: Snapshot, agency: str) -> list[Circulation]:
    """The circulations on which an answer of the agency's is still to come."""
    found = []
    for circulation in snapshot.circulations.values():
        if circulation.state.takes_answers:
            standing = standings(snapshot, circulation).get(agency)
            if standing is not None and standing.position is None:
                found.append(circulation)
    return found


def group(
    title: str, items: Sequence[ScheduledMilestone], snapshot: Snapshot, day: date
) -> list[Part]:
    """Milestones under a title, none without any."""
    if not items:
        return []
    shown = items[:MOST_ITEMS]
    rows = tuple(line(bold(i.title), f" — {when_line(snapshot, i, day)}") for i in shown)
    return [Paragraph(line(bold(title))), Bullets(rows)]


def _owns(snapshot: Snapshot, item: ScheduledMilestone, agency: str, day: date) -> bool:
    on = item.due or item.expected or day
    return not item.pending and agency in owners_on(snapshot.plan, item.owners, on)


def _rest(items: Sequence[ScheduledMilestone], where: str) -> list[Part]:
    """Where the others are, when there are more than are shown."""
    left = len(items) - MOST_ITEMS
    return [Note(line(f"and {left} more: {where}"))] if left > 0 else []


def _asked_line(snapshot: Snapshot, circulation: Circulation) -> Line:
    closing = closing_words(snapshot, circulation)
    until = f"open until {closing}"
    if circulation.state is CirculationState.PAST_CLOSING:
        until = f"closing time {closing} past, answers still count"
    words = line(bold(circulation.title), f", version {circulation.version}, {until}")
    if circulation.permalink:
        words += line(": ", Link(circulation.permalink, "answer here"))
    return words


def _to_settle(snapshot: Snapshot, item: ScheduledMilestone, day: date) -> bool:
    if item.postponed and not item.closed:
        return True
    return to_settle(snapshot, item, day) and (item.due is None or item.due >= day)
