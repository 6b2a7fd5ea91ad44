"""`gmg rehearse` of the whole year, in seconds of CPU."""

from __future__ import annotations

from benchmarks.figures import Figure
from benchmarks.processes import GMG, interleaved, place

TIMES = 7
LIMIT = 1.0  # seconds of CPU
VERBS = {
    "gmg rehearse": (*GMG, "rehearse"),
    "gmg rehearse --json": (*GMG, "rehearse", "--json"),
}


def measure() -> list[Figure]:
    """CPU seconds, user and system, of the readable output and of the JSON."""
    with place() as where:
        costs = interleaved(VERBS, where, TIMES)
    return [
        Figure("rehearse", f"CPU of `{verb}`, the whole of 2010", "–", cost.cpu, "s", LIMIT)
        for verb, cost in costs.items()
    ]
