"""`mine`: what waits for the asker's agency."""

from __future__ import annotations

from datetime import date

from coordination.answers.common import MOST_ITEMS, show_buttons, when_line
from coordination.cards import closing_words, standings
from coordination.messages.parts import (
    Bullets,
    Buttons,
    Heading,
    Line,
    Link,
    Message,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.question_lines import question_lines
from coordination.records import CirculationState
from coordination.rights import represents, runs_the_plan
from coordination.services import Asker, Reply, Services
from coordination.snapshot import Snapshot
from workplan.ladders import settle_from
from workplan.membership import chair_on, owners_on
from workplan.schedule import ScheduledMilestone

MOST_COMING = 5


async def mine(services: Services, asker: Asker, _words: str) -> Reply:
    """`mine`."""
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    runs = runs_the_plan(snapshot, services.secretariat, asker.user, day)
    agency = represents(snapshot, asker.user) or (chair_on(snapshot.plan, day) if runs else None)
    if agency is None:
        return Reply(
            Message(
                "You represent no agency here yet. To ask the Chair to name you: "
                f"{services.command} join AGENCY"
            )
        )
    parts: list[Part] = [Heading(f"What waits for {snapshot.agency_short(agency)}")]
    owned = [i for i in snapshot.schedule.coming(date.min) if _owns(snapshot, i, agency, day)]
    late = [i for i in owned if i.is_late(day)]
    coming = [i for i in owned if i.due is None or i.due >= day]
    parts += _group("Past the planned date", late, snapshot, day)
    parts += _rest(late, MOST_ITEMS, f"{services.command} deadlines late")
    asked = _asked(snapshot, agency)
    if asked:
        parts += [Paragraph(line(bold("Replies still to come from you"))), Bullets(asked)]
    parts += _questions(services, snapshot, asker, day)
    if runs:
        settle = [i for i in snapshot.schedule.milestones if _to_settle(snapshot, i, day)]
        parts += _group("Dates for the Chair to set", settle, snapshot, day)
        parts += _rest(settle, MOST_ITEMS, f"{services.command} meetings")
    parts += _group("Coming up", coming[:MOST_COMING], snapshot, day)
    if len(parts) == 1:
        parts.append(Note(line("Nothing at the moment.")))
    elif coming or late:
        parts.append(show_buttons(tuple([*late, *coming][:3])))
    if len(coming) > MOST_COMING:
        more = len(coming) - MOST_COMING
        short = snapshot.agency_short(agency)
        parts.append(
            Note(line(f"and {more} later: {services.command} next {more + MOST_COMING} {short}"))
        )
    return Reply(message(*parts))


def _questions(services: Services, snapshot: Snapshot, asker: Asker, day: date) -> list[Part]:
    rows = question_lines(snapshot, services.secretariat, asker.user, day)
    if not rows:
        return []
    parts: list[Part] = [Paragraph(line(bold("Questions to you")))]
    for words, button in rows[:MOST_ITEMS]:
        parts += [Paragraph(words), Buttons((button,))]
    if len(rows) > MOST_ITEMS:
        parts.append(Note(line(f"and {len(rows) - MOST_ITEMS} more once these are answered")))
    return parts


def _owns(snapshot: Snapshot, item: ScheduledMilestone, agency: str, day: date) -> bool:
    on = item.due or item.expected or day
    return not item.pending and agency in owners_on(snapshot.plan, item.owners, on)


def _group(
    title: str, items: list[ScheduledMilestone], snapshot: Snapshot, day: date
) -> list[Part]:
    if not items:
        return []
    shown = items[:MOST_ITEMS]
    rows = tuple(line(bold(i.title), f" — {when_line(snapshot, i, day)}") for i in shown)
    return [Paragraph(line(bold(title))), Bullets(rows)]


def _rest(items: list[ScheduledMilestone], shown: int, where: str) -> list[Part]:
    """Where the others are, when there are more than are shown."""
    return [Note(line(f"and {len(items) - shown} more: {where}"))] if len(items) > shown else []


def _asked(snapshot: Snapshot, agency: str) -> tuple[Line, ...]:
    rows = []
    for circulation in snapshot.circulations.values():
        found = standings(snapshot, circulation).get(agency)
        if not circulation.state.takes_answers or found is None or found.position is not None:
            continue
        closing = closing_words(snapshot, circulation)
        until = f"open until {closing}"
        if circulation.state is CirculationState.PAST_CLOSING:
            until = f"closing time {closing} past, answers still count"
        words = line(bold(circulation.title), f", version {circulation.version}, {until}")
        if circulation.permalink:
            words += line(": ", Link(circulation.permalink, "answer here"))
        rows.append(words)
    return tuple(rows)


def _to_settle(snapshot: Snapshot, item: ScheduledMilestone, day: date) -> bool:
    since = settle_from(snapshot.schedule, item)
    return since is not None and since <= day and (item.due is None or item.due >= day)
