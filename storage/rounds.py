"""Rounds: what all processes on one database do together once in so many real seconds.

Two instants of real time a round in the table `meta`: until when somebody is at it, and when it was
last brought to an end. They are changed by compare-and-set on the database's clock.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import exists, select, update

from coordination.storage_ports import Round
from storage.tables import meta
from storage.transaction import Transaction

_NEVER = datetime(1900, 1, 1, tzinfo=UTC)


def busy(name: str) -> str:
    """The row of `meta` that says until when somebody is at it."""
    return f"round busy: {name}"


def done(name: str) -> str:
    """The row of `meta` that says when it was last done."""
    return f"round done: {name}"


async def begin(transaction: Transaction, name: str, within: float, lease: float) -> Round:
    """Take the round for `lease` real seconds, unless it was done in the last `within`."""
    await transaction.lock(busy(name))
    for row in (busy(name), done(name)):
        await transaction.add_once(meta, {"name": row, "instant": _NEVER})
    real = transaction.real
    lately = exists().where(meta.c.name == done(name), meta.c.instant > real.later(-within))
    if (await transaction.run(select(lately))).scalar():
        return Round.DONE
    taken = await transaction.run(
        update(meta)
        .where(meta.c.name == busy(name), meta.c.instant <= real.later())
        .values(instant=real.later(lease))
    )
    return Round.OURS if taken.rowcount else Round.OTHERS


async def go_on(transaction: Transaction, name: str, lease: float) -> None:
    """Whoever is at it needs `lease` real seconds more from now."""
    until = transaction.real.later(lease)
    await transaction.run(update(meta).where(meta.c.name == busy(name)).values(instant=until))


async def end(transaction: Transaction, name: str, well: bool) -> None:
    """It was brought to its end or, where it was not, is anybody's again."""
    for row in (busy(name), done(name)) if well else (busy(name),):
        now = transaction.real.later()
        await transaction.run(update(meta).where(meta.c.name == row).values(instant=now))


async def forget(transaction: Transaction) -> None:
    """Let every round be due: what an earlier process did says nothing about now."""
    await transaction.run(
        update(meta).where(meta.c.name.startswith("round ")).values(instant=_NEVER)
    )
