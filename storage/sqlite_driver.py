"""SQLite without a thread's turn for each step: what aiosqlite is to SQLAlchemy, for our engines.

aiosqlite hands every call to a thread and back, four times a statement; in a short transaction
that costs far more than SQLite does. Here a statement of a write transaction runs where it is
called: it holds the file's lock by then (`BEGIN IMMEDIATE`), so nothing can keep it waiting. What
can wait, for a lock or for the disk (beginning, committing, and reading), is done in the
connection's thread, one turn each.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

T = TypeVar("T")


class Connection:
    """A sqlite3 connection with aiosqlite's awaitable methods, as far as SQLAlchemy uses them."""

    def __init__(self, thread: ThreadPoolExecutor, statements_wait: bool) -> None:
        self._thread = thread
        self._statements_wait = statements_wait
        self._connection: sqlite3.Connection | None = None

    @property
    def _conn(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("no active connection")
        return self._connection

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do what may have to wait."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def statement(self, work: Callable[[], T], text: str) -> T:
        """Run a statement, here or in the thread."""
        if self._statements_wait or text.startswith(("BEGIN", "PRAGMA")):
            return await self.in_thread(work)
        return work()

    @property
    def isolation_level(self) -> str | None:
        """As sqlite3's."""
        return self._conn.isolation_level

    def cursor(self) -> Cursor:
        """A new cursor."""
        return Cursor(self, self._conn)

    async def execute(self, text: str, parameters: Sequence[Any] = ()) -> Cursor:
        """Run one statement on a cursor of its own."""
        return await self.cursor().execute(text, parameters)

    async def create_function(self, *args: Any, **more: Any) -> None:
        """As sqlite3's; SQLAlchemy adds REGEXP when it connects."""
        self._conn.create_function(*args, **more)

    async def commit(self) -> None:
        """Make it last: waits for readers and for the disk."""
        await self.in_thread(self._conn.commit)

    async def rollback(self) -> None:
        """Undo it."""
        if self._conn.in_transaction:
            await self.in_thread(self._conn.rollback)

    async def close(self) -> None:
        """Close it, and end its thread."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await self.in_thread(connection.close)
        self._thread.shutdown(wait=False)

    def stop(self) -> None:
        """Close it without waiting."""
        connection, self._connection = self._connection, None
        if connection is not None:
            self._thread.submit(connection.close)
        self._thread.shutdown(wait=False)


class Cursor:
    """A sqlite3 cursor with aiosqlite's awaitable methods; rows are fetched with the statement."""

    def __init__(self, connection: Connection, sync: sqlite3.Connection) -> None:
        self._connection = connection
        self._cursor = sync.cursor()
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, text: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement."""

        def work() -> list[Any]:
            self._cursor.execute(text, parameters)
            return self._cursor.fetchall() if self._cursor.description else []

        self._rows = await self._connection.statement(work, text)
        return self

    async def executemany(self, text: str, parameters: Iterable[Sequence[Any]]) -> Self:
        """Run one statement for several rows."""
        await self._connection.statement(lambda: self._cursor.executemany(text, parameters), text)
        return self

    async def fetchall(self) -> list[Any]:
        """All rows."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Let go of it."""
        self._cursor.close()

    @property
    def description(self) -> Any:
        """As sqlite3's."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """As sqlite3's."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """As sqlite3's."""
        return self._cursor.lastrowid


def opener(statements_wait: bool) -> Callable[..., Any]:
    """For SQLAlchemy's `async_creator_fn`: opens what `sqlite3.connect` takes.

    `statements_wait`: every statement may have to wait (for a lock, as when reading), so none is
    run on the event loop's own thread.
    """

    async def opened(*args: Any, **more: Any) -> Connection:
        thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        made = Connection(thread, statements_wait)
        # Used by one thread at a time: the caller's, or its own while the caller awaits.
        more["check_same_thread"] = False
        try:
            made._connection = await made.in_thread(lambda: sqlite3.connect(*args, **more))
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return made

    return opened
