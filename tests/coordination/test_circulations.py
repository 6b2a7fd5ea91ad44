"""Documents are circulated, agencies answer by reaction, and each rule ends as it says."""

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.desk import CHANNEL, SECRETARY, buttons
from workplan.clearance import Position

CLEARS, BLOCKS, ASIDE, SEEN = "white_check_mark", "no_entry", "white_circle", "eyes"


def state(desk, number=1):
    return desk.services.snapshot.circulations[number]


async def test_one_question_then_a_message_with_document_rule_and_closing_time(desk):
    asked = await desk.ask(SECRETARY, "circulate draft https://example.org/draft")
    assert "shall version 1" in asked.text
    assert "endorsement by 3 agencies" in asked.text
    assert desk.messenger.posted == []
    done = await desk.press(SECRETARY, asked, "Circulate")
    assert "version 1, open until Mon 18 January 18:00 Paris" in done.message.text
    await desk.work()
    card = desk.notices()[-1]
    assert card.startswith("The draft: version 1")
    assert "https://example.org/draft" in card
    assert "Every agency asked has to clear it; silence is not consent." in card
    assert "0 of 3 replies received, open until" in card
    (entry,) = await desk.journal("circulation:1")
    assert (entry.actor, entry.verb) == (SECRETARY, "circulated")
    assert entry.detail["asked"] == ["aa", "bb", "cc"]


async def test_unanimity_is_cleared_at_once_when_all_are_in_and_announced(desk):
    card = await desk.circulate("draft")
    for user, reaction in (("UAA", CLEARS), ("UBB", ASIDE)):
        await desk.react(user, card, reaction)
    assert "2 of 3 replies received, 1 agency stands aside" in desk.messenger.at(card).text
    await desk.react("UCC", "heavy_check_mark" and card, "heavy_check_mark")
    assert state(desk).state is CirculationState.CLEARED
    assert "Cleared on behalf of AA and CC. BB stands aside." in desk.messenger.at(card).text
    said = desk.messenger.posted[-1]
    assert said.target.thread_ts == card.ts
    assert "version 1: Cleared on behalf of AA and CC." in said.text


async def test_each_answer_is_journalled_with_its_message_as_evidence(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, CLEARS, given=False)
    entries = [e for e in await desk.journal("circulation:1") if e.actor == "UBB"]
    assert [e.verb for e in entries] == ["cleared", "took back: cleared"]
    assert all(e.evidence == card and e.permalink for e in entries)
    assert all(e.detail["version"] == 1 for e in entries)


async def test_a_reaction_taken_away_takes_the_answer_back(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, CLEARS, given=False)
    assert "0 of 3 replies received" in desk.messenger.at(card).text


async def test_a_point_is_shown_without_naming_the_agency(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    await desk.press("UBB", desk.asked("UBB"), "Confirm")
    await desk.work()
    text = desk.messenger.at(card).text
    assert "1 of 3 replies received, one point under discussion with the Chair" in text
    assert "BB" not in text


async def test_seen_is_no_answer(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, SEEN)
    assert "0 of 3 replies received" in desk.messenger.at(card).text
    assert "seen" in {e.verb for e in await desk.journal("circulation:1")}


@pytest.mark.parametrize(
    ("user", "told"),
    [("UX", "You represent no agency here yet"), (SECRETARY, "You represent no agency")],
)
async def test_who_represents_nobody_asked_is_told_once_and_not_counted(desk, user, told):
    card = await desk.circulate("draft")
    await desk.react(user, card, CLEARS)
    await desk.react(user, card, BLOCKS)
    assert [told in text for text in desk.told(user)] == [True]
    assert "0 of 3 replies received" in desk.messenger.at(card).text
    verbs = [e.verb for e in await desk.journal("circulation:1") if e.actor == user and e.evidence]
    assert verbs == ["not counted"] * 2


async def test_silence_is_consent_only_where_the_plan_says_so(desk):
    await desk.circulate("draft")
    await desk.circulate("note")
    await desk.until("2027-01-19 09:00")
    assert state(desk, 1).state is CirculationState.PAST_CLOSING
    assert state(desk, 2).state is CirculationState.ADOPTED
    assert "Adopted without objection, on behalf of AA, BB and CC." in desk.notices()[-1] + "".join(
        desk.notices()
    )


async def test_a_cannot_clear_ends_a_silence_once_it_is_confirmed(desk):
    card = await desk.circulate("note")
    await desk.react("UCC", card, BLOCKS)
    assert state(desk).state is CirculationState.OPEN
    await desk.press("UCC", desk.asked("UCC"), "Confirm")
    await desk.work()
    assert state(desk).state is CirculationState.NOT_ADOPTED
    assert "Not adopted as drafted. The Chair will consult." in desk.messenger.at(card).text


async def test_after_the_closing_time_answers_still_count_under_unanimity_and_are_marked(desk):
    card = await desk.circulate("draft")
    await desk.react("UAA", card, CLEARS)
    await desk.until("2027-01-20 09:00")
    await desk.react("UBB", card, CLEARS)
    assert "1 after the closing time" in desk.messenger.at(card).text
    await desk.react("UCC", card, CLEARS)
    assert state(desk).state is CirculationState.CLEARED


async def test_what_comes_after_the_end_changes_nothing_and_is_told(desk):
    card = await desk.circulate("note")
    await desk.until("2027-01-12 09:00")
    assert state(desk).state is CirculationState.ADOPTED
    await desk.until("2027-01-12 09:01")
    await desk.react("UBB", card, BLOCKS)
    assert state(desk).state is CirculationState.ADOPTED
    assert "changes nothing any more" in desk.told("UBB")[-1]


async def test_comments_end_with_their_count(desk):
    card = await desk.circulate("survey")
    await desk.react("UAA", card, CLEARS)
    await desk.until("2027-01-12 09:00")
    assert state(desk).state is CirculationState.COMMENTS_CLOSED
    text = desk.messenger.at(card).text
    assert "0 sent comments, 1 had none, 2 did not reply" in text


async def test_only_those_who_have_not_answered_are_reminded(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.until("2027-01-11 09:00")  # half time
    assert any("The reply of CC is still to come" in t for t in desk.told("UCC"))
    assert not any("still to come" in t for t in desk.told("UBB"))


async def test_a_new_version_supersedes_the_old_one(desk):
    old = await desk.circulate("draft")
    new = await desk.circulate("draft")
    assert state(desk, 1).state is CirculationState.SUPERSEDED
    assert state(desk, 2).version == 2
    await desk.react("UBB", old, CLEARS)
    assert "0 of 3 replies received" in desk.messenger.at(new).text
    assert "Superseded by version 2" in desk.messenger.at(old).text


async def test_the_button_pressed_twice_circulates_once(desk):
    asked = await desk.ask(SECRETARY, "circulate draft https://example.org/draft")
    await desk.press(SECRETARY, asked, "Circulate")
    again = await desk.press(SECRETARY, asked, "Circulate")
    assert isinstance(again, Refused)
    assert "was circulated already" in again.sentence
    assert len(desk.services.snapshot.circulations) == 1


async def test_only_the_chair_and_the_secretariat_circulate(desk):
    told = await desk.ask("UBB", "circulate draft https://example.org/draft")
    assert "Only the Chair (AA)" in told.text
    asked = await desk.ask("UAA", "circulate draft https://example.org/draft")
    assert isinstance(await desk.press("UBB", asked, "Circulate"), Refused)
    assert not desk.services.snapshot.circulations


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("circulate draft draft.pdf", "is not a link to a document"),
        ("circulate draft ftp://example.org/x", "is not a link to a document"),
        ("circulate draft javascript:alert(1)", "is not a link to a document"),
        ("circulate draft https://example.org/" + "x" * 1600, "over 1500 characters"),
        ("circulate fund https://example.org/x", "is a task, not something the plan circulates"),
        ("circulate kick-off https://example.org/x", "meeting"),
    ],
)
async def test_what_cannot_be_circulated_is_refused_with_the_reason(desk, words, told):
    assert told in (await desk.ask("UAA", words)).text


@pytest.mark.parametrize(
    "value",
    [
        "",
        "{}",
        '{"milestone": "draft"}',
        '{"milestone": "x", "link": "https://e.org", "version": 1}',
    ],
)
async def test_an_altered_button_circulates_nothing(desk, value):
    with pytest.raises(Refused):
        await press(desk.services, desk.asker("UAA"), Action.CIRCULATE, value)
    assert not desk.services.snapshot.circulations


async def test_what_needs_a_clearance_cannot_be_done_before_it(desk):
    assert "has not been circulated yet" in (await desk.ask("UBB", "done report")).text
    card = await desk.circulate("draft")
    await desk.react("UAA", card, CLEARS)
    told = (await desk.ask("UBB", "done report")).text
    assert "to be cleared: 1 of 3, 2 replies still to come" in told
    for user in ("UBB", "UCC"):
        await desk.react(user, card, CLEARS)
    assert (await desk.ask("UBB", "done report")).text.startswith("Done")


async def test_the_chair_sees_who_answered_and_an_agency_its_own(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    chairs = (await desk.ask("UAA", "clearance draft")).text
    assert "cannot clear as drafted" in chairs.partition("react to this message")[2]
    assert "BB" in chairs
    own = (await desk.ask("UCC", "clearance draft")).text
    assert "CC: reply still to come." in own
    assert "BB" not in own


async def test_a_person_removed_stays_in_the_record_of_what_they_did(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.ask("UAA", "focal <@UBB> none")
    found = {p.user for p in desk.services.snapshot.people.values()}
    assert "UBB" not in found
    acts = desk.services.snapshot.state.acts[1]
    assert [(a.person, a.position) for a in acts] == [("UBB", Position.CLEARED)]
    assert "1 of 3 replies received" in desk.messenger.at(card).text


async def test_the_card_is_found_again_after_a_post_whose_answer_was_lost(desk):
    from coordination.ports import DeliveryError

    desk.messenger.trouble.append(DeliveryError("broken", maybe_posted=True))
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    cards = [p for p in desk.messenger.posted if p.target.channel == CHANNEL]
    assert len(cards) == 1
    assert "1 of 3 replies received" in cards[0].text
    assert [b.value for b in buttons(cards[0].message)][:2] == ["1|cleared", "1|suggestions"]
