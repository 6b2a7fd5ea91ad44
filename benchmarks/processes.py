"""Processes to measure: all with the same interpreter, environment and state of compiled files."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
BARE = Path(__file__).resolve().parent / "bare"
PLAN = ROOT / "config" / "plans" / "gmg-2010.yaml"
GMG = (sys.executable, str(Path(sys.executable).with_name("gmg")))
"""The `gmg` command as it was installed beside this interpreter."""

ROUNDS = 5
"""Of these the median is taken."""

_OWN = ("GMG_", "SLACK_", "PYTHON", "PORT", "COVERAGE_")


@dataclass(frozen=True, slots=True)
class Place:
    """An empty folder to run in, and where the compiled files are kept (None: nowhere)."""

    folder: Path
    compiled: Path | None

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a child: ours without settings of the bot's and of Python's own."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(_OWN)}
        state = (
            {"PYTHONPYCACHEPREFIX": str(self.compiled)}
            if self.compiled
            # An empty place, so that what an installer compiled beforehand is not found either.
            else {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": str(self.folder / "none")}
        )
        return {**kept, "PYTHONPATH": str(ROOT), **state, **more}


@contextmanager
def place(*, compiled: bool = True) -> Iterator[Place]:
    """A folder of its own; `compiled` keeps what the first run compiles for those after it."""
    with TemporaryDirectory(prefix="gmg-benchmark-") as made:
        folder = Path(made)
        (folder / "work").mkdir()
        yield Place(folder / "work", folder / "compiled" if compiled else None)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took, in seconds: `cpu` is user and system time, `wall` its whole life."""

    cpu: float
    wall: float


def run(command: Sequence[str], where: Place) -> Cost:
    """Run a command to its end; raises RuntimeError when it fails."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=where.folder, env=where.environment(), stdout=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
    if status:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, wall)


def interleaved(commands: Mapping[str, Sequence[str]], where: Place, times: int) -> dict[str, Cost]:
    """The median cost of each command, taking turns after one run each that does not count."""
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for turn in range(times + 1):
        for name, command in commands.items():
            cost = run(command, where)
            if turn:
                found[name].append(cost)
    return {name: median(costs) for name, costs in found.items()}


def cpu_of(process: int) -> float:
    """CPU seconds, user and system, that a running process has taken so far (Linux only)."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RuntimeError("only Linux tells what a running process took") from None
    after_name = told.rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")


async def by_turns(sides: Mapping[str, Callable[[], Awaitable[Cost]]]) -> dict[str, Cost]:
    """The median cost of each side, taking turns after a round each that does not count."""
    found: dict[str, list[Cost]] = {name: [] for name in sides}
    for turn in range(ROUNDS + 1):
        for name, side in sides.items():
            cost = await side()
            if turn:
                found[name].append(cost)
    return {name: median(costs) for name, costs in found.items()}


def median(costs: Sequence[Cost]) -> Cost:
    """The middle of each."""
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
    )
