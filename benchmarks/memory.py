"""The idle bot's memory against that of a bare AsyncApp with the same libraries imported."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.filled import MANY, sqlite_copy
from benchmarks.processes import BARE, GMG, PLAN, Place, place
from bot.cli.demo_people import CHANNEL, SECRETARIAT, representatives, workspace_spec
from config.plan_file import load_sound_plan
from sandbox.server import SandboxServer
from scheduler.clock import monotonic, real_now, steady_clock
from storage.engine import open_database
from workplan.plan import Plan

LIMIT = 1.4
MIB = 1024.0  # KiB
SETTLED = 0.005  # the share by which two readings in a row may differ
PAUSE = 2.0  # seconds between two readings
AT_LEAST = 10.0  # seconds connected before the first reading
GIVEN_UP = 90.0  # seconds
CLOCK = "2010-01-04T08:00:00+01:00"


@dataclass(frozen=True, slots=True)
class Start:
    """A start of the bot: what it finds, and what more it imports because of that."""

    words: str
    known: bool  # whether an earlier start left a database, with people in it
    more: tuple[str, ...] = ()
    waiting: int = 0  # reminders


STARTS = (
    Start("the idle bot", known=True),
    Start("the bot that has made its database", known=False, more=("alembic.command",)),
    Start(f"the idle bot with {MANY:,} reminders waiting", known=True, waiting=MANY),
)


def measure() -> list[Figure]:
    """Ratios of PSS and RSS after either start; nothing where the kernel does not tell them."""
    if not Path("/proc/self/smaps_rollup").exists():
        print("memory is measured on Linux only", file=sys.stderr)
        return []
    figures = []
    for start in STARTS:
        with place() as where:
            database = f"sqlite:///{where.folder}/bot.db"
            if start.waiting:
                database = sqlite_copy(where.folder / "bot.db", start.waiting)
            bot, bare = asyncio.run(_measure(start, where, database))
        against = "a bare slack-bolt AsyncApp, connected, with the same libraries imported"
        sizes = (f"{m['Pss'] / MIB:.0f} MiB" for m in (bot, bare))
        figures += [
            Figure(
                "memory",
                f"memory of {start.words} (PSS), {next(sizes)}",
                f"{against}, {next(sizes)}",
                bot["Pss"] / bare["Pss"],
                "times",
                LIMIT,
            ),
            Figure(
                "memory",
                "with shared pages counted whole (RSS)",
                "the same",
                bot["Rss"] / bare["Rss"],
                "times",
                LIMIT,
            ),
        ]
    return figures


async def _measure(
    start: Start, where: Place, database: str
) -> tuple[dict[str, float], dict[str, float]]:
    """KiB of the bot and of the bare app, both running at once in workspaces of their own."""
    plan = load_sound_plan(PLAN).plan
    if start.known:
        await _name_people(plan, database)
    settings = {
        "GMG_DATABASE_URL": database,
        "GMG_CHANNEL": CHANNEL,
        "GMG_SECRETARIAT": SECRETARIAT,
        "GMG_CLOCK": CLOCK,
        "PORT": "0",
    }
    bare_app = (sys.executable, str(BARE / "app.py"), *start.more)
    async with (
        _connected((*GMG, "serve"), plan, where, settings) as bot,
        _connected(bare_app, plan, where, {}) as bare,
    ):
        await asyncio.sleep(AT_LEAST)
        return await _settled(bot), await _settled(bare)


async def _name_people(plan: Plan, database: str) -> None:
    """A focal point for every agency, as in a group that uses the bot."""
    storage = await open_database(database, real_now=steady_clock(), owner="benchmark")
    async with storage.unit_of_work() as uow:
        for person in representatives(plan):
            await uow.people.put(person)
        await uow.commit()
    await storage.close()


@asynccontextmanager
async def _connected(
    command: tuple[str, ...], plan: Plan, where: Place, settings: Mapping[str, str]
) -> AsyncIterator[int]:
    """Start an app in a workspace of its own; its process id, once it is connected."""
    spec = workspace_spec(plan)
    server = SandboxServer(spec, real_now=real_now, monotonic=monotonic)
    await server.start()
    await server.people.add_bot(CHANNEL)
    slack = {
        "SLACK_BOT_TOKEN": spec.bot_token,
        "SLACK_APP_TOKEN": spec.app_token,
        "SLACK_API_URL": server.api_url,
    }
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=where.folder,
        env=where.environment(**slack, **settings),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        began = time.monotonic()
        while not server.transport.online:
            if process.returncode is not None or time.monotonic() - began > GIVEN_UP:
                raise RuntimeError(f"{' '.join(command)} did not connect")
            await asyncio.sleep(0.1)
        yield process.pid
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await server.stop()


async def _settled(process: int) -> dict[str, float]:
    """The process's memory in KiB, once it no longer changes."""
    began, before = time.monotonic(), _memory(process)
    while time.monotonic() - began < GIVEN_UP:
        await asyncio.sleep(PAUSE)
        now = _memory(process)
        if abs(now["Pss"] - before["Pss"]) <= SETTLED * before["Pss"]:
            return now
        before = now
    raise RuntimeError("the memory does not settle")


def _memory(process: int) -> dict[str, float]:
    """What the kernel says of a process: `Rss`, `Pss` and others, in KiB."""
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    return {name: float(kib) for name, kib in re.findall(r"^(\w+): +(\d+) kB$", text, re.M)}
