"""The ledger: claimed by one, settled under its fence, never on plan time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from coordination.records import MessageRef, Reminder, ReminderState
from storage.engine import Database
from tests.storage.builders import DAY_START, HOUR, NOW, reminder
from tests.storage.conftest import RealTime

REF = MessageRef("C1", "1263200400.000100")


async def _fill(database: Database, *reminders: Reminder) -> list[str]:
    async with database.unit_of_work() as work:
        await work.ledger.reconcile(reminders, NOW, DAY_START)
        await work.commit()
    return [one.key for one in reminders]


async def _claim(
    database: Database, keys: list[str], by: str = "a", lease: float = 30.0
) -> tuple[Reminder, ...]:
    async with database.unit_of_work() as work:
        claimed = await work.ledger.claim(keys, by, lease)
        await work.commit()
    return claimed


async def _settle(
    database: Database, claimed: tuple[Reminder, ...], by: str = "a"
) -> tuple[str, ...]:
    async with database.unit_of_work() as work:
        settled = await work.ledger.settle(claimed, by, REF, NOW)
        await work.commit()
    return settled


async def _all(database: Database) -> tuple[Reminder, ...]:
    async with database.unit_of_work() as work:
        return await work.ledger.all()


async def test_due_comes_by_moment_then_key_and_not_before_its_time(database: Database) -> None:
    later = reminder("z", due_at=NOW + HOUR)
    await _fill(database, later, reminder("b"), reminder("Z"), reminder("a"))
    async with database.unit_of_work() as work:
        due = await work.ledger.due(NOW, 10)
        assert [one.subject for one in due] == ["Z", "a", "b"]
        assert due == tuple(sorted(due, key=lambda one: one.key))
        assert len(await work.ledger.due(NOW, 2)) == 2
        assert len(await work.ledger.due(NOW + HOUR, 10)) == 4
        assert await work.ledger.due(NOW - timedelta(microseconds=1), 10) == ()


async def test_a_reminder_comes_back_as_it_was_derived(database: Database) -> None:
    personal = reminder(audience="U1", agency="unicef", for_empty=True)
    await _fill(database, personal)
    assert await _all(database) == (personal,)


async def test_next_due_is_the_earliest_pending_moment(database: Database) -> None:
    assert await database.next_due() is None
    keys = await _fill(database, reminder("a", due_at=NOW + HOUR), reminder("b"))
    assert await database.next_due() == NOW
    assert await database.next_due(NOW) == NOW + HOUR
    await _claim(database, keys[1:])
    assert await database.next_due() == NOW + HOUR
    await _claim(database, keys)
    assert await database.next_due() is None


async def test_claiming_gives_what_was_won_in_the_order_asked(database: Database) -> None:
    keys = await _fill(database, *(reminder(f"m{n}") for n in range(5)))
    mine = await _claim(database, [keys[3], keys[1], "no such key"])
    assert [one.key for one in mine] == [keys[3], keys[1]]
    assert all(one.fence == 1 and one.state is ReminderState.CLAIMED for one in mine)
    theirs = await _claim(database, keys, by="b")
    assert [one.key for one in theirs] == [keys[0], keys[2], keys[4]]


async def test_two_owners_never_both_win(database: Database) -> None:
    keys = await _fill(database, *(reminder(f"m{n:03}") for n in range(60)))

    async def take(by: str) -> list[str]:
        won: list[str] = []
        for start in range(0, len(keys), 10):
            won += [one.key for one in await _claim(database, keys[start : start + 15], by)]
        return won

    taken = await asyncio.gather(*(take(by) for by in "abcd"))
    together = [key for won in taken for key in won]
    assert sorted(together) == sorted(keys)


async def test_settled_reminders_are_posted_and_found_by_their_message(
    database: Database,
) -> None:
    keys = await _fill(database, reminder("a"), reminder("b"), reminder("c"))
    claimed = await _claim(database, keys[:2])
    assert await _settle(database, claimed) == tuple(keys[:2])
    assert await _settle(database, claimed) == ()
    async with database.unit_of_work() as work:
        found = await work.ledger.by_message(REF)
        assert [one.key for one in found] == keys[:2]
        assert all(one.message == REF and one.state is ReminderState.POSTED for one in found)
        assert await work.ledger.by_message(MessageRef("C2", REF.ts)) == ()


async def test_those_posted_since_a_moment_are_found(database: Database) -> None:
    keys = await _fill(database, reminder("a"), reminder("b"), reminder("c"))
    assert await _settle(database, await _claim(database, keys[:2], "a", 30.0)) == tuple(keys[:2])
    async with database.unit_of_work() as work:
        found = await work.ledger.posted_since(NOW - HOUR)
        assert [one.key for one in found] == keys[:2]
        assert await work.ledger.posted_since(NOW + HOUR * 24) == ()


async def test_a_claim_past_its_lease_is_taken_over_and_the_late_one_cannot_settle(
    database: Database, real: RealTime
) -> None:
    keys = await _fill(database, reminder("a"), reminder("b"))
    late = await _claim(database, keys, "a", 0.2)
    async with database.unit_of_work() as work:
        assert await work.ledger.taken_over("b", 30.0, all_others=False) == ()
    await real.passes(0.3)
    async with database.unit_of_work() as work:
        taken = await work.ledger.taken_over("b", 30.0, all_others=False)
        await work.commit()
    assert [(one.key, one.fence) for one in taken] == [(key, 2) for key in keys]
    assert await _settle(database, late, "a") == ()
    assert await _settle(database, late, "b") == ()
    async with database.unit_of_work() as work:
        await work.ledger.release(late, "a", 0.0)
        await work.commit()
    assert await _settle(database, taken, "b") == tuple(keys)


async def test_a_late_owner_that_nobody_took_over_from_still_settles(
    database: Database, real: RealTime
) -> None:
    keys = await _fill(database, reminder())
    claimed = await _claim(database, keys, lease=0.05)
    await real.passes(0.1)
    assert await _settle(database, claimed) == tuple(keys)


async def test_at_start_the_claims_of_others_are_taken_over_before_their_lease(
    database: Database,
) -> None:
    keys = await _fill(database, reminder("a"), reminder("b"))
    await _claim(database, keys[:1], "a")
    mine = await _claim(database, keys[1:], "b")
    async with database.unit_of_work() as work:
        taken = await work.ledger.taken_over("b", 30.0, all_others=True)
        await work.commit()
    assert [one.key for one in taken] == keys[:1]
    assert await _settle(database, mine, "b") == tuple(keys[1:])


async def test_what_is_released_is_held_back_for_real_time_and_counted(
    database: Database, real: RealTime
) -> None:
    keys = await _fill(database, reminder())
    claimed = await _claim(database, keys)
    async with database.unit_of_work() as work:
        await work.ledger.release(claimed, "a", 0.2)
        await work.commit()
    async with database.unit_of_work() as work:
        assert await work.ledger.due(NOW + 1000 * HOUR, 10) == ()
        assert await work.ledger.claim(keys, "b", 30.0) == ()
    await real.passes(0.3)
    async with database.unit_of_work() as work:
        (due,) = await work.ledger.due(NOW, 10)
        assert (due.attempts, due.fence, due.state) == (1, 1, ReminderState.PENDING)
        (again,) = await work.ledger.claim(keys, "b", 30.0)
        assert again.fence == 2


async def test_what_is_released_without_a_hold_is_due_at_once(database: Database) -> None:
    keys = await _fill(database, reminder())
    claimed = await _claim(database, keys)
    async with database.unit_of_work() as work:
        await work.ledger.release(claimed, "a", 0.0)
        assert [one.key for one in await work.ledger.due(NOW, 10)] == keys


@pytest.mark.parametrize(
    "state",
    [
        ReminderState.FOLDED,
        ReminderState.EXPIRED,
        ReminderState.CANCELLED,
        ReminderState.FAILED,
    ],
)
async def test_pending_and_claimed_ones_are_finished_with_their_reason_and_posted_ones_stay(
    database: Database, state: ReminderState
) -> None:
    keys = await _fill(database, *(reminder(name) for name in "abcd"))
    await _settle(database, await _claim(database, keys[:1]))
    claimed = await _claim(database, keys[1:2])
    async with database.unit_of_work() as work:
        await work.ledger.finish(keys[:3], state, "why")
        await work.commit()
    assert await _settle(database, claimed) == ()
    states = {one.key: (one.state, one.reason) for one in await _all(database)}
    assert states == {
        keys[0]: (ReminderState.POSTED, None),
        keys[1]: (state, "why"),
        keys[2]: (state, "why"),
        keys[3]: (ReminderState.PENDING, None),
    }


async def test_a_reminder_is_not_finished_as_pending_or_posted(database: Database) -> None:
    async with database.unit_of_work() as work:
        for state in (ReminderState.PENDING, ReminderState.CLAIMED, ReminderState.POSTED):
            with pytest.raises(ValueError, match="finished"):
                await work.ledger.finish(["a"], state, "why")


async def test_a_claim_with_another_fence_is_not_settled(database: Database) -> None:
    claimed = await _claim(database, await _fill(database, reminder()))
    assert await _settle(database, tuple(replace(one, fence=9) for one in claimed)) == ()


async def test_many_keys_are_claimed_settled_and_finished_in_pieces(database: Database) -> None:
    keys = await _fill(database, *(reminder(f"m{n:04}") for n in range(1300)))
    claimed = await _claim(database, keys)
    assert [one.key for one in claimed] == keys
    assert await _settle(database, claimed[:700]) == tuple(keys[:700])
    async with database.unit_of_work() as work:
        await work.ledger.finish(keys, ReminderState.FOLDED, "why")
        await work.commit()
    states = [one.state for one in await _all(database)]
    assert states == [ReminderState.POSTED] * 700 + [ReminderState.FOLDED] * 600


async def _hold(
    database: Database, claimed: tuple[Reminder, ...], by: str, seconds: float, lease: float
) -> tuple[str, ...]:
    async with database.unit_of_work() as work:
        held = await work.ledger.hold(claimed, by, seconds, lease)
        await work.commit()
    return held


async def _left(database: Database, by: str = "b") -> tuple[str, ...]:
    async with database.unit_of_work() as work:  # looks only
        return tuple(r.key for r in await work.ledger.taken_over(by, 1.0, all_others=False))


async def test_a_claim_with_enough_of_its_lease_left_is_held_as_it_is(
    database: Database, real: RealTime
) -> None:
    keys = await _fill(database, reminder("a"), reminder("b"))
    claimed = await _claim(database, keys, lease=1.5)
    assert await _hold(database, claimed, "a", 0.1, 30.0) == tuple(keys)
    await real.passes(1.6)
    assert await _left(database) == tuple(keys)


async def test_a_claim_with_too_little_of_its_lease_left_is_held_anew(
    database: Database, real: RealTime
) -> None:
    keys = await _fill(database, reminder("a"), reminder("b"))
    claimed = await _claim(database, keys, lease=0.2)
    assert await _hold(database, claimed, "a", 10.0, 30.0) == tuple(keys)
    await real.passes(0.3)
    assert await _left(database) == ()
    assert await _settle(database, claimed) == tuple(keys)  # the fence is the same


async def test_a_claim_past_its_lease_that_nobody_took_is_held_and_one_taken_over_is_not(
    database: Database, real: RealTime
) -> None:
    keys = await _fill(database, reminder("a"), reminder("b"))
    late = await _claim(database, keys, lease=0.05)
    await real.passes(0.1)
    assert await _hold(database, late[:1], "a", 1.0, 30.0) == (keys[0],)
    async with database.unit_of_work() as work:
        (taken,) = await work.ledger.taken_over("b", 30.0, all_others=False)
        await work.commit()
    assert taken.key == keys[1]
    assert await _hold(database, late, "a", 1.0, 30.0) == (keys[0],)
    assert await _hold(database, (taken,), "b", 1.0, 30.0) == (keys[1],)
    assert await _hold(database, late, "b", 1.0, 30.0) == ()


async def test_a_claim_is_in_doubt_when_an_earlier_one_ended_without_a_word(
    database: Database, real: RealTime
) -> None:
    keys = await _fill(database, reminder())
    claimed = await _claim(database, keys, lease=0.05)
    assert not claimed[0].in_doubt
    async with database.unit_of_work() as work:
        await work.ledger.release(claimed, "a", 0.0, "ratelimited")
        await work.commit()
    (again,) = await _claim(database, keys, lease=0.05)
    assert (again.in_doubt, again.reason) == (False, "ratelimited")
    await real.passes(0.1)
    async with database.unit_of_work() as work:
        taken = await work.ledger.taken_over("b", 30.0, all_others=False)
        await work.ledger.release(taken, "b", 0.0, "not found", in_doubt=True)
        await work.commit()
    (third,) = await _claim(database, keys)
    assert (taken[0].in_doubt, third.in_doubt, third.attempts) == (True, True, 1)
    await _settle(database, (third,))
    assert (await _all(database))[0].reason is None


async def test_only_who_holds_a_claim_ends_it(database: Database, real: RealTime) -> None:
    keys = await _fill(database, reminder("a"), reminder("b"))
    late = await _claim(database, keys, lease=0.05)
    await real.passes(0.1)
    async with database.unit_of_work() as work:
        taken = await work.ledger.taken_over("b", 30.0, all_others=False)
        assert await work.ledger.end(late, "a", ReminderState.FAILED, "late") == ()
        ended = await work.ledger.end(taken[:1], "b", ReminderState.CANCELLED, "moved")
        with pytest.raises(ValueError, match="finished"):
            await work.ledger.end(taken, "b", ReminderState.POSTED, "why")
        await work.commit()
    assert ended == (keys[0],)
    assert await _settle(database, taken, "b") == (keys[1],)
    async with database.unit_of_work() as work:
        told = await work.ledger.told([*keys, "no such key"])
    assert {key: (one.over, one.message) for key, one in told.items()} == {
        keys[0]: (True, None),
        keys[1]: (True, REF),
    }


async def test_what_is_told_together_is_won_by_one(database: Database) -> None:
    """In whatever order each asks for them, and in however many pieces."""
    keys = await _fill(database, *(reminder(f"m{n:04}") for n in range(600)))

    async def take(by: str, wanted: list[str]) -> int:
        async with database.unit_of_work() as work:
            won = await work.ledger.claim(wanted, by, 30.0, "channel")
            await work.commit()
        return len(won)

    won = await asyncio.gather(take("a", keys), take("b", keys[::-1]), take("c", keys))
    assert sorted(won) == [0, 0, 600]
