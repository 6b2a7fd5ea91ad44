"""A window is what a vague date means: one or more alternatives of earliest and latest day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """One alternative: days from `start` to `end`, both included.

    `end` is None where nothing bounds it ("after ID"). `occupied` says that all its days are
    taken (a two-day event); otherwise it falls somewhere inside.
    """

    start: date
    end: date | None
    occupied: bool = False

    def __post_init__(self) -> None:
        """Refuse a span that runs backwards, and an occupied one without a last day."""
        if self.end is not None and self.end < self.start:
            raise ValueError(f"runs backwards: {self.start} to {self.end}")
        if self.end is None and self.occupied:
            raise ValueError("an occupied span needs a last day")

    @property
    def days(self) -> int | None:
        """How many days it covers, None without a last day."""
        return None if self.end is None else (self.end - self.start).days + 1

    def shifted(self, days: int) -> Span:
        """The same span so many days later (earlier when negative)."""
        by = timedelta(days=days)
        return Span(self.start + by, None if self.end is None else self.end + by, self.occupied)

    def edtf(self) -> str:
        """Its EDTF form (ISO 8601-2): occupied `start/end`, within `[start..end]`, or one day."""
        if self.end == self.start:
            return self.start.isoformat()
        if self.end is None:
            return f"[{self.start.isoformat()}..]"
        if self.occupied:
            return f"{self.start.isoformat()}/{self.end.isoformat()}"
        return f"[{self.start.isoformat()}..{self.end.isoformat()}]"


@dataclass(frozen=True, slots=True)
class Window:
    """The alternatives of a date in day order; never empty."""

    alternatives: tuple[Span, ...]

    def __post_init__(self) -> None:
        """Keep the alternatives in day order and refuse an empty window."""
        if not self.alternatives:
            raise ValueError("a window has at least one alternative")
        key = sorted(set(self.alternatives), key=lambda s: (s.start, s.end or date.max, s.occupied))
        object.__setattr__(self, "alternatives", tuple(key))

    @classmethod
    def day(cls, day: date) -> Window:
        """The window of one fixed day."""
        return cls((Span(day, day, True),))

    @property
    def earliest(self) -> date:
        """The first day of all alternatives."""
        return self.alternatives[0].start

    @property
    def latest(self) -> date | None:
        """The last day of all alternatives, None when one has no last day."""
        ends = [s.end for s in self.alternatives]
        return None if None in ends else max(e for e in ends if e is not None)

    @property
    def occupied(self) -> bool:
        """Whether every alternative takes all its days."""
        return all(s.occupied for s in self.alternatives)

    def edtf(self) -> tuple[str, ...]:
        """One EDTF expression per alternative, in day order."""
        return tuple(s.edtf() for s in self.alternatives)
