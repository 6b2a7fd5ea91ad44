"""Measures that a test can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from coordination.measures import Sent
from coordination.records import ReminderState


class FakeMeasures:
    """`Measures` as tallies, by what was counted."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.late: list[float] = []

    def due(self, count: int) -> None:
        """Keep it."""
        self.counted["due"] += count

    def posted(self, late: Sequence[float]) -> None:
        """Keep it."""
        self.counted["posted"] += len(late)
        self.late += late

    def ended(self, state: ReminderState, count: int) -> None:
        """Keep it."""
        self.counted[state.value] += count

    def sent(self, kind: str) -> None:
        """Keep it."""
        self.counted[f"sent {kind}"] += 1

    def retried(self, what: Sent, count: int = 1) -> None:
        """Keep it."""
        self.counted[f"retried {what}"] += count

    def differed(self, count: int) -> None:
        """Keep it."""
        self.counted["differed"] += count
