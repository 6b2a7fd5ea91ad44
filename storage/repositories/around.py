"""What is kept around a circulation: questions, comments, evidence, documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import Select, bindparam, select, update

from coordination.clearance_records import Comment, Document, Evidence, Question
from coordination.storage_ports import Comments, Documents, EvidenceKept, Questions
from storage import rows_around as rows
from storage.tables import documents
from storage.tables_around import comments, evidence, questions
from storage.transaction import Transaction, is_

_OPEN = (
    select(questions)
    .where(
        questions.c.circulation.in_(bindparam("circulations", expanding=True)),
        is_(questions.c.state, "open"),
    )
    .order_by(questions.c.id)
)


class SqlQuestions(Questions):
    """`Questions` on the table `questions`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._open: dict[int, tuple[Question, ...]] = {}  # of circulations looked at ahead

    async def look_ahead(self, circulations: Sequence[int]) -> None:
        """Read in one go those open of several circulations, which the caller has locked."""
        if circulations:
            self._open |= await self._read(circulations)

    async def add(self, question: Question) -> Question:
        """Keep a new one; returned with its id."""
        self._open.clear()
        insert = questions.insert().values(rows.question_values(question))
        result = await self._transaction.run(insert.returning(questions.c.id))
        return replace(question, id=result.scalar_one())

    async def get(self, id: int) -> Question | None:
        """By id; locks the row for writing. An id from a forged button may be any number."""
        if not 0 < id < 2**63:
            return None
        found = await self._transaction.row(
            select(questions).where(questions.c.id == id).with_for_update()
        )
        return rows.question(found) if found else None

    async def open_of(self, circulation: int) -> tuple[Question, ...]:
        """Those still open of a circulation, by id."""
        if circulation in self._open:
            return self._open[circulation]
        return (await self._read([circulation]))[circulation]

    async def put(self, question: Question) -> None:
        """Keep what changed."""
        self._open.clear()
        await self._transaction.run(
            update(questions)
            .where(questions.c.id == question.id)
            .values(rows.question_values(question))
        )

    async def _read(self, circulations: Sequence[int]) -> dict[int, tuple[Question, ...]]:
        found: dict[int, list[Question]] = {id: [] for id in circulations}
        for row in await self._transaction.rows(_OPEN, {"circulations": circulations}):
            found[row["circulation"]].append(rows.question(row))
        return {id: tuple(some) for id, some in found.items()}


class SqlComments(Comments):
    """`Comments` on the table `comments`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, comment: Comment) -> Comment:
        """Keep a new one; returned with its id."""
        insert = comments.insert().values(rows.comment_values(comment))
        result = await self._transaction.run(insert.returning(comments.c.id))
        return replace(comment, id=result.scalar_one())

    async def get(self, id: int) -> Comment | None:
        """By id; locks the row for writing."""
        if not 0 < id < 2**63:
            return None
        found = await self._transaction.row(
            select(comments).where(comments.c.id == id).with_for_update()
        )
        return rows.comment(found) if found else None

    async def of(self, circulation: int) -> tuple[Comment, ...]:
        """All of a circulation, in the order they were written."""
        found = await self._transaction.rows(comments_of(circulation))
        return tuple(rows.comment(row) for row in found)

    async def put(self, comment: Comment) -> None:
        """Keep what changed."""
        await self._transaction.run(
            update(comments).where(comments.c.id == comment.id).values(rows.comment_values(comment))
        )


class SqlEvidence(EvidenceKept):
    """`EvidenceKept` on the table `evidence`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def add(self, kept: Evidence) -> Evidence:
        """Keep a new one; returned with its id."""
        insert = evidence.insert().values(rows.evidence_values(kept))
        result = await self._transaction.run(insert.returning(evidence.c.id))
        return replace(kept, id=result.scalar_one())

    async def of(self, circulation: int) -> tuple[Evidence, ...]:
        """All of a circulation, in the order they were entered."""
        found = await self._transaction.rows(evidence_of(circulation))
        return tuple(rows.evidence(row) for row in found)

    async def forget(self, name: str, instead: str) -> None:
        """Put other words in the place of a name: the one column of evidence that may change.

        A name of one word is replaced only where it stands alone, for many may bear it.
        """
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        found = await self._transaction.rows(
            select(evidence.c.id, evidence.c.from_whom)
            .where(evidence.c.from_whom.contains(name, autoescape=True))
            .with_for_update()
        )
        for row in found:
            whole = row["from_whom"].strip().casefold() == name.casefold()
            if not whole and " " not in name:
                continue
            words = pattern.sub(lambda _: instead, row["from_whom"])
            await self._transaction.run(
                update(evidence).where(evidence.c.id == row["id"]).values(from_whom=words)
            )


class SqlDocuments(Documents):
    """`Documents` on the table `documents`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    async def keep(self, document: Document) -> None:
        """Keep a file; one with the same content is kept once, under its first name."""
        await self._transaction.add_once(documents, asdict(document))


def comments_of(circulation: int) -> Select[tuple[object, ...]]:
    """All comments of a circulation, in order."""
    return select(comments).where(comments.c.circulation == circulation).order_by(comments.c.id)


def evidence_of(circulation: int) -> Select[tuple[object, ...]]:
    """All evidence of a circulation, in order."""
    return select(evidence).where(evidence.c.circulation == circulation).order_by(evidence.c.id)


def document_of(sha256: str) -> Select[tuple[object, ...]]:
    """The file with that digest."""
    return select(documents).where(documents.c.sha256 == sha256)
