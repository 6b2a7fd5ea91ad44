"""A day of a group in under a minute, while all goes wrong that can: in the end all agrees.

`GMG_SOAK_SEED` chooses what is done and what goes wrong, `GMG_SOAK_HOURS` how long: the plan's
hours, of which each takes a second and a third.
"""

import asyncio
import logging
import os
import signal
import sys
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.cli.demo_people import CHANNEL, representatives, workspace_spec
from config.plan_file import load_sound_plan
from sandbox.server import SandboxServer
from scheduler.clock import monotonic, real_now, steady_clock
from storage.engine import open_database
from storage.reader import read_state
from tests.e2e.group import SHIPPED
from tests.e2e.soak.agreement import Agreement
from tests.e2e.soak.fleet import PATIENCE, Fleet, Times, until
from tests.e2e.soak.kept import a_minute_passes, is_drained
from tests.e2e.soak.people import People
from tests.e2e.soak.trouble import Trouble

SEED = int(os.environ.get("GMG_SOAK_SEED", "2010"))
HOURS = float(os.environ.get("GMG_SOAK_HOURS", "24"))
SPEED = 2700.0
ACTS_AN_HOUR = 6
GENEVA = ZoneInfo("Europe/Zurich")
CIRCULATED_AT = datetime(2010, 5, 26, 10, tzinfo=GENEVA)
"""A week before: the day of the soak finds half of their time over, and one closing."""
STARTED_AT = datetime(2010, 6, 1, 17, tzinfo=GENEVA)
"""After the fullest day of the shipped plan, over which the bot was down."""
CIRCULATED = ("handbook-circulated", "emp-review-circulated", "principals-agenda")
RETRIES = (0.2, 0.5, 1.0, 2.0, 3.0, *[5.0] * 30)
"""Slack's, faster like all else, and more: an event that is given up is found by the sweep, yet
in which order two such were given nobody can know."""


class Soak:
    """One soak on one database."""

    def __init__(self, folder, database, count):
        self.loaded = load_sound_plan(SHIPPED)
        self.folder, self.database = folder, database
        self.server = SandboxServer(
            workspace_spec(self.loaded.plan),
            real_now=real_now,
            monotonic=monotonic,
            retries=RETRIES,
        )
        self.count, self.fleet, self.guesses = count, None, 0
        self.acting, self.going_wrong = Random(SEED), Random(SEED + 1)
        self.history = []
        self.people = People(self.server, self.acting, self.tell, lambda: self.fleet.times.now())

    def tell(self, what):
        """Write down what was done, at its plan time."""
        now = self.fleet.times.now().astimezone(GENEVA)
        self.history.append(f"{now:%d %b %H:%M} {what}")

    async def begin(self):
        """A week before, texts are circulated; then all ends, to begin again on the day."""
        await self.server.start()
        await self.server.people.add_bot(CHANNEL)
        database = await open_database(self.database, real_now=steady_clock(), owner="soak")
        async with database.unit_of_work() as uow:
            for person in representatives(self.loaded.plan):
                await uow.people.put(person)
            await uow.commit()
        await database.close()
        before = Times(CIRCULATED_AT, real_now(), 1.0)
        self.fleet = Fleet(
            self.folder, self.server, self.database, self.count, before, self.going_wrong
        )

        async def a_minute_passed():
            await a_minute_passes(self.database)

        self.trouble = Trouble(
            self.fleet, self.server, self.people, self.going_wrong, self.tell, a_minute_passed
        )
        await self.fleet.start(1)
        cards = await self.people.circulate(CIRCULATED)
        await self.fleet.end()
        state = await read_state(self.database)
        for circulation in state.circulations:
            (card,) = [c for c in cards if c.ts == circulation.message.ts]
            closes = None if circulation.rule == "unanimity" else circulation.closes_at
            self.people.take_parts(card, circulation.asked, closes)

    async def run(self):
        """The day: people act, and trouble comes, each when the seed says."""
        acts = [n / ACTS_AN_HOUR for n in range(round(HOURS * ACTS_AN_HOUR))]
        trouble = self.trouble.schedule(HOURS)
        self.fleet.times = Times(STARTED_AT, real_now(), SPEED)
        for _ in range(2):
            await self.trouble.cause("faults")
        await self.fleet.start()

        async def at(hours):
            async def come():
                held = hours < HOURS and self.people.reactions_held
                return self.fleet.times.now() >= STARTED_AT + timedelta(hours=hours) and not held

            await until(come, f"hour {hours:.1f}", HOURS * 3600 / SPEED + PATIENCE)

        async def act():
            for hours in acts:
                await at(hours)
                self.people.one_does_something()

        async def go_wrong():
            for hours, what in trouble:
                await at(hours)
                await self.trouble.cause(what)

        await asyncio.gather(act(), go_wrong())
        await at(HOURS)
        await self.trouble.over()

    async def rest(self):
        """Trouble is over: all end in order and one begins, its clock behind; all is told."""
        self.server.faults.clear()
        await self.people.settle()
        await self.server.deliveries.settle()
        died = self.fleet.died
        end = self.fleet.times.now()
        statuses = [s for s in await self.fleet.end() if s is not None]
        await a_minute_passes(self.database)
        self.fleet.times = self.fleet.times.moved(-timedelta(hours=1))
        await self.fleet.start(1)

        async def drained():
            return await is_drained(self.database, end)

        try:
            await until(drained, "nothing waits to be told any more", every=0.5)
        except AssertionError as never:
            self.tell(str(never))
        await self.server.deliveries.settle()
        statuses += [s for s in await self.fleet.end() if s is not None]
        unplanned = [f"{name} ended by itself" for name in died]
        if any(statuses):
            unplanned.append(f"asked to end, processes ended with {statuses}")
        return unplanned, end

    async def differences(self):
        """Let it all happen; what differs in the end."""
        await self.begin()
        await self.run()
        unplanned, end = await self.rest()
        looked_at = Agreement(
            self.database, self.loaded, self.server, self.people.doings, CIRCULATED_AT, end
        )
        found = await looked_at.differs()
        self.guesses = looked_at.guesses
        return unplanned + found

    async def close(self):
        """End what still runs."""
        if self.fleet is not None:
            await self.fleet.end(signal.SIGKILL)
        await self.server.stop()


async def soaked(folder, database, count):
    """Soak, and fail with seed, differences and history where anything differs."""
    soak = Soak(folder, database, count)
    sys.stdout.write(f"GMG_SOAK_SEED={SEED} GMG_SOAK_HOURS={HOURS:g}\n")
    try:
        differences = await soak.differences()
    except BaseException:
        sys.stdout.write("\n".join(soak.history))
        raise
    finally:
        await soak.close()
    doings = soak.people.doings
    counts = {
        "reactions": len(doings.reacted),
        "seen": len(doings.seen),
        "answered by button": len(doings.pressed),
        "milestones moved": len(doings.dates),
        "told to try again": doings.failed,
        "standing where only a sweep put them": soak.guesses,
        "calls of Slack": len(soak.server.calls),
    }
    sys.stdout.write("; ".join(f"{what}: {count}" for what, count in counts.items()) + "\n")
    if differences:
        told = [f"GMG_SOAK_SEED={SEED} GMG_SOAK_HOURS={HOURS:g}", *differences, "What was done:"]
        pytest.fail("\n".join([*told, *soak.history]), pytrace=False)


@pytest.fixture(autouse=True)
def without_the_drops_on_purpose(caplog):
    """The stand-in's server reports each connection that it is asked to drop."""
    caplog.set_level(logging.CRITICAL, logger="aiohttp.server")


@pytest.mark.slow
async def test_after_a_day_of_trouble_on_sqlite_all_agrees(tmp_path):
    await soaked(tmp_path, f"sqlite:///{tmp_path}/soak.db", 1)


@pytest.mark.slow
async def test_after_a_day_of_trouble_with_three_replicas_on_postgresql_all_agrees(
    tmp_path, postgresql_server
):
    await soaked(tmp_path, postgresql_server.ready(), 3)
