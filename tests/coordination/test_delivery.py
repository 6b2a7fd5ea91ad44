"""What falls due is told once, whatever the platform answers; or it is listed with its reason."""

from collections import Counter

import pytest
from sqlalchemy import update

from coordination.ports import DeliveryError
from coordination.records import ReminderState
from storage.tables import reminders
from tests.coordination.conftest import PLAN
from tests.coordination.desk import CHANNEL, SECRETARY

KICK_OFF = "kick-off|2027-02-08|10wd|channel"


async def until_told(desk, local="2027-01-25 09:00"):
    """Work until nothing is left, as the alarm clock would after each wait."""
    await desk.until(local)
    for _ in range(8):
        desk.real.seconds += 400
        await desk.work()


async def test_what_is_due_is_posted_at_its_moment_and_settled_with_its_message(desk):
    await desk.until("2027-01-25 08:59")
    assert KICK_OFF not in desk.messenger.all_keys()
    await desk.until("2027-01-25 09:00")
    assert desk.messenger.all_keys().count(KICK_OFF) == 1
    (row,) = [r for r in await desk.ledger() if r.key == KICK_OFF]
    assert row.state is ReminderState.POSTED
    assert KICK_OFF in desk.messenger.at(row.message).keys
    (entry,) = [e for e in await desk.journal("milestone:kick-off") if e.verb == "reminded"]
    assert (entry.evidence, entry.permalink) == (
        row.message,
        f"https://chat.example.org/{CHANNEL}/{row.message.ts}",
    )


@pytest.mark.parametrize(
    "trouble",
    [
        [DeliveryError("ratelimited", retry_after=30)],
        [DeliveryError("internal_error")] * 4,
        [DeliveryError("broken", maybe_posted=True)],
        [DeliveryError("timeout", maybe_posted=True, under_way=True)],
        [DeliveryError("timeout", under_way=True)],
        [DeliveryError("ratelimited", retry_after=5), DeliveryError("broken", maybe_posted=True)],
    ],
    ids=["rate limit", "errors", "posted all the same", "late answer", "no answer", "both"],
)
async def test_after_trouble_all_is_told_once(desk, trouble):
    desk.messenger.trouble.extend(trouble)
    await until_told(desk)
    keys = Counter(desk.messenger.all_keys())
    assert keys[KICK_OFF] == 1
    assert max(keys.values()) == 1
    states = {r.state for r in await desk.ledger() if r.due_at <= desk.clock.now()}
    assert states <= {ReminderState.POSTED, ReminderState.EXPIRED, ReminderState.FOLDED}


async def test_a_rate_limit_is_waited_for_as_long_as_the_platform_says(desk):
    desk.messenger.trouble.append(DeliveryError("ratelimited", retry_after=30))
    await desk.until("2027-01-25 09:00")
    assert 30 in desk.waits
    desk.real.seconds += 29
    attempts = desk.messenger.attempts
    await desk.work()
    assert desk.messenger.attempts == attempts
    desk.real.seconds += 2
    await desk.work()
    assert KICK_OFF in desk.messenger.all_keys()


async def test_a_platform_that_was_away_for_a_week_is_tried_every_five_minutes(desk):
    await desk.until("2027-01-25 08:50")
    async with desk.storage.unit_of_work() as uow:
        await uow.transaction.run(update(reminders).values(fence=2000, attempts=2000))
        await uow.commit()
    desk.messenger.trouble.append(DeliveryError("unreachable"))
    await until_told(desk)
    assert desk.waits == [300]
    assert desk.messenger.all_keys().count(KICK_OFF) == 1


async def test_what_can_never_be_posted_is_listed_with_its_reason_and_the_secretariat_told(desk):
    gone = DeliveryError("channel_not_found", permanent=True)
    desk.messenger.refuses = lambda target: gone if target.channel else None
    await until_told(desk)
    (row,) = [r for r in await desk.ledger() if r.key == KICK_OFF]
    assert (row.state, row.reason) == (ReminderState.FAILED, "channel_not_found")
    assert any("“Kick-off”" in t and "channel_not_found" in t for t in desk.told(SECRETARY))
    assert "reminder not posted" in {e.verb for e in await desk.journal("milestone:kick-off")}


async def test_without_a_secretariat_the_chair_is_told_what_could_not_be_posted(desk):
    object.__setattr__(desk.services, "secretariat", frozenset())
    gone = DeliveryError("restricted_action", permanent=True)
    desk.messenger.refuses = lambda target: gone if target.channel else None
    await until_told(desk)
    assert any("“Kick-off”" in t and "restricted_action" in t for t in desk.told("UAA"))


async def test_one_person_who_cannot_be_written_to_keeps_nothing_from_the_others(desk):
    away = DeliveryError("cannot_dm_user", permanent=True)
    desk.messenger.refuses = lambda target: away if target.user == "UAA" else None
    await desk.until("2027-02-03 09:00")
    await desk.until("2027-02-05 09:00")
    assert any("Kick-off" in text for text in desk.notices())
    assert not desk.told("UAA")
    assert any("cannot_dm_user" in text for text in desk.told(SECRETARY))


async def test_a_fault_of_the_bots_own_for_one_audience_keeps_nothing_from_the_others(desk):
    def fault(target):
        if target.channel:
            raise KeyError("colour")

    await desk.work()
    desk.messenger.refuses = fault
    await desk.until("2027-02-08 09:00")
    assert any("Kick-off" in text for text in desk.told("UAA"))
    assert desk.notices() == []
    desk.messenger.refuses = lambda _target: None
    await until_told(desk, "2027-02-08 09:10")
    keys = Counter(desk.messenger.all_keys())
    assert keys["kick-off|2027-02-08|1wd|channel"] == 1
    assert max(keys.values()) == 1


async def test_a_process_that_died_between_posting_and_settling_leaves_no_second_message(desk):
    class Died(BaseException):
        pass

    settle = desk.reminders._settling.settle

    async def die(*_args):
        raise Died

    desk.reminders._settling.settle = die
    with pytest.raises(Died):
        await desk.until("2027-01-25 09:00")
    desk.reminders._settling.settle = settle
    desk.restart(PLAN, owner="two")
    await desk.reminders.recover()
    await desk.work()
    assert desk.messenger.all_keys().count(KICK_OFF) == 1
    assert {r.key: r.state for r in await desk.ledger()}[KICK_OFF] is ReminderState.POSTED


async def test_what_was_missed_in_a_long_stop_comes_once_marked_late_and_folded(desk):
    await desk.until("2027-01-20 09:00")
    before = len(desk.messenger.posted)
    await desk.until("2027-02-05 16:00")
    missed = [p for p in desk.messenger.posted[before:] if p.target.channel == CHANNEL]
    (notice,) = [p for p in missed if "Kick-off" in p.text]
    assert "comes late: due on" in notice.text
    states = {r.key: (r.state, r.reason) for r in await desk.ledger()}
    assert states["kick-off|2027-02-08|1wd|channel"][0] is ReminderState.POSTED
    state, reason = states[KICK_OFF]
    assert state is ReminderState.FOLDED
    assert "1wd" in reason


async def test_a_restart_repeats_nothing(desk):
    await desk.until("2027-02-08 10:00")
    before = desk.messenger.all_keys()
    desk.restart(PLAN, owner="two")
    await desk.reminders.recover()
    await desk.work()
    assert desk.messenger.all_keys() == before


async def test_an_edited_plan_re_derives_what_was_not_sent_and_leaves_what_was(desk):
    await desk.until("2027-01-25 09:00")
    later = PLAN.outputs[0].milestones[0].model_copy(update={"when": "22 February 2027"})
    output = PLAN.outputs[0]
    edited = output.model_copy(update={"milestones": (later, *output.milestones[1:])})
    desk.restart(PLAN.model_copy(update={"outputs": (edited,)}), owner="two")
    await desk.until("2027-02-08 10:00")
    states = {r.key: r.state for r in await desk.ledger()}
    assert states[KICK_OFF] is ReminderState.POSTED
    assert states["kick-off|2027-02-08|1wd|channel"] is ReminderState.CANCELLED
    assert states["kick-off|2027-02-22|10wd|channel"] is ReminderState.POSTED
    assert states["kick-off|2027-02-22|1wd|channel"] is ReminderState.PENDING


async def test_steps_before_the_first_load_are_never_sent(desk):
    await desk.until("2027-04-14 12:00")
    assert desk.notices() == []
    early = [r for r in await desk.ledger() if r.key == KICK_OFF]
    assert [r.state for r in early] == [ReminderState.EXPIRED]


async def test_a_done_milestone_is_not_told_any_more(desk):
    await desk.until("2027-05-03 08:00")
    await desk.circulate("draft")
    for agency in ("UAA", "UBB", "UCC"):
        await desk.react(agency, desk.messenger.posted[-1].ref, "white_check_mark")
    assert "Done" in (await desk.ask("UBB", "done report")).text
    before = len(desk.told("UBB"))
    await desk.until("2027-06-01 09:00")
    assert not any("Report —" in t for t in desk.told("UBB")[before:])
