"""`deadlines`: all dates, grouped by week, or those of a period."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from coordination.answers.common import MOST_ITEMS, when_line, year_of
from coordination.messages.parts import (
    Bullets,
    Heading,
    Line,
    Message,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.wording import day_text
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from workplan.phrase_grammar import month_number
from workplan.phrases import Dated, PlanYear, UnreadablePhrase, read_phrase
from workplan.schedule import ScheduledMilestone


async def deadlines(services: Services, asker: Asker, words: str) -> Reply:
    """`deadlines [today / this week / this month / June / late / undecided]`."""
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    asked = " ".join(words.lower().split())
    if asked in ("late", "past"):
        return Reply(_plain(snapshot, "Past the planned date", snapshot.schedule.late(day), day))
    if asked in ("undecided", "open", "undated"):
        found = snapshot.schedule.undated()
        return Reply(_plain(snapshot, "Without a date", found, day))
    period = _period(snapshot, asked, day)
    coming = snapshot.schedule.coming(day if period is None else date.min)
    if period is not None:
        start, end = period
        coming = tuple(i for i in coming if _touches(i, start, end))
    return Reply(_by_week(snapshot, coming, day, services.command, asked))


def _period(snapshot: Snapshot, asked: str, day: date) -> tuple[date, date] | None:
    """First and last day of what was asked for; None for everything to come."""
    if asked in ("", "all"):
        return None
    if asked == "today":
        return day, day
    if asked == "tomorrow":
        return day + timedelta(1), day + timedelta(1)
    monday = day - timedelta(days=day.weekday())
    if asked in ("this week", "week"):
        return monday, monday + timedelta(days=6)
    if asked == "next week":
        return monday + timedelta(days=7), monday + timedelta(days=13)
    if asked in ("this month", "month"):
        return day.replace(day=1), _month_end(day)
    if asked == "next month":
        first = _month_end(day) + timedelta(1)
        return first, _month_end(first)
    try:
        phrase = read_phrase(asked, PlanYear.of(snapshot.plan))
    except UnreadablePhrase:
        phrase = None
    if isinstance(phrase, Dated) and phrase.window.latest is not None:
        return phrase.window.earliest, phrase.window.latest
    raise Refused(
        "Which dates? Ask for today, this week, this month, a month such as June, late or "
        "undecided: deadlines this month"
    )


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _touches(item: ScheduledMilestone, start: date, end: date) -> bool:
    """Whether it happens or is due in the period: what is due counts by its due day."""
    if item.expected is None:
        return False
    if item.kind.happens:
        return item.expected <= end and (item.due or item.expected) >= start
    return start <= (item.due or item.expected) <= end


def _by_week(
    snapshot: Snapshot,
    items: tuple[ScheduledMilestone, ...],
    day: date,
    command: str,
    asked: str,
) -> Message:
    title = f"Dates: {_capital(asked)}" if asked else "Dates to come"
    parts: list[Part] = [Heading(title)]
    if not items:
        return message(*parts, Note(line("There are none.")))
    shown, year = items[:MOST_ITEMS], year_of(snapshot)
    weeks: dict[date, list[ScheduledMilestone]] = {}
    for item in shown:
        first = item.expected or day
        weeks.setdefault(first - timedelta(days=first.weekday()), []).append(item)
    for monday, found in weeks.items():
        parts.append(Paragraph(line(bold(f"Week of {day_text(monday, year)}"))))
        parts.append(Bullets(tuple(_row(snapshot, i, day) for i in found)))
    left = len(items) - len(shown)
    if left:
        last = shown[-1].expected or day
        parts.append(
            Note(
                line(
                    f"and {left} more after {day_text(last, year)}; ask for a month, such as "
                    f"{command} deadlines June"
                )
            )
        )
    return message(*parts)


def _capital(asked: str) -> str:
    """What was asked, with the capitals of its months: "june" was typed as June."""
    return " ".join(w.capitalize() if month_number(w) else w for w in asked.split())


def _row(snapshot: Snapshot, item: ScheduledMilestone, day: date) -> Line:
    return line(bold(item.title), f" — {when_line(snapshot, item, day)}")


def _plain(
    snapshot: Snapshot, title: str, items: Iterable[ScheduledMilestone], day: date
) -> Message:
    found = tuple(items)
    parts: list[Part] = [Heading(title)]
    if not found:
        return message(*parts, Note(line("There are none.")))
    rows = []
    for item in found[:MOST_ITEMS]:
        pending = f"; waits for {item.pending}" if item.pending else ""
        rows.append(line(bold(item.title), f" — {when_line(snapshot, item, day)}{pending}"))
    parts.append(Bullets(tuple(rows)))
    if len(found) > MOST_ITEMS:
        parts.append(Note(line(f"and {len(found) - MOST_ITEMS} more.")))
    return message(*parts)
