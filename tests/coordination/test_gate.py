"""Until every clearance is in, nothing that needs it can be marked as done, whatever the way."""

from dataclasses import replace

import pytest

from coordination.records import CirculationState
from tests.coordination.circulating import opened
from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan
from workplan.clearance import Capacity, Position

CLEARS, BLOCKS, ASIDE = "white_check_mark", "no_entry", "white_circle"
PLAN = plan(
    milestone("text", "circulation", "March", asks={"for": "endorsement", "within": "5wd"}),
    milestone("head", "circulation", "March", asks={"for": "clearance", "within": "5wd"}),
    milestone("view", "circulation", "March", asks={"for": "comments", "within": "5wd"}),
    milestone(
        "hush",
        "circulation",
        "March",
        asks={"for": "endorsement", "within": "5wd", "rule": "silence"},
    ),
    milestone("book", "publication", "May", title="Book", needs="text"),
    milestone("letter", "publication", "May", title="Letter", needs="head"),
    milestone("paper", "publication", "May", title="Paper", needs="view"),
    milestone("memo", "publication", "May", title="Memo", needs="hush"),
    milestone("both", "publication", "May", title="Both", needs=["text", "head"]),
    milestone("talk", "meeting", "20 January 2027", title="Talk", needs="text"),
    milestone("minutes", "task", "after talk", title="Minutes"),
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


async def refused(desk, item):
    told = (await desk.ask(SECRETARY, f"done {item}")).text
    assert item not in desk.services.snapshot.changes
    assert "done" not in {e.verb for e in await desk.journal(f"milestone:{item}")}
    assert await desk.press_value(SECRETARY, "gmg_done", item) == told
    assert item not in desk.services.snapshot.changes
    return told


async def becomes(desk, state, number=1):
    async with desk.storage.unit_of_work() as uow:
        kept = await uow.circulations.get(number)
        await uow.circulations.put(replace(kept, state=state, ended_at=desk.clock.now()))
        await uow.commit()


@pytest.mark.parametrize("state", [s for s in CirculationState if not s.takes_answers])
async def test_only_an_end_that_clears_opens_the_gate(desk, state):
    await desk.circulate("text")
    await becomes(desk, state)
    if state.opens_the_gate:
        assert (await desk.ask(SECRETARY, "done book")).text.startswith("Done")
    else:
        assert "version 1 was" in await refused(desk, "book")
    assert state.opens_the_gate == (
        state.value in ("cleared", "adopted", "comments closed", "closed by the Chair's decision")
    )


async def test_how_many_are_in_and_what_is_missing_is_said_without_names(desk):
    assert "which has not been circulated yet" in await refused(desk, "book")
    card = await desk.circulate("text")
    assert "0 of 3, 3 replies still to come." in await refused(desk, "book")
    await desk.react("UAA", card, CLEARS)
    await desk.react("UBB", card, ASIDE)
    told = await refused(desk, "book")
    assert told.endswith("to be cleared: 2 of 3, one reply still to come.")
    await desk.until("2027-01-12 09:00")
    assert await refused(desk, "book") == told
    await desk.react("UCC", card, CLEARS)
    assert (await desk.ask(SECRETARY, "done book")).text.startswith("Done")


async def test_a_point_under_discussion_is_no_reply_still_to_come(desk):
    card = await desk.circulate("text")
    for user, reaction in (("UAA", CLEARS), ("UBB", CLEARS)):
        await desk.react(user, card, reaction)
    await desk.act("cc", Position.CANNOT_CLEAR)
    assert (await refused(desk, "book")).endswith("2 of 3, one reply still to come.")
    await desk.until("2027-01-04 08:30")  # when it takes effect
    told = await refused(desk, "book")
    assert told.endswith("2 of 3, one point under discussion with the Chair.")
    assert "CC" not in told


async def test_a_clearance_at_working_level_is_not_the_heads(desk):
    await desk.circulate("head")
    await desk.act("aa", Position.CLEARED, Capacity.HEAD)
    await desk.act("bb", Position.CLEARED, Capacity.OFFICER)
    await desk.act("cc", Position.CLEARED, Capacity.WORKING_LEVEL)
    told = await refused(desk, "letter")
    assert told.endswith("2 of 3, one clearance at working level only.")


async def test_where_all_stand_aside_no_agency_clears_it(desk):
    await desk.circulate("text")
    for agency in ("aa", "bb", "cc"):
        await desk.act(agency, Position.STANDS_ASIDE)
    assert (await refused(desk, "book")).endswith("3 of 3, but no agency clears it.")


@pytest.mark.parametrize(("needed", "item"), [("view", "paper"), ("hush", "memo")])
async def test_without_unanimity_the_closing_time_is_awaited(desk, needed, item):
    await desk.circulate(needed)
    assert "it is open until Mon 11 January 18:00 Paris." in await refused(desk, item)
    await desk.until("2027-01-12 09:00")
    assert (await desk.ask(SECRETARY, f"done {item}")).text.startswith("Done")


async def test_all_that_is_needed_must_be_cleared(desk):
    card = await desk.circulate("text")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, card, CLEARS)
    assert "“Title of head”, which has not been circulated" in await refused(desk, "both")


async def test_the_latest_version_counts_though_an_earlier_one_was_cleared(desk):
    card = await desk.circulate("text")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, card, CLEARS)
    card = await desk.circulate("text")
    assert "0 of 3, 3 replies still to come" in await refused(desk, "book")
    await becomes(desk, CirculationState.WITHDRAWN, 2)
    assert "version 2 was withdrawn, so a new one has to be cleared." in await refused(desk, "book")


async def test_a_version_circulated_between_question_and_press_shuts_the_gate(desk):
    card = await desk.circulate("text")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, card, CLEARS)
    shown = await desk.ask(SECRETARY, "show book")
    await desk.circulate("text")
    told = await desk.press(SECRETARY, shown, "Done")
    assert "3 replies still to come" in told.sentence


async def test_a_meeting_that_was_held_without_it_is_not_done_but_what_follows_is_due(desk):
    await desk.circulate("text")
    await desk.until("2027-01-21 09:00")
    assert desk.services.snapshot.schedule["talk"].done_on is None
    assert desk.services.snapshot.schedule["minutes"].due is not None
    assert "3 replies still to come" in await refused(desk, "talk")


async def test_a_circulation_marked_as_done_is_not_cleared_by_that(desk):
    await desk.circulate("text")
    await desk.ask(SECRETARY, "done text")
    assert "3 replies still to come" in await refused(desk, "book")


async def test_reopened_and_done_again_it_is_looked_at_again(desk):
    card = await desk.circulate("text")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, card, CLEARS)
    await desk.ask(SECRETARY, "done book")
    await desk.circulate("text")
    await desk.ask(SECRETARY, "reopen book")
    told = (await desk.ask(SECRETARY, "done book")).text
    assert "3 replies still to come" in told
    assert desk.services.snapshot.schedule["book"].done_on is None


async def test_what_went_out_for_less_than_the_plan_asks_opens_no_gate(desk):
    await opened(desk, "head", **{"for": "comments"})
    await desk.until("2027-02-01 10:00")
    assert desk.services.snapshot.circulations[1].state is CirculationState.COMMENTS_CLOSED
    assert "the plan asks for clearance, and version 1 went out for comments only" in (
        await refused(desk, "letter")
    )


async def test_no_override_of_an_endorsement_takes_the_place_of_a_clearance_by_heads(desk):
    await opened(desk, "head", **{"for": "endorsement"})
    await becomes(desk, CirculationState.OVERRIDDEN)
    assert "went out for endorsement only" in await refused(desk, "letter")


async def test_a_clearance_that_not_all_were_asked_for_opens_no_gate(desk):
    await opened(desk, "head", of="choose", agencies=("aa", "bb"))
    await becomes(desk, CirculationState.CLEARED)
    told = await refused(desk, "letter")
    assert "version 1 was not sent to one agency of those the plan asks" in told
    assert "CC" not in told


async def test_an_answer_that_is_thought_over_shows_in_no_refusal_and_no_answer(desk):
    card = await desk.circulate("text")
    await desk.react("UBB", card, BLOCKS)
    assert (await refused(desk, "book")).endswith("0 of 3, 3 replies still to come.")
    for words in ("clearance", "show text"):
        assert "0 of 3 replies received" in (await desk.ask("UCC", words)).text
    await desk.until("2027-01-04 09:00")
    assert "one point under discussion" in await refused(desk, "book")
    assert "1 of 3 replies received" in (await desk.ask("UCC", "clearance")).text
