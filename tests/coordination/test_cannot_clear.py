"""“Cannot clear as drafted”: time to think it over, confirmed, explained, or a mistake."""

import pytest

from coordination.clearance_records import QuestionKind
from coordination.messages.forms import Incomplete
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.desk import buttons
from workplan.clearance import Position

CLEARS, BLOCKS = "white_check_mark", "no_entry"


def stands(desk, agency="bb", number=1):
    from coordination.cards import standings

    snapshot = desk.services.snapshot
    return standings(snapshot, snapshot.circulations[number])[agency]


async def answered(desk, user, label):
    done = await desk.press(user, desk.asked(user), label)
    await desk.work()
    return done


async def test_it_is_asked_about_privately_and_shows_nowhere_until_it_takes_effect(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    assert desk.told("UBB") == [
        "You answered for BB that it cannot clear “The draft”, version 1, as drafted. It takes "
        "effect on Mon 4 January 08:30 Paris, or as soon as you confirm it; until then the "
        "channel does not show it. The reason helps to settle it and is shown to the Chair alone."
    ]
    assert [b.label for b in buttons(desk.asked("UBB"))] == [
        "Confirm",
        "Give the reason…",
        "It was a mistake",
    ]
    assert "0 of 3 replies received, open" in desk.messenger.at(card).text
    assert desk.told("UAA") == []


async def test_meanwhile_it_suspends_what_was_cleared(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, BLOCKS)
    for user in ("UAA", "UCC"):
        await desk.react(user, card, CLEARS)
    assert desk.services.snapshot.circulations[1].state is CirculationState.OPEN
    assert "2 of 3 replies received, open" in desk.messenger.at(card).text


async def test_confirmed_it_takes_effect_at_once_and_the_chair_is_told(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    done = await answered(desk, "UBB", "Confirm")
    assert done.message.text == (
        "Noted: BB cannot clear “The draft”, version 1, as drafted. The Chair has been told. A "
        "sentence on the reason would help."
    )
    assert "1 of 3 replies received, one point under discussion with the Chair, open until" in (
        desk.messenger.at(card).text
    )
    assert desk.told("UAA")[-1].startswith("BB cannot clear “The draft”, version 1, as drafted.")
    assert "BB" not in desk.messenger.at(card).text
    again = await answered(desk, "UBB", "It was a mistake")
    assert isinstance(again, Refused)
    form = await desk.press_form("UBB", done.message, "Give the reason…")
    await desk.submit("UBB", form, reason="Article 4")
    assert "Article 4" in desk.told("UAA")[-1]


async def test_taking_the_reaction_away_takes_back_what_was_confirmed(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    await answered(desk, "UBB", "Confirm")
    await desk.react("UBB", card, BLOCKS, given=False)
    assert stands(desk).position is None


async def test_giving_the_reason_confirms_and_the_chair_alone_reads_it(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    form = await desk.press_form("UBB", desk.asked("UBB"), "Give the reason…")
    with pytest.raises(Incomplete):
        await desk.submit("UBB", form, reason=" ")
    done = await desk.submit("UBB", form, reason="Article 4 binds us")
    assert done.message.text.startswith(
        "Noted: BB cannot clear “The draft”, version 1, as drafted."
    )
    assert stands(desk).effective_at is None
    assert "one point under discussion" in desk.messenger.at(card).text
    everything = [(p.target.user, p.text) for p in desk.messenger.posted]
    assert {user for user, text in everything if "Article 4" in text} == {"UAA", "USEC"}
    assert "Article 4" not in str(await desk.journal("circulation:1"))
    (kept,) = await desk.storage.comments(1)
    assert (kept.kind, kept.text, kept.agency) == ("reason", "Article 4 binds us", "bb")
    assert desk.services.snapshot.state.questions == ()


async def test_a_mistake_is_taken_back_though_the_reaction_stays(desk):
    from tests.coordination.test_sweep import standing, swept

    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    done = await answered(desk, "UBB", "It was a mistake")
    assert done.message.text == (
        "Taken back: that BB cannot clear “The draft”, version 1. Nobody else has been told."
    )
    assert stands(desk).position is None
    standing(desk, card, no_entry=["UBB"])
    await swept(desk)
    assert stands(desk).position is None  # the ⛔ that still stands is not taken for a new one
    await desk.react("UBB", card, BLOCKS, given=False)
    await desk.react("UBB", card, BLOCKS)
    assert stands(desk).position is Position.CANNOT_CLEAR


async def test_after_a_mistake_an_earlier_answer_may_hold_again(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, BLOCKS)
    done = await answered(desk, "UBB", "It was a mistake")
    assert "you had answered “cleared” on Mon 4 January. Does that hold again?" in done.message.text
    yes = await desk.press("UBB", done.message, "Yes: cleared")
    assert yes.message.text == "Noted: BB, cleared, for “The draft”, version 1."
    assert stands(desk).position is Position.CLEARED
    await desk.react("UBB", card, CLEARS, given=False)  # and goes with its reaction
    assert stands(desk).position is None


async def test_the_form_of_the_button_is_the_confirmation(desk):
    card = await desk.circulate("note")
    form = await desk.press_form("UBB", desk.messenger.at(card).message, "Cannot clear…")
    assert "Shown to the Chair alone" in form.fields[0].hint
    await desk.submit("UBB", form, reason="")
    assert desk.services.snapshot.circulations[1].state is CirculationState.NOT_ADOPTED
    assert "Not adopted as drafted. The Chair will consult." in desk.messenger.at(card).text
    assert "I have asked BB for the reason." in desk.told("UAA")[-1]


async def test_the_reason_can_be_given_after_a_silence_ended_by_it(desk):
    card = await desk.circulate("note")
    await desk.react("UCC", card, BLOCKS)
    done = await answered(desk, "UCC", "Confirm")
    assert desk.services.snapshot.circulations[1].state is CirculationState.NOT_ADOPTED
    form = await desk.press_form("UCC", done.message, "Give the reason…")
    await desk.submit("UCC", form, reason="Article 4")
    assert "Article 4" in desk.told("UAA")[-1]
    with pytest.raises(Refused):
        await desk.submit("UBB", form, reason="Not mine to give")


async def test_nearer_to_the_closing_time_it_takes_effect_at_once(desk):
    card = await desk.circulate("note")
    await desk.until("2027-01-11 17:45")
    await desk.react("UCC", card, BLOCKS)
    assert desk.services.snapshot.circulations[1].state is CirculationState.NOT_ADOPTED
    assert "It has taken effect." in desk.told("UCC")[-1]
    assert "Confirm" not in [b.label for b in buttons(desk.asked("UCC"))]


async def test_thought_over_it_is_shown_once_its_time_has_come(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    await desk.until("2027-01-04 08:31")
    assert stands(desk).in_effect(desk.clock.now())
    await desk.react("UAA", card, CLEARS)
    assert "2 of 3 replies received, one point under discussion" in desk.messenger.at(card).text


async def test_only_who_gave_it_is_asked_and_a_newer_answer_leaves_nothing_to_ask(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    question = desk.asked("UBB")
    stranger = await desk.press("UCC", question, "Confirm")
    assert isinstance(stranger, Refused)
    assert stranger.sentence == "Only BB can answer that."
    assert [q.kind for q in desk.services.snapshot.state.questions] == [QuestionKind.OBJECTION]
    await desk.react("UBB", card, CLEARS)
    late = await desk.press("UBB", question, "Confirm")
    assert isinstance(late, Refused)
    assert "not open any more" in late.sentence
    assert stands(desk).position is Position.CLEARED


@pytest.mark.parametrize("words", ["next 9", "show draft"])
async def test_thought_over_it_is_no_reply_in_what_anybody_may_ask(desk, words):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    assert "replies still to come: 3" in (await desk.ask("UCC", words)).text
    await desk.until("2027-01-04 08:31")
    assert "replies still to come: 2" in (await desk.ask("UCC", words)).text
