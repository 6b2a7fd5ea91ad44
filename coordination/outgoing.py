"""What both ways out share: the reminders' (deliver.py) and the outbox's (outbox.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from coordination.ports import Messenger
from coordination.services import Services

LEASE = 60.0
"""Real seconds a claim lasts; requests to the platform time out well inside it."""

SENDING = 0.75
"""The part of a lease within which what is being sent is sent or given up."""


class Turns(Protocol):
    """Keeps the platform's pace (scheduler/pace.py)."""

    async def turn(self, channel: str) -> None:
        """Return when the channel may be posted to."""
        ...


@dataclass(frozen=True)
class Outgoing:
    """By what means messages go out of this process.

    `owner` names the process in claims, which last for `lease` real seconds; `later` wakes the bot
    after so many real seconds.
    """

    services: Services
    messenger: Messenger
    turns: Turns
    owner: str
    later: Callable[[float], None]
    lease: float = LEASE

    @property
    def sending_within(self) -> float:
        """Real seconds from asking whether a claim is still held to the end of sending."""
        return self.lease * SENDING

    @property
    def run_out(self) -> float:
        """Real seconds after which a claim made now has certainly run out."""
        return self.lease * 1.02
