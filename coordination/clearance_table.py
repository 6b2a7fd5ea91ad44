"""Who answered what on a circulation, in whose name, when and how: for those who run the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from coordination.cards import standings
from coordination.clearance_records import Evidence, Question, QuestionKind
from coordination.messages.parts import Table
from coordination.messages.wording import day_text
from coordination.naming import shown_name
from coordination.records import Circulation
from coordination.snapshot import Snapshot
from coordination.version_words import as_given, carried_words
from workplan.clearance import Standing

_WAITING = {
    QuestionKind.CAPACITY: "asked in whose name",
    QuestionKind.WITHDRAWAL: "asked whether it withdraws",
    QuestionKind.AGAIN: "asked whether it holds again",
    QuestionKind.CONFLICT: "asked which answer holds",
    QuestionKind.MEANING: "has a question",
    QuestionKind.OBJECTION: "asked for the reason",
    QuestionKind.SUGGESTIONS: "asked for its suggestions",
    QuestionKind.CHANGE: "asks for a change",
    QuestionKind.BASIS: "asked whether it clears on that basis",
    QuestionKind.TIME: "asks for more time",
    QuestionKind.WITHOUT: "asked whether to issue without it",
    QuestionKind.ENTERED: "says that it is not right",
}


def by_agency(
    snapshot: Snapshot, circulation: Circulation, evidence: Sequence[Evidence], now: datetime
) -> Table:
    """One row an agency asked; `now` is plan time."""
    found = standings(snapshot, circulation)
    kept = {f"entered:{e.id}": e for e in evidence}
    rows = [_row(snapshot, circulation, a, found[a], kept, now) for a in circulation.voices]
    rows += [(snapshot.agency_short(a), "left the group", *"–" * 4) for a in circulation.struck]
    return Table(("Agency", "Answer", "In whose name", "By", "When", "Marks"), tuple(rows))


def _row(
    snapshot: Snapshot,
    circulation: Circulation,
    agency: str,
    standing: Standing,
    evidence: Mapping[str, Evidence],
    now: datetime,
) -> tuple[str, ...]:
    entered = evidence.get(as_given(snapshot, agency, standing).source or "")
    by = entered.from_whom if entered else shown_name(snapshot, standing.person or "–")
    marks = [
        *_marks(snapshot, circulation, standing, entered),
        *waiting(snapshot, circulation, agency),
    ]
    return (
        snapshot.agency_short(agency),
        position_words(snapshot, standing, now),
        standing.capacity.value if standing.capacity else "–",
        by,
        _when(snapshot, as_given(snapshot, agency, standing), entered),
        ", ".join(marks) or "–",
    )


def position_words(snapshot: Snapshot, standing: Standing, now: datetime) -> str:
    """An agency's answer in words; one that is still thought over says until when."""
    if standing.position is None:
        return "reply still to come"
    words = standing.position.value
    if standing.effective_at is not None and not standing.in_effect(now):
        return f"{words} (takes effect at {standing.effective_at.astimezone(snapshot.zone):%H:%M})"
    return words


def waiting(snapshot: Snapshot, circulation: Circulation, agency: str) -> list[str]:
    """What is open between an agency and the chair or the bot, in words."""
    found: list[Question] = [
        q
        for q in snapshot.state.questions
        if q.circulation == circulation.id and q.agency == agency and q.kind in _WAITING
    ]
    return list(dict.fromkeys(_WAITING[q.kind] for q in found))


def when(snapshot: Snapshot, at: datetime) -> str:
    """`Tue 9 March 14:05`, in the plan's zone."""
    day = day_text(snapshot.day(at), snapshot.plan.plan.first_day.year)
    return f"{day} {at.astimezone(snapshot.zone):%H:%M}"


def _when(snapshot: Snapshot, standing: Standing, entered: Evidence | None) -> str:
    if standing.at is None:
        return "–"
    if entered is not None:  # of what was received the day is known, not the minute
        return day_text(entered.received_on, snapshot.plan.plan.first_day.year)
    return when(snapshot, standing.at)


def _marks(
    snapshot: Snapshot,
    circulation: Circulation,
    standing: Standing,
    entered: Evidence | None,
) -> list[str]:
    marks = []
    if carried := carried_words(snapshot, standing):
        marks.append(carried)
    if entered is not None:
        # Who enters and never represented an agency is of the secretariat.
        known = entered.entered_by in snapshot.known
        by = shown_name(snapshot, entered.entered_by) if known else "the secretariat"
        marks.append(f"entered by {by} ({entered.how})")
    if standing.at is not None and standing.at > circulation.closes_at:
        marks.append("after the closing time")
    return marks
