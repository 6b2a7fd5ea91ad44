"""What both ways out share: the reminders' (deliver.py) and the outbox's (outbox.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from coordination.ports import Messenger
from coordination.services import Services

LEASE = 60.0
"""Real seconds a claim lasts; requests to the platform time out well inside it."""


class Turns(Protocol):
    """Keeps the platform's pace (scheduler/pace.py)."""

    async def turn(self, channel: str) -> None:
        """Return when the channel may be posted to."""
        ...


@dataclass(frozen=True)
class Outgoing:
    """By what means messages go out of this process.

    `owner` names the process in claims; `later` wakes the bot after so many real seconds.
    """

    services: Services
    messenger: Messenger
    turns: Turns
    owner: str
    later: Callable[[float], None]
