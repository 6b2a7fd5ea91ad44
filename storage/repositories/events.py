"""Seen events: what the platform sent that was processed already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from coordination.storage_ports import SeenEvents
from storage.tables import processed_events
from storage.transaction import Transaction


class SqlSeenEvents(SeenEvents):
    """`SeenEvents` on the table `processed_events`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def first(self, event_id: str, at: datetime) -> bool:
        """Mark it; False when it was there (a repeat).

        On PostgreSQL a replica that marks the same event waits until the other's transaction ends,
        and is told what came of it.
        """
        return await self._transaction.add_once(processed_events, {"event_id": event_id, "at": at})

    async def first_of(self, events: Mapping[str, datetime]) -> frozenset[str]:
        """Mark several at once; returns those that were not there."""
        if not events:
            return frozenset()
        # In one order, so that no two replicas wait for each other.
        values = [{"event_id": id, "at": events[id]} for id in sorted(events)]
        return await self._transaction.add_new(processed_events, values)
