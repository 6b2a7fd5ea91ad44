"""A reaction: a position on a circulation, a wish, or an acknowledgement of a reminder."""

from __future__ import annotations

from datetime import date

from coordination.acknowledge import acknowledge
from coordination.acts import given_for, stands_now
from coordination.asking.too_late import tell_of_unheard
from coordination.positions import (
    explain,
    not_counted,
    reaction_source,
    say_privately,
    take_position,
)
from coordination.reactions import Meaning, Wish, reactions
from coordination.records import Circulation, MessageRef, Reminder
from coordination.rights import represents
from coordination.services import Asker, Services
from coordination.storage_ports import StorageUnavailable, UnitOfWork
from coordination.wishes_on_text import take_wish
from workplan.clearance import Position
from workplan.membership import owners_on
from workplan.steps import Topic


class NotYetPlaced(StorageUnavailable):
    """The message reacted to may be a circulation's whose place is not recorded yet: come again."""


async def react(services: Services, asker: Asker, reaction: str, given: bool) -> None:
    """Take in one reaction event; `reaction` is a canonical name without skin tone.

    Raises StorageUnavailable (NotYetPlaced among it) so that the platform delivers it again.
    """
    ref = asker.message
    if ref is None:
        return

    async def act(uow: UnitOfWork) -> None:
        await _take_in(services, uow, asker, ref, reaction, given)

    await services.together.do(asker.event, asker.at, ref, act)
    services.wake()


async def _take_in(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    ref: MessageRef,
    reaction: str,
    given: bool,
) -> None:
    meaning = reactions(services.snapshot.plan).get(reaction)
    circulation = await uow.circulations.by_message(ref)
    if circulation is not None:
        if meaning is not None:
            await take_reaction(services, uow, asker, circulation, reaction, meaning, given)
        return
    told = await uow.ledger.by_message(ref)
    if told:
        if given and meaning is Position.SEEN:
            await acknowledge_told(services, uow, asker, told)
    elif await uow.outbox.unplaced("circulation:"):
        raise NotYetPlaced("a circulation's message is on its way")


async def acknowledge_told(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    told: tuple[Reminder, ...],
) -> None:
    """👀 acknowledges what the message tells of the person's agency; taking it away keeps it."""
    snapshot = services.snapshot
    agency = represents(snapshot, asker.user)
    if agency is None:
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


async def take_reaction(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    reaction: str,
    meaning: Meaning,
    given: bool,
    **detail: str,
) -> None:
    """What a reaction to a circulation's message means, as far as it counts.

    `detail` is added to the journal entry. The caller commits.
    """
    snapshot = services.snapshot
    agency = represents(snapshot, asker.user)
    source = reaction_source(reaction)
    if not given and isinstance(meaning, Position):
        before = await given_for(uow, circulation, asker.user, source)
        for other in before:
            if other != agency:
                await _take_back_for(
                    services, uow, asker, circulation, other, meaning, source, **detail
                )
        if before and agency not in before:
            return
    reason = not_counted(snapshot, circulation, agency, asker)
    if reason is not None or agency is None:
        # Who takes away what a text was cleared on must not believe that it is withdrawn.
        if given or await _carries(uow, asker, circulation, agency, source):
            await explain(uow, asker, circulation, reaction, reason or "", detail=detail)
        if given and isinstance(meaning, Position):
            await tell_of_unheard(services, uow, asker, circulation, agency, meaning)
        return
    if isinstance(meaning, Wish):
        parts = await take_wish(
            services, uow, asker, circulation, agency, meaning, source, given, **detail
        )
        await say_privately(uow, asker, parts)
        return
    await take_position(services, uow, asker, circulation, agency, meaning, source, given, **detail)


async def _take_back_for(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    position: Position,
    source: str,
    **detail: str,
) -> None:
    """What the person gave for an agency that they do not represent any more."""
    reason = not_counted(services.snapshot, circulation, agency, asker)
    if reason is None:
        await take_position(
            services, uow, asker, circulation, agency, position, source, False, **detail
        )
    elif await _carries(uow, asker, circulation, agency, source):
        await explain(uow, asker, circulation, source.partition(":")[2], reason, detail=detail)


async def _carries(
    uow: UnitOfWork, asker: Asker, circulation: Circulation, agency: str | None, source: str
) -> bool:
    """Whether the agency's answer that counts is this person's, given by that source."""
    now = await stands_now(uow, circulation, agency or "")
    return (now.person, now.source) == (asker.user, source)
