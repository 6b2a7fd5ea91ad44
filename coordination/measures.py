"""What is measured of the bot at work: a port, so that no use case knows who counts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from coordination.records import ReminderState

Sent = Literal["reminder", "outbox"]
"""What goes out: reminders by the calendar, or rows of the outbox that an act caused."""


class Measures(Protocol):
    """Counts; never raises and never waits."""

    def due(self, count: int) -> None:
        """So many reminders fell due and were taken up to be sent."""
        ...

    def posted(self, late: Sequence[float]) -> None:
        """Reminders were posted, each so many seconds of plan time after its moment."""
        ...

    def ended(self, state: ReminderState, count: int) -> None:
        """So many reminders will not be posted: folded, cancelled or failed."""
        ...

    def sent(self, kind: str) -> None:
        """A row of the outbox was sent; `kind` is its OutboxKind."""
        ...

    def retried(self, what: Sent, count: int = 1) -> None:
        """So many were given back, to be tried again."""
        ...

    def differed(self, count: int) -> None:
        """The auditor found so many differences that nobody was told of before."""
        ...


class NoMeasures:
    """Where nobody counts."""

    def due(self, count: int) -> None:
        """Nothing."""

    def posted(self, late: Sequence[float]) -> None:
        """Nothing."""

    def ended(self, state: ReminderState, count: int) -> None:
        """Nothing."""

    def sent(self, kind: str) -> None:
        """Nothing."""

    def retried(self, what: Sent, count: int = 1) -> None:
        """Nothing."""

    def differed(self, count: int) -> None:
        """Nothing."""
