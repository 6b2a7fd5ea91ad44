"""A question that went to several people says in each copy when it needs no answer any more."""

import pytest

from coordination.copies import subject_of
from coordination.records import OutboxKind
from coordination.services import Refused
from tests.coordination.desk import SECRETARY, buttons

CLEARS = "white_check_mark"


@pytest.fixture
async def asked(desk):
    """BB asks for a change to a text; the card. The chair's AA and the secretariat are asked."""
    card = await desk.circulate("draft")
    form = await desk.press_form("UBB", desk.messenger.at(card).message, "Subject to a change…")
    await desk.submit("UBB", form, text="Strike the second sentence")
    assert buttons(desk.asked("UAA")) == buttons(desk.asked(SECRETARY)) != ()
    return card


async def test_the_others_read_who_has_answered_and_have_nothing_left_to_press(desk, asked):
    before = desk.asked(SECRETARY).text
    done = await desk.press("UAA", desk.asked("UAA"), "Accept")
    assert done.replace
    await desk.work()
    assert buttons(desk.asked(SECRETARY)) == []
    assert desk.told(SECRETARY)[-1] == f"{before}\nUaa has answered this."
    assert buttons(desk.asked("UAA")) != []  # where it was pressed its receipt comes


async def test_answered_elsewhere_ones_own_copy_says_so_as_well(desk, asked):
    question = desk.services.snapshot.state.questions[0]
    await desk.press_value("UAA", "gmg_answer", f"{question.id}|accept")
    await desk.work()
    assert desk.told("UAA")[-1].endswith("\nYou have answered this.")
    assert desk.told(SECRETARY)[-1].endswith("\nUaa has answered this.")
    assert buttons(desk.asked("UAA")) == buttons(desk.asked(SECRETARY)) == []


async def test_what_need_not_be_answered_any_more_says_so(desk, asked):
    await desk.react("UBB", asked, CLEARS)
    for user in ("UAA", SECRETARY):
        assert desk.told(user)[-1].endswith("\nThis needs no answer any more.")
        assert buttons(desk.asked(user)) == []


async def test_a_copy_on_its_way_meanwhile_says_so_when_it_stands(desk, asked):
    question = desk.services.snapshot.state.questions[0]
    async with desk.storage.unit_of_work() as uow:
        for item, _ in await uow.outbox.directly_sent(subject_of(question)):
            await uow.outbox.add(item)  # to be sent once more
        await uow.commit()
    await desk.press("UAA", desk.asked("UAA"), "Accept")
    await desk.work()
    copies = [p.message for p in desk.messenger.posted if "Strike" in p.text]
    _, *others = [c for c in copies if not c.text.startswith("The Chair accepts")]
    assert len(others) == 3
    assert [buttons(c) for c in others] == [[], [], []]
    assert all("has answered this." in c.text or "have answered" in c.text for c in others)


async def test_it_is_told_though_the_process_ends_in_between(desk, asked):
    await desk.press("UAA", desk.asked("UAA"), "Accept")
    desk.restart(desk.plan, "two")
    await desk.work()
    assert desk.told(SECRETARY)[-1].endswith("\nUaa has answered this.")


async def test_where_a_name_in_it_was_forgotten_its_words_are_gone_and_its_end_is_told(desk, asked):
    async with desk.storage.unit_of_work() as uow:
        await uow.outbox.forget("Strike")
        await uow.commit()
    await desk.press("UAA", desk.asked("UAA"), "Accept")
    await desk.work()
    assert desk.told(SECRETARY)[-1] == "I had asked you something.\nUaa has answered this."
    assert buttons(desk.asked(SECRETARY)) == []


async def test_of_two_who_answer_the_second_is_refused_and_nothing_is_told_twice(desk, asked):
    late = desk.asked(SECRETARY)
    await desk.press("UAA", desk.asked("UAA"), "Accept")
    assert isinstance(await desk.press(SECRETARY, late, "Accept"), Refused)
    async with desk.storage.unit_of_work() as uow:
        edits = [i for i in await uow.outbox.claim("test", 60.0, 9) if i.kind is OutboxKind.EDIT]
    assert [i.target for i in edits] == [f"D{SECRETARY}"]
