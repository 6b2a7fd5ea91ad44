"""The watch reads what waits, what is stuck and what failed, without a lock."""

from datetime import timedelta

from coordination.channel_records import AWAY
from coordination.records import Entry, MessageRef, OutboxItem, OutboxKind, ReminderState
from coordination.watch_ports import FOUND
from storage.watch import watched
from tests.storage.builders import DAY_START, HOUR, NOW, post, reminder


async def test_what_is_due_and_not_held_is_told_by_moment(database, real):
    first = reminder("a", due_at=NOW - HOUR)
    held = reminder("b", due_at=NOW)
    later = reminder("c", due_at=NOW + HOUR)
    async with database.unit_of_work() as uow:
        await uow.ledger.reconcile([first, held, later], NOW, DAY_START)
        claimed = await uow.ledger.claim([held.key], "one", 60)
        await uow.ledger.release(claimed, "one", 0.4, "ratelimited")
        await uow.commit()
    watch = database.watch()
    assert [r.key for r in await watch.due_since(NOW, 0.3, 10)] == [first.key]
    await real.passes(0.8)
    assert [r.key for r in await watch.due_since(NOW, 0.3, 10)] == [first.key, held.key]
    assert [r.key for r in await watch.due_since(NOW, 0.3, 1)] == [first.key]


async def test_a_pause_after_an_error_is_no_wait_that_was_asked_for(database):
    due = reminder()
    async with database.unit_of_work() as uow:
        await uow.ledger.reconcile([due], NOW, DAY_START)
        claimed = await uow.ledger.claim([due.key], "one", 60)
        await uow.ledger.release(claimed, "one", 600, "internal_error")
        await uow.commit()
    assert [r.key for r in await database.watch().due_since(NOW, 120, 10)] == [due.key]


async def test_what_waits_for_a_channel_that_is_gone_is_not_late(database):
    due = reminder()
    async with database.unit_of_work() as uow:
        await uow.ledger.reconcile([due], NOW, DAY_START)
        claimed = await uow.ledger.claim([due.key], "one", 60)
        await uow.ledger.release(claimed, "one", 600, AWAY)
        for target in ("C1", "C2"):
            await uow.outbox.add(OutboxItem(OutboxKind.POST, target, "{}"))
        for _ in range(9):
            for row in await uow.outbox.claim("one", 60, 2):
                why = AWAY if row.target == "C1" else "internal_error"
                await uow.outbox.release(row, "one", 0, why)
        await uow.commit()
    watch = database.watch()
    assert await watch.due_since(NOW, 120, 10) == ()
    assert (await watch.queues(NOW)).stuck == 1


async def test_a_claim_is_told_when_it_ran_out_or_was_taken_over_and_not_on_its_way(database):
    fresh, left, taken = (reminder(name) for name in ("a", "b", "c"))
    async with database.unit_of_work() as uow:
        await uow.ledger.reconcile([fresh, left, taken], NOW, DAY_START)
        await uow.ledger.claim([taken.key], "one", -1)
        await uow.ledger.taken_over("two", 60, all_others=False)
        await uow.ledger.claim([left.key], "one", -1)
        await uow.ledger.claim([fresh.key], "one", 60)
        await uow.commit()
    found = await database.watch().due_since(NOW, 120, 10)
    assert [r.key for r in found] == [left.key, taken.key]


async def test_queues_and_failures_are_counted(database, database_url, real):
    due = [reminder(name) for name in ("a", "b", "c", "d")]
    async with database.unit_of_work() as uow:
        await uow.ledger.reconcile(
            [*due, reminder("e", due_at=NOW + HOUR)], NOW, DAY_START - timedelta(days=1)
        )
        await uow.ledger.claim([due[0].key], "one", -120)
        claimed = await uow.ledger.claim([due[1].key], "one", 60)
        await uow.ledger.settle(claimed, "one", MessageRef("C1", "1.1"), NOW)
        await uow.ledger.finish([due[2].key], ReminderState.FAILED, "gone")
        for target in ("C1", "C1", "C2", "C3"):
            await uow.outbox.add(post(target))
        _, c2, c3 = await uow.outbox.claim("one", -120, 10)
        await uow.outbox.sent(c2, "one", None)
        await uow.outbox.fail(c3, "one", "gone")
        await uow.journal.add(Entry(NOW, "bot", FOUND, "reminder:a", {}))
        await uow.journal.add(Entry(NOW, "bot", "reminded", "milestone:a", {}))
        await uow.commit()

    async def looked(watch):
        queues, failures = await watch.queues(NOW), await watch.failures()
        assert (queues.due, queues.unsent, queues.stuck) == (1, 2, 2)
        assert (failures.reminders, failures.outbox, failures.differences) == (1, 1, 1)
        rows = await watch.standing([r.key for r in due] + ["unknown"])
        assert [rows[r.key].state.value for r in due] == ["claimed", "posted", "failed", "pending"]

    await looked(database.watch())
    await database.note_instant("audited until", NOW)
    async with watched(database_url, real) as outside:
        await looked(outside)
        assert await outside.instant("audited until") == NOW
        assert await outside.instant("something else") is None


async def test_a_row_that_is_in_doubt_again_and_again_is_stuck(database):
    async with database.unit_of_work() as uow:
        await uow.outbox.add(post("C1"))
        await uow.commit()
    for often in range(10):
        assert (await database.watch().queues(NOW)).stuck == 0, often
        async with database.unit_of_work() as uow:
            (item,) = await uow.outbox.claim("one", 60, 1)
            await uow.outbox.release(item, "one", 0.0, "in doubt", in_doubt=True)
            await uow.commit()
    assert (await database.watch().queues(NOW)).stuck == 1
