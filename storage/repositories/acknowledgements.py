"""Acknowledgements: who has seen what."""

from __future__ import annotations

from coordination.records import Acknowledgement
from coordination.storage_ports import Acknowledgements
from storage import rows
from storage.tables import acknowledgements
from storage.transaction import Transaction


class SqlAcknowledgements(Acknowledgements):
    """`Acknowledgements` on the table of that name."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, acknowledgement: Acknowledgement) -> bool:
        """Record it; False when that person's is there already, which then stays as it is."""
        return await self._transaction.add_once(
            acknowledgements, rows.acknowledgement_values(acknowledgement)
        )
