"""The ledger is kept as called for within the horizon, and nothing beyond it is lost or doubled."""

from datetime import UTC, datetime, timedelta

from coordination.calling import HORIZON
from coordination.records import Entry, ReminderState
from coordination.remind import derive
from tests.coordination.conftest import PLAN
from tests.storage.builders import reminder

KICK_OFF = "kick-off|2027-02-08|10wd|channel"  # 25 January
REPORT = "report|2027-05-31|0|channel"


def _edited(when):
    """The plan with another day for the kick-off."""
    output = PLAN.outputs[0]
    first = output.milestones[0].model_copy(update={"when": when})
    changed = output.model_copy(update={"milestones": (first, *output.milestones[1:])})
    return PLAN.model_copy(update={"outputs": (changed,)})


async def test_only_what_is_due_within_the_horizon_is_written(desk):
    await desk.work()
    called_for = {r.key: r.due_at for r in derive(desk.services.snapshot, [])}
    end = datetime(2027, 1, 3, 23, 0, tzinfo=UTC) + HORIZON
    near = {key for key, due_at in called_for.items() if due_at <= end}
    assert {r.key for r in await desk.ledger()} == near
    assert KICK_OFF in near
    assert REPORT not in near
    assert REPORT in called_for


async def test_the_horizon_moves_with_the_day(desk):
    await desk.work()
    before = {r.key for r in await desk.ledger()}
    await desk.until("2027-01-25 08:00")
    after = {r.key for r in await desk.ledger()}
    assert before < after


async def test_each_reminder_is_told_once_though_time_leaps_beyond_the_horizon(desk):
    await desk.work()
    await desk.until("2027-05-31 09:00")
    told = desk.messenger.all_keys()
    assert REPORT in told
    assert len(told) == len(set(told))
    now = desk.clock.now()
    due = [r for r in derive(desk.services.snapshot, ["USEC"]) if r.due_at <= now]
    states = {r.key: r.state for r in await desk.ledger()}
    ended = (ReminderState.POSTED, ReminderState.FOLDED)
    assert [r.key for r in due if states.get(r.key) not in ended] == []


async def test_what_fell_due_in_a_stop_longer_than_the_horizon_is_told_late(desk):
    await desk.work()
    await desk.storage.remember_instant(desk.clock.now())
    desk.restart(PLAN, owner="two")
    await desk.until("2027-05-31 09:05")
    assert REPORT in desk.messenger.all_keys()
    states = {r.key: r.state for r in await desk.ledger()}
    assert ReminderState.EXPIRED not in states.values()


async def test_a_plan_without_reminders_in_sight_at_its_first_load_tells_them_after_a_stop(desk):
    later = _edited("1 April 2027")
    output = later.outputs[0]
    alone = output.model_copy(update={"milestones": output.milestones[:1]})
    alone = later.model_copy(update={"outputs": (alone,)})
    desk.restart(alone)
    await desk.work()
    assert await desk.ledger() == ()
    await desk.storage.remember_instant(desk.clock.now())
    desk.restart(alone, owner="two")
    await desk.until("2027-03-31 09:30")
    assert "kick-off|2027-04-01|1wd|channel" in desk.messenger.all_keys()


async def test_what_a_plan_edited_while_the_bot_was_down_for_three_weeks_calls_for_is_told(desk):
    await desk.until("2027-01-20 09:00")
    await desk.storage.remember_instant(desk.clock.now())
    desk.restart(_edited("12 February 2027"), owner="two")
    await desk.until("2027-02-10 09:30")
    states = {r.key: r.state for r in await desk.ledger()}
    assert states[KICK_OFF] is ReminderState.CANCELLED
    # Overtaken by no later step: the one of the eve is due on the 11th.
    assert states["kick-off|2027-02-12|10wd|channel"] is ReminderState.POSTED


async def test_what_a_start_records_before_its_first_look_hides_nothing_of_what_it_missed(desk):
    """A claim that is settled, a reaction that is found, a command that is answered."""
    await desk.until("2027-01-20 09:00")
    await desk.storage.remember_instant(desk.clock.now())
    desk.restart(_edited("12 February 2027"), owner="two")
    desk.clock.move_to(datetime(2027, 2, 10, 8, 30, tzinfo=UTC))
    async with desk.storage.unit_of_work() as uow:
        await uow.journal.add(Entry(desk.clock.now(), "bot", "found", "plan"))
        await uow.commit()
    await desk.work()
    states = {r.key: r.state for r in await desk.ledger()}
    assert states["kick-off|2027-02-12|10wd|channel"] is ReminderState.POSTED


async def test_what_waits_beyond_the_horizon_is_settled_before_it_falls_due(desk):
    await desk.work()
    far = desk.clock.now() + timedelta(days=60)
    stale = reminder("kick-off", counted_to=far.date(), due_at=far)
    async with desk.storage.unit_of_work() as uow:
        kept = [r for r in await uow.ledger.all() if r.state is ReminderState.PENDING]
        await uow.ledger.reconcile([*kept, stale], desk.clock.now(), desk.clock.now())
        await uow.commit()
    await desk.until("2027-01-05 08:00")
    assert {r.key: r.state for r in await desk.ledger()}[stale.key] is ReminderState.PENDING
    await desk.until("2027-03-10 08:00")
    assert {r.key: r.state for r in await desk.ledger()}[stale.key] is ReminderState.CANCELLED
    assert stale.key not in desk.messenger.all_keys()


async def test_with_nothing_in_sight_the_next_look_is_when_the_horizon_reaches_something(desk):
    later = _edited("1 June 2027")
    output = later.outputs[0]
    alone = output.model_copy(update={"milestones": output.milestones[:1]})
    desk.restart(later.model_copy(update={"outputs": (alone,)}))
    first = derive(desk.services.snapshot, [])[0].due_at
    looks = 0
    while (following := await desk.reminders.run()) != first:
        assert following is not None
        assert desk.clock.now() < following < first
        desk.clock.move_to(following)
        looks += 1
    assert 1 <= looks <= 5
    assert {r.due_at for r in await desk.ledger()} == {first}


async def test_with_nothing_to_come_there_is_no_next_look(desk):
    await desk.until("2028-06-01 09:00")
    assert await desk.reminders.run() is None
