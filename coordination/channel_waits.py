"""What is for a channel that was told to be gone waits, and goes out when it is there again."""

from __future__ import annotations

from collections.abc import Sequence

from coordination.channel_news import ChannelNews, channel_told
from coordination.channel_records import AWAY, Gone
from coordination.outgoing import Outgoing
from coordination.placing import circulation_of
from coordination.ports import DeliveryError
from coordination.records import OutboxItem, OutboxKind, Reminder
from coordination.services import Services

LOOK_AGAIN = 300.0
"""Real seconds until it is tried again: that the channel is back may have been told while nobody
listened."""

_SHOWS = {"is_archived": Gone.ARCHIVED, "not_in_channel": Gone.LEFT}
"""What an answer of the platform's shows, should it not have been told."""

_REFUSED = {*_SHOWS, "channel_not_found"}
"""What the platform answers for a channel that is gone; a private one is not found from outside,
but neither is one that never was."""


async def reminders_wait(
    out: Outgoing, channel: str | None, batch: Sequence[Reminder], error: DeliveryError
) -> bool:
    """Keep reminders that were refused because their channel is gone; False for other reasons."""
    if not await _gone(out.services, channel, error):
        return False
    async with out.services.storage.unit_of_work() as uow:
        await uow.ledger.release(batch, out.owner, LOOK_AGAIN, AWAY)
        await uow.commit()
    out.later(LOOK_AGAIN)
    return True


async def row_waits(out: Outgoing, item: OutboxItem, error: DeliveryError) -> bool:
    """Keep a row that was refused because its channel is gone; False for other reasons."""
    if not await _gone(out.services, channel_of(out.services, item), error):
        return False
    async with out.services.storage.unit_of_work() as uow:
        await uow.outbox.release(item, out.owner, LOOK_AGAIN, AWAY)
        await uow.commit()
    out.later(LOOK_AGAIN)
    return True


async def posted_to(services: Services, channel: str | None) -> None:
    """A post came to stand there, so that it is not gone, whatever was told before."""
    if channel is None or services.snapshot.channels.away(channel) is None:
        return
    now = services.clock.now()
    await channel_told(services, ChannelNews(channel, now, None, back=frozenset(Gone)))


def channel_of(services: Services, item: OutboxItem) -> str | None:
    """The channel that a row is for, None where it is for one person."""
    if item.kind in (OutboxKind.DIRECT, OutboxKind.TABLE):
        return None
    if item.kind is not OutboxKind.FILE:
        return item.target
    # Such a row's target is a queue of its own; the copy goes to where its circulation stands.
    circulation = services.snapshot.circulations.get(circulation_of(item))
    return circulation.message.channel if circulation and circulation.message else None


async def _gone(services: Services, channel: str | None, error: DeliveryError) -> bool:
    """Whether the platform refuses for a reason that may end, and that is known by now.

    Where nobody told of it, because the bot was down just then or was never invited, it is news.
    """
    if channel is None or error.code not in _REFUSED:
        return False
    what = _SHOWS.get(error.code)
    if what is not None and services.snapshot.channels.away(channel) is None:
        await channel_told(services, ChannelNews(channel, services.clock.now(), None, gone=what))
    away = services.snapshot.channels.away(channel)
    return away is not None and away.may_end
