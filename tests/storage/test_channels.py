"""What was told of channels lasts, is changed by one process at a time, and lets go what waits."""

import asyncio

from coordination.channel_records import AWAY, ChannelKept, Gone
from coordination.records import OutboxItem, OutboxKind
from tests.storage.builders import HOUR, NOW, reminder


async def test_what_is_known_of_a_channel_is_replaced_by_id(database):
    async with database.unit_of_work() as work:
        assert (await work.channels.all()).now("C1") == "C1"
        await work.channels.put(ChannelKept("C2", "C1", NOW))
        await work.channels.put(ChannelKept("C1", "C1", None, Gone.LEFT, NOW))
        await work.channels.put(ChannelKept("C1", "C1", None, None, NOW + HOUR))
        known = await work.channels.all()
        assert (known.now("C1"), known.first("C2"), known.away("C2")) == ("C2", "C1", None)
        await work.commit()
    assert (await database.load_state()).channels == (
        ChannelKept("C1", "C1", None, None, NOW + HOUR),
        ChannelKept("C2", "C1", NOW),
    )


async def test_whoever_reads_it_for_writing_waits_for_who_did_before(database):
    async def told():
        async with database.unit_of_work() as work:
            before = (await work.channels.all()).kept("C1")
            if before.away is None:
                await work.channels.put(ChannelKept("C1", "C1", away=Gone.LEFT))
            await work.commit()
        return before.away

    assert sorted(map(str, await asyncio.gather(told(), told()))) == ["None", str(Gone.LEFT)]


async def test_what_waits_for_a_channel_is_let_go_and_nothing_else(database):
    def item(channel):
        return OutboxItem(OutboxKind.POST, channel, "{}")

    away, slow = reminder("away", due_at=NOW), reminder("slow", due_at=NOW)
    async with database.unit_of_work() as work:
        await work.ledger.reconcile([away, slow], NOW, NOW, NOW + HOUR)
        for channel in ("C1", "C2"):
            await work.outbox.add(item(channel))
        await work.commit()
    async with database.unit_of_work() as work:
        for claimed in await work.ledger.claim([away.key, slow.key], "a", 60, "channel"):
            why = AWAY if claimed.key == away.key else "ratelimited"
            await work.ledger.release([claimed], "a", 600, why)
        for row in await work.outbox.claim("a", 60, 9):
            why = AWAY if row.target == "C1" else "ratelimited"
            await work.outbox.release(row, "a", 600, why)
        await work.commit()
    async with database.unit_of_work() as work:
        assert await work.ledger.due(NOW, 9) == ()
        assert await work.outbox.claim("a", 60, 9) == ()
        await work.channels.let_go(AWAY)
        assert [r.key for r in await work.ledger.due(NOW, 9)] == [away.key]
        assert [row.target for row in await work.outbox.claim("a", 60, 9)] == ["C1"]
