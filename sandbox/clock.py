"""The clock that the sandbox is handed, if any: what the page shows and moves."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class SandboxClock(Protocol):
    """A clock the page can show and, where it is `movable`, move."""

    zone: str  # IANA name of the zone the page shows
    movable: bool

    def now(self) -> datetime:
        """The instant the page shows; aware."""
        ...

    @property
    def speed(self) -> float:
        """Seconds of this clock per real second; 0 while it stands."""
        ...

    async def jump(self, seconds: float) -> None:
        """Move ahead; returns when everything due on the way has happened."""
        ...

    async def next_notice(self) -> None:
        """Move to the moment of the next notice and let it happen."""
        ...

    def play(self, speed: float) -> None:
        """Run on at this speed."""
        ...

    def pause(self) -> None:
        """Stand still."""
        ...
