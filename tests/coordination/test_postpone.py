"""What is put off has no date, no reminders and is not held, until the chair dates it again."""

from datetime import date

import pytest

from coordination.records import ReminderState
from tests.coordination.desk import SECRETARY, buttons, desk_of
from tests.workplan.making import milestone, plan

PLAN = plan(
    milestone("talk", "meeting", "8 March 2027", owners=["bb"], title="Talk"),
    milestone("read", "task", "1w after talk", owners=["cc"], title="Read"),
    milestone("book", "publication", "19 April 2027", owners=["bb"], title="Book"),
    milestone("text", "circulation", "30 April 2027", owners=["bb"], title="Circulate the text"),
    milestone("fund", "task", "26 March 2027", owners=["cc"], title="Fund", pending="a letter"),
    milestone("open", "task", "to be decided", owners=["cc"], title="Open"),
    milestone("work", "ongoing", "ongoing", owners=["cc"], title="Work"),
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path, "2027-02-01 08:00") as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


async def set_date(desk, words, label):
    await desk.press("UAA", await desk.ask("UAA", words), label)


async def test_it_is_told_in_the_morning_and_nothing_more_until_it_has_a_date(desk):
    told = await desk.ask("UBB", "postpone talk")
    assert told.text.startswith("Put off: Talk (it was Mon 8 March).")
    assert "This hangs on it:\n• Read" in told.text
    assert "The channel is told in the notice of Mon 1 February 09:00 Paris." in told.text
    for day in ("02-01", "02-22", "03-03", "03-05", "03-08", "03-16"):
        await desk.until(f"2027-{day} 09:00")
    (notice,) = desk.notices()
    assert (
        "Talk is put off; its new date is still to be set (before: Mon 8 March). "
        "This moves with it: Read." in notice
    )
    assert not any("Talk" in t and "Coming up" in t for t in desk.told("UBB"))
    schedule = desk.services.snapshot.schedule
    assert (schedule["talk"].window, schedule["read"].due) == (None, None)
    assert "talk" in {i.id for i in schedule.undated()}
    history = await desk.journal("milestone:talk")
    (entry,) = [e for e in history if e.verb == "postponed"]
    assert (entry.actor, entry.detail["was"]) == ("UBB", "2027-03-08")


async def test_the_chair_has_it_listed_with_a_picker_and_in_mine_and_show(desk):
    await desk.ask("UBB", "postpone talk")
    assert "Talk — put off, no new date yet" in (await desk.ask("UAA", "mine")).text
    assert (
        "put off: the Chair has yet to set a new one" in (await desk.ask("UCC", "show talk")).text
    )
    assert "Talk — put off" in (await desk.ask("UCC", "deadlines undecided")).text


@pytest.mark.parametrize(
    ("words", "label", "told"),
    [
        ("confirm talk 17 March", "Confirm the date", "Talk is confirmed for Wed 17 March."),
        ("move talk 17 March", "Move the date", "Talk is moved to Wed 17 March."),
    ],
)
async def test_a_new_date_ends_it(desk, words, label, told):
    await desk.ask("UBB", "postpone talk")
    await desk.until("2027-02-01 09:00")
    await set_date(desk, words, label)
    await desk.until("2027-02-02 09:00")
    assert told in desk.notices()[-1]
    assert desk.services.snapshot.schedule["talk"].expected == date(2027, 3, 17)
    await desk.until("2027-03-03 09:00")
    assert any("Talk" in t for t in desk.notices()[2:])


async def test_a_new_date_before_the_morning_is_told_as_one_change(desk):
    await desk.ask("UBB", "postpone talk")
    await set_date(desk, "move talk 17 March", "Move the date")
    await desk.until("2027-02-01 09:00")
    (notice,) = desk.notices()
    assert "Talk is moved to Wed 17 March (before: Mon 8 March)." in notice


async def test_reopened_it_has_its_date_again_and_that_is_told_if_the_other_was(desk):
    await desk.ask("UBB", "postpone talk")
    assert "Reopened" in (await desk.ask("UBB", "reopen talk")).text
    await desk.until("2027-02-01 09:00")
    assert desk.notices() == []
    await desk.ask("UBB", "postpone talk")
    await desk.until("2027-02-02 09:00")
    await desk.ask("UBB", "reopen talk")
    await desk.until("2027-02-03 09:00")
    assert "Talk has its date again: Mon 8 March." in desk.notices()[-1]
    await desk.until("2027-02-22 09:00")
    states = {r.key: r.state for r in await desk.ledger()}
    assert states["talk|2027-03-08|10wd|channel"] is ReminderState.POSTED
    verbs = [e.verb for e in await desk.journal("milestone:talk")]
    assert verbs.count("postponed") == verbs.count("reopened") == 2


async def test_a_date_that_was_set_before_comes_back(desk):
    await set_date(desk, "move talk 17 March", "Move the date")
    await desk.until("2027-02-01 09:00")
    await desk.ask("UBB", "postpone talk")
    assert desk.services.snapshot.schedule["talk"].window is None
    await desk.ask("UBB", "reopen talk")
    assert desk.services.snapshot.schedule["talk"].expected == date(2027, 3, 17)
    await desk.until("2027-02-02 09:00")
    assert len(desk.notices()) == 1


async def test_a_move_not_told_yet_is_told_after_all_when_putting_off_is_taken_back(desk):
    await set_date(desk, "move talk 17 March", "Move the date")
    await desk.ask("UBB", "postpone talk")
    await desk.ask("UBB", "reopen talk")
    await desk.until("2027-02-01 09:00")
    assert "Talk is moved to Wed 17 March (before: Mon 8 March)." in desk.notices()[-1]


async def test_near_its_day_the_channel_is_told_at_once(desk):
    await desk.until("2027-03-05 15:00")
    before = len(desk.notices())
    told = await desk.ask("UBB", "postpone talk")
    await desk.work()
    assert "The channel is told at once, as the date is near." in told.text
    assert "Talk is put off" in desk.notices()[before]


async def test_what_is_past_counts_as_held_unless_the_chair_says_otherwise(desk):
    await desk.until("2027-03-09 10:00")
    assert desk.services.snapshot.schedule.state.held == {"talk": date(2027, 3, 8)}
    refused = await desk.ask("UBB", "postpone talk")
    assert refused.text == "Only the Chair (AA) and its secretariat can do that."
    assert "Put off: Talk" in (await desk.ask(SECRETARY, "postpone talk")).text
    assert desk.services.snapshot.schedule.state.held == {}


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        ("fund", "waits for a letter; it has no date to put off yet."),
        ("open", "has no date that could be put off."),
        ("work", "goes on all year; it has no date to put off."),
    ],
)
async def test_where_there_is_no_date_nothing_is_put_off(desk, item, sentence):
    assert sentence in (await desk.ask(SECRETARY, f"postpone {item}")).text
    assert desk.services.snapshot.state.changes == ()


async def test_what_is_done_circulated_or_put_off_already_is_refused(desk):
    await desk.ask("UCC", "done read")
    assert "is done or cancelled; reopen it first" in (await desk.ask("UCC", "postpone read")).text
    await desk.circulate("text")
    assert "is being circulated now" in (await desk.ask("UBB", "postpone text")).text
    await desk.ask("UBB", "postpone book")
    assert "is put off already" in (await desk.ask("UBB", "postpone book")).text


async def test_others_may_not(desk):
    told = await desk.ask("UCC", "postpone talk")
    assert told.text.startswith("Only the people of BB and the Chair (AA)")


async def test_the_answer_takes_it_back_with_a_button(desk):
    told = await desk.ask("UBB", "postpone book")
    assert [b.label for b in buttons(told)] == ["Reopen", "Show"]
    done = await desk.press("UBB", told, "Reopen")
    assert "Reopened" in done.message.text
    assert desk.services.snapshot.schedule["book"].due == date(2027, 4, 19)
