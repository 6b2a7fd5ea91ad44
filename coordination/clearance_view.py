"""How the circulations stand; by agency for the chair and for one's own."""

from __future__ import annotations

from coordination.cards import card, closing_words, outcome_line, shown_at, standings
from coordination.clearance_controls import controls, notes
from coordination.clearance_table import by_agency, position_words, waiting
from coordination.comments_view import comments_button
from coordination.email_text import email_button
from coordination.find import require_milestone
from coordination.messages.parts import (
    Button,
    Buttons,
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
from coordination.records import Circulation, CirculationState
from coordination.rights import represents, runs_the_plan
from coordination.services import Asker, Reply, Services
from coordination.snapshot import Snapshot
from coordination.version_words import carried_ids, carried_words

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
        return Reply(await _whole(services, snapshot, asker, found[0]))
    if not found:
        return Reply(
            Message(
                "Nothing has been circulated yet. The Chair starts with "
                f"{services.command} circulate ITEM LINK"
            )
        )
    parts: list[Part] = [Paragraph(standing_line(snapshot, asker, c)) for c in found[:MOST]]
    if len(found) > MOST:
        parts.append(Note(line(f"and {len(found) - MOST} more: {services.command} clearance ITEM")))
    return Reply(message(*parts))


def standing_line(snapshot: Snapshot, asker: Asker, circulation: Circulation) -> Line:
    """How a circulation stands, with the answer of the asker's own agency."""
    found = standings(snapshot, circulation)
    shown = shown_at(snapshot, circulation, asker.at).values()
    given = sum(s.position is not None for s in shown)
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
        out += line(f" {_own(snapshot, circulation, agency or '', asker)}.")
    return out


async def _whole(
    services: Services, snapshot: Snapshot, asker: Asker, circulation: Circulation
) -> Message:
    own = represents(snapshot, asker.user)
    answers = own in circulation.voices
    parts = list(card(snapshot, circulation, asker.at, answers=answers).parts)
    if circulation.permalink:
        there = "The message to answer on" if answers else "The message in the channel"
        parts.append(Note(line(Link(circulation.permalink, there))))
    buttons: list[Button] = []
    day = snapshot.day(asker.at)
    if runs_the_plan(snapshot, services.secretariat, asker.user, day):
        ids = (circulation.id, *carried_ids(snapshot, circulation))
        evidence = [e for id in ids for e in await services.storage.evidence(id)]
        parts.append(by_agency(snapshot, circulation, evidence, asker.at))
        parts += notes(circulation, asker.at)
        buttons += controls(snapshot, circulation, asker.at)
        if circulation.state.takes_answers:
            buttons.append(email_button(circulation))
    elif answers:
        words = _own(snapshot, circulation, own or "", asker)
        parts.append(Paragraph(line(f"{words}.")))
    buttons += comments_button(services, snapshot, circulation, asker)
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return message(*parts)


def _own(snapshot: Snapshot, circulation: Circulation, agency: str, asker: Asker) -> str:
    """How one's own agency stands: its answer, and what is open with it."""
    found = standings(snapshot, circulation)[agency]
    words = [position_words(snapshot, found, asker.at), carried_words(snapshot, found)]
    told = [w for w in words if w] + waiting(snapshot, circulation, agency)
    return f"{snapshot.agency_short(agency)}: {', '.join(told)}"
