"""Turns: of several processes on one database one does what is to be done once per period."""

from __future__ import annotations

from sqlalchemy import literal_column, or_

from storage.tables import meta
from storage.transaction import Transaction

_NAME = "turn: "


async def take_turn(transaction: Transaction, name: str, every: float) -> bool:
    """Take the turn of that name; False when it was taken less than `every` real seconds ago.

    Compare-and-set on one row, by the clock that leases run on. A turn taken in the future (the
    machine's clock was set back since) counts for nothing. The caller commits.
    """
    now = transaction.real.later()
    statement = transaction.insert(meta).values(name=_NAME + name, instant=now)
    taken = await transaction.run(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"instant": now},
            where=or_(
                meta.c.instant <= transaction.real.later(-every),
                meta.c.instant > transaction.real.later(every),
            ),
        ).returning(literal_column("1"))
    )
    return taken.first() is not None


def turn_name(name: str) -> str:
    """Under which name the turn stands in `meta`."""
    return _NAME + name
