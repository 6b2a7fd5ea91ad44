"""`python -m benchmarks [NAME …]`: measure and print a table.

Exits 1 when a limit is exceeded, 2 when something could not be measured.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from benchmarks import (
    burst,
    demo_start,
    ledger,
    memory,
    next_http,
    next_json,
    plan_load,
    reaction,
    rehearse,
    waiting,
    workers,
)
from benchmarks.figures import Figure, table

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "next": next_json.measure,
    "rehearse": rehearse.measure,
    "demo": demo_start.measure,
    "memory": memory.measure,
    "plan": plan_load.measure,
    "http": next_http.measure,
    "ledger": ledger.measure,
    "waiting": waiting.measure,
    "workers": workers.measure,
    "reaction": reaction.measure,
    "burst": burst.measure,
}


def main() -> int:
    """Measure what was named, or all; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    figures: list[Figure] = []
    missing = False
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        try:
            figures += BENCHMARKS[name]()
        except RuntimeError as problem:
            print(f"{name} cannot be measured: {problem}", file=sys.stderr)
            missing = True
    if figures:
        print(table(figures))
    return 2 if missing else int(any(figure.over for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
