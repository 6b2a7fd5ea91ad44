"""The place where all is put together: settings, storage, use cases, Slack, the alarm clock."""

from __future__ import annotations

import asyncio
import gc
import signal
import uuid
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from pydantic import SecretStr

from bot.export import WRITERS
from bot.slack.connect import Connection, SlackFace, connect
from config.plan_file import LoadedPlan
from config.settings import Settings, require_slack
from coordination.deliver import Reminders
from coordination.outbox import OutboxWorker
from coordination.outgoing import LEASE, Outgoing
from coordination.ports import DeliveryError
from coordination.services import Services
from coordination.snapshot import Snapshots
from coordination.storage_ports import StorageUnavailable
from coordination.sweep import Sweep
from scheduler.clock import PlanClock, real_now, steady_clock
from scheduler.pace import Pace
from scheduler.wakeup import WakeUp
from storage.engine import Database, open_database

REST = 0.25
"""Real seconds between two looks at what is due: each of many acts at once asks for one."""

EACH_HOUR = 3600.0
"""Real seconds between two looks at the reactions."""

log = structlog.get_logger(__name__)


def plan_clock(settings: Settings, last: datetime | None) -> PlanClock:
    """Plan time as the settings ask: real, or from an instant on, never before the last known."""
    if settings.clock is None and settings.clock_speed == 1.0:
        return PlanClock()
    start = settings.clock
    if start is None or settings.clock_since is None:
        if start is not None and last is not None:
            start = max(start, last)
        return PlanClock(start, settings.clock_speed)
    # Processes side by side, and those that follow one another, have one plan time so.
    clock = PlanClock(start, settings.clock_speed, since=settings.clock_since.timestamp())
    if last is not None:
        clock.move_to(last)
    return clock


@dataclass
class Bot:
    """One running bot; made by `open_bot`, begun by `start`, ended by `stop`."""

    settings: Settings
    loaded: LoadedPlan
    clock: PlanClock
    storage: Database
    services: Services
    face: SlackFace
    reminders: Reminders
    outbox: OutboxWorker
    reminding: WakeUp
    sending: WakeUp
    sweep: Sweep
    finding: WakeUp
    _renewing: asyncio.Future[None] | None = None  # held, so that it is not collected

    async def start(self) -> None:
        """Look up what an earlier process left, connect to Slack, and begin to remind.

        Raises SlackProblem, StorageUnavailable, and OSError when the port is taken.
        """
        await self.services.snapshots.refresh()
        await self.face.start()
        await self.reminders.recover(all_others=self._alone)
        await self.outbox.recover(all_others=self._alone)
        # Before anything is closed: a silence must not end against an objection nobody saw yet.
        try:
            await self.sweep.circulations()
        except DeliveryError as error:
            log.warning("reactions cannot be read yet", code=error.code)
        self.finding.start(on_clock=False)
        self.sending.start()
        self.reminding.start()
        header = self.loaded.plan.plan
        log.info("started", plan=header.name, face=self.face.name, plan_time=str(self.clock.now()))

    async def ready(self) -> dict[str, bool]:
        """What `/readyz` tells beside Slack: each part and whether it is well."""
        try:
            await self.storage.ping()
        except StorageUnavailable:
            database = False
        else:
            database = True
        return {"database": database, "scheduler": self.reminding.moving()}

    @property
    def _alone(self) -> bool:
        """On SQLite there is one process, so that every claim found is an earlier one's."""
        return self.settings.database_url.startswith("sqlite")

    def changed(self) -> None:
        """Another process changed something: renew the picture, and look for work."""
        self._renewing = asyncio.ensure_future(self._renew())

    async def _renew(self) -> None:
        with suppress(StorageUnavailable):  # the next wake-up finds out how things are
            await self.services.snapshots.refresh()
        self.services.wake()

    async def drain(self) -> datetime | None:
        """Do all that is due now and tell it; returns the next due moment of plan time."""
        following = await self.reminding.run_once()
        await self.sending.run_once()
        return following

    async def stop(self) -> None:
        """End what is under way, then close the connections."""
        await self.finding.stop()
        await self.reminding.stop()
        await self.sending.stop()
        await self.face.stop()
        with suppress(StorageUnavailable):
            await self.storage.remember_instant(self.clock.now())
        await self.storage.close()


async def open_bot(
    settings: Settings,
    loaded: LoadedPlan,
    *,
    clock: PlanClock | None = None,
    pace: float = 1.05,
    lease: float = LEASE,
) -> Bot:
    """Open the database and put the bot together, without contacting Slack yet.

    `clock` takes the place of the settings' one (the demo moves its own); `pace` is the real
    seconds between two posts to one channel, `lease` those that a claim lasts. Raises
    SettingsProblem and DatabaseProblem, each one line for the person at the terminal.
    """
    require_slack(settings)
    owner = f"gmg-{uuid.uuid4().hex[:12]}"
    async with AsyncExitStack() as undo:
        storage = await open_database(settings.database_url, real_now=steady_clock(), owner=owner)
        undo.push_async_callback(storage.close)
        if clock is None:
            clock = plan_clock(settings, await storage.last_instant())
        bot = _assemble(settings, loaded, clock, storage, Pace(pace), owner, lease)
        undo.pop_all()
    return bot


def _assemble(
    settings: Settings,
    loaded: LoadedPlan,
    clock: PlanClock,
    storage: Database,
    turns: Pace,
    owner: str,
    lease: float,
) -> Bot:
    clearance_channel = settings.clearance_channel or settings.channel
    face = connect(_connection(settings, clearance_channel), real_now)
    made: list[Bot] = []  # the wake-ups come last, but what wakes them is needed first

    def wake() -> None:
        for bot in made:
            bot.reminding.wake()
            bot.sending.wake()

    def later(seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, wake)

    services = Services(
        clock=clock,
        storage=storage,
        snapshots=Snapshots(loaded.plan, loaded.schedule, loaded.findings, storage, clock),
        directory=face.directory,
        files=face.files,
        wake=wake,
        channel=settings.channel,
        clearance_channel=clearance_channel,
        secretariat=settings.secretariat,
        command=settings.command,
        writers=WRITERS,
    )
    outgoing = Outgoing(services, face.messenger, turns, owner, later, lease)
    reminders, outbox = Reminders(outgoing), OutboxWorker(outgoing)

    sweep = Sweep(outgoing, real_now)

    async def remind() -> datetime | None:
        following = await reminders.run()
        await storage.remember_instant(clock.now())
        return following

    bot = Bot(
        settings=settings,
        loaded=loaded,
        clock=clock,
        storage=storage,
        services=services,
        face=face,
        reminders=reminders,
        outbox=outbox,
        reminding=WakeUp(clock, remind, rest=REST),
        sending=WakeUp(clock, outbox.run),
        sweep=sweep,
        finding=WakeUp(clock, sweep.run, every=EACH_HOUR),
    )
    made.append(bot)
    storage.on_change(bot.changed)
    face.serve(services, bot.ready)
    return bot


def _connection(settings: Settings, clearance_channel: str | None) -> Connection:
    def revealed(secret: SecretStr | None) -> str | None:
        return secret.get_secret_value() if secret else None

    return Connection(
        bot_token=revealed(settings.bot_token) or "",
        api_url=settings.slack_api_url,
        app_token=revealed(settings.app_token),
        signing_secret=revealed(settings.signing_secret),
        channels=(settings.channel, clearance_channel),
        port=settings.port,
    )


async def run(settings: Settings, loaded: LoadedPlan) -> None:
    """Run the bot until SIGTERM or SIGINT; raises as `open_bot` and `Bot.start`."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stopping.set)
    bot = await open_bot(settings, loaded)
    try:
        await bot.start()
        # What the start made stays until the end: looking through it for garbage would find none
        # and keep those waiting who ask meanwhile.
        gc.collect()
        gc.freeze()
        await stopping.wait()
        log.info("stopping")
    finally:
        await bot.stop()


if __name__ == "__main__":
    from bot.cli import main

    main()
