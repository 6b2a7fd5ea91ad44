"""The table by agency for those who run the plan, and one's own line for everybody else."""

from datetime import date

import pytest

from coordination.clearance_records import Evidence, Question, QuestionKind
from coordination.messages.parts import Table
from tests.coordination.desk import SECRETARY, desk_of
from tests.workplan.making import milestone, plan
from workplan.clearance import Capacity, Position

CLEARS = "white_check_mark"
GROUP = plan(
    milestone("head", "circulation", "March", asks={"for": "clearance", "within": "10wd"}),
)


@pytest.fixture
async def desk(ready_file, tmp_path):
    async with desk_of(GROUP, ready_file, tmp_path) as made:
        for agency in ("aa", "bb", "cc"):
            await made.name(agency)
        yield made


async def rows(desk):
    told = await desk.ask(SECRETARY, "clearance head")
    (table,) = [p for p in told.parts if isinstance(p, Table)]
    assert table.header == ("Agency", "Answer", "In whose name", "By", "When", "Marks")
    return list(table.rows)


async def test_who_answered_what_in_whose_name_when_and_what_is_open(desk):
    await desk.circulate("head")
    await desk.act("aa", Position.CLEARED, capacity=Capacity.HEAD)
    await desk.act("bb", Position.CANNOT_CLEAR)
    async with desk.storage.unit_of_work() as uow:
        at = desk.clock.now()
        await uow.questions.add(Question(0, 1, QuestionKind.TIME, "chair", "cc", "UCC", at))
        await uow.commit()
    await desk.services.snapshots.refresh()
    assert await rows(desk) == [
        ("AA", "cleared", "by the head", "Uaa", "Mon 4 January 08:00", "–"),
        (
            "BB",
            "cannot clear as drafted (takes effect at 08:30)",
            "–",
            "Ubb",
            "Mon 4 January 08:00",
            "–",
        ),
        ("CC", "reply still to come", "–", "–", "–", "asks for more time"),
    ]


async def test_what_was_entered_carried_or_late_is_marked(desk):
    await desk.circulate("head")
    at = desk.clock.now()
    async with desk.storage.unit_of_work() as uow:
        kept = await uow.evidence.add(
            Evidence(0, 1, "aa", "UBB", at, date(2027, 1, 3), "Ms Head's office", "e-mail")
        )
        await uow.commit()
    source = f"entered:{kept.id}"
    await desk.act("aa", Position.CLEARED, Capacity.HEAD, source=source, person="UBB")
    await desk.act("bb", Position.CLEARED, Capacity.OFFICER, source="carried:7")
    await desk.until("2027-01-19 12:00")
    await desk.act("cc", Position.CLEARED, capacity=Capacity.WORKING_LEVEL)
    found = await rows(desk)
    assert [r[3] for r in found] == ["Ms Head's office", "Ubb", "Ucc"]
    assert [r[5] for r in found] == [
        "entered by Ubb (e-mail)",
        "carried over from an earlier version",
        "after the closing time",
    ]


async def test_who_has_left_stays_named_in_what_they_did(desk):
    await desk.circulate("head")
    await desk.act("cc", Position.CLEARED, capacity=Capacity.HEAD)
    await desk.ask(SECRETARY, "focal <@UCC> none")
    assert (await rows(desk))[2][3] == "Ucc"


async def test_others_see_their_own_agency_alone(desk):
    await desk.circulate("head")
    await desk.act("aa", Position.CANNOT_CLEAR)
    await desk.act("bb", Position.CLEARED, capacity=Capacity.HEAD)
    told = await desk.ask("UBB", "clearance head")
    assert not any(isinstance(p, Table) for p in told.parts)
    assert told.text.endswith("BB: cleared.")
    assert "AA" not in told.text
