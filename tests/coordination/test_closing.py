"""What counts on a circulation, from whom and until when; and what those are told who come late."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from coordination.react import NotYetPlaced, react
from coordination.records import CirculationState, MessageRef, OutboxItem, OutboxKind
from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan

CLEARS, BLOCKS = "white_check_mark", "no_entry"


async def reacted(desk, user, ref, reaction, given=True, *, at=None, order=None, event=None):
    """One reaction event as the platform delivers it, perhaps late or again."""
    asker = desk.asker(user, ref)
    if at is not None:
        instant = datetime.fromisoformat(at).replace(tzinfo=desk.zone)
        asker = replace(asker, at=instant, order=f"{instant.timestamp():.6f}")
    asker = replace(asker, order=order or asker.order, event=event or asker.event)
    await react(desk.services, asker, reaction, given)
    return asker


def state(desk, number=1):
    return desk.services.snapshot.circulations[number].state


async def journalled(desk, user):
    return [e.verb for e in await desk.journal("circulation:1") if e.actor == user]


async def later(desk, local):
    """Let plan time pass without the bot noticing."""
    moment = datetime.fromisoformat(local).replace(tzinfo=desk.zone)
    desk.clock.move_to(moment)


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2027-01-11T17:59:59", CirculationState.NOT_ADOPTED),
        ("2027-01-11T18:00:00", CirculationState.NOT_ADOPTED),
        ("2027-01-11T18:00:01", CirculationState.ADOPTED),
    ],
)
async def test_under_silence_what_was_said_by_the_closing_time_counts(desk, at, ends):
    card = await desk.circulate("note")
    await later(desk, "2027-01-11 18:00:20")
    await reacted(desk, "UBB", card, BLOCKS, at=at)
    await desk.work()
    assert state(desk) is ends


@pytest.mark.parametrize("item", ["note", "survey"])
async def test_who_speaks_between_the_closing_time_and_its_announcement_is_told(desk, item):
    card = await desk.circulate(item)
    await later(desk, "2027-01-11 18:00:20")
    await reacted(desk, "UBB", card, BLOCKS, at="2027-01-11T18:00:10")
    await desk.work()
    assert await journalled(desk, "UBB") == ["not counted"]
    (told,) = [t for t in desk.told("UBB") if "Thank you" in t]
    assert "write to the Chair" in told
    assert "1 of 3" not in desk.messenger.at(card).text


async def test_who_spoke_in_time_but_is_heard_after_the_end_is_told_so(desk):
    card = await desk.circulate("note")
    await desk.until("2027-01-12 09:00")
    await reacted(desk, "UBB", card, BLOCKS, at="2027-01-11T17:00:00")
    await desk.work()
    assert state(desk) is CirculationState.ADOPTED
    assert "reached me after it had ended (adopted)" in desk.told("UBB")[-1]


async def test_the_chair_is_told_once_of_a_cannot_clear_that_was_heard_after_the_adoption(desk):
    card = await desk.circulate("note")
    await desk.until("2027-01-12 09:00")
    public = desk.notices()
    await reacted(desk, "UBB", card, CLEARS, at="2027-01-11T17:30:00")
    await reacted(desk, "UCC", card, BLOCKS, at="2027-01-11T18:00:01")
    for user in ("UBB", await desk.name("bb", user="UB2")):
        await reacted(desk, user, card, BLOCKS, at="2027-01-11T17:00:00")
    await desk.work()
    for user in ("UAA", SECRETARY):
        (told,) = [t for t in desk.told(user) if "reached me" in t]
        assert told == (
            "BB answered that it cannot clear “The note”, version 1, as drafted. The answer was "
            "given on Mon 11 January 17:00 Paris, by the closing time, but reached me after the "
            "text stood adopted, so it is not counted. I have asked BB to write to you.\n"
            "For the Chair alone; nothing is said in the channel."
        )
    assert desk.notices() == public
    (entry,) = [e for e in await desk.journal("circulation:1") if e.verb == "told the Chair"]
    assert entry.actor == "bot"
    assert entry.detail == {
        "agency": "bb",
        "position": "cannot clear as drafted",
        "given_at": "2027-01-11T17:00:00+01:00",
    }
    assert state(desk) is CirculationState.ADOPTED


async def test_the_chair_and_the_list_see_that_the_closing_time_is_past(desk):
    card = await desk.circulate("draft")
    await desk.react("UAA", card, CLEARS)
    await desk.until("2027-01-19 09:00")
    told = (await desk.ask("UBB", "clearance")).text
    assert "1 of 3 replies received" in told
    assert "open until" not in told
    assert "the closing time Mon 18 January 18:00 Paris is past, answers still count" in told
    assert "BB: reply still to come." in told
    assert "answers still count" in (await desk.ask("UBB", "mine")).text


async def test_past_the_closing_time_nobody_is_reminded_and_each_outcome_is_told_once(desk):
    card = await desk.circulate("draft")
    await desk.until("2027-01-19 09:00")
    before = len(desk.told("UBB"))
    for user in ("UAA", "UBB"):
        await desk.react(user, card, CLEARS)
    await desk.until("2027-01-25 09:00")
    assert not any("reply of" in text for text in desk.told("UBB")[before:])
    await desk.react("UCC", card, CLEARS)
    said = [t for t in desk.notices() if t.startswith("“The draft”")]
    assert [t.partition(": ")[2][:15] for t in said] == ["Not yet cleared", "Cleared on beha"]


async def test_one_event_delivered_four_times_is_one_answer(desk):
    card = await desk.circulate("draft")
    first = await reacted(desk, "UBB", card, CLEARS)
    for _ in range(3):
        await react(desk.services, first, CLEARS, True)
    assert await journalled(desk, "UBB") == ["cleared"]
    assert len(desk.services.snapshot.state.acts[1]) == 1


async def test_the_event_time_decides_though_removed_arrives_before_added(desk):
    card = await desk.circulate("draft")
    await reacted(desk, "UBB", card, CLEARS, False, order="2000.000200")
    await reacted(desk, "UBB", card, CLEARS, True, order="2000.000100")
    await desk.work()
    assert "0 of 3 replies received" in desk.messenger.at(card).text


async def test_the_latest_of_two_colleagues_counts_and_both_are_recorded(desk):
    await desk.name("bb", user="UX")
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UX", card, BLOCKS)
    await desk.press("UX", desk.asked("UX"), "Confirm")
    await desk.work()
    assert "one point under discussion" in desk.messenger.at(card).text
    await desk.react("UBB", card, CLEARS, given=False)  # not what counts
    assert "one point under discussion" in desk.messenger.at(card).text
    await desk.react("UX", card, BLOCKS, given=False)
    assert "0 of 3 replies received" in desk.messenger.at(card).text


async def test_both_signs_for_cleared_are_one_answer(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, "heavy_check_mark")
    await desk.react("UBB", card, CLEARS, given=False)
    assert "1 of 3 replies received" in desk.messenger.at(card).text


async def test_any_other_emoji_means_nothing_and_is_answered_by_nothing(desk):
    card = await desk.circulate("draft")
    before = len(desk.messenger.posted)
    await desk.react("UBB", card, "tada")
    await desk.react("UX", card, "tada")
    assert len(desk.messenger.posted) == before
    assert await journalled(desk, "UBB") == []


async def test_a_reaction_elsewhere_means_nothing(desk):
    await desk.circulate("draft")
    await desk.react("UBB", MessageRef("C9", "1.000200"), CLEARS)
    assert await journalled(desk, "UBB") == []


async def test_a_reaction_before_the_message_is_known_is_asked_for_again(desk):
    async with desk.storage.unit_of_work() as uow:
        await uow.outbox.add(OutboxItem(OutboxKind.CARD, "C1", subject="circulation:1"))
        await uow.commit()
    with pytest.raises(NotYetPlaced):
        await reacted(desk, "UBB", MessageRef("C1", "1.000200"), CLEARS)


async def test_who_counts_is_looked_up_at_the_moment_of_the_reaction(desk):
    card = await desk.circulate("draft")
    await desk.react("UX", card, CLEARS)
    assert "0 of 3" in desk.messenger.at(card).text
    await desk.ask("UAA", "focal <@UX> cc")
    await desk.react("UX", card, CLEARS, given=False)
    await desk.react("UX", card, CLEARS)
    assert "1 of 3" in desk.messenger.at(card).text
    await desk.ask("UAA", "focal <@UX> none")
    await desk.react("UX", card, BLOCKS)
    assert "1 of 3 replies received, open" in desk.messenger.at(card).text


GROWING = plan(
    milestone("head", "circulation", "March", asks={"for": "clearance", "within": "5wd"}),
    milestone("new", "circulation", "March", asks={"for": "endorsement", "of": ["dd"]}),
    milestone("some", "circulation", "March", asks={"for": "endorsement", "of": ["bb", "dd"]}),
    agencies=[
        {"id": "aa", "short": "AA", "name": "aa"},
        {"id": "bb", "short": "BB", "name": "bb", "until": date(2027, 1, 31)},
        {"id": "dd", "short": "DD", "name": "dd", "from": date(2027, 2, 1)},
    ],
    calendar={"closing_time": "18:00 America/New_York"},
)


@pytest.fixture
async def growing(ready_file, tmp_path):
    """A group that BB leaves and DD joins at the end of January."""
    async with desk_of(GROWING, ready_file, tmp_path) as desk:
        for agency in ("aa", "bb", "dd"):
            await desk.name(agency)
        yield desk


async def test_who_must_answer_is_fixed_on_the_day_it_opens(growing):
    await growing.until("2027-01-28 12:00")
    card = await growing.circulate("head")
    await growing.until("2027-02-02 12:00")
    assert growing.services.snapshot.circulations[1].asked == ("aa", "bb")
    await growing.react("UDD", card, CLEARS)
    assert "DD was not among the agencies asked" in growing.told("UDD")[-1]
    await growing.react("UAA", card, CLEARS)
    assert "1 of 1 reply received" in growing.messenger.at(card).text


async def test_only_members_of_the_day_are_asked_of_those_the_plan_names(growing):
    await growing.circulate("some")
    assert growing.services.snapshot.circulations[1].asked == ("bb",)


async def test_what_nobody_could_answer_is_not_circulated(growing):
    told = await growing.ask(SECRETARY, "circulate new https://example.org/x")
    assert "none of the agencies it would go to is a member today" in told.text
    assert not growing.services.snapshot.circulations


async def test_a_clearance_of_heads_is_not_given_by_people_at_working_level(growing):
    card = await growing.circulate("head")
    for user in ("UAA", "UBB"):
        await growing.react(user, card, CLEARS)
    assert state(growing) is CirculationState.OPEN
    text = growing.messenger.at(card).text
    assert "2 of 2 replies received, 2 of them at working level" in text


async def test_a_closing_time_elsewhere_is_shown_in_both_zones(growing):
    card = await growing.circulate("head")
    text = growing.messenger.at(card).text
    assert "open until Mon 11 January 18:00 New York (Tue 00:00 Paris)" in text
    growing.clock.move_to(growing.clock.now() + timedelta(days=8))
    await growing.work()
    assert state(growing) is CirculationState.PAST_CLOSING
