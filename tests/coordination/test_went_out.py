"""What is circulated is done by going out, and open again when the chair takes it back."""

import asyncio
from datetime import date

import pytest

from coordination.dispatch import press, submit
from coordination.messages.forms import Answers
from coordination.records import CirculationState, ReminderState
from tests.coordination.circulating import opened
from tests.coordination.desk import SECRETARY, buttons, desk_at, desk_of
from tests.workplan.making import milestone, plan

CLEARS = "white_check_mark"
PLAN = plan(
    milestone(
        "text",
        "circulation",
        "29 January 2027",
        title="Circulate the text",
        asks={"for": "endorsement", "within": "5wd"},
    ),
    milestone("next", "task", "after text", title="Next"),
    milestone("book", "publication", "May", title="Book", needs="text"),
    milestone(
        "final",
        "circulation",
        "26 February 2027",
        title="Circulate the final text",
        asks={"for": "clearance", "within": "5wd"},
        needs="text",
    ),
    milestone("letter", "publication", "May", title="Letter", needs="final"),
    milestone("page", "publication", "March", title="Page", asks={"for": "comments"}),
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


def done_on(desk, item="text"):
    return desk.services.snapshot.schedule[item].done_on


async def withdraw(desk, item="text"):
    table = await desk.ask(SECRETARY, f"clearance {item}")
    form = await desk.press_form(SECRETARY, table, "Withdraw…")
    done = await desk.submit(SECRETARY, form, reason="A page is missing")
    return done.message.text


async def of_milestone(desk, item="text"):
    """What the journal tells that people did with it."""
    entries = await desk.journal(f"milestone:{item}")
    return [(e.actor, e.verb, dict(e.detail)) for e in entries if e.actor != "bot"]


async def test_what_goes_out_is_done_that_day_in_the_plans_zone_and_journalled(desk):
    await desk.until("2027-01-05 00:30")  # the evening of the 4th in UTC
    done = await opened(desk, "text")
    assert (
        "“Circulate the text” counts as done with that; no more reminders of it will be sent."
        in done.message.text
    )
    assert done_on(desk) == date(2027, 1, 5)
    told = {"on": "2027-01-05", "circulation": 1}
    assert await of_milestone(desk) == [(SECRETARY, "done", told)]
    again = await desk.ask("UBB", "done text")
    assert "was already marked as done on 5 January 2027" in again.text


async def test_its_owners_are_reminded_of_it_no_more_and_what_follows_gets_its_date(desk):
    await desk.until("2027-01-15 09:00")
    await desk.circulate("text")
    assert desk.services.snapshot.schedule["next"].due == date(2027, 1, 22)
    await desk.until("2027-02-02 09:00")
    rows = {r.step: r.state for r in await desk.ledger() if r.subject == "text"}
    assert rows["10wd"] is ReminderState.POSTED
    assert {rows[step] for step in ("1wd", "0", "+1wd")} == {ReminderState.CANCELLED}
    assert "Circulate the text" not in (await desk.ask("UBB", "deadlines late")).text


async def test_next_show_and_clearance_tell_the_circulation_that_is_open(desk):
    card = await desk.circulate("text")
    await desk.react("UAA", card, CLEARS)
    row = "The text, version 1 — open until Mon 11 January 18:00 Paris; replies still to come: 2."
    for words in ("next", "next 1 BB", "next out"):
        told = (await desk.ask("UCC", words)).text
        assert row in told
        assert "Circulate the text" not in told
    assert "The text" not in (await desk.ask("UCC", "next CC")).text
    shown = (await desk.ask("UCC", "show text")).text
    assert "Awaited: replies still to come: 2" in shown
    assert "Done: Mon 4 January" in shown
    assert "1 of 3 replies received, open until" in (await desk.ask("UCC", "clearance")).text
    await desk.until("2027-01-12 09:00")
    told = (await desk.ask("UCC", "next")).text
    assert "the closing time Mon 11 January 18:00 Paris is past, answers still count" in told


async def test_what_needs_it_waits_for_the_clearance_all_the_same(desk):
    card = await desk.circulate("text")
    assert "3 replies still to come" in (await desk.ask(SECRETARY, "done book")).text
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, card, CLEARS)
    assert (await desk.ask(SECRETARY, "done book")).text.startswith("Done")
    assert "The text" not in (await desk.ask("UCC", "next")).text


async def test_a_second_version_leaves_the_day_of_the_first(desk):
    await desk.circulate("text")
    await desk.until("2027-01-06 10:00")
    done = await opened(desk, "text")
    assert "counts as done" not in done.message.text
    assert done_on(desk) == date(2027, 1, 4)
    assert len(await of_milestone(desk)) == 1


async def test_what_is_reopened_is_done_again_by_the_next_version(desk):
    await desk.circulate("text")
    await desk.ask("UBB", "reopen text")
    assert done_on(desk) is None
    await desk.until("2027-01-06 10:00")
    await desk.circulate("text")
    assert done_on(desk) == date(2027, 1, 6)


async def test_withdrawn_it_is_open_again_and_reminded_of(desk):
    await desk.until("2027-01-14 10:00")
    await desk.circulate("text")
    told = await withdraw(desk)
    assert told.endswith("All agencies are told. “Circulate the text” is open again.")
    assert done_on(desk) is None
    assert (await of_milestone(desk))[-1] == (SECRETARY, "reopened", {"circulation": 1})
    assert desk.services.snapshot.schedule["next"].due is None
    await desk.until("2027-01-15 09:00")
    rows = {r.step: r.state for r in await desk.ledger() if r.subject == "text"}
    assert rows["10wd"] is ReminderState.POSTED
    await desk.circulate("text")
    assert done_on(desk) == date(2027, 1, 15)


async def test_the_withdrawal_of_all_that_was_out_opens_it_whichever_version_made_it_done(desk):
    await desk.circulate("text")
    await desk.until("2027-01-06 10:00")
    await desk.circulate("text")
    await withdraw(desk)
    states = [c.state for c in desk.services.snapshot.circulations.values()]
    assert states == [CirculationState.SUPERSEDED, CirculationState.WITHDRAWN]
    assert done_on(desk) is None


async def test_while_another_version_is_out_a_withdrawal_leaves_it_done(desk):
    card = await desk.circulate("text")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, card, CLEARS)
    await desk.circulate("text")
    assert "open again" not in await withdraw(desk)
    assert done_on(desk) == date(2027, 1, 4)


async def test_what_somebody_marked_as_done_before_it_went_out_stays_done(desk):
    await desk.ask("UBB", "done text")
    await desk.until("2027-01-06 10:00")
    await desk.circulate("text")
    assert "open again" not in await withdraw(desk)
    assert done_on(desk) == date(2027, 1, 4)


async def test_what_needs_a_clearance_itself_is_not_done_before_it_by_going_out_either(desk):
    done = await opened(desk, "final")
    assert (
        "“Circulate the final text” needs “Circulate the text”, which has not been circulated yet. "
        "So it does not count as done yet; once that is cleared: /gmg done final"
    ) in done.message.text
    assert done_on(desk, "final") is None
    assert "open again" not in await withdraw(desk, "final")


async def test_a_milestone_of_another_kind_is_not_done_by_asking_for_answers(desk):
    await desk.circulate("page")
    assert await of_milestone(desk, "page") == []
    await withdraw(desk, "page")
    assert (done_on(desk, "page"), await of_milestone(desk, "page")) == (None, [])


async def test_a_withdrawal_and_a_new_version_at_one_moment_leave_it_done_by_what_is_out(
    postgresql_server,
):
    async with desk_at(PLAN, postgresql_server.ready()) as desk:
        await desk.name("aa")
        await desk.circulate("text")
        for version in (2, 3, 4):
            table = await desk.ask(SECRETARY, "clearance text")
            form = await desk.press_form(SECRETARY, table, "Withdraw…")
            asked = await desk.ask(SECRETARY, f"circulate text https://example.org/{version}")
            proposal = next(b for b in buttons(asked) if b.label == "Circulate")
            both = (
                submit(
                    desk.services,
                    desk.asker(SECRETARY),
                    form.name,
                    form.about,
                    Answers({"reason": "A page is missing"}),
                ),
                press(desk.services, desk.asker("UAA"), proposal.action, proposal.value),
            )
            withdrawn, circulated = await asyncio.gather(*both, return_exceptions=True)
            assert not isinstance(circulated, Exception), circulated
            if isinstance(withdrawn, Exception):
                assert "is superseded" in str(withdrawn)
            states = [c.state for c in desk.services.snapshot.circulations.values()]
            assert states[-1] is CirculationState.OPEN
            assert len(states) == version
            assert done_on(desk) == date(2027, 1, 4)


async def test_the_receipt_says_what_stays_shut_when_less_is_asked_than_planned(desk):
    less = "This version does not let “Letter” be done: "
    done = await opened(desk, "final", **{"for": "comments"})
    assert (
        f"{less}the plan asks for clearance, and version 1 went out for comments only, so a new "
        "one has to be circulated." in done.message.text
    )
    done = await opened(desk, "final", of="choose", agencies=("aa", "bb"))
    assert (
        f"{less}version 2 was not sent to one agency of those the plan asks, so a new one has to "
        "be circulated." in done.message.text
    )
    done = await opened(desk, "final")
    assert "be done: " not in done.message.text
    done = await opened(desk, "text", **{"for": "comments"})
    assert "let “Book” and “Circulate the final text” be done: " in done.message.text
    done = await opened(desk, "page", of="choose", agencies=("aa",))
    assert "be done: " not in done.message.text
