"""An answer that somebody enters for an agency, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from coordination.actions import Action
from coordination.acts import note, stands_now
from coordination.asking.change import ask_change
from coordination.asking.common import drop_of_positions, said, tell
from coordination.asking.differ import tell_who_differ
from coordination.asking.suggestions import keep_text
from coordination.briefed import reachable
from coordination.clearance_records import CommentKind, Document, Evidence
from coordination.counting import titled
from coordination.evidenced import pinned
from coordination.messages.forms import Answers
from coordination.messages.parts import (
    Button,
    Buttons,
    Message,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.received import Received, how_received, received_at
from coordination.records import Circulation
from coordination.services import Asker, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Act, Capacity, Position, Standing

_SOURCE = "entered:"
_KINDS: dict[Position, CommentKind] = {
    Position.CLEARED_WITH_SUGGESTIONS: "suggestion",
    Position.CANNOT_CLEAR: "reason",
}


def entered_source(evidence: int) -> str:
    """The source of an answer that was entered: no reaction taken away touches it."""
    return f"{_SOURCE}{evidence}"


def is_entered(standing: Standing) -> bool:
    """Whether somebody entered the agency's answer for it."""
    return (standing.source or "").startswith(_SOURCE)


def answer_words(position: Position, capacity: Capacity | None, circulation: Circulation) -> str:
    """The answer as people read it: `cleared, by the head`, for comments `no comments`."""
    return said(circulation, position) + (f", {capacity.value}" if capacity else "")


@dataclass(frozen=True, slots=True)
class Entered:
    """An answer that was entered: `was` is where the agency stood before."""

    received: Received
    evidence: Evidence
    act: Act
    was: Standing


async def enter(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    received: Received,
    document: Document | None,
) -> Entered:
    """Keep the evidence and record the act with its journal entry.

    What the answers of a form decide together is the caller's to work out; `follow` comes after.
    """
    evidence = await _keep(uow, asker, circulation, received, document)
    was = await stands_now(uow, circulation, received.agency)
    act = _act(services.snapshot, asker, circulation, received, evidence)
    await note(uow, asker, circulation, act, **pinned(evidence))
    return Entered(received, evidence, act, was)


async def follow(
    services: Services, uow: UnitOfWork, asker: Asker, circulation: Circulation, entered: Entered
) -> tuple[Part, ...]:
    """Keep the agency's words, tell its people, and ask on; the circulation may have ended.

    Returns what the person who entered it is to read: that another answer of the agency differs.
    """
    agency = entered.received.agency
    now = await stands_now(uow, circulation, agency)
    parts: tuple[Part, ...] = ()
    if now != entered.was:
        await drop_of_positions(services, uow, asker, circulation, agency)
        parts = await tell_who_differ(services, uow, circulation, agency, entered.was, now)
    counts = now.source == entered.act.source
    await _keep_words(services, uow, asker, circulation, entered.received, counts=counts)
    told = _told(services.snapshot, circulation, entered)
    people = (p.user for p in reachable(services.snapshot, agency, services.snapshot.day(asker.at)))
    await tell(uow, (user for user in people if user != asker.user), told)
    return parts


async def _keep(
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    received: Received,
    document: Document | None,
) -> Evidence:
    if document is not None:
        await uow.documents.keep(document)
    return await uow.evidence.add(
        Evidence(
            0,
            circulation.id,
            received.agency,
            asker.user,
            asker.at,
            received.on,
            received.from_whom,
            received.how,
            received.quote,
            document.sha256 if document else None,
        )
    )


def _act(
    snapshot: Snapshot,
    asker: Asker,
    circulation: Circulation,
    received: Received,
    evidence: Evidence,
) -> Act:
    at = received_at(snapshot, circulation, received.on, asker.at)
    # Of two entered for one day, which have the same time, the one entered last counts.
    order = asker.order if at == asker.at and asker.order else str(evidence.id)
    return Act(
        received.agency,
        asker.user,
        received.position,
        entered_source(evidence.id),
        True,
        at,
        order,
        received.capacity,
    )


async def _keep_words(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    received: Received,
    *,
    counts: bool,
) -> None:
    """Keep what the agency wrote; a change is put to the chair when it is what counts."""
    if not received.words:
        return
    agency, words = received.agency, Answers({"text": received.words})
    if received.position is Position.SUBJECT_TO_CHANGE:
        if counts:
            await ask_change(services, uow, asker, circulation, agency, words)
            return
        await keep_text(uow, asker, circulation, agency, "change", words)
        return
    kind = "comment" if circulation.asks_for == "comments" else _KINDS[received.position]
    await keep_text(uow, asker, circulation, agency, kind, words)


def _told(snapshot: Snapshot, circulation: Circulation, entered: Entered) -> Message:
    received, evidence = entered.received, entered.evidence
    words = answer_words(received.position, received.capacity, circulation)
    short = snapshot.agency_short(received.agency)
    how = how_received(snapshot, evidence.received_on, evidence.how)
    return message(
        Paragraph(
            line(
                "The secretariat entered ",
                bold(f"“{words}”"),
                f" for {short} on {titled(circulation)}, as {how}. If that is not right, please "
                "say so here; an answer of your own takes its place.",
            )
        ),
        Buttons((Button(Action.NOT_RIGHT, "It is not right", f"{circulation.id}|{evidence.id}"),)),
    )
