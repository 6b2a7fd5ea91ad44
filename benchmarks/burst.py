"""A command asked while two hundred messages drain, against the same on an idle bot."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from urllib.parse import urlencode

from benchmarks.figures import Figure
from benchmarks.load import SECRET, Load
from benchmarks.processes import GMG, PLAN, Place, place
from benchmarks.serving import started
from bot.cli.demo_people import CHANNEL, SECRETARIAT, representatives, workspace_spec
from config.plan_file import load_sound_plan
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.records import OutboxItem, OutboxKind
from sandbox.http_events import HttpEvents
from sandbox.server import SandboxServer
from scheduler.clock import monotonic, real_now, steady_clock
from storage.engine import open_database
from storage.migrate import migrate
from workplan.plan import Plan

WAITING = 200  # messages to the channel, and as many to people
ROUNDS = 15
COMMANDS = 20  # a round, one after the other
LIMIT = 2.0
SETTLED = 3.0  # seconds after which both have done what a start does


def measure() -> list[Figure]:
    """The median time of a command during the burst, in times of the idle bot's."""
    with place() as where:
        burst, idle = asyncio.run(_measured(where))
    return [
        Figure(
            "burst",
            f"`/gmg next` over HTTP while {WAITING} messages to the channel and {WAITING} to "
            f"people drain at Slack's pace, {burst * 1000:.1f} ms",
            f"the same on an idle bot, {idle * 1000:.1f} ms",
            burst / idle,
            "times",
            LIMIT,
        )
    ]


async def _measured(where: Place) -> tuple[float, float]:
    """Medians of the time of one command (s), during the burst and idle, taking turns."""
    async with AsyncExitStack() as stack:
        busy, slack = await stack.enter_async_context(_bot(where, "busy", WAITING))
        idle, _ = await stack.enter_async_context(_bot(where, "idle", 0))
        await asyncio.sleep(SETTLED)
        times: tuple[list[float], list[float]] = ([], [])
        for turn in range(ROUNDS + 1):
            for load, found in zip((busy, idle), times, strict=True):
                served = await load.round(COMMANDS, connections=1)
                if turn:
                    found.append(1 / served.rate)
        told = [c for c in slack.calls if c.method == "chat.postMessage" and c.result == "ok"]
        if not 0 < len(told) < 2 * WAITING or slack.calls[-1].at < monotonic() - 5:
            raise RuntimeError(f"the burst did not last: {len(told)} of {2 * WAITING} stand")
    return statistics.median(times[0]), statistics.median(times[1])


@asynccontextmanager
async def _bot(where: Place, name: str, waiting: int) -> AsyncIterator[tuple[Load, SandboxServer]]:
    """`gmg serve` over HTTP with so many messages to tell, and the Slack that it tells them."""
    plan, database = load_sound_plan(PLAN).plan, f"sqlite:///{where.folder}/{name}.db"
    spec = replace(workspace_spec(plan), signing_secret=SECRET)
    slack = SandboxServer(spec, real_now=real_now, monotonic=monotonic)
    await slack.start()
    try:
        await slack.people.add_bot(CHANNEL)
        await migrate(database)
        await _filled(plan, database, waiting)
        settings = {
            "SLACK_BOT_TOKEN": spec.bot_token,
            "SLACK_API_URL": slack.api_url,
            "GMG_DATABASE_URL": database,
            "GMG_CHANNEL": CHANNEL,
            "GMG_SECRETARIAT": SECRETARIAT,
            "GMG_CLOCK": "2010-01-04T08:00:00+01:00",
        }
        async with started((*GMG, "serve"), where, **settings) as (_, port):
            users = [p.user for p in representatives(plan)]
            body = _commands(users, spec.team, spec.app_id)
            load = Load(port, body, "application/x-www-form-urlencoded")
            await load.ready()
            slack.http_events = HttpEvents(slack, f"http://127.0.0.1:{port}/slack/events")
            answer = await slack.people.command(users[0], CHANNEL, "/gmg next")
            if "What comes next" not in str(answer):
                raise RuntimeError(f"a command was answered with {answer}")
            yield load, slack
    finally:
        await slack.stop()


async def _filled(plan: Plan, database: str, waiting: int) -> None:
    """The people, and what is to be told: so much to the channel, and by turns to each person."""
    people = representatives(plan)
    storage = await open_database(database, real_now=steady_clock(), owner="benchmark")
    async with storage.unit_of_work() as uow:
        for person in people:
            await uow.people.put(person)
        for number in range(waiting):
            words = to_json(Message(f"Message {number}"))
            user = people[number % len(people)].user
            await uow.outbox.add(OutboxItem(OutboxKind.POST, CHANNEL, words))
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, words))
        await uow.commit()
    await storage.close()


def _commands(users: list[str], team: str, app: str) -> Callable[[int], str]:
    """The n-th `/gmg next`, each with a trigger of its own."""

    def body(number: int) -> str:
        return urlencode(
            {
                "command": "/gmg",
                "text": "next",
                "user_id": users[number % len(users)],
                "channel_id": CHANNEL,
                "team_id": team,
                "api_app_id": app,
                "trigger_id": f"{number}.1.burst",
            }
        )

    return body
