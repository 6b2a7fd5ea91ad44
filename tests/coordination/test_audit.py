"""Each hour the ledger is held against the plan; what differs the secretariat is told of once."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from coordination.audit import FOUND, Audit
from coordination.overdue import Overdue
from coordination.ports import DeliveryError
from coordination.storage_ports import Round, StorageUnavailable
from tests.coordination.desk import SECRETARY
from tests.e2e.running import locked
from workplan.steps import CHANNEL

KICK_OFF = "kick-off|2027-02-08|10wd|channel"
OVER_AN_HOUR = 3700


class Audited:
    """A desk at which an hour passes when the test says so, and then is audited."""

    def __init__(self, desk):
        self.desk = desk
        self.restart()

    def restart(self, owner="one"):
        self.desk.restart(self.desk.plan, owner)
        desk, watch = self.desk, self.desk.storage.watch()
        self.overdue = Overdue(desk.clock, watch, desk.real)
        self.audit = Audit(desk.services, watch, desk.storage, self.overdue, settles=0)
        self.overdue.note()

    async def hour(self, until=None, works=True):
        """An hour of real time, and of plan time up to `until`; then the audit."""
        if until is not None and works:
            await self.desk.until(until)
        for _ in range(OVER_AN_HOUR // 10):
            self.desk.real.seconds += 10
            self.overdue.note()
        await self.audit.run()
        await self.desk.outbox.run()

    def told(self):
        return [t for t in self.desk.told(SECRETARY) if "Each hour I compare" in t]

    def tamper(self, statement):
        """Do to the file what no code of ours does."""
        with closing(sqlite3.connect(self.desk.url.removeprefix("sqlite:///"))) as file:
            changed = file.execute(statement).rowcount
            file.commit()
        assert changed == 1

    async def found(self, key=KICK_OFF):
        return [e for e in await self.desk.journal(f"reminder:{key}") if e.verb == FOUND]


@pytest.fixture
async def audited(desk):
    await desk.until("2027-01-25 08:59")
    return Audited(desk)


ROW = f"WHERE key = '{KICK_OFF}'"


@pytest.mark.parametrize(
    ("done", "words"),
    [
        (f"DELETE FROM reminders {ROW}", "I have no record of it"),
        (f"UPDATE reminders SET state = 'cancelled' {ROW}", "it was taken off my list"),
        (
            f"UPDATE reminders SET message_ts = NULL {ROW}",
            "it counts as sent, but",
        ),
        (
            f"UPDATE reminders SET state = 'pending', posted_at = NULL {ROW}",
            "it still waits to be sent",
        ),
    ],
    ids=["lost", "cancelled", "no message", "waiting"],
)
async def test_what_the_ledger_lost_the_secretariat_is_told_once(audited, done, words):
    await audited.desk.until("2027-01-25 09:00")
    audited.tamper(done)
    await audited.hour()
    (said,) = audited.told()
    assert "1 reminder does not agree" in said
    assert f"“Kick-off”, for the channel, due Mon 25 January 09:00 Paris: {words}" in said
    assert len(await audited.found()) == 1
    await audited.hour()
    audited.restart()
    await audited.hour()
    assert audited.told() == [said]
    if "waits" not in words:  # what is told and cannot change any more is not looked at for ever
        until = await audited.desk.storage.watch().instant("audited until")
        assert until == audited.overdue.then
    assert len(await audited.found()) == 1


async def test_without_a_secretariat_the_chair_is_told(audited):
    await audited.desk.until("2027-01-25 09:00")
    object.__setattr__(audited.desk.services, "secretariat", frozenset())
    audited.tamper(f"DELETE FROM reminders {ROW}")
    await audited.hour()
    assert "“Kick-off”, for the channel" in audited.desk.told("UAA")[-1]
    assert audited.told() == []


async def test_what_stays_in_doubt_is_told(audited):
    desk = audited.desk
    broken = DeliveryError("connection", maybe_posted=True)
    desk.messenger.refuses = lambda target: broken if target.channel else None
    desk.messenger.faults["find"].extend([DeliveryError("internal_error")] * 20)
    await audited.hour("2027-01-25 09:00")
    await audited.hour("2027-01-25 09:30")
    (said,) = audited.told()
    assert "Kick-off”, for the channel, due Mon 25 January 09:00 Paris: it was to be sent" in said


async def test_a_whole_season_in_order_is_no_difference(audited):
    for day in ("01-25 09:30", "02-01 09:00", "02-05 12:00", "02-08 09:10", "02-16 11:00"):
        await audited.hour(f"2027-{day}")
    await audited.desk.ask(SECRETARY, "done kick-off")
    await audited.desk.work()
    for day in ("02-26 10:00", "03-31 09:00", "05-03 09:00"):
        await audited.hour(f"2027-{day}")
    assert len(audited.desk.messenger.posted) >= 10
    assert audited.told() == []


async def test_what_is_paused_failed_or_folded_into_a_later_step_is_no_difference(audited):
    desk = audited.desk
    await desk.ask(SECRETARY, "pause")
    await audited.hour("2027-01-25 09:00")
    await audited.hour("2027-02-05 09:00")
    assert audited.told() == []
    away = DeliveryError("cannot_dm_user", permanent=True)
    desk.messenger.refuses = lambda target: away if target.user == "UAA" else None
    await desk.ask(SECRETARY, "pause off")
    await audited.hour("2027-02-05 09:05")
    states = {r.state.value for r in await desk.ledger() if r.subject == "kick-off"}
    assert {"posted", "folded", "failed"} <= states
    assert audited.told() == []


async def test_what_waited_at_one_audit_is_looked_at_in_the_next(audited):
    desk = audited.desk
    await desk.ask(SECRETARY, "pause")
    await audited.hour("2027-01-25 09:00")
    await audited.hour("2027-01-27 09:00")
    audited.tamper(f"DELETE FROM reminders {ROW}")
    await audited.hour("2027-01-27 10:00", works=False)
    assert ["no record" in t for t in audited.told()] == [True]


async def test_a_step_left_out_for_one_that_was_never_sent_is_told(audited):
    desk = audited.desk
    await desk.ask(SECRETARY, "pause")
    await audited.hour("2027-01-25 09:00")
    await desk.until("2027-02-05 09:00")
    await desk.ask(SECRETARY, "pause off")
    await desk.work()
    posted = {r.audience: r.key for r in await desk.ledger() if r.state == "posted"}
    audited.tamper(f"UPDATE reminders SET state = 'cancelled' WHERE key = '{posted[CHANNEL]}'")
    await audited.hour()
    (said,) = audited.told()
    assert "left out for a later reminder that never came" in said
    assert "taken off my list" in said


async def test_of_two_processes_one_audits_an_hour(audited):
    await audited.desk.until("2027-01-25 09:00")
    audited.tamper(f"DELETE FROM reminders {ROW}")
    other = Audited(audited.desk)
    for _ in range(OVER_AN_HOUR // 10):
        audited.desk.real.seconds += 10
        audited.overdue.note()
        other.overdue.note()
    await audited.audit.run()
    await other.audit.run()
    await audited.desk.outbox.run()
    assert len(audited.told()) == 1
    assert len(await audited.found()) == 1


async def test_a_process_that_began_just_now_leaves_the_turn_to_others(audited):
    await audited.audit.run()
    assert await audited.desk.storage.begin_round("audit", 3600, 1) is Round.OURS


@pytest.mark.impatient
async def test_an_audit_that_failed_is_made_again_and_misses_nothing(audited):
    await audited.desk.until("2027-01-25 09:00")
    audited.tamper(f"DELETE FROM reminders {ROW}")
    with pytest.raises(StorageUnavailable):
        async with locked(audited.desk.url.removeprefix("sqlite:///")):
            await audited.hour()
    audited.desk.real.seconds += 400  # its lease has run out
    await audited.audit.run()
    await audited.desk.outbox.run()
    assert len(audited.told()) == 1


async def test_what_was_processed_a_month_ago_is_forgotten_and_what_was_lately_is_not(audited):
    desk = audited.desk
    old, young = [desk.clock.now() - timedelta(days=days) for days in (31, 29)]
    async with desk.storage.unit_of_work() as uow:
        for number in range(1200):
            await uow.events.first(f"Ev{number:04}", young if number % 100 == 0 else old)
        await uow.commit()
    await audited.hour()
    async with desk.storage.unit_of_work() as uow:
        assert not await uow.events.first("Ev1100", young)
        kept = [n for n in range(1200) if not await uow.events.first(f"Ev{n:04}", young)]
    assert kept == list(range(0, 1200, 100))
