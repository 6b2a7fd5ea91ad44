"""The way of every act: dedupe, change, journal and outbox in one transaction, then the picture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from coordination.services import Asker, Services
from coordination.storage_ports import UnitOfWork


class Repeated(Exception):
    """The platform delivered this request before; it had its effect then."""


@asynccontextmanager
async def writing(services: Services, asker: Asker) -> AsyncIterator[UnitOfWork]:
    """One transaction for one request, committed at the end of the block.

    Raises Repeated for a request that was processed before, and StorageUnavailable. After the
    commit the picture is renewed and the workers are woken.
    """
    async with services.storage.unit_of_work() as uow:
        if asker.event and not await uow.events.first(asker.event, asker.at):
            raise Repeated(asker.event)
        yield uow
        await uow.commit()
    await services.snapshots.refresh()
    services.wake()
