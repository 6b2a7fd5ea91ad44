"""Commands, presses and forms are answered in time: by the use case, or with “not recorded”."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import structlog

from bot.slack.tasks import Tasks
from coordination.messages.parts import Message
from coordination.services import Refused, Reply
from coordination.storage_ports import StorageUnavailable

log = structlog.get_logger(__name__)

T = TypeVar("T")

DEADLINE = 1.7
"""Real seconds for the use case; Slack shows people an error after three."""

ROLL_BACK = 0.2
"""Real seconds that a cancelled use case has to let go of its transaction."""

NOT_RECORDED = Reply(
    Message("Sorry, this was not recorded, please try again in a minute. Nothing has changed.")
)


async def reply_in_time(
    work: Coroutine[Any, Any, T],
    later: Callable[[Reply], Awaitable[None]],
    tasks: Tasks,
    **about: object,
) -> T | Reply:
    """The use case's reply; a refusal's sentence; or NOT_RECORDED when it failed or took too long.

    A use case that is late is cancelled, which rolls its transaction back. Should it get through
    all the same, `later` tells the person what was recorded after all.
    """
    task = asyncio.create_task(work)
    done, _ = await asyncio.wait({task}, timeout=DEADLINE)
    if not done:
        tasks.observer.failed("no answer in time")
        log.error("no answer in time", **about)
        task.cancel()
        done, _ = await asyncio.wait({task}, timeout=ROLL_BACK)
    if not done:
        tasks.soon(_after_all(task, later), "late reply")
        return NOT_RECORDED
    return _outcome(task, tasks, about)


def _outcome(task: asyncio.Task[T], tasks: Tasks, about: dict[str, object]) -> T | Reply:
    if task.cancelled():
        return NOT_RECORDED
    error = task.exception()
    if error is None:
        return task.result()
    if isinstance(error, Refused):
        return Reply(error.message)
    if isinstance(error, StorageUnavailable):
        tasks.observer.failed("database")
        log.error("the database is not available", why=str(error), **about)
    else:
        tasks.observer.failed("use case")
        log.error("a use case failed", exc_info=error, **about)
    return NOT_RECORDED


async def _after_all(task: asyncio.Task[Any], later: Callable[[Reply], Awaitable[None]]) -> None:
    await asyncio.wait({task})
    if task.cancelled() or task.exception() is not None:
        return
    log.warning("recorded after the person was told it was not")
    reply = task.result()
    if isinstance(reply, Reply):
        await later(Reply(reply.message, public=reply.public))
    elif reply is None:
        await later(Reply(Message("This was recorded after all.")))
