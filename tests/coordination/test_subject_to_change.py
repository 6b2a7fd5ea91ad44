"""“Cleared subject to a change”: settled between the chair and the agency."""

import pytest

from coordination.clearance_records import QuestionKind
from coordination.messages.forms import Incomplete
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.desk import buttons
from workplan.clearance import Position

CLEARS, BLOCKS = "white_check_mark", "no_entry"


def stands(desk, agency="bb"):
    from coordination.cards import standings

    snapshot = desk.services.snapshot
    return standings(snapshot, snapshot.circulations[1])[agency].position


def waiting(desk):
    return [(q.kind, q.asked_of) for q in desk.services.snapshot.state.questions]


async def asked_for(desk, item="draft", user="UBB"):
    card = await desk.circulate(item)
    form = await desk.press_form(user, desk.messenger.at(card).message, "Subject to a change…")
    done = await desk.submit(
        user, form, place="page 4", text="Strike the second sentence", wording="We agree."
    )
    return card, done


async def answered(desk, user, label):
    done = await desk.press(user, desk.asked(user), label)
    await desk.work()
    return done


async def test_the_chair_reads_the_change_and_it_does_not_count_yet(desk):
    card, done = await asked_for(desk)
    assert done.message.text == (
        "Noted: BB, cleared subject to a change, for “The draft”, version 1. The Chair is asked; "
        "it counts as cleared once the Chair accepts and BB confirms."
    )
    text = desk.messenger.at(card).text
    assert "1 of 3 replies received, one point under discussion with the Chair" in text
    assert "Strike" not in text
    assert desk.told("UAA")[-1] == (
        "BB clears “The draft”, version 1, subject to a change:\nStrike the second sentence\n"
        "Place in the text: page 4\nProposed wording: We agree."
    )
    assert [b.label for b in buttons(desk.asked("UAA"))] == ["Accept", "Decline…"]
    assert waiting(desk) == [(QuestionKind.CHANGE, "chair")]
    (kept,) = await desk.storage.comments(1)
    assert (kept.kind, kept.place, kept.wording) == ("change", "page 4", "We agree.")
    for user in ("UAA", "UCC"):
        await desk.react(user, card, CLEARS)
    assert desk.services.snapshot.circulations[1].state is CirculationState.OPEN


async def test_only_the_agencys_confirmation_after_the_chairs_yes_counts(desk):
    card, _ = await asked_for(desk)
    for user in ("UAA", "UCC"):
        await desk.react(user, card, CLEARS)
    done = await answered(desk, "UAA", "Accept")
    assert done.message.text == (
        "Accepted. BB is asked whether it clears “The draft”, version 1, on that basis."
    )
    assert stands(desk) is Position.SUBJECT_TO_CHANGE
    assert desk.told("UBB")[-1].startswith(
        "The Chair accepts the change that BB asked for in “The draft”, version 1:"
    )
    assert desk.told("UBB")[-1].endswith("Does BB clear on that basis? It counts once you say so.")
    assert waiting(desk) == [(QuestionKind.BASIS, "bb")]
    done = await answered(desk, "UBB", "Yes, cleared")
    assert done.message.text == "Noted: BB, cleared, for “The draft”, version 1."
    assert desk.services.snapshot.circulations[1].state is CirculationState.CLEARED
    (kept,) = await desk.storage.comments(1)
    assert (kept.reply, kept.replied_by) == ("Accepted.", "UAA")
    entry = [e for e in await desk.journal("circulation:1") if e.verb == "cleared"][-2]
    assert (entry.actor, entry.detail["basis"]) == ("UBB", 1)


async def test_not_yet_leaves_it_as_it_was_and_tells_the_chair(desk):
    await asked_for(desk)
    await answered(desk, "UAA", "Accept")
    await answered(desk, "UBB", "Not yet")
    assert desk.told("UAA")[-1] == "BB does not clear “The draft”, version 1, on that basis yet."
    assert stands(desk) is Position.SUBJECT_TO_CHANGE
    assert waiting(desk) == []


async def test_decline_is_told_to_the_agency_alone(desk):
    await asked_for(desk)
    before = len(desk.messenger.posted)
    form = await desk.press_form("UAA", desk.asked("UAA"), "Decline…")
    with pytest.raises(Incomplete):
        await desk.submit("UAA", form, words=" ")
    done = await desk.submit("UAA", form, words="It was agreed in March.")
    assert done.message.text == "Declined. BB has been told, and nobody else."
    (told,) = desk.messenger.posted[before:]
    assert told.target.user == "UBB"
    assert "The Chair cannot take up the change that BB asked for" in told.text
    assert "The Chair: It was agreed in March." in told.text
    assert stands(desk) is Position.SUBJECT_TO_CHANGE
    await desk.press("UBB", told.message, "Cleared")
    assert stands(desk) is Position.CLEARED
    again = await desk.press("UAA", desk.asked("UAA"), "Accept")
    assert isinstance(again, Refused)


async def test_it_ends_a_silence_as_not_adopted_and_the_chair_still_reads_it(desk):
    await asked_for(desk, "note")
    assert desk.services.snapshot.circulations[1].state is CirculationState.NOT_ADOPTED
    assert any("Strike the second sentence" in t for t in desk.told("UAA"))
    assert waiting(desk) == []


async def test_a_newer_answer_leaves_the_chair_nothing_to_decide(desk):
    card, _ = await asked_for(desk)
    question = desk.asked("UAA")
    await desk.react("UBB", card, CLEARS)
    assert waiting(desk) == []
    assert buttons(desk.asked("UAA")) == []
    assert desk.told("UAA")[-1].endswith("This needs no answer any more.")
    late = await desk.press("UAA", question, "Accept")
    assert isinstance(late, Refused)
    assert stands(desk) is Position.CLEARED


@pytest.mark.parametrize("label", ["Accept", "Decline…"])
async def test_only_who_runs_the_plan_decides(desk, label):
    await asked_for(desk)
    question = desk.asked("UAA")
    refused = await desk.press("UCC", question, label)
    assert isinstance(refused, Refused)
    assert "Only the Chair (AA)" in refused.sentence
    assert waiting(desk) == [(QuestionKind.CHANGE, "chair")]


async def test_only_the_agency_confirms(desk):
    await asked_for(desk)
    await answered(desk, "UAA", "Accept")
    refused = await desk.press("UCC", desk.asked("UBB"), "Yes, cleared")
    assert isinstance(refused, Refused)
    assert refused.sentence == "Only BB can answer that."


async def test_a_second_press_of_the_chair_finds_it_answered(desk):
    await asked_for(desk)
    question = desk.asked("UAA")
    await desk.press("UAA", question, "Accept")
    assert isinstance(await desk.press("USEC", question, "Accept"), Refused)
    assert [k for k, _ in waiting(desk)] == [QuestionKind.BASIS]


async def test_both_wait_in_mine_with_what_was_written(desk):
    await asked_for(desk)
    mine = await desk.ask("UAA", "mine")
    assert "Strike the second sentence" in mine.text
    await desk.press("UAA", mine, "Accept")
    mine = await desk.ask("UBB", "mine")
    assert "Does BB clear on that basis?" in mine.text
    assert "Strike the second sentence" in mine.text
    done = await desk.press("UBB", mine, "Yes, cleared")
    assert not done.replace
    assert stands(desk) is Position.CLEARED
