"""Seen: somebody acknowledges a reminder for their agency, by button or by 👀."""

from __future__ import annotations

from datetime import date

from coordination.messages.parts import Message
from coordination.records import Acknowledgement, Entry
from coordination.rights import represents
from coordination.services import Asker, Refused, Reply, Services
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing


async def seen_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The button of a reminder; `value` is milestone|due day counted to."""
    snapshot = await services.snapshots.refresh()
    milestone, _, counted = value.partition("|")
    item = snapshot.schedule.get(milestone)
    try:
        counted_to = date.fromisoformat(counted)
    except ValueError:
        item = None
        counted_to = date.min
    if item is None:
        raise Refused("That reminder is not of the plan any more.")
    agency = represents(snapshot, asker.user)
    if agency is None:
        raise Refused(
            "Thank you. You represent no agency here yet, so it is not noted for one; "
            f"`{services.command} join AGENCY` asks the Chair."
        )
    short = snapshot.agency_short(agency)
    try:
        async with writing(services, asker) as uow:
            first = await acknowledge(uow, asker, milestone, counted_to, agency, "button")
    except Repeated:
        first = False
    ahead = counted_to > snapshot.day(asker.at)
    more = f" {short} gets no more reminders of it but the one of its day." if ahead else ""
    again = "" if first else " It was noted before."
    return Reply(Message(f"Noted: {short} has seen “{item.title}”.{more}{again}"))


async def acknowledge(
    uow: UnitOfWork, asker: Asker, milestone: str, counted_to: date, agency: str, how: str
) -> bool:
    """Record it with its journal entry; False when that person's is there already."""
    mark = Acknowledgement(milestone, counted_to, agency, asker.user, asker.at, how)
    if not await uow.acknowledgements.add(mark):
        return False
    detail = {"agency": agency, "counted_to": counted_to.isoformat(), "how": how}
    await uow.journal.add(
        Entry(asker.at, asker.user, "seen", f"milestone:{milestone}", detail, asker.message)
    )
    return True
