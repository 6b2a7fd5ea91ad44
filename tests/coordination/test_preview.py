"""The secretariat sees each notice an hour ahead; what it decides is what the channel gets."""

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.messages.forms import Form, Incomplete
from coordination.records import ReminderState
from coordination.services import Refused
from tests.coordination.conftest import PLAN
from tests.coordination.desk import SECRETARY, buttons

KICK_OFF = "kick-off|2027-02-08|10wd|channel"


@pytest.fixture
async def shown(desk):
    """Previews are on, and that of 25 January has been sent."""
    await desk.ask(SECRETARY, "preview")
    await desk.until("2027-01-25 08:00")
    return desk


def previews(desk):
    return [p.message for p in desk.messenger.posted if p.target.user == SECRETARY]


async def state_of(desk, key=KICK_OFF):
    return next((r.state, r.reason) for r in await desk.ledger() if r.key == key)


async def test_a_notice_is_shown_once_an_hour_ahead_and_sent_as_planned_at_its_time(desk):
    await desk.ask(SECRETARY, "preview")
    await desk.until("2027-01-25 07:59")
    assert previews(desk) == []
    for moment in ("08:00", "08:01", "08:30"):
        await desk.until(f"2027-01-25 {moment}")
    (told,) = previews(desk)
    assert "Notice of Mon 25 January 09:00 Paris" in told.text
    assert "Kick-off" in told.text
    assert [b.label for b in buttons(told)] == ["Send now", "Edit…", "Skip"]
    assert desk.notices() == []
    desk.restart(PLAN, owner="two")
    await desk.until("2027-01-25 09:00")
    assert len(previews(desk)) == 1
    (notice,) = desk.notices()
    assert "Kick-off" in notice
    assert (await state_of(desk))[0] is ReminderState.POSTED


async def test_the_bot_wakes_for_the_preview(desk):
    await desk.ask(SECRETARY, "preview")
    at = await desk.reminders.run()
    assert f"{at.astimezone(desk.zone):%m-%d %H:%M}" == "01-25 08:00"


async def test_sent_now_it_goes_out_once_and_not_again_at_its_time(shown):
    done = await shown.press(SECRETARY, previews(shown)[0], "Send now")
    assert "is sent now" in done.message.text
    await shown.work()
    await shown.until("2027-01-25 09:00")
    assert shown.messenger.all_keys().count(KICK_OFF) == 1
    assert len(shown.notices()) == 1


async def test_skipped_it_is_listed_with_the_reason_and_never_comes(shown):
    await shown.press(SECRETARY, previews(shown)[0], "Skip")
    await shown.until("2027-01-25 09:00")
    shown.restart(PLAN, owner="two")
    await shown.until("2027-02-01 09:00")
    assert shown.notices() == []
    state, reason = await state_of(shown)
    assert (state, reason) == (
        ReminderState.EXPIRED,
        "skipped by the secretariat, who saw it beforehand",
    )
    entry = next(e for e in await shown.journal("milestone:kick-off") if e.verb == "notice skipped")
    assert (entry.actor, entry.detail["key"]) == (SECRETARY, KICK_OFF)


async def test_edited_it_is_posted_in_those_words_with_the_same_keys(shown):
    form = await shown.press_form(SECRETARY, previews(shown)[0], "Edit…")
    (field,) = form.fields
    assert "Kick-off" in field.value
    reply = await shown.submit(SECRETARY, form, text="See you on the <8th>.\n\n*Bring* the plan.")
    assert "as you wrote it" in reply.message.text
    again = await shown.press_form(SECRETARY, reply.message, "Edit…")
    assert again.fields[0].value == "See you on the <8th>.\n*Bring* the plan."
    await shown.until("2027-01-25 09:00")
    (posted,) = [p for p in shown.messenger.posted if p.target.channel]
    assert posted.text == "See you on the <8th>.\n*Bring* the plan."
    assert KICK_OFF in posted.keys
    assert (await state_of(shown))[0] is ReminderState.POSTED
    verbs = {e.verb for e in await shown.journal("milestone:kick-off")}
    assert {"notice edited", "reminded"} <= verbs


async def test_an_edit_may_be_sent_at_once_or_skipped_after_all(shown):
    form = await shown.press_form(SECRETARY, previews(shown)[0], "Edit…")
    reply = await shown.submit(SECRETARY, form, text="Short.")
    await shown.press(SECRETARY, reply.message, "Send now")
    await shown.work()
    assert shown.notices() == ["Short."]


async def test_what_joins_the_notice_after_the_edit_is_added_below(shown):
    form = await shown.press_form(SECRETARY, previews(shown)[0], "Edit…")
    await shown.submit(SECRETARY, form, text="Short.")
    moved = await shown.ask("UAA", "move report 14 June")
    await shown.press("UAA", moved, "Move the date")
    await shown.until("2027-01-25 09:00")
    (notice,) = shown.notices()
    assert notice.startswith("Short.\n")
    assert "Report is moved to Mon 14 June" in notice


async def test_an_edit_about_what_was_moved_since_is_not_sent_and_the_secretariat_told(desk):
    await desk.ask(SECRETARY, "preview")
    await desk.until("2027-03-26 08:00")
    shown = previews(desk)[-1]
    assert "Circulate the note" in shown.text
    assert "Circulate the survey" in shown.text
    form = await desk.press_form(SECRETARY, shown, "Edit…")
    await desk.submit(SECRETARY, form, text="Both are due.")
    await desk.ask(SECRETARY, "done survey")
    await desk.until("2027-03-26 09:00")
    notice = desk.notices()[-1]
    assert "Both are due." not in notice
    assert "Circulate the note" in notice
    assert "survey" not in notice
    assert sum("went out as planned and not as it was edited" in t for t in desk.told(SECRETARY))


@pytest.mark.parametrize("decision", ["Send now", "Skip"])
async def test_after_it_was_sent_nothing_can_be_decided(shown, decision):
    told = previews(shown)[0]
    form = await shown.press_form(SECRETARY, told, "Edit…")
    await shown.until("2027-01-25 09:00")
    late = await shown.press(SECRETARY, told, decision)
    assert isinstance(late, Refused)
    assert "was sent already" in late.sentence
    with pytest.raises(Refused, match="was sent already"):
        await shown.submit(SECRETARY, form, text="Late.")


async def test_a_second_decision_after_skipping_is_told_so(shown):
    told = previews(shown)[0]
    await shown.press(SECRETARY, told, "Skip")
    again = await shown.press(SECRETARY, told, "Send now")
    assert isinstance(again, Refused)
    assert again.sentence == "That notice was skipped already."


async def test_only_the_secretariat_may_whatever_the_button_says(shown):
    assert (await shown.ask("UAA", "preview")).text == "Only the secretariat can do that."
    for action in (Action.PREVIEW_SEND, Action.PREVIEW_EDIT, Action.PREVIEW_SKIP):
        with pytest.raises(Refused, match="Only the secretariat"):
            await press(shown.services, shown.asker("UAA"), action, "2027-01-25T08:00:00+00:00")
        for value in ("", "x", "2027-01-25T08:00:00", "2031-01-01T00:00:00+00:00", "9" * 99):
            with pytest.raises(Refused, match="not of this plan any more"):
                await press(shown.services, shown.asker(SECRETARY), action, value)
    assert (await state_of(shown))[0] is ReminderState.PENDING


async def test_an_empty_edit_stays_in_the_form(shown):
    form = await shown.press_form(SECRETARY, previews(shown)[0], "Edit…")
    assert isinstance(form, Form)
    for text in ("", "  \n ", "x" * 3001):
        with pytest.raises(Incomplete):
            await shown.submit(SECRETARY, form, text=text)


async def test_turned_off_or_paused_nothing_is_shown(desk):
    assert "not shown beforehand" in (await desk.ask(SECRETARY, "preview off")).text
    await desk.ask(SECRETARY, "preview")
    await desk.ask(SECRETARY, "preview off")
    await desk.until("2027-01-25 08:00")
    await desk.ask(SECRETARY, "preview")
    await desk.ask(SECRETARY, "pause")
    await desk.work()
    assert previews(desk) == []
    verbs = [e.verb for e in await desk.journal("plan")]
    assert verbs == ["previews on", "previews off", "previews on", "paused"]


async def test_briefs_are_not_shown(desk):
    await desk.ask(SECRETARY, "preview")
    await desk.until("2027-02-03 08:00")
    seen = len(previews(desk))
    await desk.until("2027-02-03 09:00")
    assert any("Kick-off" in t for t in desk.told("UAA"))
    assert len(previews(desk)) == seen
