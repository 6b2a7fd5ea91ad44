"""The brief for the next chair: for those who hand over and those who take over."""

import json

import pytest

from bot.slack.blocks import render
from coordination.records import Role
from sandbox.validate import check_message
from tests.coordination.desk import SECRETARY


async def test_it_tells_what_the_next_chair_finds(desk):
    await desk.name("bb", Role.ALTERNATE, "UX")
    await desk.until("2027-06-15 10:00")
    await desk.circulate("draft")
    await desk.ask("UAA", "postpone forum")
    await desk.ask(SECRETARY, "focal <@UCC> none")
    for user in ("UAA", SECRETARY, "UBB", "UX"):
        told = (await desk.ask(user, "handover")).text
        lines = told.splitlines()
        assert lines[0] == "Handover to BB"
        assert "• Chair today: AA, Fri 1 January to Wed 30 June" in lines
        assert "• Next: BB, Thu 1 July to Fri 31 December" in lines
        for part in (
            "Past the planned date",
            "Report — past its planned date, Mon 31 May",
            "The draft, version 1: 0 of 3",
            "Dates to set\n• Forum & <fair> — put off, no new date yet",
            "Conditional\n• Spend the fund",
            "BB: Ubb (focal point), Ux (alternate)",
            "CC: nobody named here yet",
            "Nobody who gets briefs then: CC.",
        ):
            assert part in told, part


async def test_the_first_days_of_the_term_are_listed_and_no_others(desk):
    for words in ("move report 5 July", "move note 30 July"):
        await desk.press("UAA", await desk.ask("UAA", words), "Move the date")
    told = (await desk.ask("UAA", "handover")).text
    first = told[told.index("From Thu 1 July to Thu 29 July") :].split("Dates to set")[0]
    assert "Report" in first
    assert "Circulate the note" not in first


@pytest.mark.parametrize("user", ["UCC", "UX"])
async def test_others_are_told_for_whom_it_is(desk, user):
    told = await desk.ask(user, "handover")
    assert told.text == (
        "Only the Chair (AA) and its secretariat, and the next Chair (BB) can ask for that."
    )


async def test_after_the_last_term_it_says_that_nobody_is_named(desk):
    await desk.until("2027-10-01 10:00")
    told = await desk.ask(SECRETARY, "handover")
    assert told.text.startswith("Handover: the plan names no next Chair")
    assert "From Sat 1 January 2028" in told.text or "Chair today: BB" in told.text


async def test_the_platform_takes_it(desk):
    await desk.until("2027-06-15 10:00")
    for part in render(await desk.ask(SECRETARY, "handover")):
        check_message(part.text, json.loads(json.dumps(list(part.blocks))), update=True)


async def test_the_chairs_brief_mentions_it_ten_working_days_before_the_term_ends(desk):
    await desk.until("2027-06-14 09:00")
    assert not any("handover" in t for t in desk.told("UAA"))
    await desk.until("2027-06-21 09:00")
    told = desk.told("UAA")[-1]
    assert (
        "The term of AA ends on Wed 30 June: /gmg handover has the brief for the next Chair (BB)."
        in told
    )
    assert not any("handover" in t for t in desk.told("UBB"))
