"""Reconciling makes the pending rows equal to what is wanted, and touches nothing else."""

import asyncio
from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from coordination.records import MessageRef, Reminder, ReminderState
from storage.engine import Database
from tests.storage.builders import DAY_START, HOUR, NOW, reminder
from tests.storage.test_types import quick
from workplan.steps import Topic

EARLY = DAY_START - HOUR


async def _reconcile(database: Database, *wanted: Reminder) -> int:
    async with database.unit_of_work() as work:
        changed = await work.ledger.reconcile(wanted, NOW, DAY_START)
        await work.commit()
    return changed


async def _states(database: Database) -> dict[str, ReminderState]:
    async with database.unit_of_work() as work:
        return {one.subject: one.state for one in await work.ledger.all()}


async def test_what_is_missing_is_inserted_and_what_lay_before_the_day_is_expired(
    database: Database,
) -> None:
    wanted = [reminder("new"), reminder("old", due_at=EARLY), reminder("today", due_at=DAY_START)]
    assert await _reconcile(database, *wanted) == 3
    assert await _states(database) == {
        "new": ReminderState.PENDING,
        "old": ReminderState.EXPIRED,
        "today": ReminderState.PENDING,
    }
    async with database.unit_of_work() as work:
        expired = (await work.ledger.all())[0]
    assert expired.reason


async def test_news_of_a_date_that_was_set_is_never_too_late(database: Database) -> None:
    await _reconcile(database, reminder("a", due_at=EARLY, topic=Topic.CHANGE))
    assert await _states(database) == {"a": ReminderState.PENDING}


async def test_again_changes_nothing(database: Database) -> None:
    wanted = [reminder("new"), reminder("old", due_at=EARLY)]
    await _reconcile(database, *wanted)
    assert await _reconcile(database, *wanted) == 0
    assert await _reconcile(database, *wanted, *wanted) == 0


async def test_what_comes_back_is_in_no_doubt_for_having_been_tried_before(
    database: Database,
) -> None:
    one = reminder("a")
    await _reconcile(database, one)
    async with database.unit_of_work() as work:
        for _ in range(8):
            claims = await work.ledger.claim([one.key], "one", 60)
            await work.ledger.release(claims, "one", 0.0, "internal_error")
        claims = await work.ledger.claim([one.key], "one", 60)
        await work.ledger.end(claims, "one", ReminderState.CANCELLED, "done meanwhile")
        await work.commit()
    await _reconcile(database, one)
    async with database.unit_of_work() as work:
        (claim,) = await work.ledger.claim([one.key], "one", 60)
    assert (claim.doubts, claim.in_doubt) == (1, False)


async def test_what_is_no_longer_wanted_is_cancelled_and_comes_back(database: Database) -> None:
    await _reconcile(database, reminder("a"), reminder("b"))
    assert await _reconcile(database, reminder("b")) == 1
    assert (await _states(database))["a"] is ReminderState.CANCELLED
    assert await _reconcile(database, reminder("b")) == 0
    assert await _reconcile(database, reminder("a", due_at=NOW + HOUR), reminder("b")) == 1
    async with database.unit_of_work() as work:
        back = (await work.ledger.all())[-1]
    assert back == reminder("a", due_at=NOW + HOUR)


async def test_what_comes_back_too_late_is_expired(database: Database) -> None:
    await _reconcile(database, reminder("a"))
    await _reconcile(database)
    assert await _reconcile(database, reminder("a", due_at=EARLY)) == 1
    assert await _states(database) == {"a": ReminderState.EXPIRED}


async def test_a_pending_rows_moment_follows(database: Database) -> None:
    await _reconcile(database, reminder("a"), reminder("b"))
    moved = reminder("a", due_at=NOW + HOUR, for_empty=True)
    assert await _reconcile(database, moved, reminder("b")) == 1
    async with database.unit_of_work() as work:
        assert await work.ledger.all() == (reminder("b"), moved)


async def test_rows_on_their_way_or_at_an_end_stay(database: Database) -> None:
    names = ["claimed", "posted", "folded", "failed"]
    wanted = {name: reminder(name) for name in names}
    await _reconcile(database, *wanted.values(), reminder("expired", due_at=EARLY))
    async with database.unit_of_work() as work:
        ledger = work.ledger
        claimed = await ledger.claim([wanted["claimed"].key, wanted["posted"].key], "a", 30.0)
        await ledger.settle(claimed[1:], "a", MessageRef("C1", "1.1"), NOW)
        await ledger.finish([wanted["folded"].key], ReminderState.FOLDED, "why")
        await ledger.finish([wanted["failed"].key], ReminderState.FAILED, "why")
        before = await ledger.all()
        await work.commit()
    assert await _reconcile(database) == 0
    moved = [replace(one, due_at=NOW + HOUR) for one in wanted.values()]
    assert await _reconcile(database, *moved, reminder("expired", due_at=NOW + HOUR)) == 0
    async with database.unit_of_work() as work:
        assert await work.ledger.all() == before


async def test_thousands_of_rows_in_few_statements(database: Database) -> None:
    wanted = [reminder(f"m{n:05}") for n in range(3000)]
    assert await _reconcile(database, *wanted) == 3000
    assert await _reconcile(database, *wanted) == 0
    later = [replace(one, due_at=NOW + HOUR) for one in wanted]
    assert await _reconcile(database, *later) == 3000
    assert await _reconcile(database, *later[:1000]) == 2000
    assert await _reconcile(database, *later) == 2000


async def test_replicas_that_reconcile_at_once_insert_each_row_once(database: Database) -> None:
    wanted = [reminder(f"m{n:03}") for n in range(50)]
    changed = await asyncio.gather(*(_reconcile(database, *wanted) for _ in range(4)))
    assert sum(changed) == 50


@st.composite
def plans(draw: st.DrawFn) -> dict[str, datetime]:
    moments = st.sampled_from([EARLY, NOW, NOW + HOUR])
    return draw(st.dictionaries(st.sampled_from("abcd"), moments))


@quick
@given(rounds=st.lists(plans(), max_size=5), posted=st.sampled_from("abcd"))
async def test_any_sequence_of_plans_ends_as_the_rules_say(
    database: Database, rounds: list[dict[str, datetime]], posted: str
) -> None:
    """The rules of the port's docstring, written once more over a dictionary."""
    model: dict[str, tuple[ReminderState, datetime]] = {}
    async with database.unit_of_work() as work:
        for number, plan in enumerate(rounds):
            wanted = [reminder(name, due_at=at) for name, at in plan.items()]
            changed = await work.ledger.reconcile(wanted, NOW, DAY_START)
            expected = _by_the_rules(model, plan)
            assert changed == sum(model.get(name) != row for name, row in expected.items())
            model = expected
            key = reminder(posted).key
            if number == 1 and (claimed := await work.ledger.claim([key], "a", 30.0)):
                await work.ledger.settle(claimed, "a", MessageRef("C1", "1.1"), NOW)
                model[posted] = (ReminderState.POSTED, model[posted][1])
        rows = {one.subject: (one.state, one.due_at) for one in await work.ledger.all()}
    assert rows == model


def _by_the_rules(
    rows: dict[str, tuple[ReminderState, datetime]], plan: dict[str, datetime]
) -> dict[str, tuple[ReminderState, datetime]]:
    after = dict(rows)
    for name, (state, at) in rows.items():
        if state is ReminderState.PENDING and name not in plan:
            after[name] = (ReminderState.CANCELLED, at)
    for name, at in plan.items():
        state = rows[name][0] if name in rows else ReminderState.CANCELLED
        if state is ReminderState.CANCELLED:
            late = at < DAY_START
            after[name] = (ReminderState.EXPIRED if late else ReminderState.PENDING, at)
        elif state is ReminderState.PENDING:
            after[name] = (state, at)
    return after


async def test_what_waits_beyond_the_instant_named_stays(database: Database) -> None:
    far, near = reminder("far", due_at=NOW + 2 * HOUR), reminder("near", due_at=NOW)
    await _reconcile(database, near, far)
    async with database.unit_of_work() as work:
        assert await work.ledger.reconcile([], NOW, DAY_START, NOW + HOUR) == 1
        await work.commit()
    states = await _states(database)
    assert states == {"near": ReminderState.CANCELLED, "far": ReminderState.PENDING}


async def test_what_waited_beyond_the_instant_and_is_called_for_before_it_follows(
    database: Database,
) -> None:
    await _reconcile(database, reminder("far", due_at=NOW + 2 * HOUR))
    async with database.unit_of_work() as work:
        moved = reminder("far", due_at=NOW)
        assert await work.ledger.reconcile([moved], NOW, DAY_START, NOW + HOUR) == 1
        assert await work.ledger.all() == (moved,)
