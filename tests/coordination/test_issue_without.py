"""A text is issued without an agency only with that agency's own consent, which is recorded."""

import pytest

from coordination.clearance_records import QuestionKind
from coordination.messages.forms import Incomplete
from coordination.records import CirculationState, Role
from coordination.services import Refused
from tests.coordination.desk import SECRETARY, buttons
from workplan.clearance import Position

CLEARS, BLOCKS, ASIDE = "white_check_mark", "no_entry", "white_circle"


def circulation(desk, number=1):
    return desk.services.snapshot.circulations[number]


async def asks_without(desk, *agencies, words="", item="draft"):
    table = await desk.ask(SECRETARY, f"clearance {item}")
    form = await desk.press_form(SECRETARY, table, "Issue without…")
    return await desk.submit(SECRETARY, form, agencies=agencies, words=words)


async def two_in(desk):
    card = await desk.circulate("draft")
    for user in ("UAA", "UBB"):
        await desk.react(user, card, CLEARS)
    return card


async def test_with_its_consent_it_is_cleared_and_the_agency_not_named(desk):
    card = await two_in(desk)
    done = await asks_without(desk, "cc", words="The printer waits & <!channel>")
    assert done.message.text == (
        "Asked CC whether “The draft”, version 1 may be issued without it."
    )
    asked = desk.last("UCC")
    assert "be issued without CC? CC would then not be named on it" in asked.text
    assert "The printer waits & <!channel>" in asked.text
    (yes,) = [b for b in buttons(asked) if b.label == "Consent"]
    assert yes.confirm is not None
    told = await desk.press("UCC", asked, "Consent")
    await desk.work()
    assert "may be issued without CC, and will not name it" in told.message.text
    assert circulation(desk).state is CirculationState.CLEARED
    assert "Cleared on behalf of AA and BB. Issued without one agency, with its consent." in (
        desk.messenger.at(card).text
    )
    assert not any("CC" in told for told in desk.notices()[-1:])
    (act,) = [a for a in desk.services.snapshot.state.acts[1] if a.agency == "cc"]
    assert (act.position, act.source, act.person) == (Position.LEFT_OUT, "button", "UCC")
    verbs = [e.verb for e in await desk.journal("circulation:1")]
    assert verbs[-4:] == ["asked", "answered", "agrees to be left out", "cleared"]
    assert "CC consents to issuing" in desk.told(SECRETARY)[-1]


async def test_without_its_consent_nothing_changes_and_the_chair_is_told(desk):
    card = await two_in(desk)
    await desk.react("UCC", card, BLOCKS)
    await asks_without(desk, "cc")
    await desk.press("UCC", desk.last("UCC"), "Do not consent")
    await desk.work()
    assert circulation(desk).state is CirculationState.OPEN
    assert desk.services.snapshot.state.acts[1][-1].position is Position.CANNOT_CLEAR
    for user in (SECRETARY, "UAA"):
        assert desk.told(user)[-1] == (
            "CC does not consent to issuing “The draft”, version 1 without it."
        )
    assert not any("CC" in t or "without" in t for t in desk.notices())


async def test_only_the_agency_itself_can_consent(desk):
    await two_in(desk)
    await asks_without(desk, "cc")
    asked = desk.last("UCC")
    for user in (SECRETARY, "UAA", "UX"):
        assert (await desk.press(user, asked, "Consent")).sentence == "Only CC can answer that."
    assert circulation(desk).state is CirculationState.OPEN


async def test_who_consented_can_still_clear_it(desk):
    card = await desk.circulate("draft")
    await asks_without(desk, "cc")
    await desk.press("UCC", desk.last("UCC"), "Consent")
    for user in ("UCC", "UAA", "UBB"):
        await desk.react(user, card, CLEARS)
    assert "Cleared on behalf of AA, BB and CC." in desk.messenger.at(card).text


async def test_only_agencies_whose_clearance_is_missing_can_be_chosen(desk):
    card = await desk.circulate("draft")
    await desk.react("UAA", card, CLEARS)
    await desk.react("UBB", card, ASIDE)
    table = await desk.ask(SECRETARY, "clearance draft")
    form = await desk.press_form(SECRETARY, table, "Issue without…")
    (choice, words) = form.fields
    assert [(o.value, o.label) for o in choice.options] == [("cc", "CC")]
    assert words.optional
    with pytest.raises(Incomplete):
        await desk.submit(SECRETARY, form)
    with pytest.raises(Incomplete):
        await desk.submit(SECRETARY, form, agencies=("cc",), words="x" * 1001)
    with pytest.raises(Refused, match="nobody was asked"):
        await desk.submit(SECRETARY, form, agencies=("aa", "zz"))
    assert desk.services.snapshot.state.questions == ()


async def test_an_agency_with_nobody_here_is_asked_by_e_mail(desk):
    await desk.ask(SECRETARY, "focal <@UCC> none")
    await desk.circulate("draft")
    done = await asks_without(desk, "cc")
    assert "Nobody here represents CC: please ask by e-mail" in done.message.text
    await desk.name("cc", Role.ALTERNATE, "UX")
    assert [q.asked_of for q in desk.services.snapshot.state.questions] == ["cc"]


async def test_two_of_one_agency_who_press_answer_once(desk):
    await desk.name("cc", user="UX")
    await two_in(desk)
    await asks_without(desk, "cc")
    asked = desk.last("UCC")
    assert "be issued without CC" in desk.last("UX").text
    await desk.press("UX", asked, "Do not consent")
    again = await desk.press("UCC", asked, "Consent")
    assert "answered already" in again.sentence
    assert circulation(desk).state is CirculationState.OPEN


@pytest.mark.parametrize(("answer", "asked"), [(CLEARS, 0), (ASIDE, 0), (BLOCKS, 1)])
async def test_who_clears_it_after_all_is_not_asked_any_more(desk, answer, asked):
    card = await desk.circulate("draft")
    await asks_without(desk, "cc")
    await desk.react("UCC", card, answer)
    kinds = [q.kind for q in desk.services.snapshot.state.questions]
    assert kinds.count(QuestionKind.WITHOUT) == asked


async def test_after_the_end_there_is_nothing_to_consent_to(desk):
    card = await two_in(desk)
    await asks_without(desk, "cc")
    asked = desk.last("UCC")
    await desk.react("UCC", card, CLEARS)
    assert circulation(desk).state is CirculationState.CLEARED
    assert "not open any more" in (await desk.press("UCC", asked, "Consent")).sentence


async def test_a_silence_waits_for_nobodys_clearance(desk):
    await desk.circulate("note")
    told = await desk.press_value(SECRETARY, "gmg_without", "1")
    assert "does not wait for the clearance of each agency" in told
