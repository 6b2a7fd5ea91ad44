"""`meetings`: the series with dates and places."""

from __future__ import annotations

from datetime import date

from coordination.answers.common import MOST_ITEMS, show_buttons, when_line
from coordination.messages.parts import Bullets, Heading, Line, Note, Part, bold, line, message
from coordination.services import Asker, Reply, Services
from workplan.plan import Kind
from workplan.schedule import Certainty, ScheduledMilestone

_SURE = {
    Certainty.OPEN: "one of these to be chosen",
    Certainty.VAGUE: "the day to be set",
    Certainty.PROPOSED: "proposed",
    Certainty.OCCASIONAL: "when there is occasion",
    Certainty.ONGOING: "ongoing",
}
_UNSETTLED = (Certainty.OPEN, Certainty.VAGUE)
_KINDS = (Kind.MEETING, Kind.CALL, Kind.EVENT)


async def meetings(services: Services, asker: Asker, _words: str) -> Reply:
    """`meetings`: everything that happens, series first, with how certain its date is."""
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    found = [i for i in snapshot.schedule.milestones if i.kind in _KINDS and not i.cancelled]
    found = [i for i in found if not i.tied_to or i.window is None or i.kind is not Kind.EVENT]
    parts: list[Part] = [Heading("Meetings and events")]

    def row(item: ScheduledMilestone) -> Line:
        where = f", {item.milestone.venue}" if item.milestone.venue else ""
        words = f" — {when_line(snapshot, item, day)}{where}"
        is_past = item.due is not None and item.due < day
        said = "no day was set" if is_past and item.certainty in _UNSETTLED else None
        said = said or _SURE.get(item.certainty)
        sure = f", {said}" if said else ""
        pending = f"; waits for {item.pending}" if item.pending else ""
        past = " (past)" if is_past else ""
        return line(bold(item.title), f"{words}{sure}{pending}{past}")

    ordered = sorted(found, key=lambda i: (i.expected or date.max, i.position))
    if not ordered:
        return Reply(message(*parts, Note(line("The plan has none."))))
    parts.append(Bullets(tuple(row(i) for i in ordered[:MOST_ITEMS])))
    if len(ordered) > MOST_ITEMS:
        more = (
            f"and {len(ordered) - MOST_ITEMS} more: {services.command} deadlines June, or any month"
        )
        parts.append(Note(line(more)))
    coming = tuple(i for i in ordered if i.due is None or i.due >= day)
    if coming:
        parts.append(show_buttons(coming))
    return Reply(message(*parts))
