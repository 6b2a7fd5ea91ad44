"""Back from the date: a circulation's closing time beside what needs its answers."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coordination.actions import Action
from coordination.answer_period import (
    answer_period,
    closing_at,
    closing_on,
    closing_refusal,
    closing_zone,
    told,
)
from coordination.dispatch import press
from coordination.services import Refused
from coordination.snapshot import Snapshot
from tests.coordination.desk import SECRETARY, buttons, desk_of
from tests.workplan.making import milestone, plan
from workplan.schedule import resolve

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


PLANS = st.builds(
    lambda within, quiet, holidays, due, zone: plan(
        milestone(
            "text",
            "circulation",
            "in March",
            asks={"for": "endorsement", "of": "all", "within": within},
        ),
        milestone("issued", "publication", due.isoformat(), needs="text"),
        calendar={
            "quiet": [f"{quiet}/{quiet + timedelta(days=9)}"],
            "holidays": {day.isoformat(): "Day off" for day in holidays},
            "closing_time": f"18:00 {zone}",
        },
    ),
    st.sampled_from(["0", "1wd", "5wd", "10wd", "1d", "2w", "30d"]),
    st.dates(date(2027, 3, 1), date(2027, 4, 30)),
    st.sets(st.dates(date(2027, 3, 1), date(2027, 4, 30)), max_size=6),
    st.dates(date(2027, 3, 1), date(2027, 6, 30)),
    st.sampled_from(["America/New_York", "Europe/Paris", "Pacific/Auckland"]),
)


START = datetime(2027, 3, 1, tzinfo=UTC)
OPENED = st.integers(0, 60 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@given(PLANS, OPENED)
def test_the_closing_proposed_is_one_that_the_form_takes_and_the_latest_that_serves(plan_, opened):
    snapshot = Snapshot(plan_, resolve(plan_))
    item = snapshot.schedule["text"]
    hour = plan_.calendar.closing_time.time
    calendar = snapshot.schedule.calendar
    period = answer_period(snapshot, item, opened)
    proposed = period.proposed
    assert closing_refusal(snapshot, proposed, hour, opened) is None
    assert opened < closing_at(snapshot, proposed, hour) == closing_on(snapshot, proposed)
    assert proposed <= period.full
    if item.milestone.asks.within.unit == "wd" and item.milestone.asks.within.number:
        answering = (period.opens + timedelta(days=n + 1) for n in range(400))
        wanted = int(item.milestone.asks.within.number)
        days = [d for d in answering if calendar.is_working(d) and not calendar.is_quiet(d)]
        assert period.full == days[wanted - 1]
    if proposed < period.full:
        # Shortened only as far as it must be: any later day that answers may be due is too late.
        assert period.lead is not None
        assert proposed == period.lead.latest <= snapshot.schedule["issued"].due
        later = proposed + timedelta(days=1)
        while closing_refusal(snapshot, later, hour, opened) is not None:
            later += timedelta(days=1)
        assert later > snapshot.schedule["issued"].due
        assert "too late for that" in told(snapshot, period)


@given(PLANS, OPENED, st.dates(date(2026, 12, 1), date(2029, 1, 1)))
def test_answers_are_due_only_on_a_working_day_to_come_outside_quiet_periods(plan_, now, day):
    snapshot = Snapshot(plan_, resolve(plan_))
    hour = plan_.calendar.closing_time.time
    calendar = snapshot.schedule.calendar
    closes = closing_at(snapshot, day, hour)
    soon = day <= now.astimezone(ZoneInfo(closing_zone(snapshot))).date() + timedelta(days=366)
    allowed = closes > now and soon and calendar.is_working(day) and not calendar.is_quiet(day)
    refused = closing_refusal(snapshot, day, hour, now)
    assert (refused is None) is allowed
    if refused is not None:
        assert refused[0] in ("day", "time")
        assert refused[1].endswith(".")
