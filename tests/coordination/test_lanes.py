"""Work side by side: in order within a lane, and none waits for another lane's."""

import asyncio

import pytest

from coordination.lanes import Lanes


async def test_a_lane_keeps_its_order_and_holds_up_no_other():
    done, slow = [], asyncio.Event()

    async def piece(name, after=None):
        if after is not None:
            await after.wait()
        done.append(name)

    async with Lanes(2) as lanes:
        await lanes.begin("slow", piece("slow 1", slow))
        await lanes.begin("other", piece("other 1"))
        await lanes.begin("other", piece("other 2"))
        assert lanes.free == 0 and lanes.taken("slow")
        later = asyncio.create_task(lanes.begin("slow", piece("slow 2")))
        await asyncio.sleep(0)
        await lanes.all_ended(0.05)
        assert done == ["other 1", "other 2"]
        slow.set()
        await later
    assert done == ["other 1", "other 2", "slow 1", "slow 2"]


async def test_a_failure_is_raised_when_the_others_came_to_their_end():
    done = []

    async def fails():
        raise ValueError("no")

    async def works():
        await asyncio.sleep(0.02)
        done.append("works")

    async def whole():
        async with Lanes() as lanes:
            await lanes.begin("a", works())
            await lanes.begin("b", fails())
            await lanes.all_ended(5)

    with pytest.raises(ValueError, match="no"):
        await whole()
    assert done == ["works"]


async def test_what_is_under_way_is_broken_off_with_whoever_waits_for_it():
    ended = []

    async def hangs():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("hangs")
            raise

    async def whole():
        async with Lanes() as lanes:
            await lanes.begin("a", hangs())
            await lanes.all_ended(60)

    work = asyncio.create_task(whole())
    await asyncio.sleep(0.02)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert ended == ["hangs"]
