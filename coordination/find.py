"""Find what somebody means by a few words: never guessed, the nearest are offered instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from coordination.actions import Action
from coordination.messages.parts import Button, Buttons, Message, Paragraph, line, message
from coordination.services import Refused
from coordination.snapshot import Snapshot
from workplan.plan import Agency, Output
from workplan.schedule import ScheduledMilestone

CLOSE_ENOUGH = 78  # rapidfuzz ratio, in percent
MOST = 5
_WORD = re.compile(r"[\w'’]+")
_FILLERS = {"the", "of", "a", "an", "for", "on", "in", "and", "to"}


@dataclass(frozen=True, slots=True)
class Found:
    """The one milestone meant, or the nearest ones."""

    item: ScheduledMilestone | None
    candidates: tuple[ScheduledMilestone, ...] = ()


def find_milestone(snapshot: Snapshot, words: str) -> Found:
    """By id, then by words of the title, then by likeness (only ever as candidates)."""
    wanted = words.strip().strip("\"'“”").lower()
    item = snapshot.schedule.get(wanted)
    if item is not None:
        return Found(item)
    if not wanted or len(wanted) > 200:
        return Found(None)
    items = snapshot.schedule.milestones
    exact = [i for i in items if i.title.lower() == wanted]
    if len(exact) == 1:
        return Found(exact[0])
    holding = [i for i in items if _holds(i, wanted)]
    if len(holding) == 1:
        return Found(holding[0])
    if holding:
        return Found(None, tuple(holding[:MOST]))
    scored = [(max(_likeness(i, wanted)), -i.position, i) for i in items]
    near = sorted((s for s in scored if s[0] >= CLOSE_ENOUGH), reverse=True)
    return Found(None, tuple(i for _, _, i in near[:MOST]))


def require_milestone(snapshot: Snapshot, command: str, words: str) -> ScheduledMilestone:
    """The milestone meant; raises Refused that offers the nearest as buttons.

    `command` is what the buttons run, with `{}` for the id, such as `show {}`.
    """
    if not words.strip():
        raise Refused("Which milestone? Give its id or words of its title.")
    found = find_milestone(snapshot, words)
    if found.item is not None:
        return found.item
    shown = words.strip() if len(words) <= 60 else words.strip()[:60] + "…"
    if not found.candidates:
        raise Refused(
            f"I find no milestone for “{shown}”. An id such as "
            f"{snapshot.schedule.milestones[0].id} or words of a title will do; “deadlines” lists "
            "those with a date."
            if snapshot.schedule.milestones
            else f"I find no milestone for “{shown}”: the plan has none."
        )
    raise Refused(
        f"Several milestones could be meant by “{shown}”.",
        choose(f"Which milestone do you mean by “{shown}”?", command, found.candidates),
    )


def choose(question: str, command: str, items: Iterable[ScheduledMilestone]) -> Message:
    """A question with one button a candidate, each running the command."""
    found = tuple(items)
    buttons = tuple(Button(Action.ASK, i.title[:75], command.replace("{}", i.id, 1)) for i in found)
    named = ", ".join(f"{i.title} ({i.id})" for i in found)
    return message(Paragraph(line(question)), Buttons(buttons), text=f"{question} {named}")


def split_item(snapshot: Snapshot, words: str) -> tuple[str, str]:
    """The words of an ITEM followed by something else, and that rest.

    The item is quoted, or an id, or the longest beginning that names exactly one milestone.
    """
    words = words.strip()
    quoted = re.match(r"[\"“']([^\"”']+)[\"”']\s*(.*)", words, re.DOTALL)
    if quoted:
        return quoted[1], quoted[2].strip()
    parts = words.split()
    if parts and snapshot.schedule.get(parts[0].lower()):
        return parts[0], " ".join(parts[1:])
    for size in range(min(len(parts) - 1, 12), 0, -1):
        start = " ".join(parts[:size])
        if find_milestone(snapshot, start).item is not None:
            return start, " ".join(parts[size:])
    return (parts[0], " ".join(parts[1:])) if parts else ("", "")


def find_agency(snapshot: Snapshot, words: str) -> tuple[Agency | None, tuple[Agency, ...]]:
    """The agency with that id, short or full name; else the nearest, which are only suggested."""
    wanted = words.strip().lower()
    for agency in snapshot.plan.agencies:
        if wanted in (agency.id, agency.short.lower(), agency.name.lower()):
            return agency, ()
    scored = [
        (max(fuzz.ratio(wanted, n.lower()) for n in (a.id, a.short, a.name)), a)
        for a in snapshot.plan.agencies
    ]
    near = sorted((s for s in scored if s[0] >= CLOSE_ENOUGH), key=lambda s: -s[0])
    return None, tuple(a for _, a in near[:3])


def require_agency(snapshot: Snapshot, words: str) -> Agency:
    """The agency meant; raises Refused that names the nearest or all."""
    agency, near = find_agency(snapshot, words)
    if agency is not None:
        return agency
    shown = words.strip()[:60]
    if near:
        names = " or ".join(a.short for a in near)
        raise Refused(f"No agency of the plan is called “{shown}”. Did you mean {names}?")
    names = ", ".join(a.short for a in snapshot.plan.agencies)
    raise Refused(f"No agency of the plan is called “{shown}”. They are: {names}.")


def find_output(snapshot: Snapshot, words: str) -> Output | None:
    """The output with that id, or the only one whose title holds all the words."""
    wanted = words.strip().lower()
    for output in snapshot.plan.outputs:
        if output.id == wanted:
            return output
    holding = [o for o in snapshot.plan.outputs if wanted and _words(wanted) <= _words(o.title)]
    return holding[0] if len(holding) == 1 else None


def _words(text: str) -> set[str]:
    return {w for w in _WORD.findall(text.lower()) if w not in _FILLERS}


def _holds(item: ScheduledMilestone, wanted: str) -> bool:
    """Whether the title (or the id's words) holds every word asked for."""
    asked = _words(wanted)
    return bool(asked) and asked <= (_words(item.title) | set(item.id.split("-")))


def _likeness(item: ScheduledMilestone, wanted: str) -> Iterable[float]:
    yield fuzz.ratio(wanted, item.id)
    yield fuzz.ratio(wanted, item.title.lower())
    asked = _words(wanted)
    if len(asked) == 1:
        for word in _words(item.title):
            yield fuzz.ratio(next(iter(asked)), word)
