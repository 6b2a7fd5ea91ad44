"""Clearance by heads: in whose name a ✅ counts, and whether one taken away is withdrawn."""

import pytest

from coordination.clearance_records import QuestionKind
from coordination.dispatch import press
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.desk import buttons, desk_of
from tests.workplan.making import milestone, plan
from workplan.clearance import Capacity, Position

CLEARS, SAYS, ASIDE = "white_check_mark", "speech_balloon", "white_circle"
PLAN = plan(
    milestone(
        "statement",
        "circulation",
        "end of February",
        title="Circulate the statement",
        asks={"for": "clearance", "of": "all", "within": "10wd"},
    )
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(PLAN, ready_file, tmp_path) as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


def stands(desk, agency="bb"):
    from coordination.cards import standings

    snapshot = desk.services.snapshot
    found = standings(snapshot, snapshot.circulations[1])[agency]
    return found.position, found.capacity


async def answered(desk, user, label):
    done = await desk.press(user, desk.asked(user), label)
    await desk.work()
    return done


async def test_a_check_mark_counts_as_working_level_until_the_person_says_in_whose_name(desk):
    card = await desk.circulate("statement")
    await desk.react("UBB", card, CLEARS)
    assert stands(desk) == (Position.CLEARED, Capacity.WORKING_LEVEL)
    assert desk.told("UBB") == [
        "In whose name does BB clear “The statement”, version 1? The heads of agency clear it: "
        "until you answer, it counts as cleared at working level."
    ]
    assert [b.label for b in buttons(desk.asked("UBB"))] == [
        "By the head",
        "By a delegated officer",
        "Working level only",
    ]
    assert "1 of 3 replies received, 1 of them at working level" in desk.messenger.at(card).text


@pytest.mark.parametrize(
    ("label", "capacity", "ends"),
    [
        ("By the head", Capacity.HEAD, True),
        ("By a delegated officer", Capacity.OFFICER, True),
        ("Working level only", Capacity.WORKING_LEVEL, False),
    ],
)
async def test_only_the_head_and_a_delegated_officer_satisfy_the_rule(desk, label, capacity, ends):
    card = await desk.circulate("statement")
    for user in ("UAA", "UCC"):
        await desk.react(user, card, ASIDE)
    await desk.react("UBB", card, CLEARS)
    done = await answered(desk, "UBB", label)
    assert (
        done.message.text == f"Noted: BB has cleared “The statement”, version 1, {capacity.value}."
    )
    assert done.replace
    assert stands(desk) == (Position.CLEARED, capacity)
    ended = desk.services.snapshot.circulations[1].state is CirculationState.CLEARED
    assert ended is ends
    twice = await answered(desk, "UBB", label)
    assert isinstance(twice, Refused)


async def test_the_question_comes_with_the_receipt_of_a_press(desk):
    card = await desk.circulate("statement")
    done = await desk.press("UBB", desk.messenger.at(card).message, "Cleared")
    await desk.work()
    assert "Noted: BB, cleared" in done.message.text
    assert "In whose name does BB clear" in done.message.text
    assert desk.told("UBB") == []
    await desk.press("UBB", done.message, "By the head")
    assert stands(desk) == (Position.CLEARED, Capacity.HEAD)


async def test_with_suggestions_both_are_asked_in_one_message(desk):
    card = await desk.circulate("statement")
    await desk.react("UBB", card, SAYS)
    (told,) = desk.told("UBB")
    assert "In whose name does BB clear" in told
    assert "What do you suggest?" in told
    await answered(desk, "UBB", "By the head")
    assert stands(desk) == (Position.CLEARED_WITH_SUGGESTIONS, Capacity.HEAD)
    form = await desk.press_form("UBB", desk.asked("UBB"), "Write the suggestion…")
    await desk.submit("UBB", form, text="Name them")
    assert stands(desk) == (Position.CLEARED_WITH_SUGGESTIONS, Capacity.HEAD)


async def cleared_by_the_head(desk, user="UBB"):
    card = await desk.circulate("statement")
    await desk.react(user, card, CLEARS)
    await answered(desk, user, "By the head")
    return card


async def test_taking_a_heads_clearance_away_is_asked_about_and_counts_as_not_cleared(desk):
    card = await cleared_by_the_head(desk)
    await desk.react("UBB", card, CLEARS, given=False)
    assert stands(desk) == (None, None)
    assert desk.told("UBB")[-1] == (
        "You took your reaction away. Withdraw BB's clearance of “The statement”, version 1, which "
        "was given by the head? Until you answer, it counts as not cleared."
    )
    assert "0 of 3 replies received" in desk.messenger.at(card).text


async def test_it_stands_gives_it_again_with_its_capacity_by_button(desk):
    card = await cleared_by_the_head(desk)
    await desk.react("UBB", card, CLEARS, given=False)
    done = await answered(desk, "UBB", "It stands")
    assert done.message.text == (
        "Noted: BB's answer to “The statement”, version 1 stands: cleared, by the head."
    )
    assert stands(desk) == (Position.CLEARED, Capacity.HEAD)
    assert desk.services.snapshot.state.acts[1][-1].source == "button"


async def test_withdraw_leaves_none_and_asks_after_what_a_colleague_had_answered(desk):
    await desk.name("bb", user="UX")
    card = await desk.circulate("statement")
    await desk.react("UX", card, ASIDE)
    await desk.react("UBB", card, CLEARS)
    await answered(desk, "UBB", "By the head")
    await desk.react("UBB", card, CLEARS, given=False)
    done = await answered(desk, "UBB", "Withdraw")
    assert "BB's clearance of “The statement”, version 1 is withdrawn." in done.message.text
    assert "Before it, Ux had answered “stands aside” on Mon 4 January." in done.message.text
    await desk.press("UBB", done.message, "Yes: stands aside")
    assert stands(desk) == (Position.STANDS_ASIDE, None)
    assert desk.services.snapshot.state.acts[1][-1].source == "button"  # not one's own reaction


async def test_at_working_level_nothing_is_asked_when_it_is_taken_away(desk):
    card = await desk.circulate("statement")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, CLEARS, given=False)
    assert len(desk.told("UBB")) == 1
    assert desk.services.snapshot.state.questions == ()


async def test_a_newer_answer_leaves_the_withdrawal_nothing_to_ask(desk):
    card = await cleared_by_the_head(desk)
    await desk.react("UBB", card, CLEARS, given=False)
    question = desk.asked("UBB")
    await desk.react("UBB", card, ASIDE)
    assert isinstance(await desk.press("UBB", question, "It stands"), Refused)
    assert stands(desk) == (Position.STANDS_ASIDE, None)


async def test_who_left_the_agency_meanwhile_cannot_say_in_whose_name(desk):
    card = await desk.circulate("statement")
    await desk.react("UBB", card, CLEARS)
    await desk.ask("UAA", "focal <@UBB> none")
    refused = await answered(desk, "UBB", "By the head")
    assert isinstance(refused, Refused)
    assert refused.sentence == "Only BB can answer that."
    assert stands(desk) == (Position.CLEARED, Capacity.WORKING_LEVEL)
    await desk.ask("UAA", "focal <@UBB> CC")
    assert isinstance(await answered(desk, "UBB", "By the head"), Refused)


async def test_the_journal_says_in_whose_name(desk):
    await cleared_by_the_head(desk)
    entries = [e for e in await desk.journal("circulation:1") if e.verb == "cleared"]
    assert [e.detail["capacity"] for e in entries] == ["at working level", "by the head"]


async def test_a_change_is_asked_for_and_confirmed_in_somebodys_name(desk):
    card = await desk.circulate("statement")
    for user in ("UAA", "UCC"):
        await desk.react(user, card, ASIDE)
    message = desk.messenger.at(card).message
    form = await desk.press_form("UBB", message, "Subject to a change…")
    assert [f.name for f in form.fields] == ["place", "text", "wording", "capacity"]
    await desk.submit("UBB", form, text="Strike page 4", capacity="head")
    assert stands(desk) == (Position.SUBJECT_TO_CHANGE, Capacity.HEAD)
    await answered(desk, "UAA", "Accept")
    assert "Does BB clear on that basis, and in whose name?" in desk.told("UBB")[-1]
    labels = [b.label for b in buttons(desk.asked("UBB"))]
    assert labels == ["By the head", "By a delegated officer", "At working level", "Not yet"]
    done = await answered(desk, "UBB", "By the head")
    assert done.message.text == "Noted: BB, cleared, by the head, for “The statement”, version 1."
    assert desk.services.snapshot.circulations[1].state is CirculationState.CLEARED


async def test_the_question_waits_in_mine_and_its_receipt_leaves_the_list_as_it_is(desk):
    card = await desk.circulate("statement")
    await desk.react("UBB", card, CLEARS)
    mine = await desk.ask("UBB", "mine")
    assert "Questions for you" in mine.text
    assert "In whose name does BB clear “The statement”, version 1?" in mine.text
    done = await desk.press("UBB", mine, "By a delegated officer")
    assert not done.replace
    assert stands(desk) == (Position.CLEARED, Capacity.OFFICER)
    assert "Questions for you" not in (await desk.ask("UBB", "mine")).text
    kinds = [q.kind for q in desk.services.snapshot.state.questions]
    assert QuestionKind.CAPACITY not in kinds


async def test_an_answer_given_in_a_brief_does_not_take_the_briefs_place(desk):
    card = await desk.circulate("statement")
    await desk.react("UBB", card, CLEARS)
    await desk.until("2027-01-11 12:00")
    brief = [p for p in desk.messenger.posted if p.target.user == "UBB"][-1]
    assert "the clearance of its head is still to come" in brief.text
    assert "In whose name does BB clear" in brief.text
    button = next(b for b in buttons(brief.message) if b.label == "By the head")
    done = await press(desk.services, desk.asker("UBB", brief.ref), button.action, button.value)
    assert stands(desk) == (Position.CLEARED, Capacity.HEAD)
    assert not done.replace
