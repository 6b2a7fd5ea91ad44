"""Dates are picked in the brief: by the chair at once, by owners through the chair."""

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.messages.parts import PickDay
from coordination.services import Refused
from tests.coordination.desk import SECRETARY, buttons


def pickers(message):
    return [p for p in message.parts if isinstance(p, PickDay)]


def last_brief(desk, user):
    return [p.message for p in desk.messenger.posted if p.target.user == user][-1]


async def pick(desk, user, picker, day):
    return await press(desk.services, desk.asker(user), picker.action, f"{picker.value}|{day}")


async def test_the_chair_picks_the_date_of_what_happens_and_sets_it_with_the_button(desk):
    await desk.until("2027-04-29 09:00")
    (picker,) = [p for p in pickers(last_brief(desk, "UAA")) if p.value == "forum"]
    assert (picker.label, picker.day) == ("Set the date", None)
    asked = await pick(desk, "UAA", picker, "2027-06-17")
    assert "Confirm Forum & <fair> to" not in asked.message.text
    assert "Confirm Forum & <fair> for Thu 17 June?" in asked.message.text
    await desk.press("UAA", asked.message, "Confirm the date")
    item = desk.services.snapshot.schedule["forum"]
    assert (item.certainty, f"{item.expected}") == ("fixed", "2027-06-17")


async def test_what_goes_on_waiting_for_the_chair_can_be_picked_too(desk):
    await desk.ask("UAA", "postpone kick-off")
    await desk.until("2027-02-12 09:00")
    told = last_brief(desk, "UAA")
    assert "Kick-off — put off, a new date to set" in told.text
    (picker,) = pickers(told)
    assert picker.label == "Set the date: Kick-off"
    asked = await pick(desk, SECRETARY, picker, "2027-02-22")
    await desk.press(SECRETARY, asked.message, "Confirm the date")
    assert not desk.services.snapshot.schedule["kick-off"].postponed


async def test_an_owner_picks_a_new_date_and_the_chair_is_asked(desk):
    await desk.until("2027-06-01 09:00")
    (picker,) = pickers(last_brief(desk, "UBB"))
    assert picker.label == "New date?"
    told = await pick(desk, "UBB", picker, "2027-06-11")
    assert told.message.text == (
        "I have put Fri 11 June for “Report” to the Chair (AA), who sets dates."
    )
    await desk.work()
    asked = last_brief(desk, "UAA")
    assert asked.text == "Ubb (BB) asks for Fri 11 June as the date of Report."
    shown = await desk.press("UAA", asked, "See what it moves")
    assert buttons(shown.message)[0].label == "Move the date"
    assert desk.services.snapshot.state.changes == ()
    (entry,) = [e for e in await desk.journal("milestone:report") if e.verb == "asked for a date"]
    assert (entry.actor, entry.detail) == ("UBB", {"day": "2027-06-11"})


@pytest.mark.parametrize(
    ("user", "value", "sentence"),
    [
        ("UBB", "report|2027-05-30", "That day is past"),
        ("UCC", "report|2027-06-11", "Only the people of BB"),
        ("UX", "report|2027-06-11", "Only the people of BB"),
        ("UAA", "nothing|2027-06-11", "not in the plan any more"),
        ("UAA", "report|", "Please pick a day"),
        ("UAA", "report|2027-13-40", "Please pick a day"),
        ("UAA", "", "not in the plan any more"),
    ],
)
async def test_bad_picks_and_altered_values_are_refused_with_a_sentence(
    desk, user, value, sentence
):
    await desk.until("2027-06-01 09:00")
    with pytest.raises(Refused, match=sentence):
        await press(desk.services, desk.asker(user), Action.PICK_DATE, value)


async def test_a_stranger_or_somebody_without_a_right_sets_nothing_by_picking(desk):
    before = desk.services.snapshot.state
    with pytest.raises(Refused):
        await press(desk.services, desk.asker("UX"), Action.PICK_DATE, "forum|2027-06-17")
    assert desk.services.snapshot.state == before
