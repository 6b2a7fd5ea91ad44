"""A measured figure, and the table that all of them are read in."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.processes import Cost

WIDTH = 34
"""Characters of the columns that hold sentences."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One result. `value` and `limit` are in `unit`; without a limit it is only told.

    The limit is the most it may be, or with `at_least` the least.
    """

    name: str
    measured: str
    compared: str
    value: float
    unit: str
    limit: float | None = None
    at_least: bool = False

    @property
    def over(self) -> bool:
        """Whether the limit is missed."""
        if self.limit is None:
            return False
        return self.value < self.limit if self.at_least else self.value > self.limit

    def cells(self) -> tuple[str, ...]:
        """The row of the table."""
        verdict = "missed" if self.over else "ok"
        sign = "≥ " if self.at_least else "≤ "
        return (
            self.name,
            self.measured,
            self.compared,
            f"{self.value:.2f} {self.unit}",
            "–" if self.limit is None else f"{sign}{self.limit:g} {self.unit}",
            "told" if self.limit is None else verdict,
        )


def costs(
    name: str, measured: str, compared: str, one: Cost, other: Cost, limit: float
) -> list[Figure]:
    """Two rows, each under the limit: the time that passes, and CPU."""
    return [
        Figure(name, measured, compared, one.wall / other.wall, "times", limit),
        Figure(name, "the same, CPU", "the same", one.cpu / other.cpu, "times", limit),
    ]


HEADER = ("name", "what", "against", "figure", "limit", "")


def table(figures: Sequence[Figure]) -> str:
    """All figures as lines of text, the sentences folded."""
    rows = [[textwrap.wrap(cell, WIDTH) or [""] for cell in f.cells()] for f in figures]
    head = [[name] for name in HEADER]
    widths = [
        max(len(line) for row in [head, *rows] for line in row[place])
        for place in range(len(HEADER))
    ]
    lines = [*_lines(head, widths), "  ".join("-" * width for width in widths)]
    for row in rows:
        lines += _lines(row, widths)
    return "\n".join(line.rstrip() for line in lines)


def _lines(row: Sequence[Sequence[str]], widths: Sequence[int]) -> list[str]:
    """One row as so many lines as its longest cell needs."""
    height = max(map(len, row))
    return [
        "  ".join(
            (cell[number] if number < len(cell) else "").ljust(width)
            for cell, width in zip(row, widths, strict=True)
        )
        for number in range(height)
    ]
