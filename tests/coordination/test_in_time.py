"""What time does to a circulation: answers take effect, agencies leave, and nothing is missed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from coordination.records import CirculationState
from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan
from workplan.clearance import Capacity, Position

CLEARS, BLOCKS = "white_check_mark", "no_entry"


def circulation(desk, number=1):
    return desk.services.snapshot.circulations[number]


async def passes(desk, **length):
    desk.clock.move_to(desk.clock.now() + timedelta(**length))


async def verbs(desk, number=1):
    return [e.verb for e in await desk.journal(f"circulation:{number}")]


async def test_a_silence_ends_at_the_moment_a_cannot_clear_takes_effect(desk):
    card = await desk.circulate("note")
    await desk.act("cc", Position.CANNOT_CLEAR, source="reaction:no_entry")
    assert circulation(desk).state is CirculationState.OPEN
    assert await desk.reminders.run() == datetime(2027, 1, 4, 7, 30, tzinfo=UTC)
    await passes(desk, minutes=29, seconds=59)
    await desk.work()
    assert circulation(desk).state is CirculationState.OPEN
    await passes(desk, seconds=1)
    await desk.work()
    assert circulation(desk).state is CirculationState.NOT_ADOPTED
    assert "Not adopted as drafted." in desk.messenger.at(card).text
    assert (await verbs(desk))[-2:] == ["took effect", "not adopted"]


async def test_under_unanimity_the_card_is_drawn_anew_at_that_moment(desk):
    card = await desk.circulate("draft")
    await desk.act("cc", Position.CANNOT_CLEAR, source="reaction:no_entry")
    updates = []
    update = desk.messenger.update

    async def watched(ref, message, keys):
        updates.append((ref, message.text))
        await update(ref, message, keys)

    desk.messenger.update = watched
    await passes(desk, minutes=30)
    await desk.work()
    (drawn,) = updates
    assert drawn[0] == card
    assert "one point under discussion with the Chair" in drawn[1]
    for _ in range(3):
        await passes(desk, minutes=1)
        await desk.work()
    assert len(updates) == 1
    assert (await verbs(desk)).count("took effect") == 1


async def test_what_was_taken_back_within_the_half_hour_never_takes_effect(desk):
    await desk.circulate("note")
    await desk.act("cc", Position.CANNOT_CLEAR, source="reaction:no_entry")
    await passes(desk, minutes=10)
    await desk.react("UCC", circulation(desk).message, BLOCKS, given=False)
    await passes(desk, hours=2)
    await desk.work()
    assert circulation(desk).state is CirculationState.OPEN
    assert "took effect" not in await verbs(desk)


@pytest.mark.parametrize("restarts", [True, False])
async def test_a_jump_over_effect_and_closing_ends_as_if_it_had_been_awake(desk, restarts):
    card = await desk.circulate("note")
    desk.clock.move_to(datetime(2027, 1, 11, 16, 20, tzinfo=UTC))
    await desk.work()
    await desk.act("bb", Position.CANNOT_CLEAR, source="reaction:no_entry")
    if restarts:
        desk.restart(desk.plan, "two")
    await desk.until("2027-01-20 09:00")
    assert circulation(desk).state is CirculationState.NOT_ADOPTED
    said = [p.text for p in desk.messenger.posted if p.target.thread_ts == card.ts]
    assert said == ["“The note”, version 1: Not adopted as drafted. The Chair will consult."]


async def test_a_restart_after_the_effect_journals_it_no_second_time(desk):
    await desk.circulate("draft")
    await desk.act("cc", Position.CANNOT_CLEAR, source="reaction:no_entry")
    await passes(desk, hours=1)
    await desk.work()
    for owner in ("two", "three"):
        desk.restart(desk.plan, owner)
        await desk.work()
    assert (await verbs(desk)).count("took effect") == 1


async def test_an_effect_that_came_while_nobody_was_awake_is_entered_at_the_start(desk):
    await desk.circulate("draft")
    await desk.act("cc", Position.CANNOT_CLEAR, source="reaction:no_entry")
    await passes(desk, days=2)
    desk.restart(desk.plan, "two")
    await desk.work()
    (entry,) = [e for e in await desk.journal("circulation:1") if e.verb == "took effect"]
    assert entry.detail == {"agency": "cc", "effective_at": "2027-01-04T07:30:00+00:00"}
    assert entry.at == desk.clock.now()


LEAVING = plan(
    milestone("text", "circulation", "March", asks={"for": "endorsement", "within": "10wd"}),
    milestone("note", "circulation", "March", asks={"for": "endorsement", "rule": "silence"}),
    milestone("head", "circulation", "March", asks={"for": "clearance", "within": "10wd"}),
    milestone("book", "publication", "May", title="Book", needs="text"),
    agencies=[
        {"id": "aa", "short": "AA", "name": "aa"},
        {"id": "bb", "short": "BB", "name": "bb"},
        {"id": "cc", "short": "CC", "name": "cc", "until": date(2027, 1, 15)},
        {"id": "dd", "short": "DD", "name": "dd", "from": date(2027, 1, 8)},
    ],
)


@pytest.fixture
async def leaving(ready_file, tmp_path):
    """A group that CC leaves after Friday 15 January and DD joins on the 8th."""
    async with desk_of(LEAVING, ready_file, tmp_path) as made:
        for agency in ("aa", "bb", "cc", "dd"):
            await made.name(agency)
        yield made


async def test_an_agency_that_leaves_is_struck_on_the_next_working_day_with_a_note(leaving):
    card = await leaving.circulate("text")
    await leaving.until("2027-01-16 12:00")
    assert circulation(leaving).struck == ()
    assert (await leaving.reminders.run()) == datetime(2027, 1, 18, 8, tzinfo=UTC)
    await leaving.until("2027-01-18 09:00")
    assert circulation(leaving).struck == ("cc",)
    assert circulation(leaving).asked == ("aa", "bb", "cc")
    said = [p.text for p in leaving.messenger.posted if p.target.thread_ts == card.ts]
    assert said == [
        "“Title of text”, version 1: CC is no longer a member of the group; 2 agencies remain "
        "among those asked."
    ]
    assert "0 of 2 replies received" in leaving.messenger.at(card).text
    (entry,) = [e for e in await leaving.journal("circulation:1") if e.verb == "struck"]
    assert (entry.actor, entry.detail["agency"]) == ("bot", "cc")
    await leaving.until("2027-01-19 09:00")
    assert (await verbs(leaving)).count("struck") == 1


async def test_when_all_others_are_in_it_is_cleared_then(leaving):
    card = await leaving.circulate("text")
    for user in ("UAA", "UBB"):
        await leaving.react(user, card, CLEARS)
    told = (await leaving.ask(SECRETARY, "done book")).text
    assert "2 of 3, one reply still to come" in told
    await leaving.until("2027-01-18 09:00")
    assert circulation(leaving).state is CirculationState.CLEARED
    assert "Cleared on behalf of AA and BB." in leaving.messenger.at(card).text
    assert (await leaving.ask(SECRETARY, "done book")).text.startswith("Done")


async def test_what_it_said_is_kept_and_counts_no_more_nor_what_it_says(leaving):
    card = await leaving.circulate("text")
    await leaving.react("UCC", card, CLEARS)
    await leaving.until("2027-01-18 09:00")
    await leaving.react("UCC", card, BLOCKS)
    assert "CC has left the group since" in leaving.told("UCC")[-1]
    assert "0 of 2 replies received" in leaving.messenger.at(card).text
    assert "cleared" in await verbs(leaving)
    table = (await leaving.ask(SECRETARY, "clearance text")).text
    assert "CC | left the group" in table


async def test_questions_to_it_are_dropped_and_it_is_reminded_no_more(leaving):
    await leaving.circulate("text")
    table = await leaving.ask(SECRETARY, "clearance text")
    form = await leaving.press_form(SECRETARY, table, "Issue without…")
    await leaving.submit(SECRETARY, form, agencies=("cc", "bb"))
    await leaving.until("2027-01-18 08:59")
    before = len(leaving.told("UCC"))
    await leaving.until("2027-01-18 18:00")
    assert leaving.told("UCC")[before:] == []
    kinds = {q.kind.value: q.agency for q in leaving.services.snapshot.state.questions}
    assert kinds == {"issue without": "bb", "at closing": None}


async def test_it_leaves_while_nobody_is_awake_before_the_closing_and_is_struck_first(leaving):
    card = await leaving.circulate("text")
    for user in ("UAA", "UBB"):
        await leaving.react(user, card, CLEARS)
    leaving.restart(leaving.plan, "two")
    await leaving.until("2027-02-03 09:00")
    assert circulation(leaving).state is CirculationState.CLEARED
    assert "past closing" not in await verbs(leaving)


async def test_its_objection_falls_with_it_and_who_joins_is_not_asked(leaving):
    await leaving.until("2027-01-07 09:00")
    card = await leaving.circulate("head")
    for agency in ("aa", "bb"):
        await leaving.act(agency, Position.CLEARED, Capacity.HEAD)
    await leaving.act("cc", Position.CANNOT_CLEAR)
    await leaving.react("UDD", card, BLOCKS)
    assert "DD was not among the agencies asked" in leaving.told("UDD")[-1]
    await leaving.until("2027-01-18 09:00")
    assert circulation(leaving).state is CirculationState.CLEARED


async def test_an_agency_missing_in_an_edited_plan_is_still_awaited(leaving):
    card = await leaving.circulate("text")
    for user in ("UAA", "UBB"):
        await leaving.react(user, card, CLEARS)
    fewer = tuple(a for a in LEAVING.agencies if a.id != "cc")
    leaving.restart(LEAVING.model_copy(update={"agencies": fewer}), "two")
    await leaving.until("2027-01-18 12:00")
    assert circulation(leaving).struck == ()
    assert circulation(leaving).state is CirculationState.OPEN
