"""After an outage the reactions are read back: what was hidden is entered, conflicts are asked."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from coordination.outgoing import Outgoing
from coordination.ports import DeliveryError
from coordination.react import react
from coordination.records import CirculationState
from coordination.services import Refused
from coordination.sweep import Sweep
from workplan.clearance import Position

CLEARS, BLOCKS, ASIDE, SEEN = "white_check_mark", "no_entry", "white_circle", "eyes"


def sweep_of(desk, real=2_000_000.0):
    """The desk's acts have event times of about 1,000,000."""
    out = Outgoing(desk.services, desk.messenger, desk.turns, "one", desk.waits.append)
    return Sweep(out, lambda: real)


def standing(desk, ref, **users):
    """What stands on the platform: reaction=users."""
    desk.messenger.reacted[ref] = {e: frozenset(u) for e, u in users.items()}


async def swept(desk, real=2_000_000.0):
    desk.real.seconds += 3_600
    await sweep_of(desk, real).run()
    await desk.work()


async def test_a_reaction_that_an_outage_hid_is_entered_with_the_time_it_was_found(desk):
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UBB"])
    await desk.until("2027-01-05 10:00")
    await swept(desk)
    (act,) = desk.services.snapshot.state.acts[1]
    assert (act.person, act.position, act.at) == ("UBB", Position.CLEARED, desk.clock.now())
    entry = (await desk.journal("circulation:1"))[-1]
    assert (entry.actor, entry.verb, entry.evidence) == ("UBB", "cleared", card)
    assert entry.detail["found"] == desk.clock.now().isoformat()
    assert "1 of 3 replies received" in desk.messenger.at(card).text


async def test_a_look_that_the_platforms_rates_hold_back_goes_on_when_they_let_it(desk):
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UBB"])
    desk.messenger.faults["reactions"].extend([DeliveryError("ratelimited", retry_after=40)] * 2)
    await swept(desk)
    assert desk.turns.pauses == [30, 10, 30, 10]  # saying meanwhile that it is still at it
    assert "1 of 3 replies received" in desk.messenger.at(card).text


async def test_a_look_at_the_start_that_failed_is_made_again_though_one_was_made_this_hour(desk):
    card = await desk.circulate("draft")
    await swept(desk)
    desk.real.seconds += 600  # the other process died meanwhile
    standing(desk, card, white_check_mark=["UBB"])
    desk.messenger.faults["reactions"].append(DeliveryError("internal_error"))
    begun = sweep_of(desk)
    with pytest.raises(DeliveryError):
        await begun.circulations()
    assert not begun.looked
    await begun.run()
    await desk.work()
    assert begun.looked
    assert "1 of 3 replies received" in desk.messenger.at(card).text


async def test_a_second_look_enters_nothing(desk):
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UBB"], no_entry=["UCC"])
    await swept(desk)
    before = await desk.journal("circulation:1")
    await swept(desk, 3_000_000.0)
    assert await desk.journal("circulation:1") == before


@pytest.mark.parametrize("user", ["UBB", "UX"], ids=["an agency", "a stranger"])
@pytest.mark.parametrize("reaction", [CLEARS, BLOCKS, "hand", "hourglass_flowing_sand"])
async def test_the_event_of_what_was_found_already_enters_nothing(desk, user, reaction):
    card = await desk.circulate("draft")
    standing(desk, card, **{reaction: [user]})
    await swept(desk)
    acts = desk.services.snapshot.state.acts
    entries, told = await desk.journal("circulation:1"), len(desk.messenger.posted)
    await desk.react(user, card, reaction)  # it happened before the look, and comes behind it
    await desk.work()
    assert await desk.journal("circulation:1") == entries
    assert desk.services.snapshot.state.acts == acts
    assert len(desk.messenger.posted) == told


async def test_the_event_of_a_taking_away_that_was_found_enters_nothing(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    standing(desk, card)
    await swept(desk)
    entries = await desk.journal("circulation:1")
    await desk.react("UBB", card, CLEARS, given=False)
    assert await desk.journal("circulation:1") == entries


async def test_a_reaction_given_after_one_that_was_found_is_entered(desk):
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UBB"])
    await swept(desk, real=500_000.0)  # before the desk's event times
    await desk.react("UBB", card, CLEARS)
    assert [e.verb for e in await desk.journal("circulation:1")].count("cleared") == 2


async def test_a_reaction_taken_away_meanwhile_is_taken_back(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    standing(desk, card)
    await swept(desk)
    assert "0 of 3 replies received" in desk.messenger.at(card).text
    assert (await desk.journal("circulation:1"))[-1].verb == "took back: cleared"


async def test_a_message_that_is_gone_withdraws_nothing(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    desk.messenger.reacted[card] = None
    await swept(desk)
    assert "1 of 3 replies received" in desk.messenger.at(card).text


async def test_what_came_while_the_platform_was_asked_stays(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)  # its event time is after the moment of asking
    standing(desk, card)
    await swept(desk, real=500_000.0)
    assert "1 of 3 replies received" in desk.messenger.at(card).text


async def test_what_was_taken_away_while_the_platform_was_asked_stays_away(desk):
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UBB"])
    asked_at = desk.clock.now()
    desk.messenger.meanwhile = lambda: desk.clock.move_to(asked_at + timedelta(minutes=2))
    await swept(desk)
    assert "1 of 3 replies received" in desk.messenger.at(card).text
    away = replace(
        desk.asker("UBB", card), at=asked_at + timedelta(minutes=1), order="2000060.000000"
    )
    await react(desk.services, away, CLEARS, given=False)
    await desk.work()
    assert "0 of 3 replies received" in desk.messenger.at(card).text


async def test_a_later_answer_found_replaces_the_one_recorded(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, CLEARS)
    standing(desk, card, white_check_mark=["UBB"], no_entry=["UBB"])
    await swept(desk)
    assert "0 of 3 replies received, open" in desk.messenger.at(card).text
    await desk.until("2027-01-04 08:01")
    await desk.press("UBB", desk.asked("UBB"), "Confirm")
    await swept(desk, 3_000_000.0)
    assert "1 of 3 replies received, one point under discussion" in desk.messenger.at(card).text


async def test_two_answers_found_at_once_are_asked_about_and_not_guessed(desk):
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UBB"], no_entry=["UBB"])
    await swept(desk)
    await swept(desk, 3_000_000.0)
    assert desk.services.snapshot.state.acts.get(1, ()) == ()
    (question,) = [p for p in desk.messenger.posted if p.target.user == "UBB"]
    assert "found “cannot clear as drafted” and “cleared” from BB" in question.text
    stranger = await desk.press("UX", question.message, "Cleared")
    assert isinstance(stranger, Refused)
    done = await desk.press("UBB", question.message, "Cleared")
    assert done.message.text == "Noted: BB, cleared, for “The draft”, version 1."
    await swept(desk, 4_000_000.0)
    assert "1 of 3 replies received, open" in desk.messenger.at(card).text


async def test_two_people_of_one_agency_who_differ_are_both_asked(desk):
    await desk.name("bb", user="UX")
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UBB"], no_entry=["UX"])
    await swept(desk)
    for user in ("UBB", "UX"):
        assert any("Which is BB's answer?" in text for text in desk.told(user))


async def test_an_answer_by_button_is_not_taken_back_with_a_reaction(desk):
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UBB"], no_entry=["UBB"])
    await swept(desk)
    (question,) = [p for p in desk.messenger.posted if p.target.user == "UBB"]
    await desk.press("UBB", question.message, "Cleared")
    await desk.react("UBB", card, CLEARS, given=False)
    standing(desk, card)
    await swept(desk, 4_000_000.0)
    assert "1 of 3 replies received" in desk.messenger.at(card).text


async def test_a_clearance_found_takes_no_place_of_an_answer_by_button_without_asking(desk):
    card = await desk.circulate("draft")
    await desk.press_value("UBB", "gmg_position", "1|aside")
    standing(desk, card, white_check_mark=["UBB"])
    await swept(desk)
    await swept(desk, 3_000_000.0)
    (act,) = desk.services.snapshot.state.acts[1]
    assert act.position is Position.STANDS_ASIDE
    assert "until you say, “stands aside” counts" in desk.asked("UBB").text
    await desk.press("UBB", desk.asked("UBB"), "Stands aside")
    assert desk.services.snapshot.state.acts[1] == (act,)
    assert not desk.services.snapshot.state.questions


async def test_a_clearance_found_beside_an_answer_by_button_counts_once_its_agency_says_so(desk):
    card = await desk.circulate("draft")
    await desk.press_value("UBB", "gmg_position", "1|aside")
    standing(desk, card, white_check_mark=["UBB"])
    await swept(desk)
    await desk.press("UBB", desk.asked("UBB"), "Cleared")
    assert desk.services.snapshot.state.acts[1][-1].position is Position.CLEARED


async def test_a_clearance_found_beside_a_cannot_clear_is_asked_about(desk):
    card = await desk.circulate("draft")
    await desk.react("UBB", card, "no_entry")
    standing(desk, card, white_check_mark=["UBB"], no_entry=["UBB"])
    await swept(desk)
    (act,) = desk.services.snapshot.state.acts[1]
    assert act.position is Position.CANNOT_CLEAR
    assert "until you say, “cannot clear as drafted” counts" in desk.asked("UBB").text
    standing(desk, card, white_check_mark=["UBB"])  # taken away, it leaves nothing to ask about
    await swept(desk, 3_000_000.0)
    assert desk.services.snapshot.state.acts[1][-1].given is False


async def test_a_cannot_clear_found_is_entered_whatever_answer_by_button_stands(desk):
    card = await desk.circulate("draft")
    await desk.press_value("UBB", "gmg_position", "1|cleared")
    standing(desk, card, no_entry=["UBB"])
    await swept(desk)
    assert desk.services.snapshot.state.acts[1][-1].position is Position.CANNOT_CLEAR


async def test_a_silence_does_not_end_against_an_objection_found_in_time(desk):
    card = await desk.circulate("note")
    desk.clock.move_to(desk.clock.now().replace(day=20))  # closed on the 11th, the bot was away
    standing(desk, card, no_entry=["UCC"])
    await sweep_of(desk).circulations()
    await desk.work()
    assert desk.services.snapshot.circulations[1].state is CirculationState.NOT_ADOPTED


async def test_who_represents_nobody_is_told_once_and_not_at_every_look(desk):
    card = await desk.circulate("draft")
    standing(desk, card, white_check_mark=["UX"])
    for real in (2e6, 3e6, 4e6):
        await swept(desk, real)
    assert len(desk.told("UX")) == 1
    assert [e.verb for e in await desk.journal("circulation:1")].count("not counted") == 1


@pytest.mark.parametrize("told", ["2027-05-17 09:00", "2027-06-01 09:00"], ids=["ahead", "overdue"])
async def test_eyes_on_a_reminder_are_found_as_acknowledgement(desk, told):
    await desk.until(told)
    (brief,) = [p for p in desk.messenger.posted if p.target.user == "UBB" and "Report" in p.text]
    (row,) = [r for r in await desk.ledger() if r.message == brief.ref]
    assert (row.subject, row.counted_to) == ("report", date(2027, 5, 31))
    standing(desk, brief.ref, eyes=["UBB", "UCC"])
    await swept(desk)
    await swept(desk, 3e6)
    (mark,) = desk.services.snapshot.state.acknowledgements
    assert (mark.agency, mark.milestone) == ("bb", "report")


async def test_where_the_platform_refuses_for_good_the_others_are_still_looked_at(desk):
    gone, card = await desk.circulate("draft"), await desk.circulate("note")
    standing(desk, card, white_check_mark=["UBB"])
    real_reactions = desk.messenger.reactions

    async def reactions(ref):
        if ref == gone:
            raise DeliveryError("channel_not_found", permanent=True)
        return await real_reactions(ref)

    desk.messenger.reactions = reactions
    await swept(desk)
    assert "1 of 3 replies received" in desk.messenger.at(card).text


@pytest.mark.parametrize("value", ["", "1", "x|cleared", "9|cleared", "1|nonsense", "²|cleared"])
async def test_an_altered_position_button_records_nothing(desk, value):
    from coordination.actions import Action
    from coordination.dispatch import press

    await desk.circulate("draft")
    with pytest.raises(Refused):
        await press(desk.services, desk.asker("UBB"), Action.POSITION, value)
    assert desk.services.snapshot.state.acts.get(1, ()) == ()
