"""Agencies say that they take part in an output; what asks the interested asks them."""

import pytest

from coordination.actions import Action
from coordination.dispatch import press
from coordination.services import Refused
from tests.coordination.circulating import LINK, circulating, field, opened, said, state
from tests.coordination.desk import SECRETARY, buttons

JOIN, LEAVE = "We take part", "We no longer take part"


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with circulating(ready_file, tmp_path) as made:
        yield made


def labels(message):
    return [b.label for b in buttons(message)]


async def test_an_agency_says_so_on_the_card_and_can_take_it_back(desk):
    shown = await desk.ask("UBB", "show letter")
    assert JOIN in labels(shown)
    done = await desk.press("UBB", shown, JOIN)
    assert done.message.text == "Noted: BB takes part in “Output”."
    again = await desk.press("UBB", shown, JOIN)
    assert again.message.text == "That was noted before: BB takes part in “Output”."
    shown = await desk.ask("UBB", "show letter")
    assert "Taking part: BB" in shown.text
    assert LEAVE in labels(shown)
    assert LEAVE not in labels(await desk.ask("UCC", "show letter"))
    left = await desk.press("UBB", shown, LEAVE)
    assert left.message.text == "Noted: BB does not take part any more in “Output”."
    assert "Taking part" not in (await desk.ask("UBB", "show letter")).text
    entries = await desk.journal("output:out")
    assert [(e.actor, e.verb, e.detail["agency"]) for e in entries] == [
        ("UBB", "takes part", "bb"),
        ("UBB", "does not take part any more", "bb"),
    ]


async def test_who_represents_nobody_has_no_such_button(desk):
    for user in ("UX", SECRETARY):
        assert JOIN not in labels(await desk.ask(user, "show letter"))
        with pytest.raises(Refused, match="join AGENCY"):
            await press(desk.services, desk.asker(user), Action.TAKE_PART, "out|in")
    assert not desk.services.snapshot.state.interests


@pytest.mark.parametrize("value", ["", "out", "out|", "out|maybe", "gone|in", "|in", "out|in|in"])
async def test_an_altered_button_notes_nothing(desk, value):
    with pytest.raises(Refused, match="Please ask again"):
        await press(desk.services, desk.asker("UBB"), Action.TAKE_PART, value)
    assert not desk.services.snapshot.state.interests


async def test_the_interested_are_asked_alone_and_all_while_nobody_said_so(desk):
    form = await desk.form("UAA", "circulate letter")
    assert field(form, "of").value == "interested"
    assert "No agency has said yet that it takes part in “Output”, so all members are asked." in (
        said(form)
    )
    asked = await desk.ask("UAA", f"circulate letter {LINK}")
    assert "clearance by 3 agencies" in asked.text
    assert "so all members are asked" in asked.text
    for user in ("UCC", "UBB"):
        await press(desk.services, desk.asker(user), Action.TAKE_PART, "out|in")
    asked = await desk.ask("UAA", f"circulate letter {LINK}")
    assert "clearance by 2 agencies" in asked.text
    assert "so all members are asked" not in asked.text
    assert "They are: BB and CC." in said(await desk.form("UAA", "circulate letter"))
    await opened(desk, "letter")
    assert state(desk).asked == ("bb", "cc")


async def test_who_was_asked_stays_asked_and_is_told_so(desk):
    await press(desk.services, desk.asker("UBB"), Action.TAKE_PART, "out|in")
    await opened(desk, "letter")
    done = await press(desk.services, desk.asker("UCC"), Action.TAKE_PART, "out|in")
    assert "Who is asked about what is open already stays as it was." in done.message.text
    await desk.react("UCC", state(desk).message, "white_check_mark")
    assert "CC was not among the agencies asked" in desk.told("UCC")[-1]
    assert state(desk).asked == ("bb",)
