"""Only those who owe an answer are reminded, in their brief, and the last one carries a note."""

from datetime import date, time

import pytest

from coordination.people_records import Preferences
from coordination.records import Role
from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan
from workplan.clearance import Capacity, Position

CLEARS, BLOCKS, ASIDE = "white_check_mark", "no_entry", "white_circle"
GROUP = plan(
    milestone("text", "circulation", "March", asks={"for": "endorsement", "within": "10wd"}),
    milestone("head", "circulation", "March", asks={"for": "clearance", "within": "10wd"}),
    milestone("view", "circulation", "March", asks={"for": "comments", "within": "10wd"}),
    milestone(
        "hush",
        "circulation",
        "March",
        asks={"for": "endorsement", "within": "10wd", "rule": "silence"},
    ),
)
HALF, SOON, LAST = "2027-01-11", "2027-01-14", "2027-01-18"


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(GROUP, ready_file, tmp_path) as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


def reminded(desk, user, start=0):
    return [t for t in desk.told(user)[start:] if "still to come" in t]


async def to_the_end(desk):
    """How often each was reminded after each step."""
    found = []
    for day in (HALF, SOON, LAST, "2027-01-25"):
        await desk.until(f"{day} 09:30")
        found.append([len(reminded(desk, u)) for u in ("UAA", "UBB", "UCC")])
    return found


@pytest.mark.parametrize("item", ["text", "view", "hush"])
async def test_half_time_two_days_before_and_on_the_closing_day_and_none_after(desk, item):
    card = await desk.circulate(item)
    await desk.react("UAA", card, CLEARS)
    await desk.react("UBB", card, ASIDE)
    assert await to_the_end(desk) == [[0, 0, 1], [0, 0, 2], [0, 0, 3], [0, 0, 3]]
    assert not any("The reply" in t for t in desk.notices())


async def test_who_answers_in_between_is_reminded_no_more_and_who_takes_it_back_again(desk):
    card = await desk.circulate("text")
    await desk.until(f"{HALF} 09:30")
    await desk.react("UBB", card, CLEARS)
    await desk.until(f"{SOON} 09:30")
    await desk.react("UBB", card, CLEARS, given=False)
    await desk.until(f"{LAST} 09:30")
    assert [len(reminded(desk, u)) for u in ("UBB", "UCC")] == [2, 3]


async def test_none_after_the_end(desk):
    await desk.circulate("text")
    table = await desk.ask(SECRETARY, "clearance text")
    form = await desk.press_form(SECRETARY, table, "Withdraw…")
    await desk.submit(SECRETARY, form, reason="A new draft comes")
    assert (await to_the_end(desk))[-1] == [0, 0, 0]


async def test_they_follow_an_extension(desk):
    await desk.circulate("text")
    await desk.until(f"{SOON} 09:30")
    table = await desk.ask(SECRETARY, "clearance text")
    form = await desk.press_form(SECRETARY, table, "Extend…")
    await desk.submit(SECRETARY, form, day=date(2027, 1, 27), time=time(18))
    before = len(desk.told("UCC"))
    await desk.until(f"{LAST} 09:30")
    assert not any("A note you can forward" in t for t in desk.told("UCC"))
    for day in ("2027-01-25", "2027-01-27"):
        await desk.until(f"{day} 09:30")
    later = reminded(desk, "UCC", before)
    assert "A note you can forward" in later[-1]
    assert all("open until Wed 27 January 18:00 Paris" in t for t in later)
    keys = [r.step for r in await desk.ledger() if r.audience == "UCC" and r.message]
    assert keys.count("0") == 1


async def test_the_last_one_carries_a_note_for_the_office_of_the_head(desk):
    await desk.circulate("head")
    await desk.until(f"{SOON} 09:30")
    assert not any("forward" in t for t in desk.told("UCC"))
    await desk.until(f"{LAST} 09:30")
    told = desk.told("UCC")[-1]
    assert "A note you can forward to the office of your head of agency:" in told
    assert (
        "To the office of the head of cc\n"
        "The Chair of the G asks for your head of agency’s clearance of “Title of head”, "
        "version 1.\n"
        "Document: https://example.org/head\n"
        "Closing time: Mon 18 January 18:00 Paris\n"
    ) in told
    assert "Silence is not taken as consent." in told
    assert "Please answer to Ucc, who records it." in told


@pytest.mark.parametrize(("item", "carries"), [("text", True), ("hush", True), ("view", False)])
async def test_no_note_where_only_comments_are_asked(desk, item, carries):
    await desk.circulate(item)
    await desk.until(f"{LAST} 09:30")
    assert any("A note you can forward" in t for t in desk.told("UCC")) is carries


async def test_a_head_whose_agency_cleared_at_working_level_only_is_still_awaited(desk):
    await desk.circulate("head")
    await desk.act("aa", Position.CLEARED, Capacity.HEAD)
    await desk.act("bb", Position.CLEARED, Capacity.WORKING_LEVEL)
    await desk.act("cc", Position.CANNOT_CLEAR)
    await desk.until(f"{LAST} 09:30")
    assert [len(reminded(desk, u)) for u in ("UAA", "UBB", "UCC")] == [0, 1, 0]
    told = desk.told("UBB")[-1]
    assert "BB has cleared it at working level; the clearance of its head is still to come" in told


@pytest.mark.parametrize("written_to", [False, True])
async def test_heads_are_never_written_to_unless_the_plan_says_so(ready_file, tmp_path, written_to):
    rules = GROUP.clearance.model_copy(update={"heads_dm": written_to})
    group = GROUP.model_copy(update={"clearance": rules})
    async with desk_of(group, ready_file, tmp_path) as desk:
        await desk.name("cc")
        await desk.name("cc", Role.HEAD, "UX")
        await desk.circulate("head")
        await desk.until(f"{LAST} 09:30")
        assert bool(desk.told("UX")) is written_to


async def test_who_is_away_is_replaced_by_the_deputy_they_named(desk):
    await desk.name("cc", Role.ALTERNATE, "UX")
    away = Preferences(
        "UCC", away_from=date(2027, 1, 12), away_until=date(2027, 1, 15), deputy="UX"
    )
    async with desk.storage.unit_of_work() as uow:
        await uow.wishes.prefer(away)
        await uow.commit()
    await desk.services.snapshots.refresh()
    await desk.circulate("text")
    found = []
    for day in (HALF, SOON, LAST):
        await desk.until(f"{day} 09:30")
        found.append([len(reminded(desk, u)) for u in ("UCC", "UX")])
    assert found == [[1, 0], [1, 1], [2, 1]]


async def test_an_agency_with_nobody_here_comes_to_the_chair_without_the_note(desk):
    await desk.ask(SECRETARY, "focal <@UCC> none")
    card = await desk.circulate("text")
    await desk.react("UAA", card, CLEARS)
    await desk.until(f"{LAST} 09:30")
    told = reminded(desk, "UAA")[-1]
    assert "The reply of CC is still to come" in told
    assert "CC has nobody here yet, so this comes to you; please reach it by e-mail." in told
    assert "A note you can forward" not in told


async def test_days_missed_by_an_outage_are_told_once_with_the_note(desk):
    await desk.circulate("text")
    desk.restart(desk.plan, "two")
    await desk.until(f"{LAST} 10:00")
    (told,) = reminded(desk, "UCC")
    assert "A note you can forward" in told
