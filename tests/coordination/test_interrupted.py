"""Whatever breaks on a reminder's way, it stands once or is listed with its reason."""

import asyncio
import sqlite3
import tempfile
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.ports import DeliveryError
from coordination.records import CHANNEL as TO_ALL
from coordination.records import ReminderState
from coordination.storage_ports import StorageUnavailable
from tests.coordination.conftest import PLAN
from tests.coordination.desk import CHANNEL, SECRETARY, desk_of

KICK_OFF = "kick-off|2027-02-08|10wd|channel"
UNDER_WAY = DeliveryError("timeout", maybe_posted=True, under_way=True)
OVER = (ReminderState.POSTED, ReminderState.FOLDED, ReminderState.EXPIRED, ReminderState.FAILED)


class Died(BaseException):
    """The process is killed during a post, before or after the message stands."""

    def __init__(self, posted):
        self.maybe_posted = posted


async def waited(desk, seconds=61, rounds=3):
    """Work as the alarm clock would: real time passes, plan time stands still."""
    for _ in range(rounds):
        desk.real.seconds += seconds
        await desk.work()


async def row(desk, key):
    return {r.key: r for r in await desk.ledger()}[key]


@pytest.mark.impatient
async def test_a_database_that_goes_away_after_the_post_makes_no_second_one(desk, tmp_path):
    with closing(sqlite3.connect(tmp_path / "gmg.db", isolation_level=None)) as other:

        def lock(target):
            if target.channel:
                other.execute("BEGIN EXCLUSIVE")

        desk.messenger.refuses = lock
        with pytest.raises(StorageUnavailable):
            await desk.until("2027-01-25 09:00")
        desk.messenger.refuses = lambda _target: None
        other.execute("ROLLBACK")
    await waited(desk)
    assert desk.messenger.all_keys().count(KICK_OFF) == 1
    assert (await row(desk, KICK_OFF)).state is ReminderState.POSTED


@pytest.mark.impatient
async def test_a_database_that_is_away_loses_nothing_that_was_due(desk, tmp_path):
    await desk.until("2027-01-22 17:00")
    with closing(sqlite3.connect(tmp_path / "gmg.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StorageUnavailable):
            await desk.until("2027-01-25 09:00")
        other.execute("ROLLBACK")
    assert KICK_OFF not in desk.messenger.all_keys()
    await desk.work()
    assert desk.messenger.all_keys().count(KICK_OFF) == 1


async def test_a_channel_that_must_wait_holds_up_no_brief(desk):
    await desk.until("2027-05-28 12:00")
    limited = DeliveryError("ratelimited", retry_after=30)
    desk.messenger.refuses = lambda target: limited if target.channel else None
    await desk.until("2027-05-31 09:00")
    assert "report|2027-05-31|0|channel" not in desk.messenger.all_keys()
    assert "report|2027-05-31|0|UBB/bb" in desk.messenger.all_keys()
    assert 30 in desk.waits


async def test_the_claim_of_a_dead_process_is_not_touched_while_its_lease_runs(desk):
    desk.messenger.trouble.append(UNDER_WAY)
    await desk.until("2027-01-25 09:00")
    desk.restart(PLAN, owner="two")
    await waited(desk, seconds=20, rounds=2)
    assert (await row(desk, KICK_OFF)).state is ReminderState.CLAIMED
    await waited(desk, seconds=61, rounds=1)
    assert (await row(desk, KICK_OFF)).state is ReminderState.POSTED
    assert desk.messenger.attempts == 1


async def test_a_look_up_that_fails_in_passing_is_made_again_before_anything_is_posted(desk):
    desk.messenger.trouble.append(DeliveryError("connection_lost", maybe_posted=True))
    desk.messenger.faults["find"].extend([DeliveryError("internal_error")] * 2)
    await desk.until("2027-01-25 09:00")
    await waited(desk, rounds=4)
    assert desk.messenger.attempts == 1
    assert (await row(desk, KICK_OFF)).state is ReminderState.POSTED


async def test_what_is_in_doubt_where_nothing_can_be_looked_up_any_more_is_listed(desk):
    gone = DeliveryError("channel_not_found", permanent=True)
    desk.messenger.trouble.append(DeliveryError("timeout", under_way=True))
    await desk.until("2027-01-25 09:00")
    desk.messenger.faults["find"].append(gone)
    desk.messenger.refuses = lambda target: gone if target.channel else None
    await waited(desk)
    found = await row(desk, KICK_OFF)
    assert (found.state, found.reason) == (ReminderState.FAILED, "channel_not_found")


async def test_what_was_in_doubt_when_the_channel_setting_went_is_listed(desk):
    desk.messenger.trouble.append(DeliveryError("timeout", under_way=True))
    await desk.until("2027-01-25 09:00")
    object.__setattr__(desk.services, "channel", None)
    await waited(desk)
    found = await row(desk, KICK_OFF)
    assert (found.state, found.reason) == (
        ReminderState.FAILED,
        "no channel for notices: set GMG_CHANNEL",
    )
    assert any("set GMG_CHANNEL" in text for text in desk.told(SECRETARY))


@pytest.mark.parametrize(
    ("at", "late"), [("09:00", False), ("09:15", False), ("09:16", True), ("16:00", True)]
)
async def test_what_comes_over_a_quarter_of_an_hour_late_says_so(desk, at, late):
    await desk.until("2027-01-25 08:00")
    await desk.until(f"2027-01-25 {at}")
    (notice,) = desk.notices()
    assert ("This message comes late: due on Mon 25 January 09:00 Paris." in notice) is late


async def test_what_was_missed_at_night_waits_for_the_morning(desk):
    await desk.until("2027-01-22 12:00")
    await desk.until("2027-01-26 03:10")
    assert desk.notices() == []
    await desk.until("2027-01-26 08:59")
    assert desk.notices() == []
    await desk.until("2027-01-26 09:00")
    assert len(desk.notices()) == 1


async def test_what_was_missed_comes_together_with_what_has_fallen_due(desk):
    await desk.until("2027-02-02 12:00")
    await desk.until("2027-02-08 08:00")  # missed: the owners' 3wd, the channel's 1wd
    assert not any("Kick-off" in text for text in desk.told("UAA"))
    await desk.until("2027-02-08 09:00")
    briefs = [text for text in desk.told("UAA") if "Kick-off —" in text]
    assert len(briefs) == 1
    assert briefs[0].count("Kick-off —") == 1


async def test_what_went_past_its_date_in_a_stop_is_told_as_late_alone(desk):
    await desk.until("2027-05-28 12:00")
    before = len(desk.messenger.posted)
    await desk.until("2027-06-02 09:00")  # missed: the report's day and the day after
    briefs = [p.text for p in desk.messenger.posted[before:] if p.target.user == "UBB"]
    assert [text.count("Report —") for text in briefs] == [1]
    assert "Past its planned date" in briefs[0]
    folded = await row(desk, "report|2027-05-31|0|UBB/bb")
    assert (folded.state, "+1wd" in folded.reason) == (ReminderState.FOLDED, True)


async def test_three_weeks_of_silence_become_one_message_a_reader(desk):
    await desk.until("2027-01-20 12:00")
    before = len(desk.messenger.posted)
    await desk.until("2027-02-11 12:00")
    targets = [p.target for p in desk.messenger.posted[before:]]
    assert len(targets) == len(set(targets))
    due = [r for r in await desk.ledger() if r.due_at <= desk.clock.now()]
    assert {r.state for r in due} <= set(OVER)


TROUBLE = st.sampled_from(
    [
        DeliveryError("ratelimited", retry_after=40),
        DeliveryError("internal_error"),
        DeliveryError("connection_lost", maybe_posted=True),
        UNDER_WAY,
        DeliveryError("timeout", under_way=True),
        DeliveryError("not_in_channel", permanent=True),
        Died(False),
        Died(True),
        None,
    ]
)
EVENTS = st.one_of(
    st.tuples(st.just("hours"), st.integers(1, 100)),
    st.tuples(st.just("post"), TROUBLE),
    st.tuples(st.just("find"), st.just(DeliveryError("internal_error"))),
    st.tuples(st.just("seconds"), st.integers(1, 130)),
    st.tuples(st.just("restart"), st.just(0)),
)


class Story:
    """A desk to which things happen."""

    def __init__(self, desk):
        self.desk = desk
        self.owners = 1

    async def restart(self):
        """Another process, which first takes over what the dead one had claimed."""
        self.owners += 1
        self.desk.restart(PLAN, owner=f"process {self.owners}")
        await self.alive(self.desk.reminders.recover())
        await self.alive(self.desk.outbox.recover())

    async def alive(self, work):
        try:
            await work
        except Died:
            await self.restart()

    async def happen(self, event, what):
        desk = self.desk
        match event:
            case "hours":
                desk.clock.move_to(desk.clock.now() + timedelta(hours=what))
            case "post":
                desk.messenger.trouble.append(what)
            case "find":
                desk.messenger.faults["find"].append(what)
            case "seconds":
                desk.real.seconds += what
            case "restart":
                await self.restart()
        await self.alive(desk.work())

    async def end(self):
        """All is well again, and a working day begins."""
        desk = self.desk
        desk.messenger.trouble.clear()
        desk.messenger.faults.clear()
        day = (desk.clock.now() + timedelta(days=1)).date()
        while not desk.services.snapshot.schedule.calendar.is_working(day):
            day += timedelta(days=1)
        await desk.until(f"{day} 12:00")
        for _ in range(5):
            desk.real.seconds += 400
            await desk.work()


async def told(events, ready_file, folder):
    async with desk_of(PLAN, ready_file, folder, "2027-01-22 08:00") as desk:
        for agency in ("aa", "bb"):
            await desk.name(agency)
        story = Story(desk)
        for event, what in events:
            await story.happen(event, what)
        await story.end()
        return desk.messenger, await desk.ledger(), desk.clock.now()


@given(st.lists(EVENTS, min_size=4, max_size=25))
@settings(max_examples=15)
def test_through_any_troubles_each_reminder_is_told_once_or_listed_with_its_reason(
    ready_file, events
):
    with tempfile.TemporaryDirectory() as folder:
        messenger, ledger, now = asyncio.run(told(events, ready_file, Path(folder)))
    keys = messenger.all_keys()
    assert len(keys) == len(set(keys))
    for reminder in ledger:
        if reminder.due_at <= now:
            assert reminder.state in OVER
        if reminder.state is ReminderState.POSTED:
            assert reminder.key in messenger.at(reminder.message).keys
            to = CHANNEL if reminder.audience == TO_ALL else f"D{reminder.audience}"
            assert reminder.message.channel == to
        elif reminder.state in OVER:
            assert reminder.reason
    posted = {r.key for r in ledger if r.state is ReminderState.POSTED}
    assert {k for k in keys if not k.startswith("outbox:")} == posted
