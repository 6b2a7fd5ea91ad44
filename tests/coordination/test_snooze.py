"""A person rests their own reminders of an item; the due day's comes all the same."""

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.records import ReminderState, Role
from coordination.services import Refused
from tests.coordination.desk import buttons


def briefs(desk, user, key):
    return [k for p in desk.messenger.posted if p.target.user == user for k in p.keys if key in k]


def last_brief(desk, user):
    return [p.message for p in desk.messenger.posted if p.target.user == user][-1]


async def days(desk, *them):
    for day in them:
        await desk.until(f"2027-{day} 09:00")


async def test_the_button_offers_days_before_the_due_day_and_rests_the_steps_between(desk):
    await days(desk, "05-17")
    asked = await desk.press("UBB", last_brief(desk, "UBB"), "Snooze")
    assert [b.label for b in buttons(asked.message)] == ["1 day", "3 days", "7 days", "Not now"]
    done = await desk.press("UBB", asked.message, "7 days")
    assert done.message.text == (
        "You hear of “Report” again on Mon 24 May, not before. The reminder of its day still comes."
    )
    await days(desk, "05-20", "05-24", "05-26", "05-31")
    assert briefs(desk, "UBB", "report|2027-05-31") == [
        "report|2027-05-31|10wd|UBB/bb",
        "report|2027-05-31|snoozed-2027-05-24|UBB/bb",
        "report|2027-05-31|3wd|UBB/bb",
        "report|2027-05-31|0|UBB/bb",
    ]


async def test_others_are_reminded_as_before(desk):
    await desk.name("bb", Role.FOCAL, "UX")
    await days(desk, "05-17")
    await desk.ask("UBB", "snooze report 30 May")
    await days(desk, "05-26", "05-31")
    assert briefs(desk, "UX", "|3wd|") == ["report|2027-05-31|3wd|UX/bb"]
    assert briefs(desk, "UBB", "|3wd|") == []
    assert briefs(desk, "UBB", "|0|") == ["report|2027-05-31|0|UBB/bb"]


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("snooze report", "Thu 20 May"),
        ("snooze report 1w", "Mon 24 May"),
        ("snooze report 2 days", "Wed 19 May"),
        ("snooze report 28 May", "Fri 28 May"),
        ("snooze report 2027-05-21", "Fri 21 May"),
        ("snooze report 9w", "Mon 31 May"),
        ("snooze report 3 August", "Mon 31 May"),
    ],
)
async def test_until_when_is_read_like_the_plan_and_never_beyond_the_due_day(desk, typed, until):
    await days(desk, "05-17")
    told = await desk.ask("UBB", typed)
    assert told.text.startswith(f"You hear of “Report” again on {until}, not before.")


@pytest.mark.parametrize(
    ("user", "typed", "sentence"),
    [
        ("UBB", "snooze report someday", "Until when?"),
        ("UBB", "snooze report 17 May", "That day is not to come."),
        ("UBB", "snooze report 0d", "At least a day"),
        ("UCC", "snooze report 3d", "No reminder of “Report” is to come to you."),
        ("UX", "snooze report 3d", "No reminder of “Report” is to come to you."),
        ("UBB", "snooze fund 3d", "No reminder of “Spend the fund” is to come to you."),
        ("UBB", "snooze report off", "You have not put “Report” off."),
    ],
)
async def test_what_cannot_be_put_off_is_told_in_a_sentence(desk, user, typed, sentence):
    await days(desk, "05-17")
    assert sentence in (await desk.ask(user, typed)).text


async def test_off_brings_the_steps_back(desk):
    await days(desk, "05-17")
    await desk.ask("UBB", "snooze report 28 May")
    await desk.work()
    assert "come as planned again" in (await desk.ask("UBB", "snooze report off")).text
    await days(desk, "05-26")
    assert briefs(desk, "UBB", "|3wd|") == ["report|2027-05-31|3wd|UBB/bb"]
    verbs = [e.verb for e in await desk.journal("person:UBB")]
    assert verbs == ["snoozed", "snooze ended"]
    assert not {e.verb for e in await desk.journal("milestone:report")} & set(verbs)


async def test_on_its_last_days_there_is_nothing_to_put_off(desk):
    await days(desk, "05-31")
    told = last_brief(desk, "UBB")
    assert "Snooze" not in {b.label for b in buttons(told)}
    assert "only the reminder of its day" in (await desk.ask("UBB", "snooze report")).text
    for value in ("report|2027-05-31", "report|"):
        with pytest.raises(Refused, match="cannot be put off any more"):
            await press(desk.services, desk.asker("UBB"), Action.SNOOZE, value)


async def test_what_is_late_comes_again_on_the_day_named(desk):
    await days(desk, "06-01")
    asked = await desk.press("UBB", last_brief(desk, "UBB"), "Snooze")
    await desk.press("UBB", asked.message, "7 days")
    await days(desk, "06-07", "06-08", "06-14")
    assert briefs(desk, "UBB", "report|2027-05-31|") == [
        "report|2027-05-31|+1wd|UBB/bb",
        "report|2027-05-31|snoozed-2027-06-08|UBB/bb",
        "report|2027-05-31|+2w|UBB/bb",
    ]


async def test_a_reply_still_to_come_can_rest_until_the_closing_day(desk):
    await days(desk, "02-01")
    await desk.circulate("draft")
    told = await desk.ask("UBB", "snooze draft 2w")
    assert "again on" in told.text
    subject = "circulation:1"
    wanted = {r.step for r in await desk.ledger() if r.subject == subject and r.audience == "UBB"}
    await desk.work()
    rows = {
        r.step: r.state for r in await desk.ledger() if r.subject == subject and r.audience == "UBB"
    }
    assert rows["0"] is ReminderState.PENDING
    assert rows["2wd"] is ReminderState.CANCELLED
    assert wanted <= set(rows)


async def test_when_the_date_moves_the_rest_moves_with_nothing(desk):
    await days(desk, "05-17")
    await desk.ask("UBB", "snooze report 28 May")
    moved = await desk.ask("UAA", "move report 30 June")
    await desk.press("UAA", moved, "Move the date")
    await days(desk, "06-16", "06-25", "06-30")
    assert briefs(desk, "UBB", "report|2027-06-30") == [
        "report|2027-06-30|10wd|UBB/bb",
        "report|2027-06-30|3wd|UBB/bb",
        "report|2027-06-30|0|UBB/bb",
    ]


async def test_altered_values_are_refused(desk):
    await days(desk, "05-17")
    before = desk.services.snapshot.state
    for action, values in (
        (Action.SNOOZE, ("", "x|2027-05-31", "circulation:9|2027-05-31", "report|x|y")),
        (Action.SNOOZE_FOR, ("report|2", "report|-1", "report|", "x|3", "", "report|3|3")),
    ):
        for value in values:
            with pytest.raises(Refused):
                await press(desk.services, desk.asker("UBB"), action, value)
    with pytest.raises(Refused, match="No reminder"):
        await press(desk.services, desk.asker("UCC"), Action.SNOOZE_FOR, "report|3")
    assert desk.services.snapshot.state == before
