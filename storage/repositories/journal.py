"""The journal: append-only, held so by triggers as well."""

from __future__ import annotations

from sqlalchemy import Select, insert, select

from coordination.records import Entry
from coordination.storage_ports import Journal
from storage import rows
from storage.tables import journal
from storage.transaction import Transaction


class SqlJournal(Journal):
    """`Journal` on the table `journal`; there is no way to change or remove a line."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, entry: Entry) -> None:
        """Append an entry. Raises ValueError or TypeError when `detail` is not JSON."""
        await self._transaction.run(insert(journal).values(rows.entry_values(entry)))

    async def of(self, subject: str, limit: int = 50) -> tuple[Entry, ...]:
        """The latest entries of a subject, oldest first."""
        found = await self._transaction.rows(latest(subject, limit))
        return tuple(rows.entry(row) for row in reversed(found))


def latest(subject: str, limit: int) -> Select[tuple[object, ...]]:
    """The latest lines of a subject, the newest first."""
    return (
        select(journal).where(journal.c.subject == subject).order_by(journal.c.id.desc())
    ).limit(limit)
