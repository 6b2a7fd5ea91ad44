"""While paused nothing goes out by the calendar; afterwards what fell due comes once, late."""

from collections import Counter

import pytest

from coordination.home import home
from coordination.records import ReminderState
from tests.coordination.desk import SECRETARY

KICK_OFF = "kick-off|2027-02-08|10wd|channel"
NOTE = "Notices and briefs are paused since Mon 4 January; /gmg pause off sends them again."


async def test_nothing_is_sent_while_paused_and_afterwards_each_once_marked_late(desk):
    told = await desk.ask(SECRETARY, "pause")
    assert told.text.startswith("All scheduled notices and briefs are paused.")
    for day in ("01-25", "02-03", "02-05"):
        await desk.until(f"2027-{day} 09:00")
    assert desk.messenger.posted == []
    told = await desk.ask(SECRETARY, "pause off")
    assert "3 reminders fell due meanwhile: they come once, marked late" in told.text
    await desk.work()
    (notice,) = desk.notices()
    (brief,) = desk.told("UAA")
    states = {r.key: r.state for r in await desk.ledger()}
    assert states[KICK_OFF] is ReminderState.FOLDED
    assert states["kick-off|2027-02-08|1wd|channel"] is ReminderState.POSTED
    assert "comes late" in brief
    await desk.until("2027-02-08 09:00")
    assert max(Counter(desk.messenger.all_keys()).values()) == 1
    assert [e.verb for e in await desk.journal("plan")] == ["paused", "resumed"]
    assert "Kick-off" in notice


async def test_a_restart_goes_on_being_paused(desk):
    await desk.ask("UAA", "pause")
    desk.restart(desk.plan, owner="two")
    await desk.until("2027-01-25 09:00")
    assert desk.messenger.posted == []


async def test_what_peoples_acts_cause_goes_out_all_the_same(desk):
    await desk.ask(SECRETARY, "pause")
    card = await desk.circulate("draft")
    assert desk.messenger.at(card).text
    asked = await desk.ask("UX", "join cc")
    await desk.work()
    assert "I have asked" in asked.text
    assert any("asks to represent CC" in t for t in desk.told("UCC") + desk.told("UAA"))


async def test_a_date_near_at_hand_is_told_at_once_and_another_one_waits(desk):
    await desk.ask(SECRETARY, "pause")
    near = await desk.ask("UAA", "move kick-off 5 January")
    await desk.press("UAA", near, "Move the date")
    far = await desk.ask("UAA", "move report 14 June")
    await desk.press("UAA", far, "Move the date")
    await desk.until("2027-01-06 09:00")
    (notice,) = desk.notices()
    assert "Kick-off" in notice
    assert "Report" not in notice


async def test_a_pause_that_begins_while_a_notice_is_under_way_gives_it_back(desk):
    claimed = desk.reminders._still_wanted

    async def first_paused(batch):
        await desk.ask(SECRETARY, "pause")
        return await claimed(batch)

    desk.reminders._still_wanted = first_paused
    await desk.until("2027-01-25 09:00")
    assert desk.messenger.posted == []
    assert {r.key: r.state for r in await desk.ledger()}[KICK_OFF] is ReminderState.PENDING
    desk.reminders._still_wanted = claimed
    await desk.ask(SECRETARY, "pause off")
    await desk.work()
    assert desk.messenger.all_keys().count(KICK_OFF) == 1


async def test_the_pause_shows_where_people_look_and_in_the_secretariats_answers(desk):
    await desk.ask(SECRETARY, "pause")
    for user, words in ((SECRETARY, "meetings"), ("UAA", "show draft"), ("UBB", "next")):
        told = await desk.ask(user, words)
        assert told.text.count("paused since") == 1, words
        assert told.text.endswith(NOTE)
    assert "paused" not in (await desk.ask("UBB", "meetings")).text
    assert NOTE in (await home(desk.services, desk.asker("UBB"))).text
    await desk.ask(SECRETARY, "pause off")
    assert "paused" not in (await desk.ask(SECRETARY, "meetings")).text


@pytest.mark.parametrize("words", ["pause", "pause off"])
async def test_only_who_runs_the_plan_pauses(desk, words):
    told = await desk.ask("UBB", words)
    assert told.text == "Only the Chair (AA) and its secretariat can do that."


async def test_twice_is_told_and_other_words_are_refused(desk):
    assert (await desk.ask(SECRETARY, "pause off")).text == "Notices and briefs are not paused."
    await desk.ask(SECRETARY, "pause on")
    assert "paused already" in (await desk.ask(SECRETARY, "pause")).text
    assert "Only on or off: /gmg pause" in (await desk.ask(SECRETARY, "pause until May")).text
    assert [e.verb for e in await desk.journal("plan")] == ["paused"]
