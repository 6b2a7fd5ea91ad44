"""What the bot asks privately: does it hold again, what a hand means, more time, who differs."""

import pytest

from coordination.clearance_records import QuestionKind
from coordination.dispatch import press
from coordination.react import react
from coordination.records import Role
from coordination.services import Asker, Refused
from tests.coordination.desk import CHANNEL, buttons
from tests.coordination.test_sweep import standing, swept
from workplan.clearance import Position

CLEARS, BLOCKS, ASIDE, SAYS = "white_check_mark", "no_entry", "white_circle", "speech_balloon"
HAND, TIME = "hand", "hourglass_flowing_sand"


def stands(desk, agency="bb"):
    from coordination.cards import standings

    snapshot = desk.services.snapshot
    return standings(snapshot, snapshot.circulations[1])[agency].position


def waiting(desk):
    return [q.kind for q in desk.services.snapshot.state.questions]


async def answered(desk, user, label):
    done = await desk.press(user, desk.asked(user), label)
    await desk.work()
    return done


async def test_what_is_taken_away_where_an_earlier_answer_stands_is_asked_about(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, ASIDE)
    await desk.react("UBB", card, ASIDE, given=False)
    assert stands(desk) is None
    assert desk.told("UBB")[-1] == (
        "You took back BB's answer to “The draft”, version 1. Before it, you had answered "
        "“cleared” on Mon 4 January. Does that hold again? Until you answer, BB has no answer."
    )
    done = await answered(desk, "UBB", "No answer for now")
    assert done.message.text == "Noted: BB has no answer to “The draft”, version 1 for now."
    assert stands(desk) is None
    assert waiting(desk) == []


async def test_where_nothing_earlier_stands_nothing_is_asked(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, CLEARS, given=False)
    assert desk.told("UBB") == []


async def test_a_newer_answer_leaves_nothing_to_ask(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, ASIDE)
    await desk.react("UBB", card, ASIDE, given=False)
    question = desk.asked("UBB")
    await desk.react("UBB", card, SAYS)
    assert isinstance(await desk.press("UBB", question, "Yes: cleared"), Refused)
    assert stands(desk) is Position.CLEARED_WITH_SUGGESTIONS


async def test_two_people_who_differ_are_both_told_once_and_the_later_counts(desk):
    await desk.name("bb", user="UX")
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    assert desk.told("UX") == []
    await desk.react("UX", card, ASIDE)
    words = (
        "There are two answers of BB to “The draft”, version 1: Ubb answered “cleared”, and later "
        "Ux “stands aside”. The later one counts. If that is not what BB wants to say, please "
        "answer once more on its message."
    )
    assert desk.told("UBB") == [words]
    assert desk.told("UX") == [words]
    assert stands(desk) is Position.STANDS_ASIDE
    assert words not in desk.messenger.at(card).text
    await desk.react("UX", card, "eyes")
    assert len(desk.told("UX")) == 1
    await desk.react("UBB", card, "heavy_check_mark")  # a new change, told anew
    assert len(desk.told("UX")) == 2


async def test_two_who_agree_are_told_nothing(desk):
    await desk.name("bb", user="UX")
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UX", card, CLEARS)
    assert desk.told("UBB") == desk.told("UX") == []


async def test_who_differs_by_button_reads_it_in_the_receipt(desk):
    await desk.name("bb", user="UX")
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    done = await desk.press("UX", desk.messenger.at(card).message, "Stand aside")
    await desk.work()
    assert "There are two answers of BB" in done.message.text
    assert desk.told("UX") == []
    assert "There are two answers of BB" in desk.told("UBB")[-1]


async def test_one_message_holds_all_that_one_reaction_causes(desk):
    await desk.name("bb", user="UX")
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UX", card, BLOCKS)
    (told,) = desk.told("UX")
    assert "There are two answers of BB" in told
    assert "It takes effect on" in told


async def test_what_arrives_late_causes_no_questions(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    stamp = "1.000100"  # an event from before, delivered only now
    late = Asker("UBB", desk.clock.now(), CHANNEL, card, "EvLate", stamp)
    await react(desk.services, late, BLOCKS, True)
    await desk.work()
    assert stands(desk) is Position.CLEARED
    assert desk.told("UBB") == []


async def test_a_raised_hand_is_no_position_and_its_meaning_is_asked(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, HAND)
    assert stands(desk) is None
    assert desk.told("UBB") == [
        "You raised a hand on “The draft”, version 1. What do you mean for BB? No answer is "
        "recorded for it."
    ]
    assert [b.label for b in buttons(desk.asked("UBB"))] == [
        "A question to the Chair…",
        "Cannot clear as drafted…",
        "More time…",
        "Nothing",
    ]
    assert waiting(desk) == [QuestionKind.MEANING]


async def test_a_question_is_passed_on_to_those_who_run_the_plan(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, HAND)
    form = await desk.press_form("UBB", desk.asked("UBB"), "A question to the Chair…")
    done = await desk.submit("UBB", form, text="Is page 4 final?")
    assert done.message.text == "Your question has been passed on to the Chair."
    for user in ("UAA", "USEC"):
        assert desk.told(user)[-1].startswith("Ubb (BB) asks about “The draft”, version 1:")
        assert "Is page 4 final?" in desk.told(user)[-1]
    assert waiting(desk) == []
    assert stands(desk) is None
    assert "Is page 4" not in str(await desk.journal("circulation:1"))


async def test_a_hand_may_mean_cannot_clear_more_time_or_nothing(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, HAND)
    form = await desk.press_form("UBB", desk.asked("UBB"), "Cannot clear as drafted…")
    await desk.submit("UBB", form, reason="Article 4")
    assert stands(desk) is Position.CANNOT_CLEAR

    await desk.react("UCC", card, HAND)
    form = await desk.press_form("UCC", desk.asked("UCC"), "More time…")
    await desk.submit("UCC", form)
    assert "CC asks for more time" in desk.told("UAA")[-1]

    await desk.react("UAA", card, HAND)
    done = await answered(desk, "UAA", "Nothing")
    assert done.message.text == "Good; nothing is recorded."
    assert stands(desk, "aa") is None


async def test_a_hand_taken_down_leaves_nothing_to_ask(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, HAND)
    await desk.react("UBB", card, HAND, given=False)
    assert waiting(desk) == []
    assert isinstance(await answered(desk, "UBB", "Nothing"), Refused)


async def test_an_hourglass_asks_the_chair_once_and_taking_it_away_ends_that(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.react("UBB", card, TIME)
    assert stands(desk) is Position.CLEARED
    assert "BB asks for more time" in desk.told("UAA")[-1]
    assert "You will hear from me." in desk.told("UBB")[-1]
    await desk.react("UBB", card, TIME, given=False)
    assert waiting(desk) == []
    await desk.react("UBB", card, TIME)
    assert waiting(desk) == [QuestionKind.TIME]
    verbs = [e.verb for e in await desk.journal("circulation:1") if e.actor == "UBB"]
    assert verbs == [
        "cleared",
        "needs more time",
        "took back: needs more time",
        "needs more time",
    ]


async def test_an_hourglass_whose_removal_was_told_first_asks_nothing(desk):
    card = await desk.circulate("draft")
    now = desk.clock.now()
    away = Asker("UBB", now, CHANNEL, card, "EvAway", "2000.000200")
    await react(desk.services, away, TIME, False)
    gave = Asker("UBB", now, CHANNEL, card, "EvGave", "2000.000100")
    await react(desk.services, gave, TIME, True)
    assert waiting(desk) == []


@pytest.mark.parametrize("reaction", [SAYS, TIME, HAND])
async def test_whoever_represents_nobody_asked_is_told_and_nothing_is_asked(desk, reaction):
    card = await desk.circulate("draft")
    await desk.react("UX", card, reaction)
    assert "You represent no agency here yet" in desk.told("UX")[-1]
    assert waiting(desk) == []


@pytest.mark.parametrize(
    ("reaction", "kind"),
    [
        (SAYS, QuestionKind.SUGGESTIONS),
        (TIME, QuestionKind.TIME),
        (HAND, QuestionKind.MEANING),
        (BLOCKS, QuestionKind.OBJECTION),
    ],
)
async def test_what_an_outage_hid_leads_to_the_same_questions_once(desk, reaction, kind):
    card = await desk.circulate("draft")
    standing(desk, card, **{reaction: ["UBB"]})
    await swept(desk)
    told = list(desk.told("UBB"))
    assert len(told) == 1
    assert waiting(desk) == [kind]
    entry = [e for e in await desk.journal("circulation:1") if e.actor == "UBB"][-1]
    assert entry.detail["found"] == desk.clock.now().isoformat()
    await swept(desk, 3_000_000.0)
    assert desk.told("UBB") == told
    standing(desk, card)
    await swept(desk, 4_000_000.0)
    assert waiting(desk) == []


async def test_two_answers_found_at_once_are_a_question_to_the_agency(desk):
    await desk.name("bb", Role.ALTERNATE, "UX")
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UX"], no_entry=["UX"], hand=["UX"])
    await swept(desk)
    assert QuestionKind.CONFLICT in waiting(desk)
    assert QuestionKind.MEANING in waiting(desk)  # a hand differs from no answer
    assert any("Which is BB's answer?" in t for t in desk.told("UX"))
    assert any("Which is BB's answer?" in t for t in desk.told("UBB"))
    assert "Which is BB's answer?" in (await desk.ask("UBB", "mine")).text
    question = next(p.message for p in desk.messenger.posted if "Which is BB's" in p.text)
    done = await desk.press("UBB", question, "Cannot clear as drafted")
    assert "It takes effect on" in done.message.text
    assert stands(desk) is Position.CANNOT_CLEAR
    assert isinstance(await desk.press("UX", question, "Cleared"), Refused)


@pytest.mark.parametrize("value", ["", "1", "1|", "9|confirm", "x|confirm", "1|yes", "1|cleared"])
async def test_an_altered_answer_changes_nothing(desk, value):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, BLOCKS)
    before = desk.services.snapshot.state
    with pytest.raises(Refused):
        await press(desk.services, desk.asker("UBB"), "gmg_answer", value)
    await desk.services.snapshots.refresh()
    assert desk.services.snapshot.state.questions == before.questions
    assert desk.services.snapshot.state.acts == before.acts
