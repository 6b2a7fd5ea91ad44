"""Notices shown beforehand are kept once for each moment; wishes and switches as they were said."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from coordination.people_records import (
    Preferences,
    Preview,
    PreviewState,
    Snooze,
    Switch,
)
from coordination.records import ReminderState
from storage.engine import Database
from tests.storage.builders import reminder

DUE = datetime(2027, 1, 25, 8, tzinfo=UTC)
NOW = datetime(2027, 1, 25, 7, tzinfo=UTC)
SHOWN = Preview(DUE, ("one|k", "two|k"), PreviewState.SHOWN, NOW)


async def test_a_notice_is_shown_once_and_what_was_decided_is_read_back(database: Database) -> None:
    async with database.unit_of_work() as uow:
        assert await uow.previews.show(SHOWN)
        assert not await uow.previews.show(replace(SHOWN, keys=()))
        await uow.commit()
    edited = replace(SHOWN, state=PreviewState.EDITED, message="{}", by="U1", keys=("one|k",))
    async with database.unit_of_work() as uow:
        assert await uow.previews.get(DUE) == SHOWN
        assert await uow.previews.get(NOW) is None
        await uow.previews.put(edited)
        await uow.commit()
    async with database.unit_of_work() as uow:
        assert await uow.previews.get(DUE) == edited
        assert await uow.previews.released(NOW) == ()


async def test_those_released_are_found_until_their_moment(database: Database) -> None:
    async with database.unit_of_work() as uow:
        await uow.previews.show(SHOWN)
        await uow.previews.put(replace(SHOWN, state=PreviewState.RELEASED))
        await uow.commit()
    async with database.unit_of_work() as uow:
        assert [p.due_at for p in await uow.previews.released(NOW)] == [DUE]
        assert await uow.previews.released(DUE) == ()


async def test_only_pending_reminders_can_still_be_decided_on(database: Database) -> None:
    rows = [reminder(f"item-{n}") for n in range(3)]
    async with database.unit_of_work() as uow:
        await uow.ledger.reconcile(rows, NOW, datetime(2000, 1, 1, tzinfo=UTC))
        await uow.ledger.finish([rows[0].key], ReminderState.EXPIRED, "skipped")
        await uow.ledger.claim([rows[1].key], "one", 60.0)
        found = await uow.ledger.pending([r.key for r in rows] + ["unknown"])
        assert [r.key for r in found] == [rows[2].key]


async def test_wishes_and_switches_are_read_back_into_the_state(database: Database) -> None:
    wishes = Preferences(
        "U1", "Asia/Tokyo", time(22), time(7, 30), True, date(2027, 3, 1), date(2027, 3, 12), "U2"
    )
    async with database.unit_of_work() as uow:
        assert await uow.wishes.preferences("U1") == Preferences("U1")
        await uow.wishes.prefer(wishes)
        await uow.wishes.snooze(Snooze("U1", "report", date(2027, 3, 1)))
        await uow.wishes.snooze(Snooze("U1", "report", date(2027, 3, 5)))
        await uow.wishes.snooze(Snooze("U1", "circulation:1", date(2027, 3, 5)))
        await uow.wishes.turn(Switch("pause", True, "U1", NOW))
        await uow.commit()
    state = await database.load_state()
    assert state.preferences == (wishes,)
    assert [s.subject for s in state.snoozes] == ["circulation:1", "report"]
    assert state.snoozes[1].until == date(2027, 3, 5)
    assert state.switches == (Switch("pause", True, "U1", NOW),)
    async with database.unit_of_work() as uow:
        assert await uow.wishes.unsnooze("U1", "report")
        assert not await uow.wishes.unsnooze("U1", "report")
        await uow.wishes.turn(Switch("pause", False, "U1", NOW))
        await uow.commit()
    state = await database.load_state()
    assert [s.subject for s in state.snoozes] == ["circulation:1"]
    assert not state.switches[0].on
