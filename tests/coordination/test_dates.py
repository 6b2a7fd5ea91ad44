"""Dates set in chat: what moves with them is shown, asked about, kept, journalled and told."""

import json
from datetime import date

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.records import ReminderState
from coordination.services import Refused
from tests.coordination.desk import CHANNEL, SECRETARY, buttons


async def setting(desk, words, user="UAA"):
    asked = await desk.ask(user, words)
    return await desk.press(user, asked, buttons(asked)[0].label)


async def test_the_question_says_what_moves_with_it_and_which_reminders_change(desk):
    asked = await desk.ask("UAA", "move report 14 June")
    assert "Move Report to Mon 14 June?" in asked.text
    assert "Review the report: " in asked.text
    assert "will follow the new date" in asked.text
    assert desk.services.snapshot.changes == {}


async def test_a_date_set_is_kept_beside_the_plan_with_who_set_it(desk):
    await setting(desk, "confirm forum 17-18 June")
    item = desk.services.snapshot.schedule["forum"]
    assert (item.expected, item.certainty.value) == (date(2027, 6, 17), "fixed")
    assert item.milestone.phrase == "10-11 June or 17-18 June 2027"
    (entry,) = await desk.journal("milestone:forum")
    assert (entry.actor, entry.verb) == ("UAA", "date confirmed")
    assert entry.detail["is"] == "2027-06-17/2027-06-18"


async def test_reminders_not_yet_sent_follow_and_those_sent_stay(desk):
    await desk.until("2027-01-25 09:00")  # two weeks before the kick-off
    await setting(desk, "move kick-off 1 March")
    await desk.until("2027-03-01 10:00")
    rows = {r.key: r.state for r in await desk.ledger() if r.subject == "kick-off"}
    assert rows["kick-off|2027-02-08|10wd|channel"] is ReminderState.POSTED
    assert rows["kick-off|2027-02-08|1wd|channel"] is ReminderState.CANCELLED
    assert rows["kick-off|2027-03-01|10wd|channel"] is not ReminderState.PENDING
    assert not any("Mon 8 February, today" in text for text in desk.told("UAA"))


async def test_one_notice_tells_all_that_was_set_since_the_last(desk):
    await desk.work()
    await desk.until("2027-01-12 10:00")
    await setting(desk, "confirm forum 17-18 June")
    await setting(desk, "move report 14 June")
    assert not any("is confirmed" in text for text in desk.notices())
    await desk.until("2027-01-13 09:00")
    (notice,) = [text for text in desk.notices() if "Dates that were set" in text]
    assert "Forum & <fair> is confirmed for Thu 17 June to Fri 18 June" in notice
    assert "Report is moved to Mon 14 June" in notice
    assert "This moves with it: Review the report." in notice


async def test_a_date_that_went_back_before_the_notice_is_not_told(desk):
    await desk.until("2027-01-12 10:00")
    await setting(desk, "move report 14 June")
    done = await setting(desk, "move report by May")
    assert "the channel is not told" in done.message.text
    await desk.until("2027-01-13 09:00")
    assert not any("Report is moved" in text for text in desk.notices())


async def test_what_is_near_is_told_at_once_and_each_time(desk):
    for minute, day in enumerate(("9 February", "8 February", "9 February")):
        await desk.until(f"2027-02-05 10:0{minute}")
        await setting(desk, f"move kick-off {day}")
        await desk.work()
    told = [t.partition(" (")[0] for t in desk.notices() if "A date was set" in t]
    assert [t[-14:] for t in told] == ["Tue 9 February", "Mon 8 February", "Tue 9 February"]


async def test_news_of_a_date_survives_a_stop(desk):
    await desk.until("2027-01-12 10:00")
    await setting(desk, "confirm forum 17-18 June")
    desk.restart(desk.plan, owner="two")
    await desk.until("2027-01-20 11:00")
    (told,) = [t for t in desk.notices() if "is confirmed" in t]
    assert "comes late" in told


@pytest.mark.parametrize("user", ["UBB", "UX"])
async def test_only_the_chair_and_the_secretariat_set_dates(desk, user):
    told = await desk.ask(user, "move report 14 June")
    assert told.text == "Only the Chair (AA) and its secretariat can do that."
    asked = await desk.ask(SECRETARY, "move report 14 June")
    refused = await desk.press(user, asked, "Move the date")
    assert isinstance(refused, Refused)
    assert desk.services.snapshot.changes == {}


async def test_rights_are_those_of_the_moment_of_pressing(desk):
    await desk.until("2027-06-30 12:00")
    asked = await desk.ask("UAA", "move review 1 September")
    await desk.until("2027-07-01 12:00")  # the chair has passed to BB
    refused = await desk.press("UAA", asked, "Move the date")
    assert isinstance(refused, Refused)
    assert "the Chair (BB)" in refused.sentence


async def test_a_button_pressed_after_the_date_changed_is_refused(desk):
    first = await desk.ask("UAA", "move report 14 June")
    await setting(desk, "move report 21 June")
    refused = await desk.press("UAA", first, "Move the date")
    assert isinstance(refused, Refused)
    assert "was changed meanwhile. Now: Mon 21 June (“21 June”). Please look" in refused.sentence
    assert desk.services.snapshot.schedule["report"].due == date(2027, 6, 21)


async def test_the_same_press_delivered_twice_acts_once(desk):
    asked = await desk.ask("UAA", "move report 14 June")
    asker = desk.asker("UAA")
    value = buttons(asked)[0].value
    await press(desk.services, asker, Action.SET_DATE, value)
    with pytest.raises(Refused, match="changed meanwhile"):
        await press(desk.services, asker, Action.SET_DATE, value)
    assert len(await desk.journal("milestone:report")) == 1


@pytest.mark.parametrize(
    "value",
    ["", "{}", "[]", "null", json.dumps({"verb": "drop", "milestone": "report"}), '{"a": 1}'],
)
async def test_an_altered_button_changes_nothing(desk, value):
    with pytest.raises(Refused):
        await press(desk.services, desk.asker("UAA"), Action.SET_DATE, value)
    assert desk.services.snapshot.changes == {}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("confirm report", "To which date?"),
        ("confirm", "Which milestone?"),
        ("move report 31 February", "February 2027 has 28 days"),
        ("move report soonish", "soonish"),
        ("move report to be discussed", "names no day"),
        ("confirm forum 10-11 June or 17-18 June", "name one of the alternatives"),
        ("move fund 4 October", "waits for a letter; activate it first"),
        ("move kick-off 8 February", "has that date already"),
        ("move report after report", "cannot be tied to itself"),
        ("move zzz 4 June", "I find no milestone"),
        ("move report " + "x" * 300, "too long for a date"),
    ],
)
async def test_a_date_that_cannot_be_is_refused_with_the_reason(desk, words, told):
    assert told in (await desk.ask("UAA", words)).text
    assert desk.services.snapshot.changes == {}


@pytest.mark.parametrize(
    ("words", "warning"),
    [
        ("move kick-off 9 January", "Sat 9 January is not a working day (weekend)"),
        ("move report 3 January", "That date lies in the past"),
        ("move report 3 January 2028", "outside the plan's period"),
        ("confirm forum 24-25 June", "this lies outside it"),
    ],
)
async def test_the_chair_is_warned_and_may_still(desk, words, warning):
    asked = await desk.ask("UAA", words)
    assert warning in asked.text
    assert buttons(asked)


async def test_without_a_channel_nothing_is_promised(desk):
    assert desk.services.channel == CHANNEL
    done = await setting(desk, "confirm forum 17-18 June")
    assert "The channel is told in the notice of Mon 4 January 09:00 Paris." in done.message.text
