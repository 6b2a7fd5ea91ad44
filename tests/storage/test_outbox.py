"""The outbox: in order within one target, claimed by one, settled under its fence."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from coordination.records import MessageRef, OutboxItem, OutboxKind
from storage import rows
from storage.engine import Database
from storage.tables import outbox
from tests.storage.builders import post
from tests.storage.conftest import RealTime

REF = MessageRef("C1", "1.1")


async def _kept(database: Database) -> list[OutboxItem]:
    async with database.read.connect() as connection:
        found = await connection.execute(select(outbox).order_by(outbox.c.id))
        return [rows.outbox_item(row) for row in found.mappings()]


async def _queue(database: Database, *items: OutboxItem) -> list[OutboxItem]:
    """Queue them; returns the rows that were added, in order."""
    before = {item.id for item in await _kept(database)}
    async with database.unit_of_work() as work:
        for item in items:
            await work.outbox.add(item)
        await work.commit()
    return [item for item in await _kept(database) if item.id not in before]


async def _claim(
    database: Database, by: str = "a", lease: float = 30.0, limit: int = 10
) -> tuple[OutboxItem, ...]:
    async with database.unit_of_work() as work:
        claimed = await work.outbox.claim(by, lease, limit)
        await work.commit()
    return claimed


async def _sent(database: Database, item: OutboxItem, by: str = "a") -> bool:
    async with database.unit_of_work() as work:
        sent = await work.outbox.sent(item, by, REF)
        await work.commit()
    return sent


def _ids(items: tuple[OutboxItem, ...]) -> list[int]:
    return [item.id for item in items]


async def test_a_row_comes_back_as_it_was_queued(database: Database) -> None:
    item = post(thread_ts="1.0", ts="1.1", subject="circulation:1", kind=OutboxKind.EDIT)
    (added,) = await _queue(database, item)
    (claimed,) = await _claim(database)
    assert added.id > 0
    assert claimed == OutboxItem(
        OutboxKind.EDIT, "C1", "{}", "1.0", "1.1", "circulation:1", added.id, fence=1
    )


async def test_one_row_per_target_at_a_time_the_oldest_first(database: Database) -> None:
    a1, a2, b1, c1, b2 = await _queue(database, *map(post, ["A", "A", "B", "C", "B"]))
    first = await _claim(database)
    assert _ids(first) == [a1.id, b1.id, c1.id]
    assert await _claim(database) == ()
    assert await _sent(database, first[0])
    assert _ids(await _claim(database)) == [a2.id]
    assert await _sent(database, first[1])
    assert _ids(await _claim(database)) == [b2.id]


async def test_the_limit_takes_the_oldest_targets(database: Database) -> None:
    added = await _queue(database, *map(post, ["Z", "A", "M"]))
    assert _ids(await _claim(database, limit=2)) == [added[0].id, added[1].id]


async def test_a_row_held_back_holds_those_behind_it(database: Database, real: RealTime) -> None:
    first, second, other = await _queue(database, post("A"), post("A"), post("B"))
    claimed = await _claim(database)
    async with database.unit_of_work() as work:
        await work.outbox.release(claimed[0], "a", 0.3)
        await work.outbox.release(claimed[1], "a", 0.0)
        await work.commit()
    (again,) = await _claim(database)
    assert (again.id, again.attempts, again.fence) == (other.id, 1, 2)
    await real.passes(0.4)
    (late,) = await _claim(database)
    assert (late.id, late.attempts) == (first.id, 1)
    assert await _sent(database, late)
    assert _ids(await _claim(database)) == [second.id]


async def test_a_row_that_failed_is_kept_and_lets_the_next_one_go(database: Database) -> None:
    _, second = await _queue(database, post("A"), post("A"))
    (claimed,) = await _claim(database)
    async with database.unit_of_work() as work:
        await work.outbox.fail(claimed, "a", "is_archived")
        await work.commit()
    assert _ids(await _claim(database)) == [second.id]


async def test_a_card_still_waiting_is_not_doubled(database: Database) -> None:
    card = OutboxItem(OutboxKind.CARD, "C1", subject="circulation:1")
    another = OutboxItem(OutboxKind.CARD, "C1", subject="circulation:2")
    first, other = await _queue(database, card, card, another)
    assert (first.subject, other.subject) == (card.subject, another.subject)
    assert await _queue(database, card) == []
    (claimed,) = await _claim(database)
    (third,) = await _queue(database, card)  # what is being drawn may be too old already
    assert third.id not in (first.id, other.id)
    assert await _sent(database, claimed)
    assert not await _sent(database, claimed)


async def test_a_claim_past_its_lease_is_taken_over_and_the_late_one_cannot_settle(
    database: Database, real: RealTime
) -> None:
    await _queue(database, post("A"), post("B"))
    late, _ = await _claim(database, "a", 0.2)
    async with database.unit_of_work() as work:
        assert await work.outbox.taken_over("b", 30.0, all_others=False) == ()
    await real.passes(0.3)
    async with database.unit_of_work() as work:
        taken = await work.outbox.taken_over("b", 30.0, all_others=False)
        await work.commit()
    assert [(item.id, item.fence) for item in taken] == [(late.id, 2), (late.id + 1, 2)]
    assert not await _sent(database, late, "a")
    async with database.unit_of_work() as work:
        await work.outbox.release(late, "a", 0.0)
        await work.outbox.fail(late, "a", "late")
        await work.commit()
    assert await _sent(database, taken[0], "b")


async def test_at_start_the_claims_of_others_are_taken_over_before_their_lease(
    database: Database,
) -> None:
    await _queue(database, post("A"), post("B"))
    theirs = await _claim(database, "a", limit=1)
    mine = await _claim(database, "b", limit=1)
    async with database.unit_of_work() as work:
        taken = await work.outbox.taken_over("b", 30.0, all_others=True)
        await work.commit()
    assert [item.id for item in taken] == [theirs[0].id]
    assert await _sent(database, mine[0], "b")


@pytest.mark.parametrize("end", ["sent", "fail"])
async def test_unplaced_tells_whether_a_subjects_message_may_be_on_its_way(
    database: Database, end: str
) -> None:
    async def unplaced(prefix: str) -> bool:
        async with database.unit_of_work() as work:
            return await work.outbox.unplaced(prefix)

    await _queue(database, post(subject="notice:1"), post("B"))
    assert await unplaced("notice:")
    assert await unplaced("notice:1")
    assert not await unplaced("notice_")
    assert not await unplaced("%")
    assert not await unplaced("other")
    claimed = await _claim(database)
    assert await unplaced("notice:")
    async with database.unit_of_work() as work:
        if end == "sent":
            await work.outbox.sent(claimed[0], "a", REF)
        else:
            await work.outbox.fail(claimed[0], "a", "is_archived")
        await work.commit()
    assert not await unplaced("notice:")


async def test_two_workers_drain_a_queue_without_sending_a_row_twice_or_out_of_order(
    database: Database,
) -> None:
    targets = ["A", "B", "C"] * 10
    await _queue(database, *map(post, targets))
    sent: list[tuple[str, int]] = []

    async def work(by: str) -> None:
        while len(sent) < len(targets):
            for item in await _claim(database, by, limit=2):
                await asyncio.sleep(0.001)
                assert await _sent(database, item, by)
                sent.append((item.target, item.id))

    async with asyncio.timeout(60):
        await asyncio.gather(work("a"), work("b"), work("c"))
    assert len(set(sent)) == len(sent) == len(targets)
    for target in "ABC":
        ids = [id for where, id in sent if where == target]
        assert ids == sorted(ids)


async def test_a_claim_is_held_anew_where_it_is_short_and_not_once_it_is_anothers(
    database: Database, real: RealTime
) -> None:
    await _queue(database, post("A"), post("B"))
    mine, late = await _claim(database, "a", 1.5)
    async with database.unit_of_work() as work:
        assert await work.outbox.hold(late, "a", 0.1, 30.0)  # enough is left: as it was
        assert await work.outbox.hold(mine, "a", 10.0, 30.0)
        await work.commit()
    await real.passes(1.6)
    async with database.unit_of_work() as work:
        (taken,) = await work.outbox.taken_over("b", 30.0, all_others=False)
        assert taken.id == late.id
        assert not await work.outbox.hold(late, "a", 1.0, 30.0)
        assert not await work.outbox.fail(late, "a", "late")
        assert (mine.in_doubt, taken.in_doubt) == (False, True)
        await work.outbox.release(taken, "b", 0.0, "not found", in_doubt=True)
        await work.commit()
    assert await _sent(database, mine)
    (again,) = await _claim(database, "b")
    assert (again.in_doubt, again.attempts) == (True, 0)
    async with database.unit_of_work() as work:
        told = await work.outbox.told([mine.id, again.id, 999])
    assert {id: (one.over, one.message) for id, one in told.items()} == {
        mine.id: (True, REF),
        again.id: (False, None),
    }


async def test_the_direct_messages_on_a_subject_are_found_with_where_they_stand(
    database: Database,
) -> None:
    asked = [post(user, subject="question:1", kind=OutboxKind.DIRECT) for user in ("U1", "U2")]
    other = post("U1", subject="question:11", kind=OutboxKind.DIRECT)
    first, second, *_ = await _queue(database, *asked, other, post("C1", subject="question:1"))
    async with database.unit_of_work() as work:
        assert await work.outbox.directly_sent("question:1") == ()
    for _ in asked:  # one a target at a time
        for item in await _claim(database):
            assert await _sent(database, item)
    async with database.unit_of_work() as work:
        found = await work.outbox.directly_sent("question:1")
    assert found == ((replace(first, fence=1), REF), (replace(second, fence=1), REF))
