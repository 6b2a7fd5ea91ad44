"""Loading a plan and working out its dates, inside one process, against reading the YAML alone."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from ruamel.yaml import YAML

from benchmarks.figures import Figure
from benchmarks.processes import PLAN
from config.plan_file import load_sound_plan
from workplan.schedule import resolve

TIMES = 15


def measure() -> list[Figure]:
    """Ratios of CPU time, everything imported and each done once beforehand."""
    loaded = load_sound_plan(PLAN)
    cost = _interleaved(
        {
            "yaml": lambda: YAML(typ="safe", pure=True).load(Path(PLAN)),
            "load": lambda: load_sound_plan(PLAN),
            "resolve": lambda: resolve(loaded.plan, None, loaded.schedule.calendar),
        }
    )
    against = "ruamel.yaml reading the same file"
    return [
        Figure(
            "plan",
            "load the 2010 plan: read, check, place every milestone",
            against,
            cost["load"] / cost["yaml"],
            "times",
        ),
        Figure(
            "plan",
            "work out all dates again, as after each change",
            against,
            cost["resolve"] / cost["yaml"],
            "times",
        ),
    ]


def _interleaved(acts: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median CPU seconds of each, taking turns after one of each that does not count."""
    found: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(TIMES + 1):
        for name, act in acts.items():
            began = time.process_time()
            act()
            if turn:
                found[name].append(time.process_time() - began)
    return {name: statistics.median(times) for name, times in found.items()}
