"""Turns keep their distance per channel and per message, and end when the process does."""

import asyncio

import pytest

from coordination.outgoing import Stopping
from scheduler.pace import Pace

A, B = "C1", "C2"


class Stopped:
    seconds = 100.0

    def __call__(self):
        return self.seconds


async def test_turns_of_one_channel_keep_their_distance_and_another_waits_for_none():
    pace = Pace(0.05)
    began = asyncio.get_running_loop().time()
    came = []

    async def turn(channel):
        await pace.turn(channel)
        came.append((channel, asyncio.get_running_loop().time() - began))

    await asyncio.gather(*(turn(A) for _ in range(4)), turn(B))
    assert [channel for channel, _ in came] == [A, B, A, A, A]
    times = [at for channel, at in came if channel == A]
    assert all(at >= 0.05 * n for n, at in enumerate(times))


def test_a_message_is_drawn_again_after_three_posts_time_and_another_at_once():
    clock = Stopped()
    pace = Pace(1.0, clock)
    assert pace.redraw("one") == 0
    assert pace.redraw("two") == 0
    clock.seconds += 1
    assert pace.redraw("one") == pytest.approx(2)
    clock.seconds += 2
    assert pace.redraw("one") == 0
    assert pace.redraw("one") == pytest.approx(3)


async def test_who_waits_for_a_turn_is_told_at_once_that_the_process_ends():
    pace = Pace(60.0)
    await pace.turn(A)
    waiting = [asyncio.create_task(pace.turn(A)), asyncio.create_task(pace.pause(60))]
    await asyncio.sleep(0)
    pace.close()
    for found in await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5):
        assert isinstance(found, Stopping)
        assert not found.permanent and not found.maybe_posted
    with pytest.raises(Stopping):
        await pace.turn(B)
