"""What the chair decides: at the closing time, before it, and what nobody can decide."""

from datetime import date

import pytest

from coordination.dispatch import press
from coordination.messages.forms import Incomplete
from coordination.records import CirculationState
from coordination.services import Refused
from tests.coordination.desk import SECRETARY, buttons, desk_of
from tests.workplan.making import milestone, plan

CLEARS, BLOCKS, ASIDE = "white_check_mark", "no_entry", "white_circle"
HEADS = plan(
    milestone("text", "circulation", "March", asks={"for": "clearance", "within": "10wd"}),
    milestone("book", "publication", "May", title="Book", needs="text"),
)


def circulation(desk, number=1):
    return desk.services.snapshot.circulations[number]


async def past_closing(desk):
    """The draft with two of three in, at the morning after its closing time."""
    card = await desk.circulate("draft")
    for user in ("UAA", "UBB"):
        await desk.react(user, card, CLEARS)
    await desk.until("2027-01-18 18:00")
    return card


def in_thread(desk, card):
    return [p.text for p in desk.messenger.posted if p.target.thread_ts == card.ts]


OF_THE_CHAIR = ("gmg_extend", "gmg_without", "gmg_close", "gmg_override", "gmg_withdraw")


async def labels(desk, item="draft", user=SECRETARY):
    found = buttons(await desk.ask(user, f"clearance {item}"))
    return [b.label for b in found if b.action in OF_THE_CHAIR]


async def test_at_the_closing_time_the_chair_is_asked_and_everybody_is_told_once(desk):
    card = await past_closing(desk)
    assert circulation(desk).state is CirculationState.PAST_CLOSING
    for user in (SECRETARY, "UAA"):
        asked = desk.last(user)
        assert "The draft, version 1, is not cleared at its closing time." in asked.text
        assert [b.label for b in buttons(asked)] == ["Extend…", "Consult", "Close…"]
    assert in_thread(desk, card) == [
        "“The draft”, version 1: Not yet cleared at the closing time. Reply still to come: 1. "
        "The Chair will consult."
    ]
    await desk.until("2027-01-20 09:00")
    assert len(in_thread(desk, card)) == 1
    asked = [t for t in desk.told(SECRETARY) if "at its closing time" in t]
    assert [t.startswith("Your brief") for t in asked].count(False) == 1


async def test_consult_is_journalled_and_said_once(desk):
    card = await past_closing(desk)
    asked = desk.last(SECRETARY)
    await desk.press(SECRETARY, asked, "Consult")
    again = await desk.press("UAA", asked, "Consult")
    await desk.work()
    assert "answered already" in again.sentence
    assert [t for t in in_thread(desk, card) if "The Chair consults the agencies" in t][1:] == []
    assert circulation(desk).state is CirculationState.PAST_CLOSING
    (entry,) = [e for e in await desk.journal("circulation:1") if e.verb == "answered"]
    assert (entry.actor, entry.detail["answer"]) == (SECRETARY, "consult")
    assert await labels(desk) == ["Extend…", "Issue without…", "Close…", "Override…", "Withdraw…"]


async def test_until_it_is_closed_answers_count_and_are_marked(desk):
    card = await past_closing(desk)
    await desk.until("2027-01-20 09:00")
    await desk.react("UCC", card, CLEARS)
    assert circulation(desk).state is CirculationState.CLEARED
    assert "1 after the closing time" in desk.messenger.at(card).text
    assert desk.services.snapshot.state.questions == ()


async def test_close_asks_before_and_for_a_reason_and_freezes_the_message(desk):
    card = await past_closing(desk)
    asked = desk.last(SECRETARY)
    (close,) = [b for b in buttons(asked) if b.label == "Close…"]
    assert "cannot be opened again" in close.confirm.question
    form = await desk.press_form(SECRETARY, asked, "Close…")
    with pytest.raises(Incomplete):
        await desk.submit(SECRETARY, form, reason="  ")
    with pytest.raises(Incomplete, match="at most 1000"):
        await desk.submit(SECRETARY, form, reason="x" * 3000)
    await desk.submit(SECRETARY, form, reason="Overtaken by <events>")
    ended = circulation(desk)
    assert ended.state is CirculationState.CLOSED
    assert ended.ended_at == desk.clock.now()
    told = "Closed without clearance by the Chair. Reason: Overtaken by <events>"
    assert told in in_thread(desk, card)[-1]
    assert told in desk.messenger.at(card).text
    (entry,) = [e for e in await desk.journal("circulation:1") if e.verb == ended.state.value]
    assert entry.actor == SECRETARY
    assert "Overtaken" not in str(entry.detail)  # people's words stand beside the journal
    assert len(entry.detail["reason_sha256"]) == 64
    await desk.react("UCC", card, CLEARS)
    assert "closed without clearance" in desk.last("UCC").text
    assert circulation(desk).state is CirculationState.CLOSED
    assert await labels(desk) == []


async def test_two_endings_at_once_the_second_is_refused(desk):
    await past_closing(desk)
    table = await desk.ask(SECRETARY, "clearance draft")
    close = await desk.press_form(SECRETARY, table, "Close…")
    override = await desk.press_form("UAA", table, "Override…")
    await desk.submit(SECRETARY, close, reason="One")
    with pytest.raises(Refused, match="is closed without clearance; that cannot be changed"):
        await desk.submit("UAA", override, reason="Two")
    assert circulation(desk).reason == "One"


async def test_closing_is_only_for_what_is_past_its_closing_time(desk):
    await desk.circulate("draft")
    assert await labels(desk) == ["Extend…", "Issue without…", "Withdraw…"]
    for action in ("gmg_close", "gmg_override"):
        assert "agencies may still answer" in await desk.press_value(SECRETARY, action, "1")


@pytest.mark.parametrize("item", ["draft", "note", "survey"])
async def test_the_chair_withdraws_before_the_end_and_all_are_told(desk, item):
    card = await desk.circulate(item)
    table = await desk.ask("UAA", f"clearance {item}")
    form = await desk.press_form("UAA", table, "Withdraw…")
    await desk.submit("UAA", form, reason="A page is missing")
    assert circulation(desk).state is CirculationState.WITHDRAWN
    assert "Withdrawn by the Chair. Reason: A page is missing" in in_thread(desk, card)[-1]
    await desk.until("2027-01-19 09:00")
    assert circulation(desk).state is CirculationState.WITHDRAWN
    assert not any("still to come" in t for t in desk.told("UBB"))
    assert len(in_thread(desk, card)) == 1


async def test_an_endorsement_is_overridden_with_a_reason_and_what_needs_it_goes_on(desk):
    card = await past_closing(desk)
    assert "2 of 3, one reply still to come" in (await desk.ask(SECRETARY, "done report")).text
    table = await desk.ask(SECRETARY, "clearance draft")
    (button,) = [b for b in buttons(table) if b.label == "Override…"]
    assert "though clearances are missing" in button.confirm.question
    form = await desk.press_form(SECRETARY, table, "Override…")
    with pytest.raises(Incomplete):
        await desk.submit(SECRETARY, form)
    await desk.submit(SECRETARY, form, reason="Decided at the meeting")
    assert circulation(desk).state is CirculationState.OVERRIDDEN
    assert in_thread(desk, card)[-1] == (
        "“The draft”, version 1: Closed by the Chair’s decision, on behalf of AA and BB. "
        "Reason: Decided at the meeting"
    )
    assert (await desk.ask(SECRETARY, "done report")).text.startswith("Done")


async def test_nobody_can_override_a_missing_clearance_by_a_head(ready_file, tmp_path):
    async with desk_of(HEADS, ready_file, tmp_path) as desk:
        await desk.name("aa")
        await desk.circulate("text")
        await desk.until("2027-01-19 09:00")
        table = await desk.ask(SECRETARY, "clearance text")
        assert "Override…" not in [b.label for b in buttons(table)]
        assert "Nobody can override the missing clearance of a head" in table.text
        told = await desk.press_value(SECRETARY, "gmg_override", "1")
        assert told.startswith("Nobody can override the missing clearance of a head of agency.")
        assert circulation(desk).state is CirculationState.PAST_CLOSING


@pytest.mark.parametrize("item", ["note", "survey"])
async def test_there_is_nothing_to_override_where_no_clearance_is_asked(desk, item):
    await desk.circulate(item)
    told = await desk.press_value(SECRETARY, "gmg_override", "1")
    assert "needs no clearance of each agency" in told
    assert await labels(desk, item) == ["Extend…", "Withdraw…"]


@pytest.mark.parametrize("action", ["gmg_close", "gmg_withdraw", "gmg_override", "gmg_without"])
async def test_others_than_the_chair_are_told_who_can(desk, action):
    await past_closing(desk)
    with pytest.raises(Refused, match=r"Only the Chair \(AA\) and its secretariat can do that"):
        await press(desk.services, desk.asker("UBB"), action, "1")
    assert await labels(desk, user="UBB") == []


async def test_the_chairs_brief_goes_on_naming_what_is_past_its_closing_time(desk):
    await past_closing(desk)
    await desk.until("2027-02-03 09:00")  # a brief of the kick-off
    brief = desk.last("UAA")
    assert "The draft, version 1, is not cleared at its closing time." in brief.text
    assert {"Extend…", "Consult", "Close…"} <= {b.label for b in buttons(brief)}
    await desk.press("UAA", brief, "Consult")
    await desk.until("2027-02-08 09:00")  # another brief, in which it is asked no more
    assert "The draft — version 1, past its closing time: /gmg clearance" in desk.last("UAA").text


async def test_a_closing_that_the_machine_slept_through_is_asked_about_once(desk):
    card = await desk.circulate("draft")
    await desk.react("UAA", card, CLEARS)
    desk.restart(desk.plan, "two")
    await desk.until("2027-02-01 07:00")
    desk.restart(desk.plan, "three")
    await desk.work()
    assert sum("at its closing time" in t for t in desk.told(SECRETARY)) == 1
    assert [e.verb for e in await desk.journal("circulation:1")].count("past closing") == 1
    form = await desk.press_form(SECRETARY, desk.last(SECRETARY), "Extend…")
    assert form.fields[0].value == date(2027, 2, 8)
