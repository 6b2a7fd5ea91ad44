"""A reaction: a position on a circulation, or an acknowledgement of a reminder."""

from __future__ import annotations

from datetime import date

from coordination.acknowledge import acknowledge
from coordination.ending import end_if_decided
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.reactions import reactions
from coordination.records import Circulation, Entry, OutboxItem, OutboxKind, Reminder
from coordination.rights import represents
from coordination.services import Asker, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import StorageUnavailable, UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Act, Position
from workplan.membership import owners_on
from workplan.steps import Topic

_UNDERSTOOD_LATER = {"speech_balloon", "hourglass_flowing_sand", "hand"}


class NotYetPlaced(StorageUnavailable):
    """The message reacted to may be a circulation's whose place is not recorded yet: come again."""


async def react(services: Services, asker: Asker, reaction: str, given: bool) -> None:
    """Take in one reaction event; `reaction` is a canonical name without skin tone.

    Raises StorageUnavailable (NotYetPlaced among it) so that the platform delivers it again.
    """
    if asker.message is None:
        return
    await services.snapshots.refresh()
    try:
        async with writing(services, asker) as uow:
            circulation = await uow.circulations.by_message(asker.message)
            if circulation is not None:
                await _on_circulation(services, uow, asker, circulation, reaction, given)
                return
            told = await uow.ledger.by_message(asker.message)
            if told:
                await _on_reminder(services, uow, asker, told, reaction, given)
            elif await uow.outbox.unplaced("circulation:"):
                raise NotYetPlaced("a circulation's message is on its way")
    except Repeated:
        return


async def _on_reminder(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    told: tuple[Reminder, ...],
    reaction: str,
    given: bool,
) -> None:
    """👀 acknowledges what the message tells of the person's agency; taking it away keeps it."""
    snapshot = services.snapshot
    agency = represents(snapshot, asker.user)
    if reactions(snapshot.plan).get(reaction) is not Position.SEEN or not given or agency is None:
        return
    marks: set[tuple[str, date]] = set()
    for reminder in told:
        item = snapshot.schedule.get(reminder.subject)
        if item is None or reminder.topic in (Topic.POSITION, Topic.CHANGE):
            continue
        # A date to settle is told to the chair, who need not be among the owners.
        owners = owners_on(snapshot.plan, item.owners, reminder.counted_to)
        if agency in owners or agency == reminder.agency:
            marks.add((item.id, reminder.counted_to))
    for milestone, counted_to in sorted(marks):
        await acknowledge(uow, asker, milestone, counted_to, agency, "reaction")


async def _on_circulation(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    reaction: str,
    given: bool,
) -> None:
    snapshot = services.snapshot
    position = reactions(snapshot.plan).get(reaction)
    if position is None:
        if given and reaction in _UNDERSTOOD_LATER:
            await _explain(uow, asker, circulation, reaction, _not_by_reaction(services))
        return
    agency = represents(snapshot, asker.user)
    reason = _not_counted(snapshot, circulation, agency, asker)
    if reason is not None:
        if given:
            await _explain(uow, asker, circulation, reaction, reason)
        return
    assert agency is not None
    if position is Position.CLEARED and circulation.asks_for == "clearance":
        position = Position.WORKING_LEVEL
    act = Act(
        agency, asker.user, position, f"reaction:{reaction}", given, asker.at, asker.order or "0"
    )
    if not await uow.circulations.add_act(circulation.id, act):
        return
    verb = position.value if given else f"took back: {position.value}"
    detail = {"agency": agency, "reaction": reaction, "version": circulation.version}
    await uow.journal.add(
        Entry(
            asker.at,
            asker.user,
            verb,
            f"circulation:{circulation.id}",
            detail,
            asker.message,
            circulation.permalink,
        )
    )
    if position is not Position.SEEN:
        await end_if_decided(services, uow, circulation, services.clock.now())


def _not_counted(
    snapshot: Snapshot, circulation: Circulation, agency: str | None, asker: Asker
) -> str | None:
    """Why a reaction does not count, as a polite sentence; None when it does."""
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


def _not_by_reaction(services: Services) -> str:
    return (
        "Thank you. That reaction is no answer I can record by itself. ✅ clears, ⛔ says that "
        "your agency cannot clear as drafted, ⚪ that it stands aside. For suggestions, more "
        f"time or a question, please write to the Chair (`{services.command} chair`)."
    )


async def _explain(
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
