"""Two workers on one PostgreSQL against one: how much sooner all that is due is settled."""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from asyncio.subprocess import PIPE, Process

import asyncpg

from benchmarks.figures import Figure
from benchmarks.filled import fill_postgresql
from benchmarks.postgres import server
from benchmarks.processes import ROUNDS, Place, place

DUE = 10_000
LIMIT = 1.3

_AGAIN = """
UPDATE reminders SET state = 'pending', posted_at = NULL, message_channel = NULL,
       message_ts = NULL, fence = 0
"""


def measure() -> list[Figure]:
    """How many times as many a second; raises RuntimeError when one is settled twice."""
    with server() as postgresql, place() as where:
        url = postgresql.empty()
        fill_postgresql(url, DUE, DUE)
        one, two = asyncio.run(_by_turns(where, url))
    return [
        Figure(
            "workers",
            f"{DUE:,} due on PostgreSQL settled by 2 workers, {DUE / two:.0f}/s, none twice",
            f"by 1 worker, {DUE / one:.0f}/s",
            one / two,
            "times",
            LIMIT,
            at_least=True,
        )
    ]


async def _by_turns(where: Place, url: str) -> tuple[float, float]:
    """The median seconds that one worker takes, and that two take."""
    found: dict[int, list[float]] = {1: [], 2: []}
    for turn in range(ROUNDS + 1):
        for workers, times in found.items():
            await _again(url)
            took = await _work(where, url, workers)
            if turn:
                times.append(took)
    return statistics.median(found[1]), statistics.median(found[2])


async def _again(url: str) -> None:
    """Make all due once more, on a table without dead rows."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_AGAIN)
        await connection.execute("VACUUM FULL ANALYZE reminders")
    finally:
        await connection.close()


async def _work(where: Place, url: str, workers: int) -> float:
    """Seconds until so many workers have settled all, begun together once all are ready."""
    running = [await _worker(where, url) for _ in range(workers)]
    try:
        for one in running:
            await _line(one)
        began = time.perf_counter()
        for one in running:
            assert one.stdin is not None
            one.stdin.write(b"begin\n")
        settled = [int(line) for line in await asyncio.gather(*map(_line, running))]
        took = time.perf_counter() - began
    finally:
        for one in running:
            if one.returncode is None:
                one.terminate()
            await one.wait()
    await _require_once(url, settled)
    return took


async def _worker(where: Place, url: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.work",
        cwd=where.folder,
        env=where.environment(GMG_DATABASE_URL=url),
        stdin=PIPE,
        stdout=PIPE,
    )


async def _line(worker: Process) -> bytes:
    assert worker.stdout is not None
    line = await worker.stdout.readline()
    if not line:
        raise RuntimeError("a worker ended too early")
    return line


async def _require_once(url: str, settled: list[int]) -> None:
    """Each was claimed once (its fence tells) and is posted, by the workers' own count too."""
    connection = await asyncpg.connect(url)
    try:
        once = await connection.fetchval(
            "SELECT count(*) FROM reminders WHERE state = 'posted' AND fence = 1"
        )
    finally:
        await connection.close()
    if once != DUE or sum(settled) != DUE:
        raise RuntimeError(f"of {DUE}, {once} were claimed once, and {settled} settled")
