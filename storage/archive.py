"""Read for the export what grows without end: journal, evidence, kept files. No lock, no write.

As in storage/reader.py a SQLite file is read without SQLAlchemy. There the journal is read page by
page, since a reader that takes its time would hold up the running bot's commits; entries are only
ever added, in the order of their ids, so that the pages make one whole. A server is read as of one
moment.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path

from coordination.chain import JournalLine
from coordination.clearance_records import Evidence
from storage import rows, rows_around
from storage.address import parse
from storage.reader import connected, decoded, opened

PAGE = 1000


async def journal_pages(url: str) -> AsyncIterator[list[JournalLine]]:
    """The whole journal in the order it was written, in pages; nothing where there is no file yet.

    Raises DatabaseProblem as `storage.reader.read_state`.
    """
    address = parse(url)
    if address.path is not None:
        for page in _file_pages(address.path) if address.path.exists() else ():
            yield page
        return
    from sqlalchemy import select

    from storage.tables import journal

    async with connected(address) as connection:
        found = await connection.stream(
            select(journal).order_by(journal.c.id).execution_options(yield_per=PAGE)
        )
        async for part in found.mappings().partitions():
            yield [rows.journal_line(row) for row in part]


def _file_pages(path: Path) -> Iterator[list[JournalLine]]:
    last = 0
    with opened(path) as file:
        while True:
            found = file.execute(
                "SELECT * FROM journal WHERE id > ? ORDER BY id LIMIT ?", (last, PAGE)
            ).fetchall()
            if not found:
                return
            yield [rows.journal_line(decoded(row)) for row in found]
            last = found[-1]["id"]


async def journal_of(url: str, subject: str) -> tuple[JournalLine, ...]:
    """The lines of one subject, in their order; raises as `journal_pages`."""
    address = parse(url)
    if address.path is not None:
        if not address.path.exists():
            return ()
        with opened(address.path) as file:
            found = file.execute(
                "SELECT * FROM journal WHERE subject = ? ORDER BY id", (subject,)
            ).fetchall()
        return tuple(rows.journal_line(decoded(row)) for row in found)
    from sqlalchemy import select

    from storage.tables import journal

    async with connected(address) as connection:
        kept = await connection.execute(
            select(journal).where(journal.c.subject == subject).order_by(journal.c.id)
        )
        return tuple(map(rows.journal_line, kept.mappings()))


async def read_evidence(url: str) -> tuple[Evidence, ...]:
    """All evidence, in the order it was entered; raises as `journal_pages`."""
    address = parse(url)
    if address.path is not None:
        if not address.path.exists():
            return ()
        with opened(address.path) as file:
            found = file.execute("SELECT * FROM evidence ORDER BY id").fetchall()
        return tuple(rows_around.evidence(decoded(row)) for row in found)
    from sqlalchemy import select

    from storage.tables_around import evidence

    async with connected(address) as connection:
        kept = await connection.execute(select(evidence).order_by(evidence.c.id))
        return tuple(map(rows_around.evidence, kept.mappings()))


async def document_digests(url: str) -> AsyncIterator[tuple[str, str]]:
    """Of every file that is kept: the SHA-256 it is kept under, and that of its content now."""
    address = parse(url)
    if address.path is not None:
        if address.path.exists():
            with opened(address.path) as file:
                for (name,) in file.execute("SELECT sha256 FROM documents ORDER BY 1").fetchall():
                    (content,) = file.execute(
                        "SELECT content FROM documents WHERE sha256 = ?", (name,)
                    ).fetchone()
                    yield name, sha256(content).hexdigest()
        return
    from sqlalchemy import select

    from storage.tables import documents

    async with connected(address) as connection:
        found = await connection.stream(
            select(documents.c.sha256, documents.c.content)
            .order_by(documents.c.sha256)
            .execution_options(yield_per=1)
        )
        async for name, content in found:
            yield name, sha256(content).hexdigest()
