"""Reminders follow the plan: dates that are set, its people, its edits and its first load."""

import asyncio
import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coordination.messages.parts import Message
from coordination.records import ReminderState, Role
from tests.coordination.desk import SECRETARY, buttons, desk_of
from tests.workplan.making import milestone, plan

PLAN = plan(
    milestone("talk", "meeting", "8 March 2027", owners=["bb"], title="Talk"),
    milestone("book", "publication", "19 March 2027", owners=["bb"], title="Book"),
    milestone("read", "task", "1w after talk", owners=["cc"], title="Read"),
    milestone("fund", "task", "26 March 2027", owners=["cc"], title="Fund", pending="a letter"),
)
PARIS = ZoneInfo("Europe/Paris")


def edited(**changes):
    """The plan with milestones changed, or left out where None is given."""
    output = PLAN.outputs[0]
    kept = [
        m.model_copy(update=changes.get(m.id, {}))
        for m in output.milestones
        if changes.get(m.id, {}) is not None
    ]
    made = output.model_copy(update={"milestones": tuple(kept)})
    return PLAN.model_copy(update={"outputs": (made,)})


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path, "2027-03-01 08:00") as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


async def states(desk):
    return {r.key: r.state for r in await desk.ledger()}


async def set_date(desk, words):
    asked = await desk.ask("UAA", words)
    found = [b.label for b in buttons(asked) if b.style == "primary"]
    if found:
        await desk.press("UAA", asked, found[0])
    await desk.work()


@pytest.mark.parametrize("start", ["08:59", "09:00", "10:00", "23:00"])
async def test_on_the_day_of_the_first_load_the_mornings_notices_are_told(
    ready_file, tmp_path, start
):
    async with desk_of(PLAN, ready_file, tmp_path, f"2027-03-05 {start}") as desk:
        await desk.name("bb")
        await desk.work()
        await desk.until("2027-03-05 09:00")
        await desk.until("2027-03-08 12:00")
        found = await states(desk)
        assert found["talk|2027-03-08|1wd|channel"] is ReminderState.POSTED
        assert found["talk|2027-03-08|10wd|channel"] is ReminderState.EXPIRED
        assert len(desk.notices()) == 1
        assert ("comes late" in desk.notices()[0]) is (start in ("10:00", "23:00"))


async def test_somebody_named_after_the_morning_is_told_of_what_is_still_to_come(desk):
    await desk.until("2027-03-05 12:00")  # the book's 10wd
    await desk.name("bb", Role.FOCAL, "UX")
    for local in ("2027-03-05 12:01", "2027-03-08 09:00", "2027-03-16 09:00"):
        await desk.until(local)
    found = await states(desk)
    assert found["book|2027-03-19|10wd|UX/bb"] is ReminderState.EXPIRED
    assert found["book|2027-03-19|3wd|UX/bb"] is ReminderState.POSTED
    assert not any("comes late" in text for text in desk.told("UX"))


async def test_what_somebody_was_to_be_told_goes_to_who_comes_after_them(desk):
    await desk.until("2027-03-08 12:00")
    await desk.ask("UAA", "focal <@UBB> none")
    await desk.ask("UAA", "focal <@UX> bb")
    await desk.work()
    await desk.until("2027-03-16 12:00")
    found = await states(desk)
    assert found["book|2027-03-19|3wd|UBB/bb"] is ReminderState.CANCELLED
    assert found["book|2027-03-19|3wd|UX/bb"] is ReminderState.POSTED


async def test_a_milestone_that_left_the_plan_is_told_of_no_more(desk):
    await desk.until("2027-03-05 12:00")
    desk.restart(edited(book=None), owner="two")
    before = len(desk.messenger.posted)
    await desk.until("2027-03-22 12:00")
    assert not any("Book" in p.text for p in desk.messenger.posted[before:])
    open_ones = [k for k, s in (await states(desk)).items() if s is ReminderState.PENDING]
    assert not any(key.startswith("book") for key in open_ones)


async def test_a_button_of_a_milestone_that_left_the_plan_is_refused(desk):
    await desk.until("2027-03-05 12:00")
    message = next(p.message for p in desk.messenger.posted if "Book" in p.text)
    desk.restart(edited(book=None), owner="two")
    await desk.services.snapshots.refresh()
    for label in ("Seen", "Done"):
        refused = await desk.press("UBB", Message("", message.parts), label)
        assert "not " in refused.sentence


async def test_a_date_set_in_chat_outlives_an_edit_of_the_plan_file(desk):
    await set_date(desk, "move book 24 March")
    desk.restart(edited(book={"when": "30 March 2027"}), owner="two")
    await desk.services.snapshots.refresh()
    assert f"{desk.services.snapshot.schedule['book'].due}" == "2027-03-24"


async def test_what_is_tied_moves_with_it_and_so_do_its_reminders(desk):
    await desk.work()
    await set_date(desk, "move talk 15 March")
    await desk.until("2027-03-16 09:00")
    found = await states(desk)
    assert found["read|2027-03-22|5wd|UCC/cc"] is ReminderState.POSTED
    assert found["read|2027-03-15|5wd|UCC/cc"] is ReminderState.CANCELLED


async def test_a_date_moved_there_and_back_is_told_once(desk):
    await desk.until("2027-03-05 12:00")
    posted = desk.messenger.all_keys()
    await set_date(desk, "move book 26 March")
    await desk.work()
    await set_date(desk, "move book 19 March")
    await desk.until("2027-03-16 12:00")
    keys = desk.messenger.all_keys()
    assert "book|2027-03-19|10wd|UBB/bb" in posted
    assert "book|2027-03-19|3wd|UBB/bb" in keys
    assert len(keys) == len(set(keys))


async def test_what_is_done_while_others_are_told_is_told_to_nobody_after_them(desk):
    await desk.until("2027-03-15 12:00")

    async def done(channel):
        if channel == "UBB":  # whose turn comes when another has been told
            desk.turns.meanwhile = None
            for _ in range(500):
                if any("book|2027-03-19|3wd" in key for key in desk.messenger.all_keys()):
                    break
                await asyncio.sleep(0.01)
            await desk.ask("UBB", "done book")

    desk.turns.meanwhile = done
    await desk.name("bb", user="UX")
    await desk.work()
    await desk.until("2027-03-16 09:00")
    found = await states(desk)
    three = [state for key, state in found.items() if key.startswith("book|2027-03-19|3wd|")]
    assert sorted(s.value for s in three) == ["cancelled", "posted"]
    reasons = {r.reason for r in await desk.ledger() if r.key.startswith("book|2027-03-19|3wd|")}
    assert reasons == {None, "done, moved or answered before it was sent"}


DAYS = st.dates(date(2027, 3, 1), date(2027, 4, 9))
ACTS = st.one_of(
    st.tuples(st.just("hours"), st.integers(1, 80)),
    st.tuples(st.just("hours"), st.just(24)),
    st.builds(
        lambda id, day: ("say", f"move {id} {day}"), st.sampled_from(["talk", "book", "read"]), DAYS
    ),
    st.tuples(
        st.just("say"),
        st.sampled_from(
            ["done book", "reopen book", "done read", "reopen read", "activate fund", "done fund"]
        ),
    ),
    st.tuples(st.just("restart"), st.just(0)),
)


def told_of(desk, number):
    """(milestone, day counted to) of each reminder in the messages from that number on."""
    keys = [k for p in desk.messenger.posted[number:] for k in p.keys if "|set " not in k]
    return {tuple(k.split("|")[:2]) for k in keys if not k.startswith("outbox")}


def assert_current(desk, told):
    """Nothing done or pending, and nothing at an old date."""
    schedule = desk.services.snapshot.schedule
    for id, counted_to in told:
        item = schedule[id]
        assert not item.closed or item.kind.happens
        assert not item.pending
        day = item.expected if item.kind.happens else item.due
        assert str(day) == counted_to


async def lived(acts, ready_file, folder):
    async with desk_of(PLAN, ready_file, folder, "2027-03-01 08:00") as desk:
        for agency in ("bb", "cc"):
            await desk.name(agency)
        for number, (act, what) in enumerate(acts):
            before = len(desk.messenger.posted)
            if act == "hours":
                desk.clock.move_to(desk.clock.now() + timedelta(hours=what))
            elif act == "restart":
                desk.restart(PLAN, owner=f"process {number}")
                await desk.reminders.recover()
            elif what.startswith("move"):
                asked = await desk.ask(SECRETARY, what)
                if any(b.label == "Move the date" for b in buttons(asked)):
                    await desk.press(SECRETARY, asked, "Move the date")
            else:
                await desk.ask(SECRETARY, what)
            await desk.work()
            assert_current(desk, told_of(desk, before))
        await desk.until("2027-04-30 12:00")
        return desk.messenger.all_keys(), await desk.ledger()


@given(st.lists(ACTS, min_size=5, max_size=25))
@settings(max_examples=15)
def test_nothing_is_ever_told_of_what_is_done_or_at_an_old_date(ready_file, acts):
    with tempfile.TemporaryDirectory() as folder:
        keys, ledger = asyncio.run(lived(acts, ready_file, Path(folder)))
    assert len(keys) == len(set(keys))
    end = datetime(2027, 4, 30, 12, tzinfo=PARIS)
    assert not [r for r in ledger if r.state is ReminderState.PENDING and r.due_at <= end]
