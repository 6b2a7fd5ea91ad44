"""More time: an agency asks, the chair accepts for all or declines; what it makes late is told."""

from datetime import UTC, date, datetime, time

import pytest

from coordination.dispatch import submit
from coordination.messages.forms import Answers, Incomplete
from coordination.more_time import ask_time
from coordination.records import CirculationState
from coordination.services import Refused
from coordination.write import writing
from tests.coordination.conftest import PLAN
from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan

CLEARS = "white_check_mark"


def circulation(desk, number=1):
    return desk.services.snapshot.circulations[number]


async def asks_for_time(desk, user, agency):
    """An agency's wish reaches the chair; the message with the question."""
    asker = desk.asker(user)
    async with writing(desk.services, asker) as uow:
        kept = await uow.circulations.get(1)
        await ask_time(desk.services, uow, asker, kept, agency)
    await desk.work()
    return desk.last(SECRETARY)


async def extends(desk, day, hour=time(18), number=1):
    """The chair's own button below the table."""
    table = await desk.ask(SECRETARY, f"clearance {circulation(desk, number).milestone}")
    form = await desk.press_form(SECRETARY, table, "Extend…")
    return await desk.submit(SECRETARY, form, day=day, time=hour)


async def test_accept_extends_for_all_and_is_announced_in_the_thread(desk):
    card = await desk.circulate("draft")
    asked = await asks_for_time(desk, "UBB", "bb")
    assert "BB asks for more time" in asked.text
    form = await desk.press_form(SECRETARY, asked, "Accept…")
    assert (form.title, form.submit) == ("More time", "Extend")
    assert [f.value for f in form.fields] == [date(2027, 1, 25), time(18)]
    done = await desk.submit(SECRETARY, form)
    assert done.message.text == (
        "Extended: “The draft”, version 1, open until Mon 25 January 18:00 Paris for all."
    )
    assert circulation(desk).closes_at == datetime(2027, 1, 25, 17, tzinfo=UTC)
    (said,) = [p for p in desk.messenger.posted if p.target.thread_ts == card.ts]
    assert said.text == (
        "“The draft”, version 1: More time for all agencies, open until Mon 25 January 18:00 "
        "Paris. It was to close on Mon 18 January 18:00 Paris."
    )
    assert "open until Mon 25 January 18:00 Paris" in desk.messenger.at(card).text
    assert "There is more time" in desk.told("UBB")[-1]
    assert not any("more time" in t for t in desk.told("UCC"))


async def test_accept_answers_all_agencies_that_asked(desk):
    await desk.circulate("draft")
    await asks_for_time(desk, "UBB", "bb")
    asked = await asks_for_time(desk, "UCC", "cc")
    form = await desk.press_form(SECRETARY, asked, "Accept…")
    assert "BB and CC ask for more time." in str(form.items)
    await desk.submit(SECRETARY, form)
    assert desk.services.snapshot.state.questions == ()
    verbs = [(e.verb, e.actor) for e in await desk.journal("circulation:1")]
    assert verbs.count(("answered", SECRETARY)) == 2
    assert verbs.count(("extended", SECRETARY)) == 1
    assert all("There is more time" in desk.told(u)[-1] for u in ("UBB", "UCC"))


async def test_decline_is_told_to_the_agency_alone(desk):
    card = await desk.circulate("draft")
    asked = await asks_for_time(desk, "UBB", "bb")
    before = len(desk.messenger.posted)
    done = await desk.press("UAA", asked, "Decline")
    await desk.work()
    assert "BB alone is told" in done.message.text
    (told,) = desk.messenger.posted[before:]
    assert told.target.user == "UBB"
    assert "its closing time remains Mon 18 January 18:00 Paris" in told.text
    assert "open until Mon 18 January" in desk.messenger.at(card).text
    assert desk.services.snapshot.state.questions == ()


async def test_who_presses_second_is_told_that_it_was_answered(desk):
    await desk.circulate("draft")
    asked = await asks_for_time(desk, "UBB", "bb")
    await desk.press("UAA", asked, "Decline")
    again = await desk.press(SECRETARY, asked, "Decline")
    assert "answered already" in again.sentence
    assert [t for t in desk.told("UBB") if "cannot give more time" in t][1:] == []


async def test_only_who_runs_the_plan_answers_or_extends(desk):
    await desk.circulate("draft")
    asked = await asks_for_time(desk, "UBB", "bb")
    table = await desk.ask(SECRETARY, "clearance draft")
    form = await desk.press_form(SECRETARY, table, "Extend…")
    assert "Only the Chair (AA)" in (await desk.press("UBB", asked, "Decline")).sentence
    assert "Only the Chair (AA)" in (await desk.press("UBB", table, "Extend…")).sentence
    with pytest.raises(Refused, match="Only the Chair"):
        await desk.submit("UBB", form)
    assert circulation(desk).closes_at == datetime(2027, 1, 18, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "told"),
    [
        (date(2027, 1, 1), time(18), "Fri 1 January is past"),
        (date(2027, 1, 4), time(7), "07:00 is past on that day"),
        (date(2027, 1, 15), time(18), "It is open until Mon 18 January 18:00 Paris already"),
        (date(2027, 1, 18), time(18), "already"),
        (date(2027, 1, 23), time(18), "Sat 23 January is no working day; the next day on which"),
        (date(2027, 2, 3), time(18), "Wed 3 February is a holiday (Founders)"),
        (date(2027, 2, 10), time(18), "Wed 10 February lies in a quiet period"),
        (date(2030, 1, 8), time(18), "more than a year away"),
        (date(9999, 12, 31), time(23, 59), "more than a year away"),
        (None, time(18), "Please choose one."),
        (date(2027, 1, 25), None, "Please choose one."),
    ],
)
async def test_a_closing_time_that_cannot_be_is_told_and_the_form_keeps_its_text(
    ready_file, tmp_path, day, hour, told
):
    rules = {"holidays": {date(2027, 2, 3): "Founders"}, "quiet": ["2027-02-08/2027-02-12"]}
    group = PLAN.model_copy(update={"calendar": plan(calendar=rules).calendar})
    async with desk_of(group, ready_file, tmp_path) as desk:
        await desk.circulate("draft")
        with pytest.raises(Incomplete) as wrong:
            await extends(desk, day, hour)
        (sentence,) = wrong.value.errors.values()
        assert told in sentence
        assert set(wrong.value.errors) == {"time" if hour in (None, time(7)) else "day"}
        assert circulation(desk).closes_at == datetime(2027, 1, 18, 17, tzinfo=UTC)


async def test_what_can_no_longer_be_on_time_is_told_to_the_chair_and_announced(desk):
    await desk.circulate("draft")
    done = await extends(desk, date(2027, 6, 2))
    sentence = "“Report” (by 2 working days) can no longer be on time."
    assert done.message.text.endswith(sentence)
    assert desk.notices()[-1].endswith(sentence)
    entry = (await desk.journal("circulation:1"))[-1]
    assert (entry.verb, entry.detail["late"]) == ("extended", {"report": 2})


NEAR = plan(
    milestone("text", "circulation", "January", asks={"for": "endorsement", "within": "5wd"}),
    milestone("talk", "meeting", "15 January 2027", title="Talk", needs="text"),
)


async def test_what_is_proposed_leaves_what_needs_it_on_time_where_it_can(ready_file, tmp_path):
    async with desk_of(NEAR, ready_file, tmp_path) as desk:
        await desk.circulate("text")
        table = await desk.ask(SECRETARY, "clearance text")
        form = await desk.press_form(SECRETARY, table, "Extend…")
        assert form.fields[0].value == date(2027, 1, 14)
        assert "on time if they close by Thu 14 January 18:00 Paris" in str(form.items)
        done = await desk.submit(SECRETARY, form, day=date(2027, 1, 15))
        assert "“Talk” (by 1 working day) can no longer be on time." in done.message.text


async def test_two_who_extend_at_once_do_not_overrule_each_other(desk):
    await desk.circulate("draft")
    table = await desk.ask(SECRETARY, "clearance draft")
    first = await desk.press_form(SECRETARY, table, "Extend…")
    second = await desk.press_form("UAA", table, "Extend…")
    await desk.submit(SECRETARY, first, day=date(2027, 1, 29))
    with pytest.raises(Refused, match="was extended meanwhile; it is open until Fri 29 January"):
        await desk.submit("UAA", second, day=date(2027, 1, 25))
    assert circulation(desk).closes_at == datetime(2027, 1, 29, 17, tzinfo=UTC)


async def test_one_form_delivered_twice_extends_once(desk):
    await desk.circulate("draft")
    table = await desk.ask(SECRETARY, "clearance draft")
    form = await desk.press_form(SECRETARY, table, "Extend…")
    answers, asker = Answers({f.name: f.value for f in form.fields}), desk.asker(SECRETARY)
    await submit(desk.services, asker, form.name, form.about, answers)
    with pytest.raises(Refused, match="it is open until Mon 25 January"):
        await submit(desk.services, asker, form.name, form.about, answers)
    assert [e.verb for e in await desk.journal("circulation:1")].count("extended") == 1


async def test_past_its_closing_time_it_is_open_again_and_its_reminders_come_again(desk):
    card = await desk.circulate("draft")
    for user in ("UAA", "UBB"):
        await desk.react(user, card, CLEARS)
    await desk.until("2027-01-19 10:00")
    assert circulation(desk).state is CirculationState.PAST_CLOSING
    asked = desk.last(SECRETARY)
    form = await desk.press_form(SECRETARY, asked, "Extend…")
    before = {u: len(desk.told(u)) for u in ("UAA", "UBB", "UCC")}
    await desk.submit(SECRETARY, form, day=date(2027, 1, 28))
    assert circulation(desk).state is CirculationState.OPEN
    assert desk.services.snapshot.state.questions == ()
    await desk.until("2027-01-28 09:30")
    new = [t for t in desk.told("UCC")[before["UCC"] :] if "The reply of CC" in t]
    assert len(new) == 1
    assert "open until Thu 28 January 18:00 Paris" in new[0]
    for user in ("UAA", "UBB"):
        assert not any("The reply of" in t for t in desk.told(user)[before[user] :])
    await desk.until("2027-01-29 09:00")
    assert circulation(desk).state is CirculationState.PAST_CLOSING
    assert "is not cleared at its closing time" in desk.last(SECRETARY).text


async def test_a_silence_whose_closing_time_is_past_is_not_extended(desk):
    await desk.circulate("note")
    table = await desk.ask(SECRETARY, "clearance note")
    form = await desk.press_form(SECRETARY, table, "Extend…")
    desk.clock.move_to(datetime(2027, 1, 11, 17, 0, 20, tzinfo=UTC))
    with pytest.raises(Refused, match="it ends as its rule says"):
        await desk.submit(SECRETARY, form)
    await desk.work()
    assert circulation(desk).state is CirculationState.ADOPTED


async def test_a_silence_extended_in_time_takes_objections_until_the_new_closing(desk):
    card = await desk.circulate("note")
    await extends(desk, date(2027, 1, 15))
    await desk.until("2027-01-12 09:00")
    assert circulation(desk).state is CirculationState.OPEN
    await desk.until("2027-01-15 19:00")
    assert circulation(desk).state is CirculationState.ADOPTED
    assert "Adopted without objection" in desk.messenger.at(card).text


@pytest.mark.parametrize("value", ["", "2", "1x", "99999999999999999999", "x|y"])
async def test_an_altered_value_means_no_circulation(desk, value):
    await desk.circulate("draft")
    for action in ("gmg_extend", "gmg_close", "gmg_withdraw", "gmg_without", "gmg_override"):
        assert "do not know that circulation" in (await desk.press_value(SECRETARY, action, value))
