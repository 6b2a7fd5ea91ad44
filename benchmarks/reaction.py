"""From a reaction to the committed position and the acknowledged event, against a bare Bolt app."""

from __future__ import annotations

import asyncio
import statistics
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from benchmarks.figures import Figure
from benchmarks.load import Load, Reactions, Served
from benchmarks.postgres import server
from benchmarks.processes import BARE, GMG, PLAN, Place, place
from benchmarks.serving import started
from bot.cli.demo_people import CHANNEL, SECRETARIAT, representatives, workspace_spec
from config.plan_file import load_sound_plan
from coordination.records import Circulation, CirculationState, Entry, MessageRef
from sandbox.faults import Fault
from sandbox.server import SandboxServer
from scheduler.clock import monotonic, real_now, steady_clock
from storage import rows, tables
from storage.engine import Database, open_database
from storage.migrate import migrate
from workplan.clearance import Act, Position
from workplan.plan import Plan

ROUNDS = 5
REQUESTS = 800  # a round
LIMIT = 0.6
GROWTH_LIMIT = 1.3
OPEN = 20  # circulations that take answers
KEPT_ACTS, KEPT_ENTRIES = 100_000, 1_000_000


def measure() -> list[Figure]:
    """Requests per second on SQLite and PostgreSQL, and what a long record costs."""
    with server() as postgresql:
        return [
            *_of("SQLite", lambda where, name: f"sqlite:///{where.folder}/{name}.db"),
            *_of("PostgreSQL", lambda _where, _name: postgresql.empty()),
        ]


Made = Callable[[Place, str], str]
"""A new database's URL."""


def _of(name: str, made: Made) -> Iterator[Figure]:
    with place() as where:
        bot, bare = asyncio.run(_against_bare(where, made(where, "bot"), made(where, "bare")))
    yield Figure(
        "reaction",
        f"reaction → committed → acknowledged on {name}, 32 connections, {bot.rate:.0f}/s",
        f"bare Bolt, drops repeats, one commit, {bare.rate:.0f}/s",
        bot.rate / bare.rate,
        "times",
        LIMIT,
        at_least=True,
    )
    with place() as where:
        full, empty = asyncio.run(_with_a_record(where, made(where, "full"), made(where, "empty")))
    yield Figure(
        "reaction",
        f"one reaction on {name} with {KEPT_ACTS:,} positions and {KEPT_ENTRIES:,} entries kept",
        "with none",
        empty.rate / full.rate,
        "times",
        GROWTH_LIMIT,
    )


async def _against_bare(where: Place, ours: str, bares: str) -> tuple[Served, Served]:
    command = (sys.executable, str(BARE / "react.py"))
    async with (
        _bot(where, ours, 0, 0) as bot,
        started(command, where, GMG_DATABASE_URL=bares) as (_, port),
    ):
        return await _by_turns(bot, Load(port, bot.body))


async def _with_a_record(where: Place, full: str, empty: str) -> tuple[Served, Served]:
    async with (
        _bot(where, full, KEPT_ACTS, KEPT_ENTRIES) as one,
        _bot(where, empty, 0, 0) as other,
    ):
        return await _by_turns(one, other)


async def _by_turns(one: Load, other: Load) -> tuple[Served, Served]:
    """The median rates of two, taking turns after a round each that does not count."""
    await asyncio.gather(one.ready(), other.ready())
    rates: tuple[list[Served], list[Served]] = ([], [])
    for turn in range(ROUNDS + 1):
        for load, found in zip((one, other), rates, strict=True):
            served = await load.round(REQUESTS)
            if turn:
                found.append(served)
    first, second = (
        Served(statistics.median(s.rate for s in f), statistics.median(s.p99 for s in f))
        for f in rates
    )
    return first, second


@asynccontextmanager
async def _bot(where: Place, database: str, acts: int, entries: int) -> AsyncIterator[Load]:
    """`gmg serve` over HTTP on a database with open circulations and so much kept of old ones."""
    plan = load_sound_plan(PLAN).plan
    spec = workspace_spec(plan)
    slack = SandboxServer(spec, real_now=real_now, monotonic=monotonic, rate_limits=False)
    await slack.start()
    # What is sent stands in no message's reactions: nothing must be read back from there.
    slack.faults.plan("reactions.get", Fault("fatal_error"), times=10_000)
    try:
        await slack.people.add_bot(CHANNEL)
        client = AsyncWebClient(spec.bot_token, base_url=slack.api_url)
        posted = [await client.chat_postMessage(channel=CHANNEL, text="card") for _ in range(OPEN)]
        messages = [MessageRef(CHANNEL, str(answer["ts"])) for answer in posted]
        await migrate(database)
        await _filled(plan, database, messages, acts, entries)
        # One agency never answers: were all in, the texts were cleared and took nothing more.
        people = [p.user for p in representatives(plan)][: len(plan.agencies) - 1]
        body = Reactions(spec, people, [(m.channel, m.ts) for m in messages])
        settings = {
            "SLACK_BOT_TOKEN": spec.bot_token,
            "SLACK_API_URL": slack.api_url,
            "GMG_DATABASE_URL": database,
            "GMG_CHANNEL": CHANNEL,
            "GMG_SECRETARIAT": SECRETARIAT,
        }
        async with started((*GMG, "serve"), where, **settings) as (_, port):
            yield Load(port, body)
    finally:
        await slack.stop()


async def _filled(
    plan: Plan, database: str, messages: Sequence[MessageRef], acts: int, entries: int
) -> None:
    """People and open circulations, and beside them so many acts and entries of ended ones."""
    now = datetime.fromtimestamp(real_now(), UTC)
    circulation = Circulation(
        id=0,
        milestone="handbook-circulated",
        version=1,
        title="Handbook",
        link="https://example.org/handbook",
        asks_for="endorsement",
        rule="unanimity",
        asked=tuple(a.id for a in plan.agencies),
        opened_at=now - timedelta(days=5),
        opened_by="U1",
        closes_at=now + timedelta(days=5),
    )
    storage = await open_database(database, real_now=steady_clock(), owner="benchmark")
    async with storage.unit_of_work() as uow:
        for person in representatives(plan):
            await uow.people.put(person)
        for number, message in enumerate(messages):
            await uow.circulations.add(replace(circulation, version=number + 1, message=message))
        await uow.commit()
    if acts:
        await _kept(storage, circulation, acts, entries)
    await storage.close()


async def _kept(storage: Database, circulation: Circulation, acts: int, entries: int) -> None:
    """Ended circulations with all their acts, and a long journal of many subjects."""
    each = len(circulation.asked)
    ended = replace(
        circulation,
        state=CirculationState.CLEARED,
        ended_at=circulation.opened_at,
        milestone="handbook-published",
    )
    async with storage.write.begin() as connection:
        for number in range(acts // each + 1):
            values = rows.circulation_values(
                replace(ended, version=number + 1, message=MessageRef(CHANNEL, f"1.{number:06d}"))
            )
            made = await connection.execute(tables.circulations.insert(), values)
            (id,) = made.inserted_primary_key
            given = [
                Act(a, f"U{a}", Position.CLEARED, "button", True, circulation.opened_at, f"{id}.0")
                for a in circulation.asked
            ]
            kept = [rows.act_values(id, act) for act in given]
            await connection.execute(tables.acts.insert(), kept)
        for start in range(0, entries, 10_000):
            lines = [
                rows.entry_values(
                    Entry(circulation.opened_at, "bot", "kept", f"milestone:{n % 5_000}", {"n": n})
                )
                for n in range(start, start + 10_000)
            ]
            await connection.execute(tables.journal.insert(), lines)
