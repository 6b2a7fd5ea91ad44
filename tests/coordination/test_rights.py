"""Who may do what is looked up when they act, never read from what they press."""

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.records import Role
from coordination.services import Refused
from tests.coordination.desk import SECRETARY, buttons

CHAIR_ACTS = (
    "confirm forum 10-11 June",
    "move report 14 June",
    "circulate draft https://example.org/x",
    "activate fund",
    "focal <@UX> cc",
    "focal <@UCC> none",
    "pause",
    "pause off",
)
OWNER_ACTS = ("done review", "reopen review", "postpone review", "reopen review")
QUESTIONS = (
    *("help", "next", "deadlines", "deadlines late", "owner draft", "show draft", "meetings"),
    *("chair", "agencies", "mine", "clearance", "clearance draft", "check"),
)


def everything(desk):
    return desk.services.snapshot.state


def refusal(message):
    return message.text.startswith("Only ")


async def test_anyone_may_ask_and_asking_changes_nothing(desk):
    before = everything(desk)
    for words in QUESTIONS:
        assert not refusal(await desk.ask("UX", words))
    assert everything(desk) == before
    assert desk.messenger.posted == []


@pytest.mark.parametrize("words", CHAIR_ACTS)
async def test_what_is_the_chairs_is_refused_to_others_in_one_polite_sentence(desk, words):
    before = everything(desk)
    for user in ("UBB", "UCC", "UX", "USTRANGER"):
        told = await desk.ask(user, words)
        assert told.text == "Only the Chair (AA) and its secretariat can do that."
        assert not buttons(told)
    assert everything(desk) == before


@pytest.mark.parametrize("role", list(Role))
async def test_all_the_chairs_people_may(desk, role):
    await desk.name("aa", role, "UX2")
    for words in (*CHAIR_ACTS, *OWNER_ACTS):
        assert not refusal(await desk.ask("UX2", words))


async def test_the_secretariat_may_though_it_represents_no_agency(desk):
    for words in (*CHAIR_ACTS, *OWNER_ACTS):
        assert not refusal(await desk.ask(SECRETARY, words))


@pytest.mark.parametrize("words", OWNER_ACTS)
async def test_what_is_the_owners_may_be_done_by_each_of_their_people(desk, words):
    for role in Role:
        await desk.name("cc", role, "UX2")
        assert not refusal(await desk.ask("UX2", words))


@pytest.mark.parametrize("words", OWNER_ACTS)
async def test_what_is_the_owners_is_refused_to_others(desk, words):
    for user in ("UBB", "UX", "USTRANGER"):
        told = await desk.ask(user, words)
        assert told.text == (
            "Only the people of CC and the Chair (AA) and its secretariat can do that for "
            "“Review the report”."
        )
    assert desk.services.snapshot.schedule["review"].done_on is None


@pytest.mark.parametrize("words", CHAIR_ACTS)
async def test_the_chair_of_the_day_may_and_the_last_one_no_more(desk, words):
    await desk.until("2027-06-30 23:00")
    assert refusal(await desk.ask("UBB", words))
    await desk.until("2027-07-01 00:30")
    assert (await desk.ask("UAA", words)).text == (
        "Only the Chair (BB) and its secretariat can do that."
    )
    assert not refusal(await desk.ask("UBB", words))


async def test_in_a_vacancy_the_secretariat_alone_runs_the_plan(desk):
    await desk.until("2028-01-03 09:00")
    told = await desk.ask("UBB", "activate fund")
    assert told.text == "Only the secretariat can do that."
    assert (await desk.ask(SECRETARY, "activate fund")).text.startswith("Activated")


async def test_somebody_who_was_removed_has_no_rights_left(desk):
    asked = await desk.ask("UAA", "move report 14 June")
    await desk.ask(SECRETARY, "focal <@UAA> none")
    assert isinstance(await desk.press("UAA", asked, "Move the date"), Refused)
    assert refusal(await desk.ask("UAA", "move report 14 June"))
    assert desk.services.snapshot.changes == {}


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("confirm review 1 September", "Confirm the date"),
        ("move review 1 September", "Move the date"),
        ("circulate draft https://example.org/x", "Circulate"),
    ],
)
async def test_a_question_put_to_one_chair_gives_it_no_right_after_its_term(desk, words, label):
    await desk.until("2027-06-30 12:00")
    asked = await desk.ask("UAA", words)
    await desk.until("2027-07-01 12:00")
    before = everything(desk)
    refused = await desk.press("UAA", asked, label)
    assert isinstance(refused, Refused)
    assert refused.sentence == "Only the Chair (BB) and its secretariat can do that."
    assert everything(desk) == before
    assert not isinstance(await desk.press("UBB", asked, label), Refused)


async def test_a_request_to_join_is_decided_by_who_has_the_chair_then(desk):
    await desk.until("2027-06-30 12:00")
    await desk.ask("UX", "join cc")
    await desk.work()
    request = next(p.message for p in desk.messenger.posted if "asks to represent" in p.text)
    await desk.until("2027-07-01 12:00")
    assert isinstance(await desk.press("UAA", request, "Accept"), Refused)
    await desk.press("UBB", request, "Accept")
    assert desk.services.snapshot.people["UX"].agency == "cc"


async def test_nobody_accepts_their_own_request(desk):
    await desk.ask("UX", "join aa")
    for action in (Action.JOIN_ACCEPT, Action.JOIN_DECLINE):
        with pytest.raises(Refused):
            await press(desk.services, desk.asker("UX"), action, "UX|aa")
    assert "UX" not in desk.services.snapshot.people


async def test_nobody_is_named_by_a_request_that_was_never_made(desk):
    done = await press(desk.services, desk.asker("UAA"), Action.JOIN_ACCEPT, "UX|cc")
    assert done.message.text == "That request was decided already."
    assert "UX" not in desk.services.snapshot.people


async def test_asking_to_join_again_and_again_reaches_the_chair_once_a_day(desk):
    for _ in range(3):
        told = await desk.ask("UX", "join cc")
    assert told.text.startswith("I have asked already.")
    await desk.work()
    assert sum("asks to represent" in text for text in desk.told("UAA")) == 1
    await desk.until("2027-01-05 12:00")
    assert (await desk.ask("UX", "join cc")).text.startswith("I have asked Uaa")


async def test_the_done_button_is_for_those_who_own_it_when_it_is_pressed(desk):
    shown = await desk.ask("UX", "show review")
    for user in ("UX", "UBB"):
        assert isinstance(await desk.press(user, shown, "Done"), Refused)
    await desk.ask("UAA", "focal <@UBB> cc")
    done = await desk.press("UBB", shown, "Done")
    assert done.message.text.startswith("Done: “Review the report”")


async def test_an_agency_that_left_the_group_runs_and_owns_nothing(desk):
    gone = tuple(
        a.model_copy(update={"until": desk.clock.now().date().replace(day=1)})
        if a.id == "cc"
        else a
        for a in desk.plan.agencies
    )
    desk.restart(desk.plan.model_copy(update={"agencies": gone}), owner="two")
    await desk.services.snapshots.refresh()
    told = await desk.ask("UCC", "done review")
    assert told.text.startswith("Only the people of the owners and the Chair (AA)")
