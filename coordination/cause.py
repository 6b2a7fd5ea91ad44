"""One id from what somebody did to the answer: every log line on the way carries it as `cause`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from structlog.contextvars import (
    bind_contextvars,
    get_contextvars,
    reset_contextvars,
    unbind_contextvars,
)

Given = TypeVar("Given")
Result = TypeVar("Result")

CAUSE = "cause"


@contextmanager
def caused_by(id: str | None) -> Iterator[None]:
    """Log lines within carry this id; None: they carry none, whatever the task inherited."""
    before = bind_contextvars(**{CAUSE: id})
    if id is None:
        unbind_contextvars(CAUSE)
    try:
        yield
    finally:
        reset_contextvars(**before)


def cause() -> str | None:
    """The id of what is being handled, None outside."""
    found = get_contextvars().get(CAUSE)
    return None if found is None else str(found)


def carrying(work: Callable[[Given], Awaitable[Result]]) -> Callable[[Given], Awaitable[Result]]:
    """The work with the present cause, whichever task comes to do it."""
    id = cause()

    async def carried(given: Given) -> Result:
        with caused_by(id):
            return await work(given)

    return carried


async def under(id: str | None, work: Callable[[], Awaitable[Result]]) -> Result:
    """Do what log lines are to tell of under this id."""
    with caused_by(id):
        return await work()
