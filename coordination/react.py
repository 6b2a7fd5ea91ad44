"""A reaction: a position on a circulation, or an acknowledgement of a reminder."""

from __future__ import annotations

from datetime import date

from coordination.acknowledge import acknowledge
from coordination.positions import explain, not_counted, reaction_source, take_position
from coordination.reactions import reactions, shown
from coordination.records import Circulation, Reminder
from coordination.rights import represents
from coordination.services import Asker, Services
from coordination.storage_ports import StorageUnavailable, UnitOfWork
from coordination.write import Repeated, writing
from workplan.clearance import Position
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
                if given and reactions(services.snapshot.plan).get(reaction) is Position.SEEN:
                    await acknowledge_told(services, uow, asker, told)
            elif await uow.outbox.unplaced("circulation:"):
                raise NotYetPlaced("a circulation's message is on its way")
    except Repeated:
        return


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
            await explain(uow, asker, circulation, reaction, _not_by_reaction(services))
        return
    agency = represents(snapshot, asker.user)
    reason = not_counted(snapshot, circulation, agency, asker)
    if reason is not None or agency is None:
        if given:
            await explain(uow, asker, circulation, reaction, reason or "")
        return
    source = reaction_source(reaction)
    await take_position(services, uow, asker, circulation, agency, position, source, given)


def _not_by_reaction(services: Services) -> str:
    plan = services.snapshot.plan
    answers = [
        f"{emoji.unicode} {meaning}"
        for position, meaning in (
            (Position.CLEARED, "clears"),
            (Position.CANNOT_CLEAR, "says that your agency cannot clear as drafted"),
            (Position.STANDS_ASIDE, "that it stands aside"),
        )
        if (emoji := shown(plan, position))
    ]
    return (
        f"Thank you. That reaction is no answer I can record by itself. {', '.join(answers)}. "
        "For suggestions, more time or a question, please write to the Chair "
        f"(`{services.command} chair`)."
    )
