"""The bot is woken at the next due moment and every so often, whatever goes wrong."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from freezegun import freeze_time

from scheduler.clock import PlanClock
from scheduler.wakeup import WakeUp

DUE = datetime(2010, 1, 11, 8, 0, tzinfo=UTC)


class Work:
    """Counts its runs; `tells` is the next due moment, `fails` how often it fails from now on."""

    def __init__(self, tells=None):
        self.runs, self.tells, self.fails = 0, tells, 0

    async def __call__(self):
        self.runs += 1
        if self.fails:
            self.fails -= 1
            raise OSError("away")
        return self.tells

    async def until(self, runs, seconds=30.0):
        for _ in range(int(seconds / 0.01)):
            if self.runs >= runs:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{self.runs} runs, not {runs}")


@asynccontextmanager
async def awake(clock, work, **more):
    made = WakeUp(clock, work, **more)
    made.start()
    try:
        yield made
    finally:
        await made.stop()


async def test_it_runs_at_the_start_when_woken_and_every_so_often():
    work = Work()
    async with awake(PlanClock(speed=0), work, every=30) as wakeup:
        await work.until(1)
        wakeup.wake()
        await work.until(2)
        assert wakeup.moving()
    work = Work()
    async with awake(PlanClock(speed=0), work, every=0.1):
        await work.until(4)


async def test_it_runs_at_the_next_due_moment():
    clock = PlanClock(DUE - timedelta(minutes=10), speed=600)
    work = Work(tells=DUE)
    async with awake(clock, work):
        await work.until(1)
        assert clock.now() < DUE
        work.tells = None
        await work.until(2)
        assert DUE <= clock.now() < DUE + timedelta(hours=1)


async def test_what_fails_at_a_due_moment_is_tried_again_but_not_at_once():
    work = Work(tells=DUE)
    async with awake(PlanClock(DUE - timedelta(minutes=10), speed=600), work) as wakeup:
        await work.until(1)
        work.fails = 1000
        await work.until(2)
        assert not wakeup.moving()
        runs = work.runs
        await asyncio.sleep(0.5)  # it must stay quiet: there is nothing to poll for
        assert work.runs == runs
        work.fails, work.tells = 0, None
        wakeup.wake()
        await work.until(runs + 1)
        assert wakeup.moving()


async def test_a_machine_clock_set_back_an_hour_delays_nothing():
    with freeze_time("2010-01-11 08:00", tick=True, real_asyncio=True) as machine:
        work = Work()
        async with awake(PlanClock(speed=0), work, every=0.2):
            await work.until(3)
            machine.move_to("2010-01-11 07:00")
            await work.until(work.runs + 3)
            machine.move_to("2010-01-11 12:00")
            await work.until(work.runs + 3)


async def test_a_burst_of_wake_ups_is_few_runs_and_the_last_is_not_forgotten():
    work = Work()
    async with awake(PlanClock(speed=0), work, every=30, rest=0.6) as wakeup:
        await work.until(1)
        for _ in range(50):
            wakeup.wake()
            await asyncio.sleep(0)
        assert work.runs == 1
        await work.until(2)
        await asyncio.sleep(0.8)
        assert work.runs == 2
