"""`gmg next --json` against a script that only imports, reads the file and makes the days off."""

from __future__ import annotations

import sys

from benchmarks.figures import Figure
from benchmarks.processes import BARE, GMG, PLAN, interleaved, place

TIMES = 11
LIMIT = 1.6
DAY = "2010-01-04"


def measure() -> list[Figure]:
    """The ratio of CPU seconds (limited), and of the time that passes."""
    with place() as where:
        cost = interleaved(
            {
                "next": (*GMG, "next", "--on", DAY, "--json"),
                "bare": (sys.executable, str(BARE / "next.py"), str(PLAN)),
            },
            where,
            TIMES,
        )
    against = (
        "a script that imports typer, pydantic, ruamel.yaml and holidays, loads the file and "
        "makes the same holidays"
    )
    what = "`gmg next --json` on the 2010 plan"
    cpu, wall = cost["next"].cpu / cost["bare"].cpu, cost["next"].wall / cost["bare"].wall
    return [
        Figure("next", f"CPU of {what}", against, cpu, "times", LIMIT),
        Figure("next", "the time that passes", "the same", wall, "times"),
    ]
