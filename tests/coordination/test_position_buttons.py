"""The buttons on a circulation's message: each answer, its receipt, and who may not give it."""

import pytest

from coordination.actions import Action
from coordination.clearance_records import QuestionKind
from coordination.dispatch import press, submit
from coordination.messages.forms import Answers, Incomplete
from coordination.messages.parts import plain_text
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.desk import SECRETARY, buttons
from workplan.clearance import Position

CLEARS, BLOCKS = "white_check_mark", "no_entry"


def acts(desk, number=1):
    return desk.services.snapshot.state.acts.get(number, ())


def labels(message):
    return [b.label for b in buttons(message)]


async def pressed(desk, user, card, label):
    done = await desk.press(user, desk.messenger.at(card).message, label)
    await desk.work()
    return done


async def opened(desk, user, card, label):
    return await desk.press_form(user, desk.messenger.at(card).message, label)


async def comments(desk, number=1):
    return await desk.storage.comments(number)


def open_kinds(desk):
    return [q.kind for q in desk.services.snapshot.state.questions]


async def test_the_message_has_a_row_of_buttons_and_the_hint_how_to_react(desk):
    card = await desk.circulate("draft")
    assert labels(desk.messenger.at(card).message) == [
        "Cleared",
        "With suggestions…",
        "Subject to a change…",
        "Cannot clear…",
        "Stand aside",
        "More time…",
    ]
    assert (
        "press a button or react to this message: ✅ cleared   💬 with suggestions   "
        "⛔ cannot clear as drafted   ⚪ stands aside   ⏳ more time   ✋ a question   "
        "👀 seen, no answer yet"
    ) in desk.messenger.at(card).text


async def test_for_comments_the_buttons_say_so(desk):
    card = await desk.circulate("survey")
    found = labels(desk.messenger.at(card).message)
    assert found == ["No comments", "Send comments…", "More time…"]
    assert "✅ no comments   💬 comments   ⏳ more time" in desk.messenger.at(card).text


async def test_cleared_by_button_counts_and_has_its_receipt_with_a_way_back(desk):
    card = await desk.circulate("draft")
    done = await pressed(desk, "UBB", card, "Cleared")
    assert done.message.text == "Noted: BB, cleared, for “The draft”, version 1."
    assert labels(done.message) == ["Take it back"]
    assert "1 of 3 replies received" in desk.messenger.at(card).text
    (entry,) = [e for e in await desk.journal("circulation:1") if e.actor == "UBB"]
    assert (entry.verb, entry.detail["source"], entry.evidence) == ("cleared", "button", card)
    assert desk.told("UBB") == []

    back = await desk.press("UBB", done.message, "Take it back")
    await desk.work()
    assert back.message.text == "Taken back: BB's answer to “The draft”, version 1."
    assert back.replace
    assert "0 of 3 replies received" in desk.messenger.at(card).text
    again = await desk.press("UBB", done.message, "Take it back")
    assert isinstance(again, Refused)
    assert "does not count any more" in again.sentence


async def test_standing_aside_by_button_and_no_comments(desk):
    card, survey = await desk.circulate("draft"), await desk.circulate("survey")
    done = await pressed(desk, "UBB", card, "Stand aside")
    assert done.message.text == "Noted: BB, stands aside, for “The draft”, version 1."
    assert "1 agency stands aside" in desk.messenger.at(card).text
    done = await pressed(desk, "UBB", survey, "No comments")
    assert done.message.text == "Noted: BB, no comments, for “The survey”, version 1."


async def test_the_latest_act_counts_whether_pressed_or_reacted(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    await pressed(desk, "UBB", card, "Stand aside")
    assert "1 agency stands aside" in desk.messenger.at(card).text
    await desk.react("UBB", card, CLEARS, given=False)  # does not touch the button's
    assert "1 agency stands aside" in desk.messenger.at(card).text
    await desk.react("UBB", card, CLEARS)
    assert "aside," not in desk.messenger.at(card).text


async def test_a_press_delivered_twice_counts_once(desk):
    card = await desk.circulate("draft")
    asker = desk.asker("UBB", card)
    first = await press(desk.services, asker, Action.POSITION, "1|cleared")
    second = await press(desk.services, asker, Action.POSITION, "1|cleared")
    assert first.message.text == second.message.text
    assert len(acts(desk)) == 1


async def test_suggestions_open_a_form_and_several_can_follow(desk):
    card = await desk.circulate("draft")
    form = await opened(desk, "UBB", card, "With suggestions…")
    assert (form.title, form.submit) == ("Send a suggestion", "Send")
    assert [f.name for f in form.fields] == ["place", "text", "wording"]
    with pytest.raises(Incomplete) as missing:
        await desk.submit("UBB", form, text="  ")
    assert list(missing.value.errors) == ["text"]
    assert acts(desk) == ()

    done = await desk.submit("UBB", form, place="page 2", text="Name them", wording="by name")
    assert done.message.text.startswith("Noted: BB clears “The draft”, version 1, with sugg")
    assert "1 of 3 replies received, open" in desk.messenger.at(card).text
    assert done.replace  # between the person and the bot: nothing is left to ask
    more = await desk.press_form("UBB", done.message, "Another suggestion…")
    await desk.submit("UBB", more, text="Shorter")
    found = [(c.agency, c.kind, c.place, c.text, c.wording) for c in await comments(desk)]
    assert found == [
        ("bb", "suggestion", "page 2", "Name them", "by name"),
        ("bb", "suggestion", "", "Shorter", ""),
    ]
    assert len(acts(desk)) == 1  # it is one answer
    assert open_kinds(desk) == []
    entries = [e for e in await desk.journal("circulation:1") if e.verb == "suggested"]
    assert [e.detail["comment"] for e in entries] == [1, 2]
    assert "Name them" not in str(entries)


async def test_a_text_sent_from_a_list_of_questions_leaves_the_list_as_it_is(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, "speech_balloon")
    listed = await desk.ask("UBB", "mine")
    form = await desk.press_form("UBB", listed, "Write the suggestion…")
    done = await desk.submit("UBB", form, text="Shorter")
    assert not done.replace
    assert [c.text for c in await comments(desk)] == ["Shorter"]


async def test_comments_are_sent_and_counted(desk):
    card = await desk.circulate("survey")
    form = await opened(desk, "UBB", card, "Send comments…")
    assert form.title == "Send a comment"
    done = await desk.submit("UBB", form, text="Ask about rivers")
    assert done.message.text.startswith("Noted: a comment of BB on “The survey”, version 1.")
    await pressed(desk, "UAA", card, "No comments")
    await desk.until("2027-01-12 09:00")
    assert "Closed. 1 sent comments, 1 had none, 1 did not reply." in desk.messenger.at(card).text
    (kept,) = await comments(desk)
    assert (kept.kind, kept.text) == ("comment", "Ask about rivers")


async def test_a_speech_balloon_counts_at_once_and_the_text_is_asked_for_privately(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, "speech_balloon")
    assert "1 of 3 replies received, open" in desk.messenger.at(card).text
    assert desk.told("UBB") == [
        "Noted: BB clears “The draft”, version 1, with suggestions. What do you suggest? The "
        "clearance counts already; what becomes of the suggestions is for the Chair."
    ]
    assert open_kinds(desk) == [QuestionKind.SUGGESTIONS]
    form = await desk.press_form("UBB", desk.asked("UBB"), "Write the suggestion…")
    await desk.submit("UBB", form, text="Name them")
    assert open_kinds(desk) == []
    assert [c.text for c in await comments(desk)] == ["Name them"]


async def test_the_text_is_still_taken_when_the_answer_ended_it(desk):
    card = await desk.circulate("draft")
    for user in ("UAA", "UCC"):
        await desk.react(user, card, CLEARS)
    await desk.react("UBB", card, "speech_balloon")
    assert desk.services.snapshot.circulations[1].state is CirculationState.CLEARED
    form = await desk.press_form("UBB", desk.asked("UBB"), "Write the suggestion…")
    await desk.submit("UBB", form, text="Name them")
    assert [c.text for c in await comments(desk)] == ["Name them"]
    with pytest.raises(Refused, match="after it had ended"):
        await press(desk.services, desk.asker("UCC"), Action.POSITION, "1|suggestions")


async def test_more_time_by_button_goes_to_the_chair_with_the_words(desk):
    card = await desk.circulate("draft")
    form = await opened(desk, "UBB", card, "More time…")
    done = await desk.submit("UBB", form, text="Our lawyers meet on Friday")
    assert done.message.text == (
        "The Chair has been asked for more time for BB on “The draft”, version 1. You will hear "
        "from me."
    )
    assert "0 of 3 replies received" in desk.messenger.at(card).text
    assert "BB asks for more time" in desk.told("UAA")[-1]
    assert "Our lawyers meet on Friday" in desk.told("UAA")[-1]
    again = await desk.submit("UBB", form, text="Please")
    assert "asked already" in again.message.text
    assert len([t for t in desk.told("UAA") if "asks for more time" in t]) == 1


@pytest.mark.parametrize(
    ("user", "told"),
    [("UX", "You represent no agency here yet"), (SECRETARY, "You represent no agency here yet")],
)
@pytest.mark.parametrize("label", ["Cleared", "Cannot clear…", "More time…"])
async def test_whoever_represents_no_agency_reads_so_and_it_is_journalled(desk, user, told, label):
    card = await desk.circulate("draft")
    done = await pressed(desk, user, card, label)
    assert isinstance(done, Refused)
    assert told in done.sentence
    assert acts(desk) == ()
    assert [e.verb for e in await desk.journal("circulation:1") if e.actor == user][-1:] == [
        "not counted"
    ]
    assert desk.told(user) == []  # the press was answered


async def test_an_agency_that_was_not_asked_or_has_left_does_not_count(desk):
    from dataclasses import replace

    card = await desk.circulate("draft")
    async with desk.storage.unit_of_work() as uow:
        kept = await uow.circulations.get(1)
        await uow.circulations.put(replace(kept, asked=("aa", "bb"), struck=("bb",)))
        await uow.commit()
    done = await pressed(desk, "UCC", card, "Cleared")
    assert "CC was not among the agencies asked" in done.sentence
    done = await pressed(desk, "UBB", card, "Cleared")
    assert "BB has left the group since" in done.sentence
    assert acts(desk) == ()


async def test_what_is_over_takes_no_answer_and_has_no_buttons(desk):
    old = await desk.circulate("draft")
    frozen = desk.messenger.at(old).message
    await desk.circulate("draft")
    await desk.until("2027-01-04 08:05")
    assert labels(desk.messenger.at(old).message) == []
    assert "press a button" not in desk.messenger.at(old).text
    done = await desk.press("UBB", frozen, "Cleared")
    assert isinstance(done, Refused)
    assert "is superseded, so your answer changes nothing any more" in done.sentence
    note = await desk.circulate("note")
    frozen = desk.messenger.at(note).message
    await desk.until("2027-01-12 09:00")
    await desk.until("2027-01-12 09:01")
    done = await desk.press("UBB", frozen, "Cannot clear…")
    assert "is adopted, so your answer changes nothing any more" in done.sentence


@pytest.mark.parametrize(
    "value", ["", "1", "1|", "x|cleared", "9|cleared", "1|cannot clear", "²|aside", "-1|aside"]
)
async def test_an_altered_value_records_nothing(desk, value):
    await desk.circulate("draft")
    for name in ("position", "objection"):
        with pytest.raises(Refused):
            await submit(desk.services, desk.asker("UBB"), name, value, Answers({"text": "x"}))
    with pytest.raises(Refused):
        await press(desk.services, desk.asker("UBB"), Action.POSITION, value)
    assert acts(desk) == ()
    assert await comments(desk) == ()


async def test_a_form_filled_in_too_late_is_refused_with_the_reason(desk):
    card = await desk.circulate("note")
    form = await opened(desk, "UBB", card, "Subject to a change…")
    await desk.until("2027-01-12 09:00")
    await desk.until("2027-01-12 09:01")
    with pytest.raises(Refused, match="is adopted"):
        await desk.submit("UBB", form, text="a change")
    assert await comments(desk) == ()


async def test_words_of_people_stand_as_they_are(desk):
    card = await desk.circulate("draft")
    form = await opened(desk, "UBB", card, "With suggestions…")
    text = "<!channel> *bold* `x` \u202e & <@U1> " + "x" * 2_900
    await desk.submit("UBB", form, text=text)
    (kept,) = await comments(desk)
    assert kept.text == text


async def test_who_is_awaited_is_not_shown_to_all(desk):
    card = await desk.circulate("draft")
    await pressed(desk, "UBB", card, "Cleared")
    text = plain_text(desk.messenger.at(card).message.parts)
    assert not any(name in text for name in ("AA", "BB", "CC"))


async def test_the_hint_shows_the_plans_own_emoji(desk):
    from coordination.card_answers import hint
    from coordination.messages.parts import plain
    from tests.workplan.making import milestone, plan

    own = plan(
        milestone(), clearance={"reactions": {"more time": ["turtle"], "question": ["eyes"]}}
    )
    await desk.circulate("draft")
    desk.restart(own)
    await desk.services.snapshots.refresh()
    snapshot = desk.services.snapshot
    words = plain(hint(snapshot, snapshot.circulations[1]))
    assert ":turtle: more time" in words
    assert "👀 a question" in words
    assert "seen" not in words


async def test_a_note_of_the_chair_stands_on_the_message(desk):
    from dataclasses import replace

    card = await desk.circulate("draft")
    async with desk.storage.unit_of_work() as uow:
        kept = await uow.circulations.get(1)
        await uow.circulations.put(replace(kept, note="Please look at page 3."))
        await uow.commit()
    await pressed(desk, "UBB", card, "Cleared")
    text = desk.messenger.at(card).text
    assert "The Chair writes:\nPlease look at page 3." in text


async def test_positions_keep_their_words(desk):
    card = await desk.circulate("draft")
    await pressed(desk, "UBB", card, "Cleared")
    (one,) = acts(desk)
    assert (one.position, one.source, one.capacity) == (Position.CLEARED, "button", None)


async def test_a_form_opened_for_one_agency_says_nothing_for_another(desk):
    card = await desk.circulate("draft")
    for label, field in (("Subject to a change…", "text"), ("Cannot clear…", "reason")):
        await desk.name("bb", user="UX")
        form = await opened(desk, "UX", card, label)
        await desk.name("cc", user="UX")
        with pytest.raises(Refused, match="You represent CC now"):
            await desk.submit("UX", form, **{field: "For BB only."})
    assert acts(desk) == ()
    assert await comments(desk) == ()


async def test_who_takes_away_what_a_text_was_cleared_on_is_told_that_it_changes_nothing(desk):
    card = await desk.circulate("draft")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, card, CLEARS)
    before = len(desk.told("UBB"))
    await desk.until("2027-01-04 09:30")
    await desk.react("UBB", card, CLEARS, given=False)
    (told,) = desk.told("UBB")[before:]
    assert "is cleared, so your answer changes nothing any more" in told
    assert (await desk.journal("circulation:1"))[-1].verb == "not counted"
