"""Who changed agency takes back what was given for the agency of that time."""

import pytest

from tests.coordination.test_sweep import swept as look_again
from workplan.clearance import Position, standing


def stands(desk, agency):
    acts = desk.services.snapshot.state.acts.get(1, ())
    return standing(acts, (agency,))[agency].position


async def moved(desk):
    """UX cleared for BB and is CC's now; where the message stands, and what UBB was told."""
    await desk.name("bb", user="UX")
    ref = await desk.circulate("draft")
    await desk.react("UX", ref, "white_check_mark")
    assert stands(desk, "bb") is Position.CLEARED
    await desk.ask("UAA", "focal <@UX> cc")
    return ref


@pytest.mark.parametrize("swept", [False, True], ids=["event", "sweep"])
async def test_it_is_taken_back_for_that_agency_whose_people_are_told_once(desk, swept):
    ref = await moved(desk)
    before = len(desk.told("UBB"))
    if swept:
        desk.messenger.reacted[ref] = {}
        await look_again(desk)
        await look_again(desk, 3_000_000.0)
    else:
        await desk.react("UX", ref, "white_check_mark", given=False)
    assert stands(desk, "bb") is None
    (entry,) = [e for e in await desk.journal("circulation:1") if e.verb.startswith("took back")]
    assert (entry.actor, entry.detail["agency"]) == ("UX", "bb")
    (told,) = desk.told("UBB")[before:]
    assert told == (
        "Ux has taken back the answer given for BB to “The draft”, version 1. "
        "Please answer on its message, or by e-mail to the secretariat."
    )


async def test_an_earlier_answer_of_that_agency_is_asked_about(desk):
    await desk.name("bb", user="UX")
    ref = await desk.circulate("draft")
    await desk.react("UBB", ref, "white_check_mark")
    await desk.react("UX", ref, "white_circle")
    await desk.ask("UAA", "focal <@UX> cc")
    before = len(desk.told("UBB"))
    await desk.react("UX", ref, "white_circle", given=False)
    (told,) = desk.told("UBB")[before:]
    assert "Does that hold again?" in told
    await desk.press("UBB", desk.asked("UBB"), "Yes: cleared")
    assert stands(desk, "bb") is Position.CLEARED


async def test_the_chair_is_told_where_that_agency_has_nobody(desk):
    await desk.name("bb", user="UX")
    ref = await desk.circulate("draft")
    await desk.react("UX", ref, "white_check_mark")
    await desk.ask("UAA", "focal <@UX> cc")
    await desk.ask("UAA", "focal <@UBB> none")
    await desk.react("UX", ref, "white_check_mark", given=False)
    assert "BB has no answer now, and nobody I can ask." in desk.told("UAA")[-1]


async def test_what_is_given_and_taken_away_for_the_new_agency_leaves_the_old_one(desk):
    ref = await moved(desk)
    await desk.react("UX", ref, "white_circle")
    assert stands(desk, "cc") is Position.STANDS_ASIDE
    await desk.react("UX", ref, "white_circle", given=False)
    assert (stands(desk, "bb"), stands(desk, "cc")) == (Position.CLEARED, None)
