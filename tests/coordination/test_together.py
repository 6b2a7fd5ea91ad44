"""Acts that come at once are committed together; one that fails, fails alone."""

import asyncio

import pytest

from coordination.records import MessageRef, MilestoneChange
from coordination.storage_ports import StorageUnavailable
from coordination.together import MOST, Together
from scheduler.clock import steady_clock
from storage.engine import open_database
from tests.storage.builders import NOW, act, circulation

REF = MessageRef("C1", "1.1")


@pytest.fixture
async def storage(database_url):
    opened = await open_database(database_url, real_now=steady_clock(), owner="test")
    yield opened
    await opened.close()


class Renewed:
    """Snapshots of which only the number of renewals is of interest."""

    def __init__(self):
        self.times = 0

    async def refresh(self):
        self.times += 1


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


def done(together, name, runs=None, event=None):
    """Do an act that confirms a milestone of that name."""

    async def confirm(uow):
        if runs is not None:
            runs.append(name)
        await uow.milestones.put(MilestoneChange(name, confirmed=True))

    return together.do(event, NOW, REF, confirm)


async def kept(storage):
    return {c.milestone for c in (await storage.load_state()).changes}


async def test_what_comes_at_once_shares_transactions(storage):
    counted, renewed = Counted(storage), Renewed()
    together = Together(counted, renewed)
    names = [f"m{n}" for n in range(3 * MOST)]
    await asyncio.gather(*(done(together, n) for n in names))
    assert await kept(storage) == set(names)
    assert counted.commits == renewed.times == 3


async def test_one_that_fails_fails_alone(storage):
    async def wrong(uow):
        await uow.milestones.put(MilestoneChange("wrong"))
        raise ValueError("no")

    together = Together(storage, Renewed())
    acts = [done(together, "a"), together.do(None, NOW, REF, wrong), done(together, "b")]
    found = await asyncio.gather(*acts, return_exceptions=True)
    assert found[0] is found[2] is None
    assert isinstance(found[1], ValueError)
    assert await kept(storage) == {"a", "b"}


async def test_where_the_database_fails_each_is_told_and_the_next_is_taken(storage):
    counted = Counted(storage)
    counted.failing = 3  # together, and each by itself
    together = Together(counted, Renewed())
    both = (done(together, n) for n in ("a", "b"))
    found = await asyncio.gather(*both, return_exceptions=True)
    assert [type(f) for f in found] == [StorageUnavailable] * 2
    assert await kept(storage) == set()
    await done(together, "c")
    assert await kept(storage) == {"c"}


async def test_who_no_longer_waits_before_it_began_is_passed_over(storage):
    together, runs = Together(storage, Renewed()), []
    first = asyncio.create_task(done(together, "a", runs))
    later = asyncio.create_task(done(together, "b", runs))
    await asyncio.sleep(0)
    later.cancel()
    await first
    assert runs == ["a"]


async def test_what_is_delivered_twice_is_done_once_in_one_transaction_or_in_two(storage):
    together, runs = Together(storage, Renewed()), []
    twice = [done(together, n, runs, event="Ev1") for n in ("a", "again")]
    await asyncio.gather(*twice, done(together, "b", runs, event="Ev2"))
    await done(together, "late", runs, event="Ev2")
    assert runs == ["a", "b"]


async def test_what_an_act_did_is_seen_by_those_after_it_in_the_same_transaction(storage):
    async with storage.unit_of_work() as uow:
        await uow.circulations.add(circulation(message=REF))
        await uow.commit()
    seen = []

    def give(person):
        async def given(uow):
            found = await uow.circulations.by_message(REF)
            assert await uow.circulations.add_act(found.id, act(person=person))
            seen.append([a.person for a in await uow.circulations.acts(found.id)])

        return given

    together = Together(storage, Renewed())
    await asyncio.gather(*(together.do(None, NOW, REF, give(p)) for p in ("U1", "U2", "U3")))
    assert seen == [["U1"], ["U1", "U2"], ["U1", "U2", "U3"]]
    assert [a.person for a in (await storage.load_state()).acts[1]] == ["U1", "U2", "U3"]
