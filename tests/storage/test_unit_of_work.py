"""Nothing is kept without a commit, and nothing that was committed is lost."""

import asyncio
from dataclasses import replace

import pytest

from coordination.records import GroupState, MilestoneChange
from coordination.storage_ports import StorageUnavailable
from storage.engine import Database
from tests.storage.builders import NOW, person


async def test_what_is_not_committed_is_rolled_back(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.people.put(person())
    assert await database.load_state() == GroupState()


async def test_an_exception_rolls_back(database: Database) -> None:
    async def fail() -> None:
        async with database.unit_of_work() as work:
            await work.people.put(person())
            raise KeyError("anything")

    with pytest.raises(KeyError):
        await fail()
    assert await database.load_state() == GroupState()


async def test_what_is_committed_stays(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.people.put(person())
        await work.commit()
    assert (await database.load_state()).people == (person(),)


async def test_a_write_after_the_commit_is_refused_instead_of_lost(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.commit()
        with pytest.raises(RuntimeError, match="over"):
            await work.people.put(person())


async def test_reads_do_not_wait_for_a_write(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.people.put(person())
        async with asyncio.timeout(30):  # the write goes on until they are done
            assert await database.load_state() == GroupState()
            await database.ping()


async def test_a_hundred_concurrent_changes_lose_nothing(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.milestones.put(MilestoneChange("count", words="0"))
        await work.commit()
    await _count_up(database, 100)
    assert (await database.load_state()).changes[0].words == "100"


async def test_concurrent_first_changes_of_a_milestone_lose_nothing(database: Database) -> None:
    await _count_up(database, 20)
    assert (await database.load_state()).changes[0].words == "20"


async def test_a_unit_of_work_that_is_cancelled_leaves_the_database_usable(
    database: Database,
) -> None:
    for delay in (0.0, 0.0005, 0.001, 0.002, 0.004):
        tasks = [asyncio.create_task(_count_up(database, 1)) for _ in range(5)]
        await asyncio.sleep(delay)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    async with database.unit_of_work() as work:
        assert await work.events.first("after", NOW)
        await work.commit()


async def _count_up(database: Database, times: int) -> None:
    async def once() -> None:
        while True:
            try:
                return await change()
            except StorageUnavailable:  # a slow disk: its turn did not come in time
                continue

    async def change() -> None:
        async with database.unit_of_work() as work:
            kept = await work.milestones.get("count")
            counted = int(kept.words or "0") + 1
            await work.milestones.put(replace(kept, words=str(counted)))
            await work.commit()

    await asyncio.gather(*(once() for _ in range(times)))
