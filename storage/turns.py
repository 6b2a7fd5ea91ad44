"""Turns: when a channel is posted to next, for all processes on one database.

An instant of real time a channel in the table `meta`, on the database's clock.
"""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, update

from storage.tables import meta
from storage.transaction import Transaction

LONGEST = 60.0
"""Real seconds; a turn further ahead was taken before the clock was set back, and none waits."""

_NEVER = datetime(1900, 1, 1, tzinfo=UTC)


async def take(transaction: Transaction, channel: str, seconds: float) -> float:
    """Take the channel's next turn, after which the following is `seconds` later; real seconds
    until it comes."""
    name = f"turn {channel}"
    await transaction.add_once(meta, {"name": name, "instant": _NEVER})
    real = transaction.real
    instants = select(meta.c.instant, real.later().label("now"))
    (row,) = await transaction.rows(instants.where(meta.c.name == name).with_for_update())
    wait = max(0.0, (row["instant"] - row["now"]).total_seconds())
    wait = 0.0 if wait > LONGEST else wait
    after = real.later(wait + seconds)
    await transaction.run(update(meta).where(meta.c.name == name).values(instant=after))
    return wait
