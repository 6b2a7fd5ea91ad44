"""An agency takes a position on a circulation, or takes one back: by reaction or by button."""

from __future__ import annotations

from coordination.ending import end_if_decided
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.records import Circulation, Entry, OutboxItem, OutboxKind
from coordination.rights import represents
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Act, Capacity, Position

BUTTON = "button"
"""The source of an answer given by a button: no reaction taken away touches it."""


def reaction_source(reaction: str) -> str:
    """The source of an answer given by a reaction."""
    return f"reaction:{reaction}"


async def take_position(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    position: Position,
    source: str,
    given: bool,
    **detail: str,
) -> bool:
    """Record it with its journal entry and what it decides; False when it is recorded already.

    `detail` is added to the entry. The caller has made sure that it counts (`not_counted`).
    """
    capacity = Capacity.WORKING_LEVEL if position.clears and circulation.heads else None
    act = Act(agency, asker.user, position, source, given, asker.at, asker.order or "0", capacity)
    if not await uow.circulations.add_act(circulation.id, act):
        return False
    verb = position.value if given else f"took back: {position.value}"
    told = {"agency": agency, "source": source, "version": circulation.version, **detail}
    subject = f"circulation:{circulation.id}"
    evidence = asker.message or circulation.message
    await uow.journal.add(
        Entry(asker.at, asker.user, verb, subject, told, evidence, circulation.permalink)
    )
    if position is not Position.SEEN:
        await end_if_decided(services, uow, circulation, services.clock.now())
    return True


async def position_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The answer to the question which of two found reactions holds; `value` is id|position."""
    snapshot = await services.snapshots.refresh()
    number, _, name = value.partition("|")
    known = snapshot.circulations.get(int(number)) if number.isdecimal() else None
    if known is None or name not in {p.value for p in Position}:
        raise Refused("That question is not of a circulation that I know. Please react again.")
    agency = represents(snapshot, asker.user)
    reason = not_counted(snapshot, known, agency, asker)
    if reason is not None or agency is None:
        raise Refused(reason or "")
    try:
        async with writing(services, asker) as uow:
            circulation = await uow.circulations.get(known.id) or known
            await take_position(
                services, uow, asker, circulation, agency, Position(name), BUTTON, True
            )
    except Repeated:
        pass
    short = snapshot.agency_short(agency)
    words = f"Noted: {short}, {name}, for “{known.title}”, version {known.version}."
    return Reply(Message(words), replace=True)


def not_counted(
    snapshot: Snapshot, circulation: Circulation, agency: str | None, asker: Asker
) -> str | None:
    """Why an answer does not count, as a polite sentence; None when it does."""
    title = f"“{circulation.title}”, version {circulation.version}"
    if agency is None:
        return (
            f"Thank you for reacting to {title}. You represent no agency here yet, so it is not "
            "counted as an answer. You can ask the Chair with: join AGENCY"
        )
    if agency not in circulation.asked:
        short = snapshot.agency_short(agency)
        return (
            f"Thank you. {short} was not among the agencies asked about {title}, so your "
            "reaction is not counted as an answer."
        )
    if agency in circulation.struck:
        short = snapshot.agency_short(agency)
        return (
            f"Thank you. {short} is not a member of the group any more, so your reaction to "
            f"{title} is not counted as an answer."
        )
    ended = circulation.ended_at
    if not circulation.state.takes_answers and (ended is None or asker.at > ended):
        return (
            f"Thank you. {title} is {circulation.state.value}, so your reaction changes nothing "
            "any more. Please write to the Chair if something is wrong."
        )
    if not circulation.state.takes_answers:
        return (
            f"Thank you. Your reaction to {title} reached me after it had ended "
            f"({circulation.state.value}). Please write to the Chair if something is wrong."
        )
    if circulation.rule != "unanimity" and asker.at > circulation.closes_at:
        return (
            f"Thank you. The closing time of {title} was past when you reacted, so your reaction "
            "changes nothing any more. Please write to the Chair if something is wrong."
        )
    return None


async def explain(
    uow: UnitOfWork, asker: Asker, circulation: Circulation, reaction: str, sentence: str
) -> None:
    """Journal what is not counted, and tell the person so once a circulation."""
    subject = f"circulation:{circulation.id}"
    before = await uow.journal.of(subject, limit=500)
    entry = Entry(
        asker.at, asker.user, "not counted", subject, {"reaction": reaction}, asker.message
    )
    await uow.journal.add(entry)
    if any(e.verb == "not counted" and e.actor == asker.user for e in before):
        return
    said = to_json(Message(sentence))
    await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, asker.user, said))
