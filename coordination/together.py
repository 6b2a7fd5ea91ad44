"""Acts that come at the same time share one transaction: committed together, each told its own.

A commit waits for the disk, and on SQLite everybody waits for it in turn. Under a burst of
reactions those that came meanwhile go into the next transaction together; a single one goes at
once. Where one of them fails, nothing of the transaction lasts and each is done again by itself, so
that it fails alone.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from coordination.cause import carrying
from coordination.storage_ports import Storage, UnitOfWork

T = TypeVar("T")

Act = Callable[[UnitOfWork], Awaitable[T]]
"""Writes into an open transaction and does not commit. It may be run a second time, in another
transaction, when the first was rolled back."""

MOST = 16
"""Acts in one transaction: what is done again when one of them fails stays short."""


@dataclass(slots=True)
class _Waiting:
    act: Act[Any]
    done: asyncio.Future[Any]


class Together:
    """Takes acts and commits them."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._waiting: deque[_Waiting] = deque()
        self._working: asyncio.Task[None] | None = None

    async def do(self, act: Act[T]) -> T:
        """The act's result once it is committed; raises what it raises, and StorageUnavailable.

        Cancelling the wait does not undo an act that was begun.
        """
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(carrying(act), done))
        if self._working is None:
            self._working = asyncio.create_task(self._work(), name="acts")
        return await done

    async def _work(self) -> None:
        try:
            while self._waiting:
                count = min(MOST, len(self._waiting))
                batch = [self._waiting.popleft() for _ in range(count)]
                await self._commit([w for w in batch if not w.done.cancelled()])
        finally:
            self._working = None

    async def _commit(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        try:
            async with self._storage.unit_of_work() as uow:
                results = [await w.act(uow) for w in batch]
                await uow.commit()
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._commit([one])
            elif not batch[0].done.done():
                batch[0].done.set_exception(error)
            return
        for waiting, result in zip(batch, results, strict=True):
            if not waiting.done.done():
                waiting.done.set_result(result)
