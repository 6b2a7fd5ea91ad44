"""The way of every act: dedupe, change, journal and outbox in one transaction, then the picture."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from coordination.services import Asker, Services
from coordination.storage_ports import UnitOfWork


class Repeated(Exception):
    """The platform delivered this request before; it had its effect then."""


@asynccontextmanager
async def writing(services: Services, asker: Asker) -> AsyncIterator[UnitOfWork]:
    """One transaction for one request, committed at the end of the block.

    Raises Repeated for a request that was processed before, and StorageUnavailable. After the
    commit the picture is renewed and the workers are woken. Who is cancelled goes on once it is
    committed: “not recorded” would not be true any more.
    """
    lasts = False
    try:
        async with services.storage.unit_of_work() as uow:
            if asker.event and not await uow.events.first(asker.event, asker.at):
                raise Repeated(asker.event)
            yield uow
            await _to_its_end(uow.commit())
            lasts = True
        await services.snapshots.refresh()
    except asyncio.CancelledError:
        if not lasts:
            raise
        await services.snapshots.refresh()
    services.wake()


async def _to_its_end(commit: Coroutine[Any, Any, None]) -> None:
    """Await a commit; raises what it raises, and nothing for a cancellation meanwhile."""
    task = asyncio.create_task(commit)
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.wait({task})
    task.result()
