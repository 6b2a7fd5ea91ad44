"""The demo's clock: moved from the page, through every due moment on the way."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from coordination.remind import derive
from scheduler.clock import PlanClock
from workplan.steps import CHANNEL

if TYPE_CHECKING:
    from bot.__main__ import Bot


class DemoClock:
    """Moves plan time and lets the bot do what falls due, moment by moment, in order.

    A jump of a day would otherwise find the morning's notices a day late. Implements
    sandbox.clock SandboxClock.
    """

    movable = True

    def __init__(self, clock: PlanClock, zone: str) -> None:
        self._clock = clock
        self._moving = asyncio.Lock()
        self.zone = zone
        self.bot: Bot | None = None

    def now(self) -> datetime:
        """The instant of plan time; aware."""
        return self._clock.now()

    @property
    def speed(self) -> float:
        """Plan seconds per real second."""
        return self._clock.speed

    async def jump(self, seconds: float) -> None:
        """Move so many seconds ahead."""
        await self.move_to(self._clock.now() + timedelta(seconds=seconds))

    async def next_notice(self) -> None:
        """Move to the next notice in the channel; without one, to whatever is due next."""
        if self.bot is None:
            return
        services = self.bot.services
        snapshot = await services.snapshots.refresh()
        now = self._clock.now()
        coming = [r for r in derive(snapshot, sorted(services.secretariat)) if r.due_at > now]
        notices = [r.due_at for r in coming if r.audience == CHANNEL]
        target = min(notices or [r.due_at for r in coming], default=None)
        if target is not None:
            await self.move_to(target)

    def play(self, speed: float) -> None:
        """Run on at this speed."""
        self._clock.run_at(speed)

    def pause(self) -> None:
        """Stand still."""
        self._clock.run_at(0)

    async def move_to(self, target: datetime) -> None:
        """Move to an aware instant, stopping at each due moment until its messages stand."""
        async with self._moving:
            if self.bot is None:
                self._clock.move_to(target)
                return
            speed = self._clock.speed
            self._clock.run_at(0)
            try:
                following = await self.bot.drain()
                while following is not None and self._clock.now() < following <= target:
                    self._clock.move_to(following)
                    following = await self.bot.drain()
                self._clock.move_to(target)
                await self.bot.drain()
            finally:
                self._clock.run_at(speed)
