"""What watching the bot needs of the storage: reads beside the work, and instants to be kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from coordination.records import Reminder


@dataclass(frozen=True, slots=True)
class Queues:
    """How much waits: numbers of rows. `due` are pending reminders whose moment is past, held back
    or not; `unsent` is the outbox; `stuck` are claims of either past their lease by more than
    a minute, and outbox rows that were refused many times."""

    due: int
    unsent: int
    stuck: int


FOUND = "difference found"
"""The verb of the journal for what an audit found; its subject is `reminder:KEY`."""


@dataclass(frozen=True, slots=True)
class Failures:
    """What will not be sent, and what audits found, in numbers of rows since the beginning."""

    reminders: int
    outbox: int
    differences: int


class Watch(Protocol):
    """Reads that take no lock; every method raises StorageUnavailable."""

    async def due_since(self, then: datetime, held: float, limit: int) -> tuple[Reminder, ...]:
        """Reminders due not after `then` (plan time) that nobody sent, by moment.

        These are pending ones, and claims that ran out or were taken over: whether they were sent
        is in doubt. Left out are those that the platform itself asked to hold, until `held` real
        seconds after the end of their hold; pauses of the bot's own after errors hold nothing back.
        """
        ...

    async def standing(self, keys: Sequence[str]) -> Mapping[str, Reminder]:
        """The ledger's rows with these keys, in whatever state."""
        ...

    async def queues(self, now: datetime) -> Queues:
        """How much waits; `now` is plan time."""
        ...

    async def failures(self) -> Failures:
        """How much was not sent or differed; looks through all rows, so not for every minute."""
        ...

    async def instant(self, name: str) -> datetime | None:
        """An instant that the bot keeps about itself under a name."""
        ...


class Notes(Protocol):
    """What the bot keeps about itself."""

    async def note_instant(self, name: str, instant: datetime) -> None:
        """Keep an aware instant under a name, in the place of what was kept there."""
        ...

    async def forget_events(self, before: datetime) -> int:
        """Forget the requests that were processed before an aware plan instant; returns how many.
        Raises StorageUnavailable."""
        ...
