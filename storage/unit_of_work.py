"""One write transaction with its repositories; a forgotten commit rolls back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from coordination.storage_ports import (
    Acknowledgements,
    ChannelsKept,
    Circulations,
    Comments,
    Documents,
    EvidenceKept,
    Journal,
    Ledger,
    MilestoneChanges,
    Outbox,
    People,
    Previews,
    Questions,
    SeenEvents,
    UnitOfWork,
    Wishes,
)
from storage.cache import StateCache
from storage.failures import StorageUnavailable, typed_failures
from storage.notices import CHANNEL, payload
from storage.repositories.acknowledgements import SqlAcknowledgements
from storage.repositories.around import SqlComments, SqlDocuments, SqlEvidence, SqlQuestions
from storage.repositories.channels import SqlChannels
from storage.repositories.circulations import SqlCirculations
from storage.repositories.events import SqlSeenEvents
from storage.repositories.journal import SqlJournal
from storage.repositories.ledger import SqlLedger
from storage.repositories.milestones import SqlMilestoneChanges
from storage.repositories.outbox import SqlOutbox
from storage.repositories.people import SqlPeople
from storage.repositories.previews import SqlPreviews
from storage.repositories.wishes import SqlWishes
from storage.told import tell_of
from storage.transaction import RealTime, Transaction
from storage.whole import finished, within

_TELL = text("SELECT pg_notify(:channel, :told)")

BEGIN_WITHIN = 1.5
"""Real seconds until PostgreSQL has answered or is given up; SQLite's own limits are shorter."""


class SqlUnitOfWork(UnitOfWork):
    """A transaction on the write engine; StorageUnavailable comes out of any of its calls.

    A commit whose answer is lost with the connection (PostgreSQL) raises StorageUnavailable though
    it may have been made: what is tried again must be recognised by its key, as events, acts and
    reminders are.
    """

    people: People
    milestones: MilestoneChanges
    circulations: Circulations
    questions: Questions
    comments: Comments
    evidence: EvidenceKept
    documents: Documents
    wishes: Wishes
    previews: Previews
    channels: ChannelsKept
    acknowledgements: Acknowledgements
    ledger: Ledger
    outbox: Outbox
    journal: Journal
    events: SeenEvents

    def __init__(
        self, engine: AsyncEngine, real: RealTime, cache: StateCache, owner: str = ""
    ) -> None:
        """`cache` learns what a commit changed, and with `owner` other processes do."""
        self._engine = engine
        self._real = real
        self._cache = cache
        self._owner = owner
        self._connection: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        """Begin; raises StorageUnavailable within 2 s when the database cannot be written."""
        if self._connection is not None:
            raise RuntimeError("a unit of work is entered once")
        with typed_failures():
            if self._engine.dialect.name == "sqlite":
                connection = await finished(self._begin(), AsyncConnection.close)
                driver = None
            else:
                connection = await within(BEGIN_WITHIN, self._begin(), AsyncConnection.close)
                driver = (await connection.get_raw_connection()).driver_connection
        self._connection = connection
        self.transaction = transaction = Transaction(connection, self._real, driver)
        self.people = SqlPeople(transaction)
        self.milestones = SqlMilestoneChanges(transaction)
        self.circulations = self._circulations = SqlCirculations(transaction, self._cache)
        self.questions = SqlQuestions(transaction)
        self.comments = SqlComments(transaction)
        self.evidence = SqlEvidence(transaction)
        self.documents = SqlDocuments(transaction)
        self.wishes = SqlWishes(transaction)
        self.previews = SqlPreviews(transaction)
        self.channels = SqlChannels(transaction)
        self.acknowledgements = SqlAcknowledgements(transaction)
        self.ledger = SqlLedger(transaction)
        self.outbox = self._outbox = SqlOutbox(transaction)
        self.journal = self._journal = SqlJournal(transaction)
        self.events = SqlSeenEvents(transaction)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Roll back what was not committed and give the connection back."""
        assert self._connection is not None
        self.transaction.ended = True
        await finished(self._leave(self._connection))

    async def commit(self) -> None:
        """Make it last; raises StorageUnavailable when that failed. Nothing may follow it."""
        assert self._connection is not None
        self.transaction.require_open()
        marks = self._cache.relevant(self.transaction.touched)
        try:
            await self._circulations.write()
            await self._outbox.write()
            if marks and self.transaction.postgresql:
                told = payload(self._owner, marks)
                await self.transaction.run(_TELL, {"channel": CHANNEL, "told": told})
            await self._journal.write()
        finally:  # nothing is ever committed without its journal entries
            self.transaction.ended = True
        try:
            await finished(self.transaction.call(self._commit(self._connection)))
        except BaseException:  # it may have been made all the same
            self._cache.mark(marks)
            raise
        self._cache.changed(marks, self._circulations.complete)
        tell_of(self.transaction.journalled, self.transaction.queued)

    async def _begin(self) -> AsyncConnection:
        connection = await self._engine.connect()
        try:
            await connection.begin()
        except BaseException:
            await asyncio.shield(connection.close())
            raise
        return connection

    async def _commit(self, connection: AsyncConnection) -> None:
        try:
            await connection.commit()
        except BaseException:
            # SQLAlchemy takes the transaction for ended and would put the connection back into the
            # pool as it is: on SQLite, still inside it and locking everybody out.
            await connection.invalidate()
            raise

    async def _leave(self, connection: AsyncConnection) -> None:
        try:
            await self.transaction.call(connection.close())
        except StorageUnavailable:
            # Nothing was committed by this; the next unit of work finds out how things are.
            with suppress(StorageUnavailable), typed_failures():
                await connection.invalidate()
