"""Milestone changes: the state kept beside the plan."""

from __future__ import annotations

from sqlalchemy import select

from coordination.records import MilestoneChange
from coordination.storage_ports import MilestoneChanges
from storage import rows
from storage.tables import milestone_changes
from storage.transaction import Transaction


class SqlMilestoneChanges(MilestoneChanges):
    """`MilestoneChanges` on the table `milestone_changes`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def get(self, milestone: str) -> MilestoneChange:
        """The milestone's change, an empty one where there is none; locks it for writing."""
        statement = (
            select(milestone_changes)
            .where(milestone_changes.c.milestone == milestone)
            .with_for_update()
        )
        found = await self._transaction.row(statement)
        if found is None and self._transaction.postgresql:
            # No row to lock: hold the name, then look again at what came in between.
            await self._transaction.lock(f"milestone:{milestone}")
            found = await self._transaction.row(statement)
        return rows.change(found) if found else MilestoneChange(milestone)

    async def put(self, change: MilestoneChange) -> None:
        """Keep it."""
        await self._transaction.upsert(milestone_changes, "milestone", rows.change_values(change))
