"""The chain as both databases keep it, beside other writers, and what tampering leaves behind."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from coordination.chain import ChainCheck, JournalLine, Misfit, act_hash
from coordination.records import Entry, MessageRef
from coordination.storage_ports import StorageUnavailable
from storage import archive
from storage.archive import document_digests, journal_pages
from storage.engine import Database
from storage.reader import read_state
from tests.storage.builders import HOUR, NOW, act, circulation


async def whole(url: str) -> list[JournalLine]:
    return [line async for page in journal_pages(url) for line in page]


async def checked(url: str) -> tuple[ChainCheck, Misfit | None]:
    check = ChainCheck()
    for line in await whole(url):
        found = check.look_at(line)
        if found is not None:
            return check, found
    return check, None


async def write(database: Database, *subjects: str) -> None:
    async with database.unit_of_work() as work:
        for number, subject in enumerate(subjects):
            detail = {"number": number, "words": "a\0b\ud83d", "keys": {10: 1, 9: 2}}
            ref = MessageRef("C1", f"{number}.1")
            await work.journal.add(
                Entry(NOW + number * HOUR / 7, "U\0", "é", subject, detail, ref, "https://x/\0")
            )
        await work.commit()


async def tamper(database: Database, *statements: str) -> None:
    """As somebody who may change the database's build: without its triggers."""
    postgresql = database.write.dialect.name == "postgresql"
    off = (
        ["ALTER TABLE journal DISABLE TRIGGER ALL", "ALTER TABLE acts DISABLE TRIGGER ALL"]
        if postgresql
        else [f"DROP TRIGGER {t}_no_{a}" for t in ("journal", "acts") for a in ("update", "delete")]
    )
    on = [s.replace("DISABLE", "ENABLE") for s in off] if postgresql else []
    async with database.write.begin() as connection:
        for statement in (*off, *statements, *on):
            await connection.execute(text(statement))


SUBJECTS = ("circulation:1", "plan", "milestone:a", "circulation:1", "person:U1", "circulation:2")


async def test_what_is_written_fits_whatever_its_characters(
    database: Database, database_url: str
) -> None:
    assert await whole(database_url) == []
    await write(database, *SUBJECTS)
    await write(database, *SUBJECTS)
    check, misfit = await checked(database_url)
    assert misfit is None
    assert (check.lines, check.chained, set(check.heads)) == (
        12,
        8,
        {"circulation:1", "circulation:2", "milestone:a"},
    )
    found = await whole(database_url)
    assert [line.entry.subject for line in found] == [*SUBJECTS, *SUBJECTS]
    assert [line.hash is None for line in found[:6]] == [False, True, False, False, True, False]
    assert found[3].previous == found[0].hash
    assert found[6].previous == found[3].hash
    assert await database.history("circulation:1", 1) == (found[9].entry,)


async def test_a_transaction_sees_its_own_entries_and_leaves_none_when_rolled_back(
    database: Database, database_url: str
) -> None:
    await write(database, "circulation:1")
    entry = Entry(NOW, "U2", "x", "circulation:1")
    async with database.unit_of_work() as work:
        await work.journal.add(entry)
        assert (await work.journal.of("circulation:1"))[1:] == (entry,)
        assert await work.journal.of("circulation:1", 1) == (entry,)
    assert len(await whole(database_url)) == 1


async def test_writers_at_the_same_time_make_one_chain(
    database: Database, database_url: str
) -> None:
    """Each touches two subjects, some the other way round: none may wait for another for ever."""

    async def once(number: int) -> None:
        subjects = ["circulation:1", f"milestone:{number % 2}"]
        await write(database, *(subjects if number % 3 else reversed(subjects)))

    for _ in range(3):
        await asyncio.gather(*(once(number) for number in range(6)))
    check, misfit = await checked(database_url)
    assert misfit is None
    assert (check.lines, check.chained) == (36, 36)


TAMPERED = {
    "a changed position": ("UPDATE journal SET verb = 'stands aside' WHERE id = 4", 4, "content"),
    "a changed instant": (
        "UPDATE journal SET at = '2010-01-05 00:00:00' WHERE id = 1",
        1,
        "content",
    ),
    "a changed evidence": ("UPDATE journal SET evidence_ts = NULL WHERE id = 3", 3, "content"),
    "a deleted entry": ("DELETE FROM journal WHERE id = 1", 4, "entry before it"),
    "a hash taken off": (
        "UPDATE journal SET hash = NULL, previous = NULL WHERE id = 4",
        4,
        "no hash",
    ),
    "another hash": ("UPDATE journal SET hash = 'ff' WHERE id = 3", 3, "content"),
    "entries that changed places": (
        "UPDATE journal SET id = CASE id WHEN 1 THEN 104 WHEN 4 THEN 101 END WHERE id IN (1, 4)",
        7,
        "entry before it",
    ),
    "an entry of another subject": (
        "UPDATE journal SET subject = 'circulation:2' WHERE id = 4",
        4,
        "entry before it",
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
async def test_tampering_is_found(database: Database, database_url: str, name: str) -> None:
    statement, id, differs = TAMPERED[name]
    await write(database, *SUBJECTS)
    await write(database, *SUBJECTS)
    await tamper(database, statement)
    _, misfit = await checked(database_url)
    assert misfit is not None
    assert misfit.id == id
    assert differs in misfit.differs


async def test_entries_from_before_there_were_chains_stay_as_they_are(
    database: Database, database_url: str
) -> None:
    await write(database, "circulation:1")
    await tamper(database, "UPDATE journal SET hash = NULL, previous = NULL")
    await write(database, "circulation:1", "circulation:1")
    check, misfit = await checked(database_url)
    assert misfit is None
    assert (check.lines, check.chained) == (3, 2)


async def test_each_act_is_named_by_the_entry_that_follows_it(
    database: Database, database_url: str
) -> None:
    async with database.unit_of_work() as work:
        first = await work.circulations.add(circulation(version=1))
        second = await work.circulations.add(circulation(version=2))
        odd = act("1.1", at=NOW + HOUR / 7, person="U\0", source="x\ud83d")
        for one, order in ((first, "2.1"), (second, "3.1"), (first, "4.1")):
            await work.circulations.add_act(one.id, odd)
            await work.journal.add(Entry(NOW, "U1", "cleared", one.subject))
            await work.circulations.add_act(one.id, act(order))
            assert not await work.circulations.add_act(one.id, act(order))
        await work.commit()
    check, misfit = await checked(database_url)
    assert misfit is None
    assert [len(line.acts) for line in await whole(database_url)] == [1, 2, 2]
    kept = (await database.load_state()).acts
    assert {act_hash(id, one) for id, some in kept.items() for one in some} == set(check.named)
    assert check.not_named(kept) is check.not_there(kept) is None
    await tamper(database, "UPDATE acts SET position = 'stands aside' WHERE event_order = '3.1'")
    changed = (await read_state(database_url)).acts  # as a program of its own reads them
    assert check.not_named(changed) is not None
    assert check.not_there(changed) is not None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET hash = 'ff'",
        "UPDATE journal SET previous = NULL WHERE id = 1",
        "UPDATE acts SET position = 'stands aside'",
        "UPDATE acts SET capacity = 'by the head' WHERE id = 1",
        "DELETE FROM acts",
    ],
)
async def test_hashes_and_acts_cannot_be_changed(database: Database, statement: str) -> None:
    await write(database, "circulation:1")
    async with database.unit_of_work() as work:
        added = await work.circulations.add(circulation())
        await work.circulations.add_act(added.id, act())
        await work.commit()
    truncate = statement.replace("DELETE FROM", "TRUNCATE")  # which SQLite does not know
    both = {statement, truncate if database.write.dialect.name == "postgresql" else statement}
    for one in both:
        async with database.write.connect() as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                await connection.execute(text(one))
    assert (await database.load_state()).acts == {added.id: (act(),)}


async def test_nothing_is_committed_when_its_entries_cannot_be_written(
    database: Database, database_url: str
) -> None:
    if database_url.startswith("sqlite"):
        async with database.write.connect() as connection:
            pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))
        async with database.unit_of_work() as work:
            await work.circulations.add(circulation())
            big = {"words": "x" * 1_000_000}
            await work.journal.add(Entry(NOW, "bot", "x", "circulation:1", big))
            with pytest.raises(StorageUnavailable, match="full"):
                await work.commit()
            with pytest.raises(RuntimeError):
                await work.commit()
        assert (await database.load_state()).circulations == ()


async def test_the_journal_is_read_page_by_page_beside_a_writer(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "PAGE", 2)
    await write(database, *SUBJECTS)
    check = ChainCheck()
    async for page in journal_pages(database_url):
        assert len(page) <= 2
        assert not any(map(check.look_at, page))
        if check.lines == 2:
            await write(database, *SUBJECTS)  # the running bot goes on
    assert check.lines in (6, 12)  # as of one moment, or to the end


async def test_a_kept_file_is_compared_with_its_digest(
    database: Database, database_url: str
) -> None:
    assert [found async for found in document_digests(database_url)] == []
    async with database.write.begin() as connection:
        for name in ("aa", "bb"):
            await connection.execute(
                text(
                    "INSERT INTO documents VALUES (:name, 'n', 'text/plain', :content, 'U1', "
                    "'2010-01-04 07:00:00')"
                ).bindparams(name=name, content=name.encode())
            )
    found = [found async for found in document_digests(database_url)]
    assert [kept for kept, _ in found] == ["aa", "bb"]
    assert all(len(now) == 64 for _, now in found)


async def test_a_reader_holds_no_lock_between_two_pages(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "PAGE", 1)
    await write(database, "plan", "plan")
    if database_url.startswith("sqlite"):
        pages = journal_pages(database_url)
        await anext(pages)
        path = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            other.execute("ROLLBACK")
        assert len([page async for page in pages]) == 1
