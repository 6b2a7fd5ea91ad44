"""A mention or a direct message is answered by one process, though Slack told several of it."""

from __future__ import annotations

from coordination.services import Services
from coordination.storage_ports import StorageUnavailable


async def answered_first(services: Services, message: str) -> bool:
    """Whether no other process has answered this message (its channel and time) already.

    True as well where that cannot be known just now: better an answer twice than none.
    """
    try:
        async with services.storage.unit_of_work() as uow:
            first = await uow.events.first(f"answered {message}", services.clock.now())
            await uow.commit()
    except StorageUnavailable:
        return True
    return first
