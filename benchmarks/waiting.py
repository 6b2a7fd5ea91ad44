"""A start and an idle wake-up of the bot with a million reminders waiting, against with none."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from functools import partial

import aiohttp
import structlog
from pydantic import SecretStr

from benchmarks.figures import Figure, costs
from benchmarks.filled import MANY, sqlite_copy
from benchmarks.load import SECRET
from benchmarks.processes import GMG, PLAN, Cost, Place, by_turns, cpu_of, place
from benchmarks.serving import started
from bot.__main__ import Bot, open_bot
from bot.cli.demo_people import CHANNEL, SECRETARIAT, workspace_spec
from config.plan_file import load_sound_plan
from config.settings import Settings
from sandbox.server import SandboxServer
from scheduler.clock import monotonic, real_now

WAKE_UPS = 40  # a round
IDLE, START = 1.5, 1.3
CLOCK = "2010-01-04T10:00:00+01:00"
GIVEN_UP = 90.0  # seconds


def measure() -> list[Figure]:
    """CPU and time that passes, each as a ratio."""
    # The bots that are woken run in this process, and would write among the table's lines.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with place() as where:
        databases = {
            "many": sqlite_copy(where.folder / "many.db", MANY),
            "none": sqlite_copy(where.folder / "none.db", 0),
        }
        starts, wake_ups = asyncio.run(_measure(where, databases))
    return [
        *_figures("a start until it is ready", starts, START),
        *_figures("an idle wake-up", wake_ups, IDLE),
    ]


def _figures(what: str, found: Mapping[str, Cost], limit: float) -> list[Figure]:
    many, none = found["many"], found["none"]

    def told(cost: Cost) -> str:
        return f"{cost.wall * 1000:.1f} ms, CPU {cost.cpu * 1000:.1f} ms"

    return costs(
        "waiting",
        f"{what} with {MANY:,} waiting on SQLite, {told(many)}",
        f"with none, {told(none)}",
        many,
        none,
        limit,
    )


async def _measure(
    where: Place, databases: Mapping[str, str]
) -> tuple[dict[str, Cost], dict[str, Cost]]:
    spec = workspace_spec(load_sound_plan(PLAN).plan)
    slack = SandboxServer(spec, real_now=real_now, monotonic=monotonic, rate_limits=False)
    await slack.start()
    try:
        await slack.people.add_bot(CHANNEL)
        token, url = spec.bot_token, slack.api_url
        starting = {
            name: partial(_start, where, database, token, url)
            for name, database in databases.items()
        }
        starts = await by_turns(starting)
        async with AsyncExitStack() as running:
            waking: dict[str, Callable[[], Awaitable[Cost]]] = {}
            for name, database in databases.items():
                bot = await open_bot(_settings(database, token, url), load_sound_plan(PLAN))
                running.push_async_callback(bot.stop)
                await bot.start()
                waking[name] = partial(_wake_up, bot)
            return starts, await by_turns(waking)
    finally:
        await slack.stop()


async def _start(where: Place, database: str, token: str, url: str) -> Cost:
    """One start of `gmg serve`, until `/readyz` says that all is well."""
    settings = {
        "SLACK_BOT_TOKEN": token,
        "SLACK_API_URL": url,
        "GMG_DATABASE_URL": database,
        "GMG_CHANNEL": CHANNEL,
        "GMG_SECRETARIAT": SECRETARIAT,
        "GMG_CLOCK": CLOCK,
    }
    began = time.perf_counter()
    async with (
        started((*GMG, "serve"), where, **settings) as (process, port),
        aiohttp.ClientSession() as session,
    ):
        while not await _ready(session, port):
            if time.perf_counter() - began > GIVEN_UP:
                raise RuntimeError("the bot does not get ready")
            await asyncio.sleep(0.02)
        return Cost(cpu_of(process), time.perf_counter() - began)


async def _ready(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False


async def _wake_up(bot: Bot) -> Cost:
    """The mean of some wake-ups with nothing due."""
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(WAKE_UPS):
        await bot.reminding.run_once()
    return Cost((time.process_time() - cpu) / WAKE_UPS, (time.perf_counter() - wall) / WAKE_UPS)


def _settings(database: str, token: str, url: str) -> Settings:
    return Settings(
        bot_token=SecretStr(token),
        app_token=None,
        signing_secret=SecretStr(SECRET),
        slack_api_url=url,
        plan=PLAN,
        database_url=database,
        channel=CHANNEL,
        secretariat=frozenset({SECRETARIAT}),
        clock=datetime.fromisoformat(CLOCK),
        port=0,
    )
