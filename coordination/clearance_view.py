"""How the circulations stand; by agency for the chair and for one's own."""

from __future__ import annotations

from coordination.cards import card, closing_words, outcome_line, standings
from coordination.find import require_milestone
from coordination.messages.parts import (
    Line,
    Link,
    Message,
    Note,
    Paragraph,
    Part,
    Table,
    bold,
    line,
    message,
)
from coordination.messages.wording import day_text
from coordination.naming import shown_name
from coordination.records import Circulation, CirculationState
from coordination.rights import represents, runs_the_plan
from coordination.services import Asker, Reply, Services
from coordination.snapshot import Snapshot
from workplan.clearance import Standing

MOST = 10


async def clearance(services: Services, asker: Asker, words: str) -> Reply:
    """`clearance [ITEM]`: one line a circulation, or one of them whole."""
    snapshot = services.snapshot
    found = sorted(snapshot.circulations.values(), key=lambda c: (c.ended_at is not None, -c.id))
    if words.strip():
        item = require_milestone(snapshot, "clearance {}", words)
        found = [c for c in found if c.milestone == item.id]
        if not found:
            return Reply(Message(f"“{item.title}” has not been circulated yet."))
        return Reply(_whole(services, snapshot, asker, found[0]))
    if not found:
        return Reply(
            Message(
                "Nothing has been circulated yet. The Chair starts with "
                f"{services.command} circulate ITEM LINK"
            )
        )
    parts: list[Part] = [Paragraph(_line(snapshot, asker, c)) for c in found[:MOST]]
    if len(found) > MOST:
        parts.append(Note(line(f"and {len(found) - MOST} more: {services.command} clearance ITEM")))
    return Reply(message(*parts))


def _line(snapshot: Snapshot, asker: Asker, circulation: Circulation) -> Line:
    found = standings(snapshot, circulation)
    given = sum(s.position is not None for s in found.values())
    out = line(bold(circulation.title), f", version {circulation.version}: ")
    if circulation.state.takes_answers:
        closing = closing_words(snapshot, circulation)
        until = f"open until {closing}"
        if circulation.state is CirculationState.PAST_CLOSING:
            until = f"the closing time {closing} is past, answers still count"
        out += line(f"{given} of {len(found)} replies received, {until}.")
    else:
        out += outcome_line(snapshot, circulation)
    agency = represents(snapshot, asker.user)
    if agency in found:
        out += line(f" {snapshot.agency_short(agency or '')}: {_position(found[agency or ''])}.")
    return out


def _whole(
    services: Services, snapshot: Snapshot, asker: Asker, circulation: Circulation
) -> Message:
    parts = list(card(snapshot, circulation, asker.at).parts)
    if circulation.permalink:
        parts.append(Note(line(Link(circulation.permalink, "The message to answer on"))))
    found = standings(snapshot, circulation)
    own = represents(snapshot, asker.user)
    day = snapshot.day(asker.at)
    if runs_the_plan(snapshot, services.secretariat, asker.user, day):
        rows = [_row(snapshot, agency, s) for agency, s in found.items()]
        parts.append(Table(("Agency", "Answer", "By", "On"), tuple(rows)))
    elif own in found:
        words = _position(found[own or ""])
        parts.append(Paragraph(line(f"{snapshot.agency_short(own or '')}: {words}.")))
    return message(*parts)


def _row(snapshot: Snapshot, agency: str, standing: Standing) -> tuple[str, ...]:
    by = shown_name(snapshot, standing.person) if standing.person else "–"
    on = (
        day_text(snapshot.day(standing.at), snapshot.plan.plan.first_day.year)
        if standing.at
        else "–"
    )
    return (snapshot.agency_short(agency), _position(standing), by, on)


def _position(standing: Standing) -> str:
    return standing.position.value if standing.position else "reply still to come"
