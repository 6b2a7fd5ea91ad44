"""What follows once a circulation's card stands: the copy of its file, the link from the version
before."""

from __future__ import annotations

from dataclasses import replace

from coordination.actions import Action
from coordination.documents import digest_shown
from coordination.ending import redraw
from coordination.messages.parts import Button, Buttons, Message, Paragraph, bold, line, message
from coordination.messages.wire import to_json
from coordination.outgoing import Outgoing
from coordination.ports import DeliveryError, Target
from coordination.records import Circulation, Entry, OutboxItem, OutboxKind
from coordination.rights import who_decides
from coordination.sending import row_sent, sending_row
from coordination.services import Services
from coordination.storage_ports import UnitOfWork


async def card_placed(services: Services, uow: UnitOfWork, circulation: Circulation) -> None:
    """Queue what waited for the card: the copy into its thread, and the older card's link to it.

    The caller commits, in the transaction that records where the card stands.
    """
    if circulation.document is not None and not circulation.link:
        # A queue of its own: an upload that takes several tries holds up no message.
        target = f"{circulation.subject}:file"
        subject = f"document:{circulation.id}"
        await uow.outbox.add(OutboxItem(OutboxKind.FILE, target, subject=subject))
    if circulation.supersedes is not None:
        before = await uow.circulations.get(circulation.supersedes)
        if before is not None and before.message is not None:
            await redraw(services, uow, before)


def circulation_of(item: OutboxItem) -> int:
    """The id in the subject of a row: `circulation:N`, or `document:N` of a file."""
    return int((item.subject or "").partition(":")[2])


async def tell_document(out: Outgoing, item: OutboxItem) -> bool:
    """Put the copy into the card's thread, once, and let the card's link lead to it.

    False where another process has done so meanwhile. Raises DeliveryError, and ClaimLost.
    """
    services = out.services
    circulation = await _circulation(out, item)
    if circulation.message is not None:
        await out.turns.turn(circulation.message.channel)
        circulation = await _circulation(out, item)
    address = circulation.link  # where somebody gave one meanwhile
    if not address:
        target, name, content = await _copy(out, circulation)
        async with sending_row(out, item):
            address = await services.files.place(target, name, content)
    async with services.storage.unit_of_work() as uow:
        placed = await uow.outbox.sent(item, out.owner, None)
        if placed:
            linked = address or circulation.permalink or ""
            await link_document(services, uow, circulation_of(item), "bot", linked)
        await uow.commit()
    if placed:
        row_sent(out, item)
    await services.snapshots.refresh()
    return placed


async def one_copy(out: Outgoing, item: OutboxItem) -> bool:
    """Leave the copy to which the card's link leads; False while the row is not sent yet."""
    circulation = await _circulation(out, item)
    async with out.services.storage.unit_of_work() as uow:
        told = await uow.outbox.told([item.id])
    if not all(one.over for one in told.values()):
        return False
    target, name, content = await _copy(out, circulation)
    await out.services.files.leave_one(target, name, len(content), circulation.link or None)
    return True


async def _circulation(out: Outgoing, item: OutboxItem) -> Circulation:
    return (await out.services.snapshots.refresh()).circulations[circulation_of(item)]


async def _copy(out: Outgoing, circulation: Circulation) -> tuple[Target, str, bytes]:
    """Where a copy goes, under what name, and what it holds. Raises DeliveryError."""
    document = await out.services.storage.document(circulation.document or "")
    if document is None or circulation.message is None:
        raise DeliveryError("document_not_kept", permanent=True)
    target = Target(channel=circulation.message.channel, thread_ts=circulation.message.ts)
    return target, circulation.document_name or document.name, document.content


async def link_document(
    services: Services, uow: UnitOfWork, id: int, actor: str, address: str
) -> bool:
    """Where a kept file can be read; False when that was known. The caller commits."""
    circulation = await uow.circulations.get(id)
    if circulation is None or circulation.link:
        return False
    linked = replace(circulation, link=address)
    await uow.circulations.put(linked)
    detail = {"sha256": circulation.document, "link": address}
    now = services.clock.now()
    await uow.journal.add(Entry(now, actor, "document linked", circulation.subject, detail))
    await redraw(services, uow, linked)
    return True


async def document_refused(out: Outgoing, item: OutboxItem, code: str) -> None:
    """The workspace takes no files: whoever runs the plan is told, and asked for a link."""
    services = out.services
    snapshot = await services.snapshots.refresh()
    circulation = snapshot.circulations[circulation_of(item)]
    people = sorted(services.secretariat) or who_decides(
        snapshot, services.secretariat, snapshot.day(services.clock.now())
    )
    said = to_json(_asked_for_link(circulation, code))
    async with services.storage.unit_of_work() as uow:
        for user in people:
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, said))
        await uow.commit()
    services.wake()


def _asked_for_link(circulation: Circulation, code: str) -> Message:
    name = circulation.document_name or "the document"
    words = line(
        "I could not put a copy of ",
        bold(name),
        f" into the thread of “{circulation.title}”, version {circulation.version}. The reason: "
        f"{code}. Nothing is lost: the file is kept as it was handed in (SHA-256 "
        f"{digest_shown(circulation)}…). Please put it where the agencies can read it, and give "
        "me the link.",
    )
    button = Button(Action.GIVE_LINK, "Give a link", str(circulation.id), "primary")
    return message(Paragraph(words), Buttons((button,)))
