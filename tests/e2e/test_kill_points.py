"""Killed at every place of the ways to Slack and from Slack, and begun again: all is there once.

The places are the points before and after each call of a port, by tests/e2e/ways.py. Between two
calls of a way nothing leaves the process, so that the place after one is the place before the next.
"""

import asyncio
import copy
import shutil
import signal
from contextlib import asynccontextmanager
from datetime import time
from pathlib import Path

import asyncpg
import pytest

from bot.cli.demo_people import CHANNEL, representatives
from config.plan_file import load_sound_plan
from coordination.people_records import Preferences
from scheduler.clock import monotonic, steady_clock
from storage.engine import open_database
from tests.databases import run
from tests.e2e.killing import Killing, require_once
from tests.e2e.running import SMALL, running, until
from tests.e2e.ways import WAYS

QUIET = 0.3
"""Seconds without a call after which a way that people began is over."""

ANSWER_WITHIN = 1.0
"""Seconds until Slack takes a process for dead that has not acknowledged; it takes three."""

PATIENCE = 30.0
"""Seconds that a process that is not to be killed may take for what it does."""


def places(way):
    """Each place of a way: which call, before it or after it."""
    return [(1, "before"), *((n, "after") for n in range(1, len(way.calls) + 1))]


def named(way, place):
    number, when = place
    return f"{when} {number} {WAYS[way].calls[number - 1]}"


PLACES = [
    pytest.param(way, place, id=f"{way}-{named(way, place)}")
    for way in WAYS
    for place in places(WAYS[way])
]


@pytest.fixture(scope="module")
def killing():
    """What begins the processes."""
    made = Killing()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    made = tmp_path_factory.mktemp("plan") / "plan.yaml"
    made.write_text(SMALL, encoding="utf-8")
    return made


async def with_people(url, plan):
    """Name the people; one reads no brief before half past nine, so that a notice goes alone."""
    database = await open_database(url, real_now=steady_clock(), owner="test")
    async with database.unit_of_work() as uow:
        for person in representatives(load_sound_plan(plan).plan):
            await uow.people.put(person)
        late = Preferences("UILO", quiet_from=time(18), quiet_until=time(9, 30))
        await uow.wishes.prefer(late)
        await uow.commit()
    await database.close()


@pytest.fixture(scope="module")
def file(ready_file, plan, tmp_path_factory):
    """A SQLite file with tables and people, to be copied."""
    made = tmp_path_factory.mktemp("file") / "gmg.db"
    shutil.copy(ready_file, made)
    run(with_people(f"sqlite:///{made}", plan))
    return made


class Beginnings:
    """How file and channels are where a way begins: made once, copied for each of its places."""

    def __init__(self, file):
        self._file = file
        self._made = {}

    async def bring(self, way, group):
        """Bring a group there; the scene it is in."""
        file = Path(group.demo.database.removeprefix("sqlite:///"))
        channels = group.server.workspace.channels
        if way.scene not in self._made:
            shutil.copy(self._file, file)
            scene = await prepared(way, group)
            self._made[way.scene] = scene, file.read_bytes(), copy.deepcopy(channels)
            return scene
        scene, content, then = self._made[way.scene]
        file.write_bytes(content)
        channels.clear()
        channels.update(copy.deepcopy(then))
        return scene


async def prepared(way, group):
    """A way's scene, with all done that comes before it."""
    scene = way.scene()
    channel = group.server.workspace.channels[CHANNEL]
    channel.members.append(group.server.spec.bot_user)
    await scene.before(group)
    return scene


@pytest.fixture(scope="module")
def begin(file):
    """What brings a group on a SQLite file to where a way begins."""
    return Beginnings(file).bring


@asynccontextmanager
async def brought_to(way, killing, folder, plan, begin, place=None, url=None):
    """A group and a process that is on a way, to be killed at a place of it."""
    async with running(
        folder,
        at=None,
        plan=plan,
        database=url,
        answer_within=ANSWER_WITHIN if place else PATIENCE,
    ) as group:
        scene = await begin(way, group)
        kill = way.kill(*place) if place else None
        process = killing.begin(group, folder / "told", scene.at, kill)
        try:
            await scene.act(group, process)
            yield group, scene, process
        finally:
            await process.end()


@pytest.mark.parametrize("way", WAYS)
async def test_every_call_of_a_way_has_its_place_and_every_place_is_reached(
    way, killing, begin, plan, tmp_path
):
    way = WAYS[way]
    async with brought_to(way, killing, tmp_path, plan, begin) as (group, scene, process):
        await until(lambda: way.walked(process.calls())[1], 60)
        if not way.last:
            await quiet(way, process)
        calls, _ = way.walked(process.calls())
        assert tuple(calls) == way.calls, "tests/e2e/ways.py has to name: " + ", ".join(calls)
        await scene.settled(group)
        await process.end()
        await begun_again(group, scene)


async def quiet(way, process):
    """Wait until nothing more is called, and as long for the calls that the way is to have."""
    last = monotonic() + PATIENCE
    while True:
        before = len(process.calls())
        await asyncio.sleep(QUIET)
        whole = len(way.walked(process.calls())[0]) >= len(way.calls)
        if len(process.calls()) == before and (whole or monotonic() > last):
            return


async def begun_again(group, scene):
    """The next process does all that was due, and all is there once."""
    await group.demo.begin(scene.back)
    await group.settle()
    await scene.holds(group)
    await require_once(group)


async def killed_and_begun_again(way, place, killing, folder, plan, begin, url=None, passes=None):
    way, (number, when) = WAYS[way], place
    around = brought_to(way, killing, folder, plan, begin, place, url)
    async with around as (group, scene, process):
        assert await process.ended() == -signal.SIGKILL, process.log()
        lines = process.calls()
        assert lines[-1].split()[0::3] == [when, way.calls[number - 1]]
        assert tuple(way.walked(lines)[0]) == way.calls[:number]
        await scene.settled(group)
        if passes is not None:
            await passes()
        await begun_again(group, scene)


@pytest.mark.parametrize(("way", "place"), PLACES)
async def test_killed_there_and_begun_again_all_is_there_once(
    way, place, killing, begin, plan, tmp_path
):
    await killed_and_begun_again(way, place, killing, tmp_path, plan, begin)


@pytest.mark.parametrize(
    ("way", "call"),
    [
        ("reminder", "ledger.claim"),
        ("reminder", "turns.turn"),
        ("reminder", "messenger.post"),
        ("reminder", "journal.add"),
        ("card", "messenger.post"),
        ("card redrawn", "messenger.update"),
        ("reaction", "outbox.add"),
        ("reaction", "uow.commit"),
        ("moved while its reminder is sent", "uow.commit"),
    ],
)
async def test_killed_on_postgresql_another_process_brings_it_to_its_end(
    way, call, killing, postgresql_server, plan, tmp_path
):
    url = postgresql_server.ready()
    run(with_people(url, plan))

    async def a_minute_passes():
        connection = await asyncpg.connect(url)
        for table in ("reminders", "outbox"):
            for column in ("lease_until", "hold_until"):
                await connection.execute(f"UPDATE {table} SET {column} = {column} - interval '61s'")
        await connection.close()

    async def begin(way, group):
        scene = await prepared(way, group)
        await a_minute_passes()
        return scene

    place = (WAYS[way].calls.index(call) + 1, "after")
    await killed_and_begun_again(way, place, killing, tmp_path, plan, begin, url, a_minute_passes)
