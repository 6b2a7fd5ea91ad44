"""A workspace whose bot a test ends and begins again, over Socket Mode or signed HTTP."""

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import datetime

import aiohttp
from pydantic import SecretStr

from bot.__main__ import open_bot
from bot.cli.demo_clock import DemoClock
from bot.cli.demo_people import CHANNEL, SECRETARIAT, representatives, workspace_spec
from config.plan_file import load_sound_plan
from config.settings import Settings
from coordination.outgoing import LEASE
from sandbox.http_events import HttpEvents
from sandbox.server import SandboxServer
from scheduler.clock import PlanClock, monotonic, real_now
from tests.e2e.group import Group, drained, reminder_keys

SMALL = """\
plan: {name: Three mornings, group: G, year: 2010, timezone: Europe/Zurich}
agencies:
  - {id: undp, short: UNDP, name: UNDP}
  - {id: ilo, short: ILO, name: ILO}
  - {id: iom, short: IOM, name: IOM}
chair: [{agency: undp, from: 2010-01-01, until: 2010-12-31}]
outputs:
  - id: out
    title: Texts
    owners: [ilo]
    milestones:
      - {id: first, title: The first text, kind: publication, when: 11 January 2010}
      - {id: second, title: The second text, kind: publication, when: 12 January 2010}
      - {id: third, title: The third text, kind: publication, when: 13 January 2010}
      - id: draft
        title: Circulate the draft
        kind: circulation
        when: 29 January 2010
        asks: {for: endorsement, of: all, within: 5wd}
      - id: note
        title: Circulate the note
        kind: circulation
        when: 29 January 2010
        asks: {for: endorsement, of: all, within: 5wd, rule: silence}
"""
BEFORE_NINE = "2010-01-11T08:30:00+01:00"
"""Half an hour before the first text is told of."""


class Running:
    """The sandbox, and in it a bot that begins and ends; what Group takes for a demo."""

    def __init__(self, folder, plan, database, http, pace, lease, **sandbox):
        self.database = database or f"sqlite:///{folder}/gmg.db"
        self.plan = plan
        self.http, self.pace, self.lease = http, pace, lease
        sandbox = {"rate_limits": False, "retries": (0.05, 0.2, 0.5, 1.0), **sandbox}
        loaded = load_sound_plan(plan)
        spec = workspace_spec(loaded.plan)
        self.server = SandboxServer(
            spec, **{"real_now": real_now, "monotonic": monotonic, **sandbox}
        )
        self.bot = None
        self.clock = DemoClock(PlanClock(speed=0), loaded.plan.plan.timezone)

    def edit(self, old, new):
        """Change the plan's file; the next `begin` reads it."""
        text = self.plan.read_text(encoding="utf-8")
        assert old in text
        self.plan.write_text(text.replace(old, new), encoding="utf-8")

    async def open(self, at=BEFORE_NINE, plan_clock=None):
        """A bot put together on the workspace, not started yet."""
        spec, loaded = self.server.spec, load_sound_plan(self.plan)
        settings = Settings(
            bot_token=SecretStr(spec.bot_token),
            app_token=None if self.http else SecretStr(spec.app_token),
            signing_secret=SecretStr(spec.signing_secret),
            slack_api_url=self.server.api_url,
            database_url=self.database,
            channel=CHANNEL,
            secretariat=frozenset({SECRETARIAT}),
            port=0,
            plan=self.plan,
            clock=datetime.fromisoformat(at),  # not the machine's, for whoever reads the settings
        )
        if plan_clock is None:
            plan_clock = PlanClock(datetime.fromisoformat(at), speed=0)
        clock = DemoClock(plan_clock, loaded.plan.plan.timezone)
        bot = await open_bot(settings, loaded, clock=plan_clock, pace=self.pace, lease=self.lease)
        return bot, clock

    async def begin(self, at=BEFORE_NINE, plan_clock=None):
        """Start a bot, its clock standing at `at`; return when all that is due then was told."""
        self.bot, self.clock = await self.open(at, plan_clock)
        if not (await self.bot.storage.load_state()).people:
            async with self.bot.storage.unit_of_work() as uow:
                for person in representatives(self.bot.loaded.plan):
                    await uow.people.put(person)
                await uow.commit()
        await self.bot.start()
        if self.http:
            await self._call_over_http()
        self.clock.bot = self.bot
        await drained(self.bot)
        await self.server.people.add_bot(CHANNEL)
        await self.server.deliveries.settle()

    async def _call_over_http(self):
        if self.server.http_events is not None:
            await self.server.http_events.close()
        self.server.http_events = HttpEvents(self.server, f"{self.address}/slack/events")

    @property
    def address(self):
        """Where the bot answers: health, and over HTTP Slack's requests."""
        return f"http://127.0.0.1:{self.bot.face.port}"

    async def health(self, path="readyz"):
        """Status and body of what the bot tells of its health."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self.address}/{path}") as answer,
        ):
            return answer.status, await answer.json()

    async def end(self):
        """Stop the bot in order."""
        if self.bot is not None:
            bot, self.bot = self.bot, None
            await bot.stop()

    def keys(self):
        """How often each reminder's key stands in a message of the workspace."""
        return reminder_keys(self.server)

    async def rows(self):
        """The ledger by key."""
        async with self.bot.storage.unit_of_work() as uow:
            return {row.key: row for row in await uow.ledger.all()}


@asynccontextmanager
async def running(
    folder,
    at=BEFORE_NINE,
    *,
    plan=None,
    database=None,
    http=False,
    pace=0,
    lease=LEASE,
    **sandbox,
):
    """A group at work with a bot begun at `at` (None: not yet); `group.demo` is its Running."""
    if plan is None:
        plan = folder / "plan.yaml"
        plan.write_text(SMALL, encoding="utf-8")
    at_work = Running(folder, plan, database, http, pace, lease, **sandbox)
    await at_work.server.start()
    try:
        if at is not None:
            await at_work.begin(at)
        yield Group(at_work)
    finally:
        await at_work.end()
        await at_work.server.stop()


@asynccontextmanager
async def locked(path):
    """Somebody else holds the SQLite file's lock."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as other:
        for _ in range(200):  # the bot may be writing just now, on this very loop
            try:
                other.execute("BEGIN EXCLUSIVE")
                break
            except sqlite3.OperationalError:
                await asyncio.sleep(0.02)
        assert other.in_transaction
        yield
        other.execute("ROLLBACK")


class Machine:
    """The machine's clock, as real seconds; it runs on by itself and is set ahead or back."""

    def __init__(self, at=BEFORE_NINE):
        self._ahead = datetime.fromisoformat(at).timestamp() - monotonic()

    def __call__(self):
        return monotonic() + self._ahead

    def jump(self, hours):
        self._ahead += hours * 3600


async def until(holds, seconds=30.0):
    """Wait until `holds()` is true; fails when it never is, even where the machine is slow."""
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came to hold")
