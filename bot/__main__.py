"""The place where all is put together: settings, storage, use cases, Slack, the alarm clock."""

from __future__ import annotations

import asyncio
import gc
import uuid
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import datetime

import structlog
from pydantic import SecretStr

from bot.export import WRITERS
from bot.metrics import Metrics
from bot.slack.connect import Connection, SlackFace, connect
from bot.stopping import LINGER, Asked
from bot.watching import LOOK, Watching
from config.plan_file import LoadedPlan
from config.settings import Settings, require_slack
from coordination.deliver import Reminders
from coordination.outbox import OutboxWorker
from coordination.outgoing import LEASE, PACE, Outgoing
from coordination.ports import DeliveryError
from coordination.services import Services
from coordination.snapshot import Snapshots
from coordination.storage_ports import StorageUnavailable
from coordination.sweep import Sweep
from scheduler.clock import PlanClock, real_now, steady_clock
from scheduler.pace import Pace, SharedPace
from scheduler.wakeup import WakeUp
from storage.engine import Database, open_database
from storage.sqlite import MOVED

REST = 0.25
"""Real seconds between two looks at what is due: each of many acts at once asks for one."""

FINISH_WITHIN = 5.0
"""Real seconds that messages on their way have at the end. What is broken off stays claimed, for
it may stand, and is looked up by whoever takes it over."""

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
    watching: Watching
    auditing: WakeUp
    turns: Pace
    stopping: bool = False
    _renewing: asyncio.Future[None] | None = None  # held, so that it is not collected

    async def start(self) -> None:
        """Look up what an earlier process left, connect to Slack, and begin to remind.

        Raises SlackProblem, StorageUnavailable, and OSError when the port is taken.
        """
        await self.services.snapshots.refresh()
        await self.face.start()
        if _alone(self.settings):  # elsewhere they may be at work: what has run out is taken over
            await self.reminders.recover()
            await self.outbox.recover()
        # Before anything is closed: a silence must not end against an objection nobody saw yet.
        try:
            await self.sweep.circulations()
        except DeliveryError as error:
            log.warning("nothing is closed yet: reactions cannot be read", code=error.code)
        self.finding.start(on_clock=False)
        self.auditing.start(on_clock=False)
        self.sending.start()
        self.reminding.start()
        header = self.loaded.plan.plan
        log.info("started", plan=header.name, face=self.face.name, plan_time=str(self.clock.now()))

    async def ready(self) -> dict[str, bool | str]:
        """What `/readyz` tells beside Slack: each part and whether it is well."""
        moving = self.reminding.moving() and not self.sending.failing
        found: dict[str, bool | str] = {"database": True, "scheduler": moving}
        try:
            await self.storage.ping()
            found["reminders"] = await self.watching.late()
        except StorageUnavailable as error:
            found["database"] = MOVED if MOVED in error.args else False
        # While it ends nothing more is to be sent here, though what comes is still answered.
        return found | {"serving": False} if self.stopping else found

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

    async def stop(self, linger: float = 0.0) -> None:
        """Finish what is on its way, give back what waits for its turn, close the connections.

        Requests are answered for at least `linger` real seconds more, though not ready.
        """
        self.stopping = True
        self.turns.close()
        self.outbox.look()
        work = (self.auditing, self.finding, self.reminding, self.sending)
        await asyncio.gather(*(w.stop(FINISH_WITHIN) for w in work), asyncio.sleep(linger))
        await self.face.stop()
        if self.reminding.last_run is not None and not self.reminding.failing:
            # Otherwise what fell due was not looked at, and is the next process's to tell.
            with suppress(StorageUnavailable):
                await self.storage.remember_instant(self.clock.now())
        await self.storage.close()


def _alone(settings: Settings) -> bool:
    """On SQLite there is one process, so that every claim found is an earlier one's."""
    return settings.database_url.startswith("sqlite")


async def open_bot(
    settings: Settings,
    loaded: LoadedPlan,
    *,
    clock: PlanClock | None = None,
    pace: float = PACE,
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
        turns = Pace(pace) if _alone(settings) else SharedPace(storage, pace)
        bot = _assemble(settings, loaded, clock, storage, turns, owner, lease)
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
    face = connect(_connection(settings, clearance_channel, turns), real_now)
    made: list[Bot] = []  # the wake-ups come last, but what wakes them is needed first

    def wake() -> None:
        for bot in made:
            bot.reminding.wake()
            bot.sending.wake()
            bot.outbox.look()

    def later(seconds: float) -> None:
        asyncio.get_running_loop().call_later(seconds, wake)

    metrics = Metrics()
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
        measures=metrics,
    )
    several = not _alone(settings)
    outgoing = Outgoing(services, face.messenger, turns, owner, later, lease, several)
    watching = Watching(services, storage, metrics)
    bot = _awake(settings, loaded, clock, storage, outgoing, face, watching, turns)
    made.append(bot)
    storage.on_change(bot.changed)
    face.serve(services, bot.ready, metrics=bot.watching.text, observer=metrics)
    return bot


def _awake(
    settings: Settings,
    loaded: LoadedPlan,
    clock: PlanClock,
    storage: Database,
    outgoing: Outgoing,
    face: SlackFace,
    watching: Watching,
    turns: Pace,
) -> Bot:
    """The bot with what wakes it, each piece of its work watched."""
    sweep = Sweep(outgoing, real_now)
    reminders, outbox = Reminders(outgoing, lambda: sweep.looked), OutboxWorker(outgoing)

    async def remind() -> datetime | None:
        following = await reminders.run()
        await storage.remember_instant(clock.now())
        return following

    return Bot(
        settings=settings,
        loaded=loaded,
        clock=clock,
        storage=storage,
        services=outgoing.services,
        face=face,
        reminders=reminders,
        outbox=outbox,
        reminding=WakeUp(clock, watching.measured("reminders", remind), rest=REST),
        sending=WakeUp(clock, watching.measured("outbox", outbox.run)),
        sweep=sweep,
        finding=WakeUp(clock, watching.measured("sweep", sweep.run), every=EACH_HOUR),
        watching=watching,
        auditing=WakeUp(clock, watching.measured("audit", watching.audit), every=LOOK),
        turns=turns,
    )


def _connection(settings: Settings, clearance_channel: str | None, turns: Pace) -> Connection:
    def revealed(secret: SecretStr | None) -> str | None:
        return secret.get_secret_value() if secret else None

    return Connection(
        bot_token=revealed(settings.bot_token) or "",
        api_url=settings.slack_api_url,
        app_token=revealed(settings.app_token),
        signing_secret=revealed(settings.signing_secret),
        channels=(settings.channel, clearance_channel),
        port=settings.port,
        pace=turns.seconds,
    )


async def run(settings: Settings, loaded: LoadedPlan) -> None:
    """Run the bot until SIGTERM or SIGINT; raises as `open_bot` and `Bot.start`."""
    asked = Asked()
    bot = await open_bot(settings, loaded)
    try:
        await asked.until(_begun(bot))
        log.info("stopping")
    finally:
        # Over HTTP a balancer has to notice; Slack itself gives a Socket Mode request elsewhere.
        linger = LINGER if asked.stopping and not settings.app_token else 0.0
        await asked.end(bot.stop(linger))


async def _begun(bot: Bot) -> None:
    await bot.start()
    # What the start made stays until the end: looking through it for garbage would find none and
    # keep those waiting who ask meanwhile.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    from bot.cli import main

    main()
