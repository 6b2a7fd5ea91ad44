"""`/gmg next` over HTTP, against a bare app that only acknowledges, and in a plan far longer."""

from __future__ import annotations

import asyncio
import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.figures import Figure
from benchmarks.load import Load
from benchmarks.plans import written
from benchmarks.processes import BARE, GMG, PLAN, Place, place
from benchmarks.serving import Found, Serving, by_turns, started
from bot.cli.demo_people import CHANNEL, SECRETARIAT, representatives, workspace_spec
from config.plan_file import load_sound_plan
from sandbox.server import SandboxServer
from sandbox.workspace import WorkspaceSpec
from scheduler.clock import monotonic, real_now, steady_clock
from storage.engine import open_database
from storage.migrate import migrate

REQUESTS = 1600  # a round
RATE, P99, LONGER = 0.6, 2.0, 1.2
FEW, MANY = 50, 5_000  # milestones
CLOCK = "2010-01-04T08:00:00+01:00"
FORM = "application/x-www-form-urlencoded"
SAYS = b"What comes next"


def measure() -> list[Figure]:
    """Rate and slowest of a hundred beside the bare app's; CPU and rate in a plan far longer."""
    with place() as where:
        bot, bare = asyncio.run(_against_bare(where))
    with place() as where:
        many, few = asyncio.run(_in_plans(where))
    against = f"bare AsyncApp that only acknowledges, {bare.rate:.0f}/s"
    return [
        Figure(
            "http",
            f"/gmg next over HTTP, 32 connections, {bot.rate:.0f}/s",
            against,
            bot.rate / bare.rate,
            "times",
            RATE,
            at_least=True,
        ),
        Figure(
            "http",
            f"its slowest of a hundred, {bot.p99 * 1000:.0f} ms",
            f"the same, {bare.p99 * 1000:.0f} ms",
            bot.p99 / bare.p99,
            "times",
            P99,
        ),
        Figure("http", "its CPU for a request", "the same", bot.cpu / bare.cpu, "times"),
        Figure(
            "http",
            f"/gmg next with {MANY:,} milestones, CPU for a request",
            f"with {FEW}",
            many.cpu / few.cpu,
            "times",
            LONGER,
        ),
        Figure("http", "the same, time that passes", "the same", few.rate / many.rate, "times"),
    ]


async def _against_bare(where: Place) -> tuple[Found, Found]:
    command = (sys.executable, str(BARE / "acknowledge.py"))
    async with (
        bot(where, PLAN) as ours,
        started(command, where) as (process, port),
    ):
        bare = Serving(process, Load(port, ours.load.body, FORM))
        first, second = await by_turns([ours, bare], REQUESTS)
    return first, second


async def _in_plans(where: Place) -> tuple[Found, Found]:
    async with (
        bot(where, written(where.folder, MANY)) as many,
        bot(where, written(where.folder, FEW)) as few,
    ):
        first, second = await by_turns([many, few], REQUESTS)
    return first, second


@asynccontextmanager
async def bot(where: Place, plan_file: Path, database: str | None = None) -> AsyncIterator[Serving]:
    """`gmg serve` over HTTP with a plan, everybody named, asked for `/gmg next`."""
    plan = load_sound_plan(PLAN).plan  # whose agencies and people any of the plans has
    spec = workspace_spec(plan)
    slack = SandboxServer(spec, real_now=real_now, monotonic=monotonic, rate_limits=False)
    await slack.start()
    try:
        await slack.people.add_bot(CHANNEL)
        if database is None:
            database = f"sqlite:///{where.folder}/{plan_file.stem}.db"
            await migrate(database)
            storage = await open_database(database, real_now=steady_clock(), owner="benchmark")
            async with storage.unit_of_work() as uow:
                for person in representatives(plan):
                    await uow.people.put(person)
                await uow.commit()
            await storage.close()
        settings = {
            "SLACK_BOT_TOKEN": spec.bot_token,
            "SLACK_API_URL": slack.api_url,
            "GMG_DATABASE_URL": database,
            "GMG_CHANNEL": CHANNEL,
            "GMG_SECRETARIAT": SECRETARIAT,
            "GMG_CLOCK": CLOCK,
            "GMG_PLAN": str(plan_file),
        }
        users = [p.user for p in representatives(plan)]
        async with started((*GMG, "serve"), where, **settings) as (process, port):
            yield Serving(process, Load(port, _Command(spec, users), FORM, SAYS))
    finally:
        await slack.stop()


class _Command:
    """`/gmg next`, asked by one person after another, each request with a trigger of its own."""

    def __init__(self, spec: WorkspaceSpec, users: list[str]) -> None:
        self._spec = spec
        self._users = itertools.cycle(users)

    def __call__(self, number: int) -> str:
        return urlencode(
            {
                "command": "/gmg",
                "text": "next",
                "team_id": self._spec.team,
                "api_app_id": self._spec.app_id,
                "channel_id": CHANNEL,
                "user_id": next(self._users),
                "trigger_id": f"{number}.1",
                "response_url": "http://127.0.0.1:9/none",
            }
        )
