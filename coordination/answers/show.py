"""`show ITEM`: the whole card of a milestone."""

from __future__ import annotations

from datetime import datetime

from coordination.actions import Action
from coordination.answers.common import awaited, owners_line, when_line, year_of
from coordination.cards import outcome_line, shown_at
from coordination.documents import document_line
from coordination.find import require_milestone
from coordination.messages.parts import (
    Bullets,
    Button,
    Buttons,
    Heading,
    Line,
    Link,
    Note,
    Paragraph,
    Part,
    Quote,
    bold,
    line,
    message,
)
from coordination.messages.wording import day_text, listed
from coordination.naming import mentioned
from coordination.records import Circulation, Entry
from coordination.services import Asker, Reply, Services
from coordination.snapshot import Snapshot
from coordination.taking_part import part_button, takes_part
from workplan.plan import Kind
from workplan.schedule import Certainty, ScheduledMilestone

_CERTAIN = {
    Certainty.CONDITIONAL: "conditional: it has no reminders until it is activated",
    Certainty.UNDECIDED: "undecided: it has no date yet",
    Certainty.ONGOING: "ongoing: no date of its own",
    Certainty.OCCASIONAL: "as the occasion arises",
    Certainty.OPEN: "open: alternatives are still to be chosen from",
    Certainty.VAGUE: "vague: it falls somewhere inside its window",
    Certainty.PROPOSED: "proposed",
    Certainty.FIXED: "fixed",
}
_PUT_OFF = "put off: the Chair has yet to set a new one"
HISTORY = 6
READ = 200
"""Entries read to find those that are shown."""


async def show(services: Services, asker: Asker, words: str) -> Reply:
    """`show ITEM`."""
    snapshot = services.snapshot
    item = require_milestone(snapshot, "show {}", words)
    parts: list[Part] = [Heading(item.title[:150]), Bullets(_facts(snapshot, item, asker.at))]
    parts += [Quote(line(f"“{s}”")) for s in item.milestone.source[:4]]
    corrected = item.milestone.corrected
    if corrected:
        parts.append(
            Note(
                line(
                    f"The plan says “{item.milestone.phrase}”; read as “{corrected.when}”: "
                    f"{corrected.why}."
                )
            )
        )
    rows = [_circulation(snapshot, c, asker.at) for c in _circulations(snapshot, item)]
    if rows:
        parts += [Paragraph(line(bold("Circulations"))), Bullets(tuple(rows))]
    findings = [f for f in snapshot.findings if f.milestone == item.id]
    if findings:
        found = tuple(line(f.message) for f in findings)
        parts += [Paragraph(line(bold("What does not fit"))), Bullets(found)]
    history = await _history(services, item)
    if history:
        told = tuple(_entry(snapshot, e) for e in history)
        parts += [Paragraph(line(bold("History"))), Bullets(told)]
    parts.append(_buttons(snapshot, item, asker.user))
    return Reply(message(*parts))


async def _history(services: Services, item: ScheduledMilestone) -> tuple[Entry, ...]:
    """The latest entries, without the briefs, which are between the bot and each person."""
    found = await services.storage.history(f"milestone:{item.id}", READ)
    channels = services.snapshot.channels
    public = channels.first(services.channel or "")

    def told_to_all(entry: Entry) -> bool:
        if entry.verb != "reminded":
            return True
        return entry.evidence is not None and channels.first(entry.evidence.channel) == public

    return tuple(list(filter(told_to_all, found))[-HISTORY:])


def _facts(snapshot: Snapshot, item: ScheduledMilestone, now: datetime) -> tuple[Line, ...]:
    day = snapshot.day(now)
    section = f", section {item.section}" if item.section else ""
    facts = [
        line(bold("When"), f": {when_line(snapshot, item, day)}"),
        line(bold("Date"), f": {_PUT_OFF if item.postponed else _CERTAIN[item.certainty]}"),
        line(bold("With"), ": ", *owners_line(snapshot, item, day)),
        line(bold("Part of"), f": {item.output.title}{section}"),
    ]
    if item.window is not None and len(item.window.alternatives) > 1:
        facts.insert(1, line(bold("Alternatives"), f": {_alternatives(snapshot, item)}"))
    if item.milestone.venue:
        facts.append(line(bold("Where"), f": {item.milestone.venue}"))
    waiting = awaited(snapshot, item, now)
    if waiting:
        facts.append(line(bold("Awaited"), f": {waiting}"))
    schedule = snapshot.schedule
    before = dict.fromkeys((*item.tied_to, *item.milestone.after, *item.milestone.needs))
    if before:
        titles = [i.title for n in before if (i := schedule.get(n))]
        facts.append(line(bold("Depends on"), f": {listed(titles)}"))
    behind = [
        i.title
        for i in schedule.milestones
        if item.id in (*i.tied_to, *i.milestone.after, *i.milestone.needs)
    ]
    if behind:
        more = f" and {len(behind) - 5} more" if len(behind) > 5 else ""
        facts.append(line(bold("Behind it"), f": {', '.join(behind[:5])}{more}"))
    taking_part = [snapshot.agency_short(a) for a in takes_part(snapshot, item.output.id)]
    if taking_part:
        facts.append(line(bold("Taking part"), f": {listed(taking_part)}"))
    if item.done_on is not None:
        facts.append(line(bold("Done"), f": {day_text(item.done_on, year_of(snapshot))}"))
    facts.append(line(bold("Id"), f": {item.id}"))
    return tuple(facts)


def _alternatives(snapshot: Snapshot, item: ScheduledMilestone) -> str:
    year = year_of(snapshot)
    spans = item.window.alternatives if item.window else ()
    return " or ".join(
        day_text(s.start, year)
        + (f" to {day_text(s.end, year)}" if s.end and s.end != s.start else "")
        for s in spans
    )


def _circulations(snapshot: Snapshot, item: ScheduledMilestone) -> list[Circulation]:
    found = [c for c in snapshot.circulations.values() if c.milestone == item.id]
    return sorted(found, key=lambda c: c.version)


def _circulation(snapshot: Snapshot, circulation: Circulation, now: datetime) -> Line:
    found = shown_at(snapshot, circulation, now).values()
    given = sum(s.position is not None for s in found)
    document = document_line(circulation, "document")
    out = line(f"version {circulation.version}, ", *document, ": ")
    if circulation.state.takes_answers:
        return out + line(f"{given} of {len(circulation.asked)} replies received")
    return out + outcome_line(snapshot, circulation)


def _entry(snapshot: Snapshot, entry: Entry) -> Line:
    day = day_text(snapshot.day(entry.at), year_of(snapshot))
    out = line(f"{day}: {entry.verb}")
    if entry.actor != "bot":
        out += line(" by ", mentioned(snapshot, entry.actor))
    words = entry.detail.get("words")
    if isinstance(words, str):
        out += line(f" (“{words}”)")
    if entry.permalink:
        out += line(" ", Link(entry.permalink, "message"))
    return out


def _buttons(snapshot: Snapshot, item: ScheduledMilestone, user: str) -> Buttons:
    buttons = [Button(Action.ASK, "Who owns it", f"owner {item.id}")]
    if not item.closed and not item.kind.happens and item.kind is not Kind.ONGOING:
        buttons.append(Button(Action.DONE, "Done", item.id))
    taking = part_button(snapshot, item.output, user)
    if taking is not None:
        buttons.append(taking)
    buttons.append(Button(Action.ASK, "What comes next", "next"))
    return Buttons(tuple(buttons))
