"""Send only what is still one's own: the claim is looked at once more just before, and while it is
sent its lease cannot run out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager

import structlog

from coordination.outgoing import Outgoing
from coordination.ports import DeliveryError
from coordination.records import OutboxItem, Reminder
from coordination.storage_ports import StorageUnavailable

log = structlog.get_logger(__name__)


MOST_PAUSE = 300.0
"""Real seconds between two tries at most, however often it went wrong."""

AT_ONCE = 6
"""So often what was in doubt and does not stand is sent again at once."""

GIVEN_UP = 30
"""Claims of a row in doubt after which it is no longer tried, where the fault is the bot's own: an
hour or so in which what is queued behind it has waited."""


class ClaimLost(Exception):
    """The claim is another's by now, or over: nothing may be sent under it."""


@asynccontextmanager
async def sending_reminders(out: Outgoing, claims: Sequence[Reminder]) -> AsyncIterator[None]:
    """Send reminders inside the block; see `_in_time`. What of them is still held is given back
    where some are not, since one message tells them all."""
    async with _in_time(out):
        async with out.services.storage.unit_of_work() as uow:
            held = await uow.ledger.hold(claims, out.owner, out.sending_within, out.lease)
            if len(held) < len(claims):
                mine = [r for r in claims if r.key in held]
                await uow.ledger.release(mine, out.owner, 0.0)
            await uow.commit()
        if len(held) < len(claims):
            raise ClaimLost
        yield


@asynccontextmanager
async def sending_row(out: Outgoing, item: OutboxItem) -> AsyncIterator[None]:
    """Send a row of the outbox inside the block; see `_in_time`."""
    async with _in_time(out):
        async with out.services.storage.unit_of_work() as uow:
            held = await uow.outbox.hold(item, out.owner, out.sending_within, out.lease)
            await uow.commit()
        if not held:
            raise ClaimLost
        yield


def pause(first: float, before: int) -> float:
    """Real seconds until the next try, after so many tries before this one: twice as long each
    time from `first` on."""
    return min(MOST_PAUSE, first * 2.0 ** min(before, 10))


def pause_in_doubt(claims: Iterable[Reminder | OutboxItem]) -> float:
    """Real seconds until what was looked for and does not stand is sent again.

    A process that dies leaves two claims so, its own and that of who took over; a platform that
    answers each post with an error would be asked without end.
    """
    doubts = max(claim.doubts for claim in claims)
    return 0.0 if doubts <= AT_ONCE else pause(2.0, doubts - AT_ONCE)


async def unharmed(
    work: Callable[[], Awaitable[None]], failed: Callable[[Exception], Awaitable[None]]
) -> None:
    """Do it, so that a fault of the bot's own in one message holds up no other.

    Its claim is left as it is, since it may have been sent: it is looked up when the lease has run
    out. Raises StorageUnavailable, and what `failed` does.
    """
    try:
        await work()
    except StorageUnavailable:
        raise  # nobody else can go on either
    except Exception as error:
        log.exception("a fault of the bot's own")
        await failed(error)


def row_sent(out: Outgoing, item: OutboxItem) -> None:
    """A row of the outbox is sent, and that is committed: count it, and say so in the log."""
    out.services.measures.sent(item.kind)
    log.info("sent", outbox=item.id, what=f"{item.kind} {item.subject or item.target}")


async def holds_reminders(out: Outgoing, claims: Sequence[Reminder]) -> bool:
    """Whether all the claims are still this process's; nobody's lease is changed."""
    async with out.services.storage.unit_of_work() as uow:
        return len(await uow.ledger.hold(claims, out.owner, 0.0, out.lease)) == len(claims)


async def holds_row(out: Outgoing, item: OutboxItem) -> bool:
    """Whether the claim is still this process's; its lease is not changed."""
    async with out.services.storage.unit_of_work() as uow:
        return await uow.outbox.hold(item, out.owner, 0.0, out.lease)


@asynccontextmanager
async def _in_time(out: Outgoing) -> AsyncIterator[None]:
    """Break off what is not sent when the claim might be another's.

    The time is counted from before the database is asked how long the claim lasts, so that it is
    over first, and on a clock that goes on while the process is stopped: what wakes late is broken
    off before it goes out. Raises ClaimLost, and DeliveryError where the time was up.
    """
    try:
        async with asyncio.timeout(out.sending_within):
            yield
    except TimeoutError:
        raise DeliveryError("timeout", maybe_posted=True, under_way=True) from None
