"""The table of comments as a file: asked for with a button, sent as a direct message."""

from __future__ import annotations

import asyncio
import re

from coordination.comments import comments_sheet, readable, reader_of, require_reader
from coordination.comments_view import FORMATS, require_circulation
from coordination.messages.parts import Message
from coordination.outgoing import Outgoing
from coordination.ports import DeliveryError, Target
from coordination.records import Circulation, OutboxItem, OutboxKind
from coordination.sending import row_sent, sending_row
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.write import Repeated, writing

_SUBJECT = "comments"
_NOT_IN_A_NAME = re.compile(r"[^\w-]+")


async def export_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """Queue the file for the person; `value` is circulation id|ending of the file's name."""
    snapshot = await services.snapshots.refresh()
    number, _, ending = value.partition("|")
    circulation = require_circulation(snapshot, number)
    if ending not in FORMATS or ending not in services.writers:
        raise Refused("I cannot write that kind of file. Please ask for the comments again.")
    day = snapshot.day(asker.at)
    require_reader(services, snapshot, circulation, asker.user, day)
    subject = f"{_SUBJECT}|{circulation.id}|{ending}"
    try:
        async with writing(services, asker) as uow:
            await uow.outbox.add(OutboxItem(OutboxKind.TABLE, asker.user, subject=subject))
    except Repeated:
        pass
    return Reply(Message("The file is on its way to you as a direct message."))


async def tell_table(out: Outgoing, item: OutboxItem) -> bool:
    """Send the table that a TABLE row of the outbox asks for to the person it is for.

    What the person may read is looked up now. False where another process has sent it meanwhile.
    Raises DeliveryError, and ClaimLost.
    """
    services = out.services
    snapshot = await services.snapshots.refresh()
    circulation, ending = _asked_of(snapshot, item)
    writer = services.writers.get(ending)
    now = services.clock.now()
    if circulation is None or writer is None:
        raise DeliveryError("unreadable", permanent=True)
    reader = reader_of(services, snapshot, circulation, item.target, snapshot.day(now))
    if reader is None:
        raise DeliveryError("not_allowed", permanent=True)
    found = readable(circulation, await services.storage.comments(circulation.id), reader)
    # Beside the loop: a thousand comments take a while to write.
    content = await asyncio.to_thread(writer, comments_sheet(snapshot, circulation, found, now))
    async with sending_row(out, item):
        await services.files.place(
            Target(user=item.target), _name(circulation, ending, item), content
        )
    async with services.storage.unit_of_work() as uow:
        sent = await uow.outbox.sent(item, out.owner, None)
        await uow.commit()
    if sent:
        row_sent(out, item)
    return sent


async def one_table(out: Outgoing, item: OutboxItem) -> bool:
    """Leave the oldest, whoever sent it: written at another moment it may be of another size."""
    circulation, ending = _asked_of(await out.services.snapshots.refresh(), item)
    if circulation is not None:
        name = _name(circulation, ending, item)
        await out.services.files.leave_one(Target(user=item.target), name, None, None)
    return True


def _asked_of(snapshot: Snapshot, item: OutboxItem) -> tuple[Circulation | None, str]:
    """Of which circulation, and the ending of the file's name."""
    _, number, ending = (item.subject or "||").split("|")
    return (snapshot.circulations.get(int(number)) if number.isdecimal() else None), ending


def _name(circulation: Circulation, ending: str, item: OutboxItem) -> str:
    """With the row's number in it a name of its own: the same name would be the same file."""
    return file_name(circulation, ending, f"-{item.id}")


def file_name(circulation: Circulation, ending: str, mark: str = "") -> str:
    """`handbook-v2-comments.docx`, of the milestone's id."""
    stem = _NOT_IN_A_NAME.sub("-", circulation.milestone)
    return f"{stem}-v{circulation.version}-comments{mark}.{ending}"


def not_sent(error: DeliveryError) -> Message:
    """What the person is told whose file cannot be sent."""
    return Message(
        f"I could not send you the file with the comments. The reason: {error.code}. "
        "The secretariat can make it in the terminal."
    )
