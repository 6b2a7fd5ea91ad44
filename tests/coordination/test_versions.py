"""Versions: each has its own circulation; editorial ones take the answers over, which agencies
can take back."""

from datetime import date

import pytest

from coordination.actions import Action
from coordination.clearance_records import Evidence, Question, QuestionKind, QuestionState
from coordination.dispatch import press
from coordination.messages.parts import Link, Paragraph
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.circulating import circulating, field, opened, said, state
from tests.coordination.desk import SECRETARY
from workplan.clearance import Act, Capacity, Position

CLEARS, BLOCKS, ASIDE = "white_check_mark", "no_entry", "white_circle"


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with circulating(ready_file, tmp_path) as made:
        yield made


def card(desk, number=1):
    """A circulation's message."""
    return desk.messenger.at(state(desk, number).message)


def links(message):
    """Label and address of all links in a message's paragraphs."""
    lines = [part.line for part in message.parts if isinstance(part, Paragraph)]
    return {i.label: i.url for words in lines for i in words if isinstance(i, Link)}


async def asked(desk, circulation, kind, of, agency):
    """Leave a question open."""
    async with desk.storage.unit_of_work() as uow:
        kept = await uow.questions.add(
            Question(0, circulation, kind, of, agency, "UBB", desk.clock.now())
        )
        await uow.commit()
    await desk.services.snapshots.refresh()
    return kept


def told_back(desk, user):
    """The message to a person about an answer that was carried over."""
    return next(
        p.message
        for p in reversed(desk.messenger.posted)
        if p.target.user == user and "holds for it too" in p.text
    )


async def test_a_new_version_supersedes_the_open_one_and_links_go_both_ways(desk):
    await opened(desk, "draft")
    await desk.react("UBB", state(desk).message, CLEARS)
    before = len(desk.messenger.posted)
    await opened(desk, "draft", link="https://example.org/two")
    old, new = state(desk, 1), state(desk, 2)
    assert (old.state, old.ended_at) == (CirculationState.SUPERSEDED, new.opened_at)
    assert (new.version, new.supersedes, new.editorial) == (2, 1, False)
    assert "Superseded by version 2" in card(desk, 1).text
    assert links(card(desk, 1).message)["version 2"] == new.permalink
    assert "It follows version 1" in card(desk, 2).text
    assert links(card(desk, 2).message)["version 1"] == old.permalink
    assert "0 of 3 replies received" in card(desk, 2).text
    # Nobody who had answered the old one is written to.
    assert [p.target.user for p in desk.messenger.posted[before:]] == [None]
    assert [e.verb for e in await desk.journal("circulation:1")][-1] == "superseded"


async def test_questions_about_the_old_version_are_dropped(desk):
    await opened(desk, "draft")
    kept = await asked(desk, 1, QuestionKind.TIME, "chair", "bb")
    await opened(desk, "draft")
    assert not desk.services.snapshot.state.questions
    async with desk.storage.unit_of_work() as uow:
        assert (await uow.questions.get(kept.id)).state is QuestionState.DROPPED


async def test_an_ended_version_stays_as_it_ended_and_leads_to_the_new_one(desk):
    await opened(desk, "draft")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, state(desk).message, CLEARS)
    await opened(desk, "draft")
    assert state(desk, 1).state is CirculationState.CLEARED
    assert state(desk, 2).supersedes == 1
    assert "It was followed by version 2" in card(desk, 1).text
    assert "Cleared on behalf of AA, BB and CC." in card(desk, 1).text


async def test_editorial_is_offered_only_where_there_is_an_earlier_version(desk):
    first = await desk.form("UAA", "circulate draft")
    assert "editorial" not in {f.name for f in first.fields}
    await opened(desk, "draft")
    second = await desk.form("UAA", "circulate draft")
    assert field(second, "editorial").value == "no"
    assert "Editorial changes only: the answers given carry over" in said(second)


async def test_editorial_carries_over_what_stands_with_person_and_capacity(desk):
    await opened(desk, "draft")
    old = state(desk).message
    await desk.react("UCC", old, CLEARS)
    await desk.react("UCC", old, CLEARS, given=False)
    await desk.react("UAA", old, CLEARS)
    await desk.react("UBB", old, ASIDE)
    done = await opened(desk, "draft", editorial="yes")
    assert "The answers of AA and BB carried over" in done.message.text
    acts = desk.services.snapshot.state.acts[2]
    assert [(a.agency, a.person, a.position, a.source) for a in acts] == [
        ("aa", "UAA", Position.CLEARED, "carried:1"),
        ("bb", "UBB", Position.STANDS_ASIDE, "carried:1"),
    ]
    text = "2 of 3 replies received, 1 agency stands aside, 2 carried over from the version before"
    assert text in card(desk, 2).text
    assert "It follows version 1" in card(desk, 2).text
    assert "with editorial changes only" in card(desk, 2).text
    entries = [e for e in await desk.journal("circulation:2") if e.verb == "carried over"]
    assert [(e.actor, e.detail["agency"], e.detail["from"]) for e in entries] == [
        (SECRETARY, "aa", 1),
        (SECRETARY, "bb", 1),
    ]
    assert [e.detail["person"] for e in entries] == ["UAA", "UBB"]
    view = (await desk.ask("UAA", "clearance draft")).text
    assert "AA | cleared | – | Uaa | Mon 4 January 08:00 | carried over from version 1" in view
    assert "CC | reply still to come" in view
    own = (await desk.ask("UBB", "clearance draft")).text
    assert "BB: stands aside, carried over from version 1." in own


async def test_a_capacity_carries_over_as_it_was(desk):
    await opened(desk, "letter")
    await desk.react("UBB", state(desk).message, CLEARS)
    capacity = desk.services.snapshot.state.acts[1][0].capacity
    await opened(desk, "letter", editorial="yes")
    (act,) = desk.services.snapshot.state.acts[2]
    assert act.capacity is capacity is Capacity.WORKING_LEVEL


async def test_what_was_entered_for_an_agency_is_known_by_its_evidence_on_every_version(desk):
    await opened(desk, "draft")
    now = desk.clock.now()
    async with desk.storage.unit_of_work() as uow:
        kept = await uow.evidence.add(
            Evidence(0, 1, "cc", SECRETARY, now, date(2027, 1, 3), "Ms Head’s office", "e-mail")
        )
        source = f"entered:{kept.id}"
        await uow.circulations.add_act(
            1, Act("cc", SECRETARY, Position.CLEARED, source, True, now, "1")
        )
        await uow.commit()
    await opened(desk, "draft", editorial="yes")
    await opened(desk, "draft", editorial="yes")
    view = (await desk.ask("UAA", "clearance draft")).text
    assert "CC | cleared | – | Ms Head’s office | Sun 3 January | carried over from version 2" in (
        view
    )
    assert "entered by" in view


async def test_each_agency_is_told_and_takes_its_own_back(desk):
    await opened(desk, "draft")
    for user in ("UAA", "UBB"):
        await desk.react(user, state(desk).message, CLEARS)
    await opened(desk, "draft", editorial="yes")
    told = told_back(desk, "UBB")
    assert "BB’s answer to version 1 (cleared) holds for it too" in told.text
    assert not any("holds for it too" in t for t in desk.told("UCC"))
    done = await desk.press("UBB", told, "Take it back")
    assert "Taken back: BB has no answer to “The draft”, version 2, any more." in done.message.text
    assert links(done.message)["the message"] == state(desk, 2).permalink
    await desk.work()
    assert "1 of 3 replies received, 1 carried over" in card(desk, 2).text
    (entry,) = [e for e in await desk.journal("circulation:2") if e.actor == "UBB"]
    assert (entry.verb, entry.detail["source"]) == ("took back: cleared", "carried:1")
    again = await desk.press("UBB", told, "Take it back")
    assert "BB has no answer to “The draft”, version 2, that could be taken back." in again.sentence


async def test_a_colleague_takes_back_what_another_person_of_the_agency_had_given(desk):
    await desk.name("bb", user="UB2")
    await opened(desk, "draft")
    await desk.react("UBB", state(desk).message, CLEARS)
    await opened(desk, "draft", editorial="yes")
    await desk.press("UB2", told_back(desk, "UB2"), "Take it back")
    await desk.work()
    assert "0 of 3 replies received" in card(desk, 2).text


async def test_an_answer_of_its_own_goes_before_the_one_carried_over(desk):
    await opened(desk, "draft")
    await desk.react("UBB", state(desk).message, CLEARS)
    await opened(desk, "draft", editorial="yes")
    await desk.react("UBB", state(desk, 2).message, ASIDE)
    refused = await desk.press("UBB", told_back(desk, "UBB"), "Take it back")
    assert "BB has answered “The draft”, version 2, itself since" in refused.sentence
    assert "(stands aside) counts" in refused.sentence


async def test_what_all_have_cleared_before_can_be_taken_back_until_the_closing_time(desk):
    await opened(desk, "draft")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, state(desk).message, CLEARS)
    assert state(desk).state is CirculationState.CLEARED
    await opened(desk, "draft", editorial="yes")
    assert state(desk, 2).state is CirculationState.OPEN
    assert "3 of 3 replies received" in card(desk, 2).text
    await desk.until("2027-01-20 00:30")  # past 18:00 in New York
    assert state(desk, 2).state is CirculationState.CLEARED
    late = await desk.press("UBB", told_back(desk, "UBB"), "Take it back")
    assert "is cleared, so nothing can be taken back any more" in late.sentence


async def test_who_answers_anew_need_not_wait_for_the_closing_time(desk):
    await opened(desk, "draft")
    for user in ("UAA", "UBB", "UCC"):
        await desk.react(user, state(desk).message, CLEARS)
    await opened(desk, "draft", editorial="yes")
    for user in ("UAA", "UBB"):
        await desk.react(user, state(desk, 2).message, CLEARS)
    assert state(desk, 2).state is CirculationState.OPEN
    await desk.react("UCC", state(desk, 2).message, CLEARS)
    assert state(desk, 2).state is CirculationState.CLEARED


async def test_a_silence_procedure_takes_over_nothing_that_would_prevent_it(desk):
    await opened(desk, "note", rule="unanimity")
    await desk.react("UBB", state(desk).message, BLOCKS)
    errors = await opened(desk, "note", editorial="yes")
    assert "cannot clear version 1 as drafted" in errors["editorial"]
    assert "BB" not in errors["editorial"]
    await opened(desk, "note", editorial="yes", rule="unanimity")
    assert desk.services.snapshot.state.acts[2][0].position is Position.CANNOT_CLEAR


async def test_answers_given_to_another_question_do_not_carry_over(desk):
    await opened(desk, "draft", **{"for": "comments"})
    await desk.react("UBB", state(desk).message, CLEARS)
    errors = await opened(desk, "draft", editorial="yes")
    assert "went out for comments; the answers to it do not carry over" in errors["editorial"]
    assert len(desk.services.snapshot.circulations) == 1


async def test_an_agency_that_is_not_asked_any_more_carries_nothing_over(desk):
    await opened(desk, "draft")
    for user in ("UAA", "UBB"):
        await desk.react(user, state(desk).message, CLEARS)
    await opened(desk, "draft", editorial="yes", of="choose", agencies=("bb", "cc"))
    assert [a.agency for a in desk.services.snapshot.state.acts[2]] == ["bb"]


async def test_a_change_asked_for_stays_with_the_answer_that_carries_over(desk):
    await opened(desk, "draft")
    await desk.react("UBB", state(desk).message, ASIDE)
    change = await asked(desk, 1, QuestionKind.CHANGE, "chair", "bb")
    await asked(desk, 1, QuestionKind.TIME, "chair", "bb")
    await asked(desk, 1, QuestionKind.CHANGE, "chair", "cc")
    await opened(desk, "draft", editorial="yes")
    (left,) = desk.services.snapshot.state.questions
    assert (left.id, left.circulation) == (change.id, 2)


async def test_an_agency_nobody_can_be_told_of_is_named_to_the_secretariat(desk):
    await opened(desk, "draft")
    await desk.react("UBB", state(desk).message, CLEARS)
    await desk.ask("UAA", "focal <@UBB> none")
    done = await opened(desk, "draft", editorial="yes")
    assert "Please tell BB by e-mail that the answer carried over." in done.message.text


async def test_answers_carry_over_from_version_to_version(desk):
    await opened(desk, "draft")
    await desk.react("UBB", state(desk).message, CLEARS)
    for _ in range(2):
        await opened(desk, "draft", editorial="yes")
    (act,) = desk.services.snapshot.state.acts[3]
    assert (act.person, act.source) == ("UBB", "carried:2")


@pytest.mark.parametrize("value", ["", "x", "7", "-1", "9" * 1900, "1|bb", "١"])
async def test_an_altered_button_takes_nothing_back(desk, value):
    await opened(desk, "draft")
    with pytest.raises(Refused, match="I know no such circulation"):
        await press(desk.services, desk.asker("UBB"), Action.TAKE_BACK, value)


@pytest.mark.parametrize("user", ["UX", SECRETARY])
async def test_who_represents_no_agency_takes_nothing_back(desk, user):
    await opened(desk, "draft")
    await desk.react("UBB", state(desk).message, CLEARS)
    await opened(desk, "draft", editorial="yes")
    with pytest.raises(Refused, match="You represent none of the agencies"):
        await press(desk.services, desk.asker(user), Action.TAKE_BACK, "2")
    assert len(desk.services.snapshot.state.acts[2]) == 1


async def test_what_was_given_itself_is_not_taken_back_by_that_button(desk):
    await opened(desk, "draft")
    await desk.react("UBB", state(desk).message, CLEARS)
    with pytest.raises(Refused, match="itself since"):
        await press(desk.services, desk.asker("UBB"), Action.TAKE_BACK, "1")


async def test_the_gate_says_that_what_carried_over_can_still_be_taken_back(desk):
    await opened(desk, "draft")
    for user in ("UAA", "UBB"):
        await desk.react(user, state(desk).message, CLEARS)
    await opened(desk, "draft", editorial="yes")
    await desk.react("UCC", state(desk, 2).message, CLEARS)
    told = (await desk.ask(SECRETARY, "done report")).text
    assert "3 of 3, but answers carried over can be taken back until" in told
    await desk.until("2027-02-08 12:00")
    assert state(desk, 2).state is CirculationState.CLEARED
    assert (await desk.ask(SECRETARY, "done report")).text.startswith("Done")
