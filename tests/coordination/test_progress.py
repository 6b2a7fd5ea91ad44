"""Done, reopened, activated, seen: what becomes of a milestone and of its reminders."""

from datetime import date, timedelta

import pytest

from coordination.records import MessageRef, ReminderState
from tests.coordination.desk import CHANNEL, SECRETARY, desk_of
from tests.workplan.making import milestone, plan

SEEN = "eyes"
PLAN = plan(
    milestone("task", "task", "28 May 2027", owners=["bb"], title="Task"),
    milestone("both", "task", "28 May 2027", owners=["bb", "cc"], title="Both"),
    milestone("talk", "meeting", "8 June 2027", owners=["bb"], title="Talk"),
    milestone("after", "task", "after task", owners=["cc"], title="After"),
    milestone("book", "publication", "28 May 2027", owners=["bb", "cc"], title="Book"),
    milestone("settle", "meeting", "in June", owners=["cc"], title="Settle"),
    milestone("fund", "task", "4 October 2027", title="Fund", pending="a letter"),
    milestone("spend", "task", "2w after fund", title="Spend"),
    milestone("work", "ongoing", "ongoing", owners=["bb"], title="Work", every="month"),
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path, "2027-05-03 08:00") as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


async def states(desk, subject):
    return {(r.step, r.audience): r.state for r in await desk.ledger() if r.subject == subject}


def brief(desk, user, title):
    """The latest direct message to a person that names a title."""
    return [p for p in desk.messenger.posted if p.target.user == user and title in p.text][-1]


async def test_what_is_done_is_journalled_and_reminded_of_no_more(desk):
    await desk.until("2027-05-21 09:00")
    done = await desk.press("UBB", brief(desk, "UBB", "Task —").message, "Done")
    assert done.message.text == "Done: “Task”. No more reminders of it will be sent."
    assert desk.services.snapshot.schedule["task"].done_on == date(2027, 5, 21)
    (entry,) = [e for e in await desk.journal("milestone:task") if e.verb == "done"]
    assert (entry.actor, entry.detail) == ("UBB", {"on": "2027-05-21"})
    await desk.work()
    found = await states(desk, "task")
    assert found["5wd", "UBB"] is ReminderState.POSTED
    assert found["0", "UBB"] is ReminderState.CANCELLED
    assert found["+1wd", "UBB"] is ReminderState.CANCELLED


async def test_done_twice_is_done_once(desk):
    await desk.ask("UBB", "done task")
    assert "was already marked as done on 3 May 2027" in (await desk.ask("UBB", "done task")).text
    assert len(await desk.journal("milestone:task")) == 1


async def test_what_waited_for_it_gets_its_date(desk):
    assert desk.services.snapshot.schedule["after"].due is None
    await desk.ask("UBB", "done task")
    assert desk.services.snapshot.schedule["after"].due == date(2027, 5, 10)
    await desk.work()
    assert ("0", "UCC") in await states(desk, "after")


async def test_what_is_reopened_is_reminded_of_from_then_on_and_of_nothing_before(desk):
    await desk.until("2027-05-21 09:00")
    await desk.ask("UBB", "done task")
    await desk.until("2027-06-02 10:00")
    told = await desk.ask("UBB", "reopen task")
    assert told.text == "Reopened: “Task”. Its reminders still to come are sent again."
    before = len(desk.messenger.posted)
    await desk.until("2027-06-04 09:00")
    found = await states(desk, "task")
    assert (found["0", "UBB"], found["+1wd", "UBB"]) == (ReminderState.EXPIRED,) * 2
    assert found["+1w", "UBB"] is ReminderState.POSTED
    assert sum("Task" in p.text for p in desk.messenger.posted[before:]) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("done talk", "“Talk” lies ahead; it counts as held once its day is past."),
        ("done fund", "“Fund” waits for a letter; it has not begun."),
        ("done spend", "waits for a letter; it has not begun."),
        ("reopen task", "“Task” is open already."),
        ("activate task", "“Task” waits for nothing; it is active."),
    ],
)
async def test_what_cannot_become_so_is_told_with_the_reason(desk, words, told):
    assert told in (await desk.ask(SECRETARY, words)).text
    assert desk.services.snapshot.changes == {}


async def test_a_meeting_is_held_by_itself_and_never_late(desk):
    await desk.until("2027-06-09 09:00")
    assert "Talk" not in (await desk.ask("UBB", "deadlines late")).text
    assert (await desk.ask("UBB", "done talk")).text.startswith("Done")
    assert "late" not in {r.topic.value for r in await desk.ledger() if r.subject == "talk"}


async def test_activating_frees_what_was_tied_to_it(desk):
    assert await states(desk, "spend") == {}
    told = await desk.ask("UAA", "activate fund")
    assert told.text == "Activated: “Fund”. Its reminders begin. With it: Spend."
    due = desk.services.snapshot.schedule["spend"].due
    await desk.until(f"{due - timedelta(days=30)} 09:00")  # the ledger looks five weeks ahead
    assert ("0", "UBB") in await states(desk, "spend")
    (entry,) = await desk.journal("milestone:fund")
    assert (entry.verb, entry.actor) == ("activated", "UAA")


async def test_one_persons_seen_speaks_for_the_agency_and_for_no_other(desk):
    await desk.name("bb", user="UX")
    await desk.until("2027-05-14 09:00")  # 10wd before the book
    done = await desk.press("UX", brief(desk, "UX", "Book —").message, "Seen")
    assert done.message.text == (
        "Noted: BB has seen “Book”. BB gets no more reminders of it but the one of its day."
    )
    await desk.until("2027-05-25 09:00")
    found = await states(desk, "book")
    assert found["3wd", "UX"] is found["3wd", "UBB"] is ReminderState.CANCELLED
    assert found["3wd", "UCC"] is ReminderState.POSTED
    await desk.until("2027-05-28 09:00")
    found = await states(desk, "book")
    assert found["0", "UX"] is found["0", "UBB"] is ReminderState.POSTED


async def test_seen_again_is_noted_once(desk):
    await desk.until("2027-05-14 09:00")
    message = brief(desk, "UBB", "Book —").message
    await desk.press("UBB", message, "Seen")
    again = await desk.press("UBB", message, "Seen")
    assert again.message.text.endswith("It was noted before.")
    assert [e.verb for e in await desk.journal("milestone:book")].count("seen") == 1


async def test_seen_of_what_is_past_promises_nothing(desk):
    await desk.until("2027-05-31 09:00")
    done = await desk.press("UBB", brief(desk, "UBB", "Book —").message, "Seen")
    assert done.message.text.startswith("Noted: BB has seen")
    assert "no more reminders" not in done.message.text


async def test_who_represents_nobody_is_told_that_their_seen_is_not_noted(desk):
    await desk.until("2027-05-28 09:00")
    (notice,) = [p for p in desk.messenger.posted if p.target.channel == CHANNEL]
    refused = await desk.press("UX", notice.message, "Seen")
    assert "You represent no agency here yet" in refused.sentence
    assert desk.services.snapshot.state.acknowledgements == ()


async def test_eyes_on_a_notice_speak_for_what_the_persons_agency_owns(desk):
    await desk.until("2027-05-28 09:00")
    (notice,) = [p for p in desk.messenger.posted if p.target.channel == CHANNEL]
    for user in ("UX", "UAA", "UCC", "UCC"):
        await desk.react(user, notice.ref, SEEN)
    marks = desk.services.snapshot.state.acknowledgements
    assert [(a.agency, a.milestone, a.person) for a in marks] == [("cc", "book", "UCC")]


async def test_eyes_taken_away_stay_noted_and_another_emoji_says_nothing(desk):
    await desk.until("2027-05-28 09:00")
    (notice,) = [p for p in desk.messenger.posted if p.target.channel == CHANNEL]
    await desk.react("UCC", notice.ref, "white_check_mark")
    assert desk.services.snapshot.state.acknowledgements == ()
    await desk.react("UCC", notice.ref, SEEN)
    await desk.react("UCC", notice.ref, SEEN, given=False)
    assert len(desk.services.snapshot.state.acknowledgements) == 1


@pytest.mark.parametrize("how", ["button", "eyes"])
async def test_the_chairs_seen_silences_a_date_to_settle_until_its_day(desk, how):
    await desk.until("2027-05-04 09:00")  # 20wd before June
    told = brief(desk, "UAA", "Settle")
    assert "no date set yet" in told.text
    if how == "button":
        await desk.press("UAA", told.message, "Seen")
    else:
        await desk.react("UAA", told.ref, SEEN)
    await desk.until("2027-05-18 09:00")  # 10wd before
    assert ("settle-10wd", "UAA") not in {
        k for k, v in (await states(desk, "settle")).items() if v is ReminderState.POSTED
    }
    await desk.until("2027-06-01 09:00")
    assert (await states(desk, "settle"))["settle-0", "UAA"] is ReminderState.POSTED


async def test_ongoing_work_checks_in_without_asking_for_anything(desk):
    await desk.until("2027-06-01 09:00")
    told = brief(desk, "UBB", "Work").text
    assert "Checking in on ongoing work\n• Work (in the plan: “ongoing”). With BB." in told


async def test_a_reaction_to_a_message_of_somebody_else_is_nothing(desk):
    await desk.react("UBB", MessageRef(CHANNEL, "99.000100"), SEEN)
    assert desk.services.snapshot.state.acknowledgements == ()
