"""People: who represents which agency."""

from __future__ import annotations

from sqlalchemy import select, update

from coordination.records import Person
from coordination.storage_ports import People
from storage import rows
from storage.tables import people
from storage.transaction import Transaction


class SqlPeople(People):
    """`People` on the table `people`; those who left stay as inactive rows."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, user: str) -> Person | None:
        """The active person of that id."""
        found = await self._transaction.row(
            select(people).where(people.c.user_id == user, people.c.active.is_(True))
        )
        return rows.person(found) if found else None

    async def put(self, person: Person) -> None:
        """Name a person, or change what is kept of them."""
        await self._transaction.upsert(people, "user_id", rows.person_values(person))

    async def remove(self, user: str) -> None:
        """They represent nobody any more; what they did stays."""
        await self._transaction.run(
            update(people).where(people.c.user_id == user).values(active=False)
        )

    async def forget(self, user: str) -> Person | None:
        """Remove the name and the time zone behind an id; an empty name says that it was there."""
        found = await self._transaction.row(
            select(people).where(people.c.user_id == user).with_for_update()
        )
        if found is None:
            return None
        gone = {"name": "", "zone": None, "active": False}
        await self._transaction.run(update(people).where(people.c.user_id == user).values(gone))
        return rows.person(found)
