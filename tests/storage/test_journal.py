"""The journal is only ever appended to."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coordination.records import Entry, MessageRef
from storage.engine import Database
from tests.storage.builders import HOUR, NOW


async def _write(database: Database, count: int = 3) -> list[Entry]:
    entries = [
        Entry(
            NOW + number * HOUR,
            "U1",
            "cleared",
            "circulation:1",
            {"number": number},
            MessageRef("C1", f"{number}.1"),
            "https://example.org/p1",
        )
        for number in range(count)
    ]
    async with database.unit_of_work() as work:
        for entry in entries:
            await work.journal.add(entry)
        await work.journal.add(Entry(NOW, "bot", "started", "plan"))
        await work.commit()
    return entries


async def test_a_subjects_latest_entries_come_oldest_first(database: Database) -> None:
    entries = await _write(database)
    assert await database.history("circulation:1") == tuple(entries)
    assert await database.history("circulation:1", 2) == tuple(entries[1:])
    assert await database.history("circulation:2") == ()
    async with database.unit_of_work() as work:
        assert await work.journal.of("circulation:1", 1) == (entries[2],)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = 'U2'",
        "UPDATE journal SET actor = 'U2' WHERE id = 1",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE id = 1",
    ],
)
async def test_the_database_refuses_to_change_it(database: Database, statement: str) -> None:
    entries = await _write(database)
    if "WHERE" not in statement and database.write.dialect.name == "postgresql":
        statement = statement.replace("DELETE FROM", "TRUNCATE")  # which SQLite does not know
    async with database.write.connect() as connection:
        with pytest.raises(DBAPIError, match="append-only"):
            await connection.execute(text(statement))
    assert await database.history("circulation:1") == tuple(entries)
