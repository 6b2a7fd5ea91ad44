"""Claiming and settling what is due: among a million waiting, and against APScheduler's store."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import update

from benchmarks import jobs
from benchmarks.figures import Figure, costs
from benchmarks.filled import DUE, FEW, MANY, NOW, fill_postgresql, sqlite_copy
from benchmarks.postgres import server
from benchmarks.processes import Cost, by_turns, place
from coordination.deliver import BATCH
from coordination.outgoing import LEASE
from coordination.records import MessageRef, Reminder
from coordination.spread import from_own_place
from scheduler.clock import steady_clock
from storage.engine import Database, open_database
from storage.tables import reminders

TOGETHER = 100  # reminders claimed and settled in one go
GROWTH, SHARE = 1.3, 1 / 6
REF = MessageRef("C1", "1.1")


def measure() -> list[Figure]:
    """CPU and time that passes: with many waiting against few, and against the job store."""
    with place() as where:
        many = sqlite_copy(where.folder / "many.db", MANY, DUE)
        few = sqlite_copy(where.folder / "few.db", FEW, DUE)
        jobs.fill(where.folder / "jobs.db", FEW, DUE, NOW)
        figures = asyncio.run(_on_sqlite(where.folder, many, few))
    with server() as postgresql:
        urls = [postgresql.empty(), postgresql.empty()]
        fill_postgresql(urls[0], MANY, DUE)
        fill_postgresql(urls[1], FEW, DUE)
        figures += asyncio.run(_grown("PostgreSQL", *urls))
    return figures


async def _on_sqlite(folder: Path, many: str, few: str) -> list[Figure]:
    figures = await _grown("SQLite", many, few)
    storage = await open_database(few, real_now=steady_clock(), owner="benchmark")

    async def theirs() -> Cost:
        return await asyncio.to_thread(_jobs, folder)

    found = await by_turns({"ours": lambda: _timed(storage), "theirs": theirs})
    await storage.close()
    ours, bare = found["ours"], found["theirs"]
    return figures + costs(
        "ledger",
        f"{DUE:,} due claimed and settled {TOGETHER} at a time on SQLite, "
        f"{ours.wall * 1000:.0f} ms",
        f"APScheduler's SQLAlchemy store, {DUE:,} due of {FEW:,}, {bare.wall * 1000:.0f} ms",
        ours,
        bare,
        SHARE,
    )


async def _grown(name: str, many: str, few: str) -> list[Figure]:
    """What a thousand due cost beside a million waiting, against beside few."""
    one = await open_database(many, real_now=steady_clock(), owner="benchmark")
    other = await open_database(few, real_now=steady_clock(), owner="benchmark")
    found = await by_turns({"many": lambda: _timed(one), "few": lambda: _timed(other)})
    await one.close()
    await other.close()
    large, small = found["many"], found["few"]
    return costs(
        "ledger",
        f"{DUE:,} due of {MANY:,} claimed and settled on {name}, "
        f"{large.wall * 1000:.0f} ms, CPU {large.cpu * 1000:.0f} ms",
        f"{DUE:,} of {FEW:,}, {small.wall * 1000:.0f} ms, CPU {small.cpu * 1000:.0f} ms",
        large,
        small,
        GROWTH,
    )


async def _timed(storage: Database) -> Cost:
    """Claim and settle all that is due, as the bot does but for the posts between."""
    async with storage.write.begin() as connection:  # what the round before posted is due again
        await connection.execute(
            update(reminders)
            .where(reminders.c.posted_at.is_not(None))
            .values(state="pending", posted_at=None, message_channel=None, message_ts=None)
        )
    cpu, wall = time.process_time(), time.perf_counter()
    settled = await claim_and_settle(storage, "benchmark")
    cost = Cost(time.process_time() - cpu, time.perf_counter() - wall)
    if settled != DUE:
        raise RuntimeError(f"{settled} of {DUE} were settled")
    return cost


async def claim_and_settle(storage: Database, owner: str) -> int:
    """Look at what is due and take batch after batch, until one is another process's; and again,
    until nothing is due. How many were settled."""
    settled = 0
    while due := await _due(storage):
        batches = [due[start : start + TOGETHER] for start in range(0, len(due), TOGETHER)]
        for batch in from_own_place(owner, batches):
            async with storage.unit_of_work() as uow:
                claimed = await uow.ledger.claim([r.key for r in batch], owner, LEASE)
                await uow.commit()
            if not claimed:
                break
            async with storage.unit_of_work() as uow:
                settled += len(await uow.ledger.settle(claimed, owner, REF, NOW))
                await uow.commit()
    return settled


async def _due(storage: Database) -> tuple[Reminder, ...]:
    async with storage.unit_of_work() as uow:
        return await uow.ledger.due(NOW, BATCH)


def _jobs(folder: Path) -> Cost:
    """The same of the job store, on a fresh copy of its file."""
    copy = folder / "jobs-now.db"
    shutil.copyfile(folder / "jobs.db", copy)
    scheduler = BackgroundScheduler(timezone="UTC")
    store = jobs.store(copy)
    store.start(scheduler, "default")
    cpu, wall = time.process_time(), time.perf_counter()
    done = jobs.process(store, NOW)
    cost = Cost(time.process_time() - cpu, time.perf_counter() - wall)
    store.shutdown()
    if done != DUE:
        raise RuntimeError(f"{done} of {DUE} jobs were due")
    return cost
