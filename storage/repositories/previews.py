"""Channel notices shown to the secretariat beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select, update

from coordination.people_records import Preview, PreviewState
from coordination.storage_ports import Previews
from storage import rows_around as rows
from storage.tables_around import previews
from storage.transaction import Transaction


class SqlPreviews(Previews):
    """`Previews` on the table `previews`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def show(self, preview: Preview) -> bool:
        """Keep that it is shown; False when one of that moment was."""
        return await self._transaction.add_once(previews, rows.preview_values(preview))

    async def get(self, due_at: datetime) -> Preview | None:
        """The one of that moment; nobody else reads it for writing until the transaction ends.

        Who sends a notice and who decides on it meet here: the later sees what the other did.
        """
        await self._transaction.lock(f"preview:{due_at.astimezone(UTC).isoformat()}")
        found = await self._transaction.row(select(previews).where(previews.c.due_at == due_at))
        return rows.preview(found) if found else None

    async def put(self, preview: Preview) -> None:
        """Keep what was decided."""
        await self._transaction.run(
            update(previews)
            .where(previews.c.due_at == preview.due_at)
            .values(rows.preview_values(preview))
        )

    async def released(self, after: datetime) -> Sequence[Preview]:
        """Those to be sent at once though they are due only after that instant, by moment."""
        found = await self._transaction.rows(
            select(previews)
            .where(previews.c.state == PreviewState.RELEASED.value, previews.c.due_at > after)
            .order_by(previews.c.due_at)
        )
        return tuple(rows.preview(row) for row in found)
