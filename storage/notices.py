"""PostgreSQL: what other processes on the same database changed, told by NOTIFY.

The connection that listens is also the fence: a commit whose client was answered before a question
on it began has been told by the time the question is answered.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.failures import typed_failures
from storage.whole import within

CHANNEL = "gmg_state"
ANSWER_WITHIN = 1.2
"""Real seconds until the server has answered."""
MOST_PAYLOAD = 7_000  # PostgreSQL takes 8,000 bytes

Heard = Callable[[frozenset[str] | None], None]
"""Called with the marks of a change, or None when any change may have been missed."""


def payload(owner: str, marks: Iterable[str]) -> str:
    """What a transaction tells: whose it is and what it changed; too much becomes everything."""
    text = json.dumps([owner, sorted(marks)], separators=(",", ":"))
    return text if len(text) <= MOST_PAYLOAD else json.dumps([owner, None])


class Notices:
    """Listens; `heard` is told of the changes of others."""

    def __init__(self, engine: AsyncEngine, owner: str, heard: Heard) -> None:
        """`engine` has no pool: its connection is kept here. `owner` tells this process's own."""
        self._engine, self._owner, self._heard = engine, owner, heard
        self._connection: AsyncConnection | None = None
        self._driver: Any = None  # asyncpg's own connection
        self._lock = asyncio.Lock()

    async def fence(self) -> None:
        """Return when all that was committed before the call has been told.

        A connection that was lost is made anew, and then anything may have changed. Raises
        StorageUnavailable in time when the server does not answer.
        """
        async with self._lock:
            with typed_failures():
                if self._driver is None or self._driver.is_closed():
                    await within(ANSWER_WITHIN, self._listen())
                    self._heard(None)
                try:
                    await within(ANSWER_WITHIN, self._driver.execute("SELECT 1"))
                except BaseException:
                    self._driver.terminate()
                    raise

    async def close(self) -> None:
        """Hear no more."""
        await self._let_go()
        await self._engine.dispose()

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        self._driver.terminate()
        with suppress(Exception):  # it is gone already
            await connection.invalidate()
            await connection.close()

    async def _listen(self) -> None:
        await self._let_go()
        connection = await self._engine.connect()
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.add_listener(CHANNEL, self._told)
        self._connection, self._driver = connection, driver

    def _told(self, _connection: Any, _process: int, _channel: str, text: str) -> None:
        owner, marks = json.loads(text)
        if owner != self._owner:
            self._heard(None if marks is None else frozenset(marks))
