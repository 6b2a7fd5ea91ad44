"""An answer that somebody enters for an agency, with its evidence."""

from __future__ import annotations

from coordination.actions import Action
from coordination.acts import record
from coordination.clearance_records import Comment, CommentKind, Document, Evidence
from coordination.messages.parts import Button, Buttons, Message, Paragraph, bold, line, message
from coordination.messages.wire import to_json
from coordination.received import Received, how_received, received_at
from coordination.records import Circulation, OutboxItem, OutboxKind
from coordination.remind import briefed
from coordination.services import Asker, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Act, Capacity, Position, Standing

_SOURCE = "entered:"
_KINDS: dict[Position, CommentKind] = {
    Position.CLEARED_WITH_SUGGESTIONS: "suggestion",
    Position.SUBJECT_TO_CHANGE: "change",
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
    if circulation.asks_for == "comments" and position.clears:
        return "no comments" if position is Position.CLEARED else "sent comments"
    return position.value + (f", {capacity.value}" if capacity else "")


async def enter(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    received: Received,
    document: Document | None,
    *,
    decides: bool,
) -> None:
    """Keep the evidence, record the act with its journal entry, and tell the agency's people.

    `decides` is False while more answers of the same form follow: they are counted together.
    """
    snapshot = services.snapshot
    if document is not None:
        await uow.documents.keep(document)
    evidence = await uow.evidence.add(
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
    at = received_at(snapshot, circulation, received.on, asker.at)
    # Of two entered for one day, which have the same time, the one entered last counts.
    order = asker.order if at == asker.at and asker.order else str(evidence.id)
    act = Act(
        received.agency,
        asker.user,
        received.position,
        entered_source(evidence.id),
        True,
        at,
        order,
        received.capacity,
    )
    detail = {"received_on": received.on.isoformat(), "how": received.how}
    comment = await _keep_words(uow, asker, circulation, received)
    if comment is not None:
        detail["comment"] = str(comment.id)
    await record(services, uow, asker, circulation, act, decides=decides, **detail)
    told = to_json(_told(snapshot, circulation, evidence, received))
    for person in briefed(snapshot, received.agency):
        if person.user != asker.user:
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, person.user, told))


async def _keep_words(
    uow: UnitOfWork, asker: Asker, circulation: Circulation, received: Received
) -> Comment | None:
    if not received.words:
        return None
    kind = "comment" if circulation.asks_for == "comments" else _KINDS[received.position]
    return await uow.comments.add(
        Comment(0, circulation.id, received.agency, asker.user, asker.at, kind, received.words)
    )


def _told(
    snapshot: Snapshot, circulation: Circulation, evidence: Evidence, received: Received
) -> Message:
    words = answer_words(received.position, received.capacity, circulation)
    short = snapshot.agency_short(received.agency)
    return message(
        Paragraph(
            line(
                "The secretariat entered ",
                bold(words),
                f" for {short} on “{circulation.title}”, version {circulation.version}, as "
                f"{how_received(snapshot, evidence)}. If that is not right, please say so here; "
                "an answer of your own takes its place.",
            )
        ),
        Buttons((Button(Action.NOT_RIGHT, "It is not right", f"{circulation.id}|{evidence.id}"),)),
    )
