"""The processes of a soak: several `gmg serve` on one database, and one plan time for them all."""

import asyncio
import os
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import aiohttp

from bot.cli.demo_people import CHANNEL, SECRETARIAT
from sandbox.deliver import Missed
from sandbox.http_events import HttpEvents
from scheduler.clock import monotonic, real_now
from tests.e2e.group import ROOT, SHIPPED

GMG = Path(sys.executable).parent / "gmg"
PATIENCE = 180.0
"""Real seconds that anything may take before the soak gives up: machines may be slow."""


async def until(holds, what, seconds=PATIENCE, every=0.05):
    """Wait until the coroutine function `holds` gives something true, and return that."""
    deadline = real_now() + seconds
    while not (found := await holds()):
        if real_now() > deadline:
            raise AssertionError(f"in {seconds:.0f} s it never came to this: {what}")
        await asyncio.sleep(every)
    return found


@dataclass(frozen=True)
class Times:
    """Plan time as the settings tell every process: what it was at a real moment, and its speed."""

    plan: datetime
    since: float
    speed: float

    def now(self):
        """Plan time now, in UTC."""
        return (self.plan + timedelta(seconds=(real_now() - self.since) * self.speed)).astimezone(
            UTC
        )

    def moved(self, by):
        """The same, set ahead or back by a timedelta."""
        return Times(self.now() + by, real_now(), self.speed)

    def settings(self):
        """As environment variables."""
        return {
            "GMG_CLOCK": self.plan.isoformat(),
            "GMG_CLOCK_SINCE": datetime.fromtimestamp(self.since, UTC).isoformat(),
            "GMG_CLOCK_SPEED": str(self.speed),
        }


def free_port():
    """A port that nobody listens on, and that the system gives to no connection meanwhile: those
    it takes from 32768 on."""
    for port in Random().sample(range(20_000, 32_000), 100):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


class Replica:
    """One `gmg serve`, begun and ended as its machine would."""

    def __init__(self, name, folder, environment):
        self.name, self.port = name, free_port()
        self.log = folder / f"{name}.log"
        self._environment = environment
        self._process = None
        self.frozen = False
        self.ended_by_us = True

    @property
    def running(self):
        """Whether the process is there, frozen or not."""
        return self._process is not None and self._process.returncode is None

    async def start(self, times):
        """Begin the process; returns when it is ready, with the real seconds that took."""
        began = monotonic()
        environment = {**self._environment, **times.settings(), "PORT": str(self.port)}
        self.ended_by_us = False
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                GMG, "serve", cwd=ROOT, env=environment, stderr=log
            )
        await until(self._ready, f"{self.name} is ready (see {self.log.name})", every=0.2)
        return monotonic() - began

    async def _ready(self):
        if not self.running:
            last = self.log.read_text(encoding="utf-8").strip().splitlines()[-1:]
            raise AssertionError(f"{self.name} ended at its start: {last}")
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
                session.get(f"http://127.0.0.1:{self.port}/readyz") as answer,
            ):
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def end(self, how):
        """Send a signal that ends it, and wait for the end; the exit status, None without one."""
        if not self.running:
            return None
        self.ended_by_us = True
        if self.frozen:
            self.thaw()
        self._process.send_signal(how)
        return await asyncio.wait_for(self._process.wait(), PATIENCE)

    def freeze(self):
        """Stop it as it stands (SIGSTOP)."""
        if self.running:
            self._process.send_signal(signal.SIGSTOP)
            self.frozen = True

    def thaw(self):
        """Let it go on."""
        if self.running:
            self._process.send_signal(signal.SIGCONT)
        self.frozen = False


class Balancer:
    """A balancer before several replicas: each request goes to one of those that are there."""

    online = True

    def __init__(self, server, fleet, random):
        self._fleet, self._random = fleet, random
        self._ways = {
            r.name: HttpEvents(server, f"http://127.0.0.1:{r.port}/slack/events")
            for r in fleet.replicas
        }

    async def deliver(self, kind, payload, retry, reason, within):
        """As sandbox.deliver.Transport; raises Missed where nobody answers."""
        there = [r.name for r in self._fleet.replicas if r.running]
        if not there:
            raise Missed("connection_failed", "dispatch_failed")
        way = self._ways[self._random.choice(there)]
        return await way.deliver(kind, payload, retry, reason, within)

    async def close(self):
        """Close the connections."""
        for way in self._ways.values():
            await way.close()


class Fleet:
    """All replicas: one on SQLite over Socket Mode, several on PostgreSQL over HTTP."""

    def __init__(self, folder, server, database, count, times, random):
        spec = server.spec
        environment = {
            "PATH": os.environ["PATH"],
            "SLACK_BOT_TOKEN": spec.bot_token,
            "SLACK_SIGNING_SECRET": spec.signing_secret,
            "SLACK_API_URL": server.api_url,
            "GMG_PLAN": str(SHIPPED),
            "GMG_DATABASE_URL": database,
            "GMG_CHANNEL": CHANNEL,
            "GMG_SECRETARIAT": SECRETARIAT,
        }
        if count == 1:
            environment["SLACK_APP_TOKEN"] = spec.app_token
        self.times = times
        self.replicas = [Replica(f"replica-{n}", folder, environment) for n in range(1, count + 1)]
        if count > 1:
            server.http_events = Balancer(server, self, random)

    @property
    def died(self):
        """The names of replicas that ended though nobody ended them."""
        return [r.name for r in self.replicas if not r.running and not r.ended_by_us]

    async def start(self, count=None):
        """Start the first `count` replicas, or all, side by side."""
        await asyncio.gather(*(r.start(self.times) for r in self.replicas[:count]))

    async def end(self, how=signal.SIGTERM):
        """End all; their exit statuses."""
        return await asyncio.gather(*(r.end(how) for r in self.replicas))
