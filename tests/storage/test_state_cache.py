"""The state kept in memory is the state that is kept, whoever changed it, and is read in parts."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import event

from coordination.channel_records import ChannelKept, Gone
from coordination.people_records import Preferences, Snooze, Switch
from coordination.records import CirculationState, MilestoneChange
from storage.cache import StateCache
from storage.database import Database
from storage.engine import open_database
from tests.storage.builders import NOW, act, circulation, person

ON_A_SERVER = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""One process alone writes to a SQLite file."""


@pytest.fixture
async def another(database: Database, database_url: str) -> AsyncIterator[Database]:
    """A second process on the same server."""
    opened = await open_database(database_url, real_now=lambda: 0.0, owner="another")
    yield opened
    await opened.close()


async def everything_anew(database: Database):
    """What the tables hold, read whole."""
    return await StateCache().load(database._read)


async def changed(database: Database, *steps):
    for step in steps:
        async with database.unit_of_work() as uow:
            await step(uow)
            await uow.commit()


STEPS = {
    "people": lambda uow: uow.people.put(person("U1")),
    "a removal": lambda uow: uow.people.remove("U1"),
    "a date": lambda uow: uow.milestones.put(MilestoneChange("a", done_on=date(2010, 1, 4))),
    "a circulation": lambda uow: uow.circulations.add(circulation()),
    "another": lambda uow: uow.circulations.add(circulation(version=2)),
    "an act": lambda uow: uow.circulations.add_act(1, act()),
    "a wish": lambda uow: uow.wishes.prefer(Preferences("U1", muted=True)),
    "a snooze": lambda uow: uow.wishes.snooze(Snooze("U1", "a", date(2010, 1, 9))),
    "a channel": lambda uow: uow.channels.put(ChannelKept("C2", "C1", NOW, Gone.LEFT, NOW)),
    "a switch": lambda uow: uow.wishes.turn(Switch("pause", True, "U1", NOW)),
}


async def test_after_each_change_the_state_in_memory_is_the_state_in_the_tables(database):
    await database.load_state()
    for step in STEPS.values():
        await changed(database, step)
        assert await database.load_state() == await everything_anew(database)
    ended = replace(circulation(version=2), id=2, state=CirculationState.CLEARED, ended_at=NOW)
    await changed(database, lambda uow: uow.circulations.put(ended))
    found = await database.load_state()
    assert found == await everything_anew(database)
    assert [c.state for c in found.circulations] == ["open", "cleared"]


async def test_what_was_rolled_back_is_in_no_state(database):
    before = await database.load_state()
    async with database.unit_of_work() as uow:
        await uow.people.put(person("U1"))
    assert await database.load_state() == before


async def test_where_nothing_changed_nothing_of_the_state_is_read(database):
    await changed(database, *STEPS.values())
    known = await database.load_state()
    read = []
    event.listen(database.read.sync_engine, "before_cursor_execute", lambda *a: read.append(a[2]))
    assert await database.load_state() is known
    assert read == []
    await changed(database, lambda uow: uow.circulations.add_act(2, act(person="U2")))
    assert [a.person for a in (await database.load_state()).acts[2]] == ["U2"]
    assert read == []  # what this process itself added is known
    await changed(database, lambda uow: uow.people.put(person("U7")))
    assert "U7" in [p.user for p in (await database.load_state()).people]
    tables = {word for text in read for word in ("people", "acts", "circulations") if word in text}
    assert tables == {"people"}


@ON_A_SERVER
async def test_acts_that_another_process_added_are_known_before_the_next_one_is_added(
    database, another
):
    await changed(database, STEPS["a circulation"], STEPS["an act"])
    await database.load_state()
    await changed(another, lambda uow: uow.circulations.add_act(1, act(person="U2")))
    async with database.unit_of_work() as uow:
        assert await uow.circulations.get(1)
        assert [a.person for a in await uow.circulations.acts(1)] == ["U1", "U2"]
        assert not await uow.circulations.add_act(1, act(person="U2"))
        assert await uow.circulations.add_act(1, act(person="U3"))
        await uow.commit()
    found = await another.load_state()
    assert [a.person for a in found.acts[1]] == ["U1", "U2", "U3"]
    assert found == await everything_anew(another) == await database.load_state()


@ON_A_SERVER
async def test_the_change_of_another_process_is_in_the_next_state(database, another):
    await database.load_state()
    told = []
    database.on_change(lambda: told.append(1))
    for step in STEPS.values():
        await changed(another, step)
        assert await database.load_state() == await everything_anew(database)
    assert told


@ON_A_SERVER
async def test_what_changed_while_nobody_listened_is_found(database, another):
    await database.load_state()
    database._notices._driver.terminate()
    await changed(another, STEPS["people"])
    assert [p.user for p in (await database.load_state()).people] == ["U1"]


@ON_A_SERVER
async def test_more_changes_than_one_notice_holds_are_seen_all_the_same(database, another):
    await database.load_state()

    async def many(uow):
        for version in range(1, 600):
            await uow.circulations.add(circulation(version=version))

    await changed(another, many)
    assert len((await database.load_state()).circulations) == 599
