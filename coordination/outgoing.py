"""What both ways out share: the reminders' (deliver.py) and the outbox's (outbox.py)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from coordination.ports import DeliveryError, Messenger
from coordination.services import Services

LEASE = 60.0
"""Real seconds a claim lasts; requests to the platform time out well inside it."""

PACE = 1.05
"""Real seconds between two posts to one channel, a little more than the platform asks for."""

SENDING = 0.75
"""The part of a lease within which what is being sent is sent or given up."""

GIVEN_BACK = 0.001
"""Real seconds for which what was claimed and not sent is held back when the process ends."""


class Stopping(DeliveryError):
    """The process ends before this was sent: it is given back as it was, for another to send."""

    def __init__(self) -> None:
        super().__init__("stopping", retry_after=GIVEN_BACK)


class Turns(Protocol):
    """Keeps the platform's pace (scheduler/pace.py)."""

    @property
    def closed(self) -> bool:
        """Whether the process ends, so that nothing more is to be claimed."""
        ...

    async def turn(self, channel: str) -> None:
        """Return when the channel may be posted to; raises Stopping."""
        ...

    def redraw(self, message: str) -> float:
        """Real seconds until that message may be drawn anew; 0: now, and its turn is taken."""
        ...

    async def pause(self, seconds: float) -> None:
        """Wait so many real seconds; raises Stopping."""
        ...


@dataclass(frozen=True)
class Outgoing:
    """By what means messages go out of this process.

    `owner` names the process in claims, which last for `lease` real seconds; `later` wakes the bot
    after so many real seconds; `several` says that other processes may do the same work.
    """

    services: Services
    messenger: Messenger
    turns: Turns
    owner: str
    later: Callable[[float], None]
    lease: float = LEASE
    several: bool = False

    @property
    def sending_within(self) -> float:
        """Real seconds from asking whether a claim is still held to the end of sending."""
        return self.lease * SENDING

    @property
    def run_out(self) -> float:
        """Real seconds after which a claim made now has certainly run out."""
        return self.lease * 1.02
