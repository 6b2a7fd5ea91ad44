"""Tables for the terminal, readable at 80 columns and without colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from coordination.messages.legible import clean
from coordination.messages.milestones import NOTHING_TO_COME, not_listed
from coordination.messages.wording import count, day_text, left_text, listed
from coordination.records import Person
from coordination.rehearse import Rehearsed
from workplan.finding import Finding
from workplan.membership import owners_on
from workplan.plan import Plan
from workplan.schedule import Schedule, ScheduledMilestone
from workplan.steps import CHANNEL


def _console() -> Console:
    return Console(highlight=False, soft_wrap=False, emoji=False)


def _shown(words: str, style: str = "") -> Text:
    """Words of the plan or of people: no mark-up, and nothing that a terminal would obey."""
    return Text(clean(words), style=style)


def _table(*columns: str, whole: Sequence[str] = ()) -> Table:
    """A table of these columns; the words of `whole` ones stay in one line, to be copied."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in whole)
    return table


def _owners(plan: Plan, item: ScheduledMilestone, day: date | None) -> str:
    """Owners by short name; `chair` with who has it on the day."""
    short = {a.id: a.short for a in plan.agencies}
    if len(item.owners) > 5:
        return count(len(item.owners), "agency", "agencies")
    names = []
    for owner in item.owners:
        if owner == "chair":
            who = owners_on(plan, ("chair",), day) if day else ()
            names.append(f"Chair ({short[who[0]]})" if who else "Chair")
        else:
            names.append(short.get(owner, owner))
    return ", ".join(names)


def next_table(schedule: Schedule, items: Sequence[ScheduledMilestone], day: date) -> None:
    """The next milestones, then how many are past their date or have none."""
    year = schedule.plan.plan.first_day.year
    table = _table("When", "Days", "What", "Who")
    for item in items:
        if item.expected is None:
            continue
        when = _shown(day_text(item.expected, year), style="bold")
        left = left_text((item.expected - day).days)
        if item.expected < day and item.due is not None:
            when = _shown(f"by {day_text(item.due, year)}", style="bold")
            left = left_text((item.due - day).days)
        if item.words:
            when.append(_shown(f"\n{_words(item)}", style="not bold"))
        what = _shown(item.title)
        what.append(_shown(f"\n{item.id}", style="dim"))
        if item.pending:
            what.append(_shown(f"\npending: {item.pending}"))
        table.add_row(when, left, what, _shown(_owners(schedule.plan, item, item.due)))
    console = _console()
    console.print(table if items else NOTHING_TO_COME)
    console.print(not_listed(schedule, day))


def plan_table(schedule: Schedule) -> None:
    """Every milestone, grouped by output."""
    console = _console()
    output = ""
    table: Table | None = None
    for item in schedule.milestones:
        if item.output.id != output:
            if table is not None:
                console.print(table)
                console.print()
            output = item.output.id
            section = f"{item.output.section} " if item.output.section else ""
            console.print(_shown(f"{section}{item.output.title}", style="bold"))
            columns = ("Milestone", "In the plan", "Reads as", "Certainty")
            table = _table(*columns, whole=("Milestone", "Certainty"))
        assert table is not None
        table.add_row(
            _shown(item.id),
            _shown(_words(item) if item.words else "–"),
            _shown(_days(item)),
            item.certainty.value,
        )
    if table is not None:
        console.print(table)


def _words(item: ScheduledMilestone) -> str:
    """The date's words in quotes, with how they are read where the document errs."""
    corrected = item.milestone.corrected
    read = f", read as “{corrected.when}”" if corrected and not item.moved else ""
    return f"“{item.words}”{read}"


def _days(item: ScheduledMilestone) -> str:
    if item.window is None:
        return "–"
    spans = []
    for span in item.window.alternatives:
        if span.end is None:
            spans.append(f"from {span.start}")
        elif span.end == span.start:
            spans.append(str(span.start))
        else:
            spans.append(f"{span.start} {'to' if span.occupied else '..'} {span.end}")
    return "\nor ".join(spans)


def card(schedule: Schedule, item: ScheduledMilestone, findings: Iterable[Finding]) -> None:
    """One milestone whole."""
    milestone = item.milestone
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    corrected = milestone.corrected
    rows: list[tuple[str, str | None]] = [
        ("Id", item.id),
        ("Output", item.output.title),
        ("Kind", item.kind.value),
        ("In the plan", f"“{item.words}”" if item.words else None),
        ("Read as", f"“{corrected.when}”: {corrected.why}" if corrected else None),
        ("Section", item.section),
        ("Certainty", item.certainty.value + (f": {item.pending}" if item.pending else "")),
        ("Window", _days(item)),
        ("Expected", str(item.expected) if item.expected else None),
        ("Due", str(item.due) if item.due else None),
        ("Owners", _owners(schedule.plan, item, item.due)),
        ("Venue", milestone.venue),
        ("Tied to", listed(item.tied_to)),
        ("After", listed(milestone.after)),
        ("Needs", listed(milestone.needs)),
        ("Done", str(item.done_on) if item.done_on else None),
        *(("Document", f"“{sentence}”") for sentence in milestone.source),
        *((f.severity.capitalize(), f.message) for f in findings if f.milestone == item.id),
    ]
    for name, value in rows:
        if value:
            table.add_row(name, _shown(value))
    console = _console()
    console.print(_shown(item.title, style="bold"))
    console.print(table)


def rehearsal(plan: Plan, rows: Sequence[Rehearsed]) -> None:
    """Message by message, then a summary by month."""
    console = _console()
    short = {a.id: a.short for a in plan.agencies}
    last = None
    lines: list[Text] = []  # printed at once: a print each takes three times as long
    for row in rows:
        if (row.at, row.audience) != last:
            last = (row.at, row.audience)
            to = (
                "the channel"
                if row.audience == "channel"
                else short.get(row.audience, "secretariat")
            )
            when = f"{day_text(row.at.date())} {row.at:%H:%M}"
            lines.append(_shown(f"{when}  {row.kind} to {to}", style="bold"))
        lines.append(_shown(f"  {row.text} [{row.step}]"))
    if lines:
        console.print(Text("\n").join(lines))
    messages = {(r.at, r.audience) for r in rows}
    notices = Counter(f"{at:%Y-%m}" for at, audience in messages if audience == CHANNEL)
    briefs = Counter(f"{at:%Y-%m}" for at, audience in messages if audience != CHANNEL)
    table = _table("Month", "Channel", "Briefs")
    for month in sorted(set(notices) | set(briefs)):
        table.add_row(month, str(notices[month]), str(briefs[month]))
    table.add_row("Total", str(notices.total()), str(briefs.total()))
    console.print()
    console.print(table)


def people_table(rows: Sequence[tuple[Person, str, str]]) -> None:
    """Everybody kept, each with the agency's short name and how they are named."""
    table = _table("User", "Name", "Agency", "As", "", whole=("User",))
    for person, agency, name in rows:
        left = "" if person.active else "no longer"
        table.add_row(person.user, _shown(name), _shown(agency), person.role.value, left)
    _console().print(table)
