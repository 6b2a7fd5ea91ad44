"""Servers to measure: started on a free port, asked by turns, and what CPU each took for it."""

from __future__ import annotations

import asyncio
import socket
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from benchmarks.load import SECRET, Load, Served
from benchmarks.processes import ROUNDS, Place, cpu_of


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs: its process and the load it is asked with."""

    process: int
    load: Load


@dataclass(frozen=True, slots=True)
class Found:
    """Medians of the rounds: what was served, and the CPU seconds of the process for a request."""

    rate: float
    p99: float
    cpu: float


@asynccontextmanager
async def started(
    command: Sequence[str], where: Place, **settings: str
) -> AsyncIterator[tuple[int, int]]:
    """Start a server on a free port; its process id and port, until the block ends."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=where.folder,
        env=where.environment(PORT=str(port), SLACK_SIGNING_SECRET=SECRET, **settings),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process.pid, port
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


async def by_turns(servers: Sequence[Serving], requests: int) -> list[Found]:
    """The median of each, taking turns after a round each that does not count."""
    await asyncio.gather(*(one.load.ready() for one in servers))
    rounds: list[list[tuple[Served, float]]] = [[] for _ in servers]
    for turn in range(ROUNDS + 1):
        for one, found in zip(servers, rounds, strict=True):
            before = cpu_of(one.process)
            served = await one.load.round(requests)
            if turn:
                found.append((served, (cpu_of(one.process) - before) / requests))
    return [
        Found(
            statistics.median(served.rate for served, _ in found),
            statistics.median(served.p99 for served, _ in found),
            statistics.median(cpu for _, cpu in found),
        )
        for found in rounds
    ]
