"""Back from the date: a circulation's closing time beside what needs its answers."""

import json
from datetime import date

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.services import Refused
from tests.coordination.desk import SECRETARY, buttons, desk_of
from tests.workplan.making import milestone, plan

PLAN = plan(
    milestone(
        "text",
        "circulation",
        "in March",
        title="Circulate the text",
        asks={"for": "endorsement", "of": "all", "within": "10wd"},
    ),
    milestone("issued", "publication", "31 March 2027", title="Issue the text", needs="text"),
    milestone(
        "paper",
        "circulation",
        "in June",
        title="Circulate the paper",
        asks={"for": "comments", "of": "all", "within": "5wd"},
    ),
    milestone("meeting", "meeting", "21 June 2027", title="The meeting", needs="paper"),
    milestone("later", "publication", "30 September 2027", title="Later", needs=["paper"]),
    calendar={"quiet": ["2027-06-17/2027-06-18"]},
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as made:
        yield made


async def asked(desk, local, item):
    await desk.until(local)
    return await desk.ask(SECRETARY, f"circulate {item} https://example.org/{item}")


def labels(message):
    return [b.label for b in buttons(message)]


async def test_in_time_the_full_period_is_proposed_with_the_latest_closing_time(desk):
    told = await asked(desk, "2027-03-01 10:00", "text")
    assert "open until Mon 15 March 18:00" in told.text
    assert "“Issue the text” needs the answers" in told.text
    assert "on time if they close by Wed 31 March 18:00 Paris." in told.text
    assert labels(told) == ["Circulate", "Not now"]


async def test_too_late_for_the_full_period_says_by_how_many_days_and_offers_the_shorter(desk):
    told = await asked(desk, "2027-03-22 10:00", "text")
    assert "The full period (10wd) ends 3 working days too late for that." in told.text
    assert labels(told) == ["Circulate", "Only until Wed 31 March", "Not now"]
    done = await desk.press(SECRETARY, told, "Only until Wed 31 March")
    assert "open until Wed 31 March 18:00 Paris" in done.message.text


async def test_the_full_period_stays_the_chairs_choice(desk):
    told = await asked(desk, "2027-03-22 10:00", "text")
    done = await desk.press(SECRETARY, told, "Circulate")
    assert "open until Mon 5 April 18:00 Paris" in done.message.text


async def test_too_late_even_for_a_shorter_one_is_said(desk):
    told = await asked(desk, "2027-03-31 10:00", "text")
    assert "it is too late even for a shorter period" in told.text
    assert labels(told) == ["Circulate", "Not now"]


async def test_a_meeting_has_the_answers_the_working_day_before_outside_quiet_periods(desk):
    told = await asked(desk, "2027-06-10 10:00", "paper")
    assert "“The meeting” needs the answers; it is on time if they close by Wed 16" in told.text


async def test_a_meeting_that_was_held_needs_nothing_any_more(desk):
    await desk.until("2027-06-22 10:00")
    told = await desk.ask(SECRETARY, "circulate paper https://example.org/paper")
    assert "“Later” needs the answers" in told.text


async def test_a_closing_day_that_was_not_proposed_is_refused(desk):
    told = await asked(desk, "2027-03-22 10:00", "text")
    value = json.loads(buttons(told)[1].value) | {"closes": date(2027, 3, 23).isoformat()}
    with pytest.raises(Refused, match="circulate again"):
        await press(desk.services, desk.asker(SECRETARY), Action.CIRCULATE, json.dumps(value))
    assert not desk.services.snapshot.circulations


async def test_a_question_of_another_day_is_worked_out_anew(desk):
    told = await asked(desk, "2027-03-22 10:00", "text")
    await desk.until("2027-03-23 10:00")
    done = await desk.press(SECRETARY, told, "Circulate")
    assert "open until Tue 6 April 18:00 Paris" in done.message.text
