"""An agency says that what was entered for it is not right, and the chair decides."""

from datetime import date

import pytest

from coordination.clearance_records import QuestionKind
from coordination.dispatch import press
from coordination.messages.parts import Button, Buttons, Message
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.circulating import state
from tests.coordination.desk import SECRETARY
from tests.coordination.recording import acts, entered, recorded
from workplan.clearance import Position

CLEARS = "white_check_mark"


async def in_doubt(desk, position="cleared|"):
    await desk.circulate("draft")
    await recorded(desk, entered("bb", position))
    posted = [p.message for p in desk.messenger.posted if p.target.user == "UBB"]
    reply = await desk.press("UBB", posted[-1], "It is not right")
    await desk.work()
    return posted[-1], reply


async def test_what_is_not_right_is_put_to_the_chair_who_takes_it_back(desk):
    _, reply = await in_doubt(desk)
    assert reply.message.text == (
        "Thank you, the Chair (AA) and its secretariat will look at it and tell you."
    )
    (asked,) = [p.message for p in desk.messenger.posted if p.target.user == "UAA"]
    assert "BB says that what was entered for it on “The draft”, version 1, is not right" in (
        asked.text
    )
    assert "cleared, received on Mon 4 January by e-mail." in asked.text
    done = await desk.press("UAA", asked, "Take it back")
    await desk.work()
    assert done.message.text == ("Noted: the answer entered for BB is taken back; BB is told.")
    assert "is taken back. Please answer on its message" in desk.told("UBB")[-1]
    assert "0 of 3 replies received" in desk.messenger.at(state(desk).message).text
    verbs = [(e.actor, e.verb) for e in await desk.journal("circulation:1")]
    assert ("UBB", "said that an entered answer is not right") in verbs
    assert ("UAA", "took back: cleared") in verbs


async def test_an_earlier_answer_may_hold_again_when_the_entered_one_is_taken_back(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await desk.until("2027-01-05 10:00")
    await recorded(desk, entered("bb", "stands aside|", on=date(2027, 1, 5)))
    note = [p.message for p in desk.messenger.posted if p.target.user == "UBB"][-1]
    await desk.press("UBB", note, "It is not right")
    await desk.work()
    before = len(desk.told("UBB"))
    await desk.press("UAA", desk.asked("UAA"), "Take it back")
    await desk.work()
    (told,) = desk.told("UBB")[before:]
    assert told.startswith(
        "The answer entered for BB on “The draft”, version 1 is taken back. Before it, Ubb had "
        "answered “cleared” on Mon 4 January. Does that hold again?"
    )
    assert "1 of 3" not in desk.messenger.at(card).text
    await desk.press("UBB", desk.asked("UBB"), "Yes: cleared")
    await desk.work()
    assert "1 of 3 replies received" in desk.messenger.at(card).text
    assert [a.position for a in acts(desk) if a.given][-1] is Position.CLEARED


async def test_with_an_entered_answer_goes_what_it_said(desk):
    await desk.circulate("draft")
    await recorded(
        desk,
        entered("bb", "cannot clear as drafted|", words="Too long."),
        entered("cc", "cannot clear as drafted|", words="Too short."),
    )
    message = next(p.message for p in desk.messenger.posted if p.target.user == "UBB")
    await desk.press("UBB", message, "It is not right")
    (waiting,) = desk.services.snapshot.state.questions
    for words in ("take back", "stands"):
        button = Button("gmg_answer", words, f"{waiting.id}|{words}")
        await desk.press(SECRETARY, Message("", (Buttons((button,)),)), words)
    kept = {c.agency: c.withdrawn for c in await desk.storage.comments(1)}
    assert kept == {"bb": True, "cc": False}
    assert "entered:1" in {a.source for a in acts(desk) if not a.given}


async def test_the_question_is_shown_again_where_questions_are_listed(desk):
    await in_doubt(desk)
    listed = await desk.ask("UAA", "mine")
    assert "BB says that what was entered for it on “The draft”, version 1, is not" in listed.text
    done = await desk.press("UAA", listed, "It stands")
    assert "left as it is" in done.message.text


async def test_the_chair_can_say_that_it_stands(desk):
    await in_doubt(desk)
    (asked,) = [p.message for p in desk.messenger.posted if p.target.user == "UAA"]
    await desk.press("UAA", asked, "It stands")
    await desk.work()
    assert "received on Mon 4 January by e-mail, stands." in desk.told("UBB")[-1]
    assert "1 of 3 replies received" in desk.messenger.at(state(desk).message).text
    again = await desk.press(SECRETARY, asked, "Take it back")
    assert isinstance(again, Refused)


async def test_only_the_agency_says_so_and_only_the_chair_decides(desk):
    message, _ = await in_doubt(desk)
    for user in ("UCC", "UX", SECRETARY):
        refused = await desk.press(user, message, "It is not right")
        assert refused.sentence == "Only BB can answer that."
    (asked,) = [p.message for p in desk.messenger.posted if p.target.user == "UAA"]
    refused = await desk.press("UBB", asked, "Take it back")
    assert isinstance(refused, Refused)
    assert [q.kind for q in desk.services.snapshot.state.questions] == [QuestionKind.ENTERED]


async def test_what_a_later_answer_replaced_is_not_asked_about(desk):
    card = await desk.circulate("draft")
    await recorded(desk, entered("bb", "stands aside|"))
    await desk.until("2027-01-05 10:00")
    await desk.react("UBB", card, CLEARS)
    message = next(p.message for p in desk.messenger.posted if p.target.user == "UBB")
    reply = await desk.press("UBB", message, "It is not right")
    assert reply.message.text == (
        "That answer does not count any more. What BB answered later does."
    )
    assert desk.services.snapshot.state.questions == ()


async def test_after_the_end_the_chair_is_told_and_nothing_is_taken_back(desk):
    await desk.circulate("draft")
    await recorded(desk, *(entered(a) for a in ("aa", "bb", "cc")))
    message = next(p.message for p in desk.messenger.posted if p.target.user == "UBB")
    await desk.press("UBB", message, "It is not right")
    await desk.work()
    assert "It has ended (cleared); please consult with BB." in desk.told("UAA")[-1]
    assert state(desk).state is CirculationState.CLEARED


@pytest.mark.parametrize("value", ["", "1", "1|", "1|99", "99|1", "x|y", "1|-1", "9" * 30 + "|1"])
async def test_an_altered_button_is_refused(desk, value):
    await desk.circulate("draft")
    await recorded(desk, entered("bb"))
    with pytest.raises(Refused, match="no answer that I know"):
        await press(desk.services, desk.asker("UBB"), "gmg_not_right", value)
