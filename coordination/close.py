"""Close circulations at their closing time, as their rule says."""

from __future__ import annotations

from datetime import datetime

from coordination.ending import end_if_decided
from coordination.records import CirculationState
from coordination.services import Services
from coordination.snapshot import Snapshot


async def close_due(services: Services, now: datetime) -> int:
    """End what closes at or before `now` (plan time); returns how many there were."""
    waiting = next_closing(services.snapshot)
    if waiting is None or waiting > now:
        return 0
    async with services.storage.unit_of_work() as uow:
        closing = await uow.circulations.closing(now)
        for circulation in closing:
            await end_if_decided(services, uow, circulation, now)
        await uow.commit()
    if closing:
        services.wake()
    return len(closing)


def next_closing(snapshot: Snapshot) -> datetime | None:
    """The closing time that comes next, None when nothing is open."""
    return min(
        (c.closes_at for c in snapshot.circulations.values() if c.state is CirculationState.OPEN),
        default=None,
    )
