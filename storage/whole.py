"""How to await a database: to the end on SQLite, no longer than so long on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

_left_behind: set[asyncio.Task[Any]] = set()
"""What is being cleaned up behind somebody's back: asyncio itself keeps tasks only weakly."""


async def finished(
    operation: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[None]] | None = None
) -> T:
    """Await the operation to its end; a cancellation that came meanwhile goes on after it.

    SQLAlchemy drops a connection whose statement is cancelled, while aiosqlite's thread goes on
    executing it: the dropped connection can then keep the file's lock for as long as Python keeps
    its cursor (measured: every later write "locked"). Statements here end within a second or two,
    so the cancellation can wait. `undo` is given the result that nobody takes any more.
    """
    task = asyncio.create_task(operation)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})  # raises none of the task's own errors: its result() does
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None or task.cancelled():
        return task.result()
    if task.exception() is None and undo is not None:
        await undo(task.result())
    raise cancelled


async def within(
    seconds: float,
    operation: Coroutine[Any, Any, T],
    undo: Callable[[T], Awaitable[None]] | None = None,
) -> T:
    """Await the operation so many real seconds, then raise TimeoutError, and really then.

    Unlike `asyncio.timeout` this does not wait for the cancelled operation: asyncpg tries for
    seconds to say goodbye to a server that is not there. `undo` is given a result that comes
    after all.
    """
    task = asyncio.create_task(operation)
    try:
        done, _ = await asyncio.wait({task}, timeout=seconds)
    except asyncio.CancelledError:
        _leave(task, undo)
        raise
    if not done:
        _leave(task, undo)
        raise TimeoutError
    return task.result()


@contextmanager
def broken_after(seconds: float, driver: Any) -> Iterator[None]:
    """Break asyncpg's connection when what is awaited inside takes so many real seconds.

    The wait then ends with an error at once. asyncpg's own time-out takes twice its time against
    a silent network, since it waits for its cancellation to be answered as well.
    """
    timer = asyncio.get_running_loop().call_later(seconds, driver.terminate)
    try:
        yield
    finally:
        timer.cancel()


def _leave(task: asyncio.Task[T], undo: Callable[[T], Awaitable[None]] | None) -> None:
    async def end() -> None:
        await asyncio.wait({task})
        if not task.cancelled() and task.exception() is None and undo is not None:
            await undo(task.result())

    task.cancel()
    ending = asyncio.create_task(end())
    _left_behind.add(ending)
    ending.add_done_callback(_left_behind.discard)
