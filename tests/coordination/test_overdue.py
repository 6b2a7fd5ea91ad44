"""Overdue is what could have gone out two real minutes ago; what is held back on purpose is not."""

from datetime import UTC, datetime

import pytest

from coordination.overdue import PATIENCE, Overdue
from coordination.ports import DeliveryError
from coordination.switches import PAUSE
from tests.coordination.desk import CHANNEL, SECRETARY

KICK_OFF = "kick-off|2027-02-08|10wd|channel"
LIMITED = DeliveryError("ratelimited", retry_after=600)


class Watched:
    """A desk whose real time passes as a test says, noted as the bot's wake-ups note it."""

    def __init__(self, desk):
        self.desk = desk
        self.overdue = Overdue(desk.clock, desk.storage.watch(), desk.real)
        self.overdue.note()

    def passes(self, seconds):
        for _ in range(int(seconds // 10)):
            self.desk.real.seconds += 10
            self.overdue.note()

    async def keys(self):
        return [r.key for r in await self.overdue.look(self.desk.services.snapshot)]

    def moves(self, local):
        """Plan time moves; nobody works."""
        moment = datetime.fromisoformat(local).replace(tzinfo=self.desk.zone)
        self.desk.clock.move_to(moment.astimezone(UTC))


@pytest.fixture
async def watched(desk):
    await desk.until("2027-01-25 08:59")
    made = Watched(desk)
    made.passes(600)
    return made


async def test_what_is_due_and_nobody_sends_is_overdue_after_two_real_minutes(watched):
    watched.moves("2027-01-25 09:00")
    watched.passes(110)
    assert await watched.keys() == []
    watched.passes(20)
    assert KICK_OFF in await watched.keys()
    await watched.desk.work()
    assert await watched.keys() == []


async def test_a_clock_that_jumps_a_week_makes_nothing_overdue_at_once(watched):
    watched.moves("2027-02-01 09:00")
    assert await watched.keys() == []
    watched.passes(PATIENCE - 10)
    assert await watched.keys() == []
    watched.passes(20)
    assert KICK_OFF in await watched.keys()


async def test_at_a_thousand_times_the_speed_two_real_minutes_count(watched):
    watched.desk.clock.run_at(1000)
    watched.moves("2027-01-25 11:00")  # as it would be after 7 real seconds
    watched.passes(20)
    assert await watched.keys() == []


async def test_what_fell_due_before_the_process_began_has_its_two_minutes(desk):
    await desk.until("2027-01-25 08:59")
    made = Watched(desk)
    made.moves("2027-01-25 09:10")
    made.passes(110)
    assert await made.keys() == []
    made.passes(20)
    assert KICK_OFF in await made.keys()


async def test_what_is_paused_is_not_overdue_nor_at_once_when_the_pause_ends(watched):
    desk = watched.desk
    await desk.ask(SECRETARY, "pause")
    watched.moves("2027-01-25 09:10")
    watched.passes(600)
    assert await watched.keys() == []
    watched.moves("2027-01-25 09:12")
    await desk.ask(SECRETARY, "pause off")
    assert desk.services.snapshot.switched_on(PAUSE) is None
    watched.passes(110)
    assert await watched.keys() == []
    watched.moves("2027-01-25 09:13")
    watched.passes(130)
    assert KICK_OFF in await watched.keys()


async def test_what_comes_late_waits_for_the_morning_and_is_not_overdue(watched):
    desk = watched.desk
    watched.moves("2027-01-25 20:00")
    watched.passes(300)
    assert KICK_OFF in await watched.keys()  # in the daytime it would go out
    watched.moves("2027-01-26 04:00")
    watched.passes(300)
    assert await watched.keys() == []
    watched.moves("2027-01-26 09:00")
    watched.passes(110)
    assert await watched.keys() == []
    watched.passes(20)
    assert KICK_OFF in await watched.keys()
    assert desk.notices() == []


async def test_what_the_platform_holds_up_is_not_overdue_until_its_hold_has_passed(watched):
    desk = watched.desk
    desk.messenger.refuses = lambda target: LIMITED if target.channel == CHANNEL else None
    await desk.until("2027-01-25 09:00")
    watched.passes(590)
    assert await watched.keys() == []
    watched.passes(110)
    assert await watched.keys() == []
    watched.passes(30)
    assert KICK_OFF in await watched.keys()


async def test_a_pause_of_the_bots_own_after_an_error_hides_nothing(watched):
    desk = watched.desk
    refused = DeliveryError("internal_error")
    desk.messenger.refuses = lambda target: refused if target.channel == CHANNEL else None
    await desk.until("2027-01-25 09:00")
    watched.passes(110)
    assert await watched.keys() == []
    for _ in range(3):
        await desk.work()  # tried and refused again, and held for longer each time
        watched.passes(40)
    assert KICK_OFF in await watched.keys()


async def test_a_notice_that_was_skipped_beforehand_is_not_overdue(watched):
    desk = watched.desk
    await desk.ask(SECRETARY, "preview")
    await desk.work()
    shown = desk.last(SECRETARY)
    assert "Notice of" in shown.text
    await desk.press(SECRETARY, shown, "Skip")
    watched.moves("2027-01-25 09:00")
    watched.passes(300)
    assert not [key for key in await watched.keys() if key.endswith("|channel")]


async def test_what_is_in_doubt_is_overdue_until_it_is_looked_up(watched):
    desk = watched.desk
    broken = DeliveryError("connection", maybe_posted=True)
    desk.messenger.refuses = lambda target: broken if target.channel else None
    desk.messenger.faults["find"].extend([DeliveryError("internal_error")] * 3)
    await desk.until("2027-01-25 09:00")
    assert await watched.keys() == []
    for _ in range(2):  # the claim runs out, is taken over, and again nothing is found out
        watched.passes(130)
        assert KICK_OFF in await watched.keys()
        await desk.work()
        assert KICK_OFF in await watched.keys()
    watched.passes(130)
    await desk.work()
    assert await watched.keys() == []
