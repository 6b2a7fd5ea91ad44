"""When an answer entered for an agency counts, and beside which others."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from coordination.messages.parts import Table
from coordination.received import received_at
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.circulating import state
from tests.coordination.desk import SECRETARY
from tests.coordination.recording import entered, opened, recorded
from tests.workplan.making import milestone, plan

CLEARS = "white_check_mark"


@pytest.mark.parametrize(
    ("closes", "on", "now", "at"),
    [
        # The end of the day in the plan's zone, Geneva.
        ("2010-03-12 18:00 -0500", "2010-03-10", "2010-03-11 12:00 +0100", "2010-03-10 22:59:59"),
        # Never later than now.
        ("2010-03-12 18:00 -0500", "2010-03-11", "2010-03-11 12:00 +0100", "2010-03-11 11:00"),
        # On the closing day, which is New York's, the closing time at the latest.
        ("2010-03-12 10:00 -0500", "2010-03-12", "2010-03-14 12:00 +0100", "2010-03-12 15:00"),
        ("2010-03-12 18:00 -0500", "2010-03-12", "2010-03-14 12:00 +0100", "2010-03-12 22:59:59"),
        # After it the day it came.
        ("2010-03-12 18:00 -0500", "2010-03-13", "2010-03-15 12:00 +0100", "2010-03-13 22:59:59"),
    ],
)
async def test_an_entered_answer_has_the_end_of_its_day_and_on_the_closing_day_the_closing_time(
    desk, closes, on, now, at
):
    await desk.circulate("draft")
    calendar = {"closing_time": "18:00 America/New_York"}
    there = plan(
        milestone(),
        calendar=calendar,
        plan={"name": "P", "group": "G", "year": 2027, "timezone": "Europe/Zurich"},
    )
    snapshot = replace(desk.services.snapshot, plan=there)
    moment = datetime.strptime
    circulation = replace(state(desk), closes_at=moment(closes, "%Y-%m-%d %H:%M %z"))
    found = received_at(
        snapshot, circulation, date.fromisoformat(on), moment(now, "%Y-%m-%d %H:%M %z")
    )
    assert found.replace(microsecond=0) == datetime.fromisoformat(at).replace(tzinfo=UTC)


async def test_an_email_of_the_closing_day_is_in_time_whenever_it_is_entered(desk):
    card = await desk.circulate("draft")
    await desk.until("2027-01-20 09:00")
    assert state(desk).state is CirculationState.PAST_CLOSING
    await recorded(desk, entered("bb", on=date(2027, 1, 18)))
    text = desk.messenger.at(card).text
    assert "1 of 3 replies received" in text and "after the closing time" not in text


async def test_under_unanimity_what_came_later_is_marked(desk):
    card = await desk.circulate("draft")
    await desk.until("2027-01-20 09:00")
    await recorded(desk, entered("bb", on=date(2027, 1, 19)))
    assert "1 of 3 replies received, 1 after the closing time" in desk.messenger.at(card).text


async def test_an_answer_to_what_ended_meanwhile_is_refused_with_a_sentence(desk):
    await desk.circulate("note")
    form = await opened(desk, "bb", item="note")
    await desk.until("2027-01-12 09:00")
    with pytest.raises(Refused, match="is adopted: answers to it are not taken any more"):
        await desk.submit(SECRETARY, form, **entered("bb"))
    assert await desk.storage.evidence(1) == ()


async def test_a_cannot_clear_that_came_in_writing_takes_effect_at_once(desk):
    await desk.circulate("note")
    await recorded(desk, entered("bb", "cannot clear as drafted|", words="Not yet."), item="note")
    assert state(desk).state is CirculationState.NOT_ADOPTED


async def test_the_answers_of_one_form_are_counted_together(desk):
    card = await desk.circulate("draft")
    for user in ("UAA", "UBB"):
        await desk.react(user, card, CLEARS)
    await desk.until("2027-01-05 10:00")
    on = date(2027, 1, 5)
    await recorded(desk, entered("cc", on=on), entered("bb", "cannot clear as drafted|", on=on))
    assert state(desk).state is CirculationState.OPEN
    assert "one point under discussion" in desk.messenger.at(card).text


async def test_the_last_answer_entered_ends_it_once_and_it_is_announced(desk):
    await desk.circulate("draft")
    await recorded(desk, *(entered(a) for a in ("aa", "bb", "cc")))
    assert state(desk).state is CirculationState.CLEARED
    assert sum("Cleared on behalf of AA, BB and CC" in t for t in desk.notices()) == 1 + 1


async def test_no_reaction_taken_away_touches_an_entered_answer(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.until("2027-01-05 10:00")
    await recorded(desk, entered("bb", "stands aside|", on=date(2027, 1, 5)))
    await desk.until("2027-01-05 11:00")
    await desk.react("UBB", card, CLEARS, given=False)
    assert "1 of 3 replies received, 1 agency stands aside" in desk.messenger.at(card).text


async def test_an_agencys_own_later_answer_takes_its_place(desk):
    card = await desk.circulate("draft")
    await recorded(desk, entered("bb", "stands aside|"))
    await desk.until("2027-01-05 10:00")
    await desk.react("UBB", card, CLEARS)
    text = desk.messenger.at(card).text
    assert "1 of 3 replies received, open until" in text


async def test_of_two_entered_for_one_day_the_one_entered_last_counts(desk):
    await desk.circulate("draft")
    await desk.until("2027-01-20 10:00")
    for _ in range(9):
        await recorded(desk, entered("bb", "stands aside|"))
    await recorded(desk, entered("bb"))
    (table,) = [p for p in (await desk.ask("UAA", "clearance draft")).parts if isinstance(p, Table)]
    assert next(r for r in table.rows if r[0] == "BB")[1] == "cleared"


async def test_two_people_of_an_agency_who_differ_are_both_told(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.until("2027-01-05 10:00")
    reply = await recorded(desk, entered("bb", "stands aside|", on=date(2027, 1, 5)))
    differ = (
        "There are two answers of BB to “The draft”, version 1: Ubb answered “cleared”, and later "
        "the secretariat, by what reached it, “stands aside”. The later one counts."
    )
    assert differ in reply.message.text
    assert any(differ in text for text in desk.told("UBB"))


async def test_what_came_earlier_than_the_answer_on_file_is_kept_and_does_not_count(desk):
    card = await desk.circulate("draft")
    await desk.until("2027-01-06 10:00")
    await desk.react("UBB", card, CLEARS)
    reply = await recorded(desk, entered("bb", "cannot clear as drafted|", on=date(2027, 1, 5)))
    assert "two answers" not in reply.message.text
    text = desk.messenger.at(card).text
    assert "1 of 3 replies received, open until" in text
    assert len(await desk.storage.evidence(1)) == 1


async def test_a_change_that_came_in_writing_is_put_to_the_chair(desk):
    await desk.circulate("draft")
    words = "Strike paragraph 4."
    await recorded(desk, entered("bb", "cleared subject to a change|", words=words))
    (asked,) = [p.message for p in desk.messenger.posted if p.target.user == "UAA"]
    assert "BB clears “The draft”, version 1, subject to a change:" in asked.text
    assert words in asked.text
    await desk.press("UAA", asked, "Accept")
    await desk.work()
    assert "Does BB clear on that basis?" in desk.told("UBB")[-1]


async def test_a_change_ends_a_silence_and_the_chair_only_reads_it(desk):
    await desk.circulate("note")
    entry = entered("bb", "cleared subject to a change|", words="Strike it.")
    await recorded(desk, entry, item="note")
    assert state(desk).state is CirculationState.NOT_ADOPTED
    assert desk.services.snapshot.state.questions == ()
    assert any("Strike it." in text for text in desk.told("UAA"))
