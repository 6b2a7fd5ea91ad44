"""Reactions that come at the same time share one transaction: committed together.

A commit waits for the disk, and on SQLite everybody waits for it in turn. Under a burst of
reactions those that came meanwhile go into the next transaction together, and what they need of the
database is read for all of them at once; a single one goes at once. Where one of them fails,
nothing of the transaction lasts and each is done again by itself, so that it fails alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from coordination.cause import carrying
from coordination.records import MessageRef
from coordination.snapshot import Snapshots
from coordination.storage_ports import Storage, UnitOfWork

Act = Callable[[UnitOfWork], Awaitable[None]]
"""Writes into an open transaction and does not commit. It may be run a second time, in another
transaction, when the first was rolled back."""

MOST = 32
"""Acts in one transaction: what is done again when one of them fails stays short."""


@dataclass(slots=True)
class _Waiting:
    event: str | None
    at: datetime
    message: MessageRef
    act: Act
    done: asyncio.Future[None] = field(default_factory=asyncio.Future)


class Together:
    """Takes acts on messages and commits them."""

    def __init__(self, storage: Storage, snapshots: Snapshots) -> None:
        self._storage = storage
        self._snapshots = snapshots
        self._waiting: deque[_Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    async def do(self, event: str | None, at: datetime, message: MessageRef, act: Act) -> None:
        """Return when the act on a message is committed, or was at an earlier delivery of it.

        `event` is the platform's id of the request, `at` its plan time. The picture is renewed
        before the act. Raises what the act raises, and StorageUnavailable. Cancelling the wait
        does not undo an act that was begun.
        """
        waiting = _Waiting(event, at, message, carrying(act))
        self._waiting.append(waiting)
        if self._working is None:
            self._working = asyncio.create_task(self._work(), name="acts")
        await waiting.done

    async def _work(self) -> None:
        try:
            while self._waiting:
                count = min(MOST, len(self._waiting))
                batch = [self._waiting.popleft() for _ in range(count)]
                await self._commit([w for w in batch if not w.done.cancelled()])
        finally:
            self._working = None

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        if not batch:
            return
        try:
            await self._snapshots.refresh()
            async with self._storage.unit_of_work() as uow:
                for one in await self._new(uow, batch):
                    await one.act(uow)
                await uow.commit()
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._commit([one])
            elif not batch[0].done.done():
                batch[0].done.set_exception(error)
            return
        for one in batch:
            if not one.done.done():
                one.done.set_result(None)

    async def _new(self, uow: UnitOfWork, batch: Sequence[_Waiting]) -> Sequence[_Waiting]:
        """Those that were not processed before; what they need of the database is read."""
        first = {one.event: one for one in reversed(batch) if one.event is not None}
        unseen = await uow.events.first_of({event: one.at for event, one in first.items()})
        new = [w for w in batch if w.event is None or (w.event in unseen and first[w.event] is w)]
        ids = await uow.circulations.look_ahead(one.message for one in new)
        await uow.questions.look_ahead(ids)
        return new
