"""What the platform told of channels: their ids, and whether they can be posted to."""

from __future__ import annotations

from sqlalchemy import select, update

from coordination.channel_records import ChannelKept, Channels
from coordination.storage_ports import ChannelsKept
from storage import rows_around as rows
from storage.tables import outbox, reminders
from storage.tables_around import channels
from storage.transaction import Transaction


class SqlChannels(ChannelsKept):
    """`ChannelsKept` on the table `channels`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def all(self) -> Channels:
        """All of it; nobody else changes it until the transaction ends."""
        await self._transaction.lock("channels")
        return Channels(map(rows.channel, await self._transaction.rows(select(channels))))

    async def put(self, kept: ChannelKept) -> None:
        """Keep what is known of an id."""
        await self._transaction.upsert(channels, "id", rows.channel_values(kept))

    async def let_go(self, reason: str) -> None:
        """What is held back for that reason may go out at once."""
        for table in (reminders, outbox):
            held = table.c.hold_until.is_not(None)  # the condition lets the index of those answer
            let_go = update(table).where(held, table.c.reason == reason).values(hold_until=None)
            await self._transaction.run(let_go)
