"""`gmg demo`: the real bot over Socket Mode against the sandbox, and a clock to move."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
import webbrowser
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import typer
from pydantic import SecretStr

from bot.__main__ import Bot, open_bot
from bot.cli.common import say
from bot.cli.demo_clock import DemoClock
from bot.cli.demo_hints import hints
from bot.cli.demo_people import CHANNEL, SECRETARIAT, representatives, workspace_spec
from bot.logs import set_up
from config.plan_file import LoadedPlan
from config.settings import Settings
from coordination.commands import COMMANDS
from coordination.records import Entry
from sandbox.server import SandboxServer
from sandbox.workspace import Completion, WorkspaceSpec
from scheduler.clock import PlanClock, monotonic, real_now
from workplan.plan import Plan

FIRST_HOUR = time(8, 0)


@dataclass
class Demo:
    """A running demo: the sandbox, the bot in it, and the clock both go by."""

    server: SandboxServer
    bot: Bot
    clock: DemoClock

    async def stop(self) -> None:
        """End both."""
        await self.bot.stop()
        await self.server.stop()


def first_moment(plan: Plan) -> datetime:
    """08:00 on the first Monday of the plan that is not its first weekend: 4 January 2010."""
    first = plan.plan.first_day
    day = first.replace(day=first.day + (7 - first.weekday()) % 7)
    return datetime.combine(day, FIRST_HOUR, ZoneInfo(plan.plan.timezone)).astimezone(UTC)


async def start_demo(
    loaded: LoadedPlan,
    database: str,
    *,
    port: int = 0,
    pace: float = 1.05,
    rate_limits: bool = True,
) -> Demo:
    """Start sandbox and bot; the clock stands at the plan's first Monday, 08:00.

    `pace` and `rate_limits` are Slack's own unless a test replays a year in a minute. Raises
    OSError when the port is taken, DatabaseProblem when the file cannot be used.
    """
    plan_clock = PlanClock(first_moment(loaded.plan), speed=0)
    clock = DemoClock(plan_clock, loaded.plan.plan.timezone)
    spec = workspace_spec(
        loaded.plan, tuple(Completion(c.name, c.usage, c.summary) for c in COMMANDS)
    )
    server = SandboxServer(
        spec, real_now=real_now, monotonic=monotonic, clock=clock, rate_limits=rate_limits
    )
    await server.start(port=port)
    try:
        bot = await open_bot(_settings(server, spec, database), loaded, clock=plan_clock, pace=pace)
    except BaseException:
        await server.stop()
        raise
    last = await bot.storage.last_instant()
    if last is not None:
        plan_clock.move_to(last)
    await _name_people(bot, loaded.plan)
    await bot.start()
    clock.bot = bot
    await bot.drain()
    await server.people.add_bot(CHANNEL)
    await server.deliveries.settle()
    for words in hints(loaded.plan, spec.bot_name):
        server.people.say(SECRETARIAT, CHANNEL, words)
    return Demo(server, bot, clock)


def _settings(server: SandboxServer, spec: WorkspaceSpec, database: str) -> Settings:
    """The settings anyone would use for Slack, with the sandbox's address as SLACK_API_URL."""
    return Settings(
        bot_token=SecretStr(spec.bot_token),
        app_token=SecretStr(spec.app_token),
        slack_api_url=server.api_url,
        database_url=database,
        channel=CHANNEL,
        clearance_channel=CHANNEL,
        secretariat=frozenset({SECRETARIAT}),
        command=spec.command,
        port=0,
    )


async def _name_people(bot: Bot, plan: Plan) -> None:
    """Name a focal point for every agency, as a secretariat would, unless that was done before."""
    state = await bot.storage.load_state()
    if state.people:
        return
    now = bot.clock.now()
    async with bot.storage.unit_of_work() as uow:
        for person in representatives(plan):
            await uow.people.put(person)
            detail = {"agency": person.agency, "role": person.role.value}
            entry = Entry(now, SECRETARIAT, "named", f"person:{person.user}", detail)
            await uow.journal.add(entry)
        await uow.commit()


async def run_demo(loaded: LoadedPlan, *, port: int, browser: bool, keep: Path | None) -> None:
    """Run the demo until Ctrl-C."""
    set_up("console", logging.WARNING)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopping.set)
    with tempfile.TemporaryDirectory(prefix="gmg-demo-") as folder:
        file = keep.resolve() if keep else Path(folder) / "demo.db"
        demo = await start_demo(loaded, f"sqlite:///{file}", port=port)
        try:
            say(f"The demo of “{loaded.plan.plan.name}” is at {demo.server.base_url}")
            typer.echo("Ctrl-C ends it." + (f" The database is kept in {keep}." if keep else ""))
            if browser:
                with suppress(webbrowser.Error):
                    webbrowser.open(demo.server.base_url)
            await stopping.wait()
        finally:
            await demo.stop()
