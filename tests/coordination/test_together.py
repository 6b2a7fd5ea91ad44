"""Acts that come at once are committed together; one that fails, fails alone."""

import asyncio

import pytest

from coordination.records import MilestoneChange
from coordination.storage_ports import StorageUnavailable
from coordination.together import MOST, Together
from scheduler.clock import steady_clock
from storage.engine import open_database


@pytest.fixture
async def storage(database_url):
    opened = await open_database(database_url, real_now=steady_clock(), owner="test")
    yield opened
    await opened.close()


class Counted:
    """A storage that counts the transactions committed, and lets the next ones fail."""

    def __init__(self, storage):
        self.storage, self.commits, self.failing = storage, 0, 0

    def unit_of_work(self):
        uow, counted = self.storage.unit_of_work(), self
        commit = uow.commit

        async def counting():
            if counted.failing:
                counted.failing -= 1
                raise StorageUnavailable("full")
            await commit()
            counted.commits += 1

        uow.commit = counting
        return uow


def act(name, runs=None):
    async def done(uow):
        if runs is not None:
            runs.append(name)
        await uow.milestones.put(MilestoneChange(name, confirmed=True))
        return name

    return done


async def kept(storage):
    return {c.milestone for c in (await storage.load_state()).changes}


async def test_what_comes_at_once_shares_transactions_and_each_gets_its_own_result(storage):
    counted = Counted(storage)
    together = Together(counted)
    names = [f"m{n}" for n in range(3 * MOST)]
    assert await asyncio.gather(*(together.do(act(n)) for n in names)) == names
    assert await kept(storage) == set(names)
    assert counted.commits == 3


async def test_one_that_fails_fails_alone(storage):
    async def wrong(uow):
        await uow.milestones.put(MilestoneChange("wrong"))
        raise ValueError("no")

    together = Together(storage)
    acts = [act("a"), wrong, act("b")]
    found = await asyncio.gather(*(together.do(a) for a in acts), return_exceptions=True)
    assert (found[0], found[2]) == ("a", "b")
    assert isinstance(found[1], ValueError)
    assert await kept(storage) == {"a", "b"}


async def test_where_the_database_fails_each_is_told_and_the_next_is_taken(storage):
    counted = Counted(storage)
    counted.failing = 3  # together, and each by itself
    together = Together(counted)
    found = await asyncio.gather(*(together.do(act(n)) for n in ("a", "b")), return_exceptions=True)
    assert [type(f) for f in found] == [StorageUnavailable] * 2
    assert await kept(storage) == set()
    assert await together.do(act("c")) == "c"
    assert await kept(storage) == {"c"}


async def test_who_no_longer_waits_before_it_began_is_passed_over(storage):
    together, runs = Together(storage), []
    first = asyncio.create_task(together.do(act("a", runs)))
    later = asyncio.create_task(together.do(act("b", runs)))
    await asyncio.sleep(0)
    later.cancel()
    await first
    assert runs == ["a"]
