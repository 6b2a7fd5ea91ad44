"""The message of a circulation, with its live state; and the words of its outcome."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from coordination.card_answers import answer_row, hint
from coordination.carried import carried_from
from coordination.documents import document_line
from coordination.messages.parts import (
    Heading,
    Line,
    Message,
    Moment,
    Note,
    Paragraph,
    Part,
    Quote,
    bold,
    line,
    message,
)
from coordination.messages.wording import city, count, listed, moment_text
from coordination.records import Circulation, CirculationState
from coordination.snapshot import Snapshot
from coordination.version_words import superseded_line, version_line
from workplan.clearance import (
    Act,
    Position,
    Standing,
    before_closing,
    on_behalf,
    standing,
)

_ASKED = {
    "comments": "for comments",
    "endorsement": "for endorsement by the group",
    "clearance": "for clearance by the heads of agency",
}
RULES = {
    "unanimity": "Every agency asked has to clear it; silence is not consent.",
    "silence": "It stands adopted at the closing time if no agency says otherwise.",
    "comments": "Comments are taken until the closing time; no clearance is asked for.",
}


def standings(snapshot: Snapshot, circulation: Circulation) -> dict[str, Standing]:
    """Where each agency asked stands; under silence only what came before the closing counts."""
    acts: tuple[Act, ...] = snapshot.state.acts.get(circulation.id, ())
    if circulation.rule == "silence":
        acts = before_closing(acts, circulation.closes_at)
    return dict(standing(acts, circulation.voices))


def card(
    snapshot: Snapshot, circulation: Circulation, now: datetime, *, answers: bool = True
) -> Message:
    """The circulation's message as things stand at `now` (plan time).

    Without `answers`, for somebody who can give none: without the buttons and the hint.
    """
    heading = f"{circulation.title}: version {circulation.version}"
    parts: list[Part] = [
        Heading(heading),
        Paragraph(
            line(
                f"Circulated {_ASKED[circulation.asks_for]}: ",
                *document_line(circulation),
                f". {RULES[circulation.rule]}",
            )
        ),
    ]
    versions = version_line(snapshot, circulation)
    if versions:
        parts.append(Paragraph(versions))
    if circulation.note:
        parts += [Paragraph(line("The Chair writes:")), Quote(line(circulation.note))]
    parts.append(Paragraph(_state_line(snapshot, circulation, now)))
    if circulation.state.takes_answers:
        if answers:
            parts += [answer_row(circulation), Note(hint(snapshot, circulation))]
        if snapshot.plan.clearance.show_awaited == "all":
            found = shown_at(snapshot, circulation, now)
            awaited = [a for a, s in found.items() if not s.position]
            if awaited:
                names = listed([snapshot.agency_short(a) for a in awaited])
                parts.append(Note(line(f"Replies still to come from {names}.")))
    else:
        parts.append(Paragraph(outcome_line(snapshot, circulation)))
    return message(*parts)


def shown_at(snapshot: Snapshot, circulation: Circulation, now: datetime) -> dict[str, Standing]:
    """Where each agency stands for all to see: what is still thought over shows as no answer."""
    found = standings(snapshot, circulation)
    return {a: s if s.in_effect(now) else Standing() for a, s in found.items()}


def _state_line(snapshot: Snapshot, circulation: Circulation, now: datetime) -> Line:
    found = shown_at(snapshot, circulation, now)
    given = [s.position for s in found.values() if s.position is not None]
    total = len(found)
    words = f"{len(given)} of {total} {'reply' if total == 1 else 'replies'} received"
    if circulation.heads:
        given_so = [s for s in found.values() if s.position is not None and s.position.clears]
        working = sum(not s.satisfies(heads=True) for s in given_so)
        words += f", {working} of them at working level" if working else ""
    counted = Counter(given)
    points = counted[Position.CANNOT_CLEAR] + counted[Position.SUBJECT_TO_CHANGE]
    if points:
        one = "one point" if points == 1 else f"{points} points"
        words += f", {one} under discussion with the Chair"
    if counted[Position.STANDS_ASIDE]:
        words += (
            f", {count(counted[Position.STANDS_ASIDE], 'agency stands', 'agencies stand')} aside"
        )
    carried = sum(carried_from(s) is not None for s in found.values())
    if carried:
        words += f", {carried} carried over from the version before"
    late = sum(s.at is not None and s.at > circulation.closes_at for s in found.values())
    if late:
        words += f", {late} after the closing time"
    closing = closing_words(snapshot, circulation)
    if circulation.state is CirculationState.OPEN:
        return (
            bold(words),
            *line(", open until "),
            Moment(circulation.closes_at, closing),
            *line("."),
        )
    if circulation.state is CirculationState.PAST_CLOSING:
        return (
            bold(words),
            *line(
                f". The closing time, {closing}, is past; answers still count "
                "and are marked. The Chair will consult."
            ),
        )
    return (bold(words), *line("."))


def closing_words(snapshot: Snapshot, circulation: Circulation) -> str:
    """The closing time in its own zone and in the plan's: `Fri 12 March 18:00 New York (…)`."""
    return closing_text(snapshot, circulation.closes_at)


def closing_text(snapshot: Snapshot, closes_at: datetime) -> str:
    """A closing time in its own zone, with the plan's beside it where they differ."""
    plan_zone = snapshot.plan.plan.timezone
    zone = snapshot.plan.calendar.closing_time.zone or plan_zone
    words = moment_text(closes_at, zone)
    if zone == plan_zone:
        return words
    there = closes_at.astimezone(snapshot.zone)
    return f"{words} ({there:%a %H:%M} {city(plan_zone)})"


def outcome_line(snapshot: Snapshot, circulation: Circulation) -> Line:
    """How it ended, in writing, with the agencies on whose behalf the text stands."""
    found = standings(snapshot, circulation)
    named = on_behalf(found, circulation.rule, circulation.heads)
    behalf = listed([snapshot.agency_short(a) for a in named]) or "no agency"
    aside = [a for a, s in found.items() if s.position is Position.STANDS_ASIDE]
    beside = ""
    if aside:
        verb = "stands" if len(aside) == 1 else "stand"
        beside = f" {listed([snapshot.agency_short(a) for a in aside])} {verb} aside."
    without = sum(s.position is Position.LEFT_OUT for s in found.values())
    if without:  # it is no longer named, so not here either
        agencies = "one agency" if without == 1 else count(without, "agency", "agencies")
        consent = "its consent" if without == 1 else "their consent"
        beside += f" Issued without {agencies}, with {consent}."
    reason = f" Reason: {circulation.reason}" if circulation.reason else ""
    match circulation.state:
        case CirculationState.CLEARED:
            return (bold("Cleared"), *line(f" on behalf of {behalf}.{beside}"))
        case CirculationState.ADOPTED:
            return (bold("Adopted"), *line(f" without objection, on behalf of {behalf}.{beside}"))
        case CirculationState.NOT_ADOPTED:
            return (bold("Not adopted"), *line(" as drafted. The Chair will consult."))
        case CirculationState.COMMENTS_CLOSED:
            return (bold("Closed"), *line(f". {_comments(found)}."))
        case CirculationState.PAST_CLOSING:
            left = sum(s.position is None for s in found.values())
            replies = "Replies" if left != 1 else "Reply"
            still = f" {replies} still to come: {left}." if left else ""
            return (
                bold("Not yet cleared"),
                *line(f" at the closing time.{still} The Chair will consult."),
            )
        case CirculationState.SUPERSEDED:
            return superseded_line(snapshot, circulation)
        case CirculationState.WITHDRAWN:
            return (bold("Withdrawn"), *line(f" by the Chair.{reason}"))
        case CirculationState.CLOSED:
            return (bold("Closed without clearance"), *line(f" by the Chair.{reason}"))
        case CirculationState.OVERRIDDEN:
            return (
                bold("Closed by the Chair’s decision"),
                *line(f", on behalf of {behalf}.{beside}{reason}"),
            )
        case CirculationState.OPEN:
            return line("Open.")


def _comments(found: dict[str, Standing]) -> str:
    none = sum(s.position in (Position.CLEARED, Position.STANDS_ASIDE) for s in found.values())
    silent = sum(s.position is None for s in found.values())
    sent = len(found) - none - silent
    return f"{sent} sent comments, {none} had none, {silent} did not reply"


def outcome_message(snapshot: Snapshot, circulation: Circulation) -> Message:
    """The announcement of an outcome."""
    title = line(f"“{circulation.title}”, version {circulation.version}: ")
    return message(Paragraph(title + outcome_line(snapshot, circulation)))
