"""A database that is locked, full or away says so in time, and is used again when it is back."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from coordination.records import Entry, MilestoneChange
from coordination.storage_ports import StorageUnavailable
from storage.engine import Database, open_database
from tests.storage.builders import NOW, person
from tests.storage.proxy import Proxy

pytestmark = pytest.mark.impatient

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def _write(database: Database, name: str = "U1") -> None:
    async with database.unit_of_work() as work:
        await work.people.put(person(name))
        await work.commit()


async def _fails_in_time(database: Database, reason: str | None = None) -> None:
    """A command has three seconds: two are left to the database, one is for a busy machine."""
    start = time.monotonic()
    with pytest.raises(StorageUnavailable, match=reason):
        await _write(database)
    assert time.monotonic() - start < 3.0


async def _unavailable(asked: Awaitable[object]) -> None:
    with pytest.raises(StorageUnavailable):
        await asked


async def _recovers(database: Database) -> None:
    await _write(database, "U9")
    assert "U9" in [one.user for one in (await database.load_state()).people]


@only_sqlite
async def test_a_file_locked_by_somebody_else(database: Database, database_url: str) -> None:
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        await asyncio.gather(
            _fails_in_time(database, "locked"),
            _fails_in_time(database),  # waits behind the first
            *(_unavailable(asked) for asked in (database.ping(), database.load_state())),
        )
        other.execute("ROLLBACK")
    await _recovers(database)


@only_sqlite
async def test_a_commit_that_waits_in_vain_for_a_reader_records_nothing(
    database: Database, database_url: str
) -> None:
    path = database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        mode = other.execute("PRAGMA journal_mode").fetchone()[0]
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM people").fetchone()
        if mode == "delete":  # with a write-ahead log nobody waits for readers
            await _fails_in_time(database, "locked")
        other.execute("ROLLBACK")
    if mode == "delete":
        assert (await database.load_state()).people == ()
    await _recovers(database)


@only_sqlite
@pytest.mark.parametrize("became", ["moved", "replaced"])
async def test_a_file_that_is_no_longer_where_it_was_is_told_and_takes_nothing(
    database: Database, database_url: str, became: str
) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    # As a newer SQLite has it: with a rollback journal it refuses such writes by itself.
    async with database.write.connect() as connection:
        raw = (await connection.get_raw_connection()).driver_connection
        await raw.execute("PRAGMA journal_mode = WAL")
    await _write(database)
    await database.ping()
    if became == "replaced":  # as by a restore under a running bot
        (path.with_name("copy.db")).write_bytes(path.read_bytes())
        path.with_name("copy.db").replace(path)
    else:
        path.rename(path.with_name("moved.db"))
    with pytest.raises(StorageUnavailable, match="restart the bot"):
        await database.ping()
    await _fails_in_time(database, "restart the bot")


@only_sqlite
async def test_a_full_disk(database: Database) -> None:
    async with database.write.connect() as connection:
        pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
        await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def fill() -> None:
        async with database.unit_of_work() as work:
            for number in range(1000):
                await work.journal.add(Entry(NOW, "bot", "x", "plan", {"words": "x" * number}))
            await work.commit()

    with pytest.raises(StorageUnavailable, match="full"):
        await fill()
    assert await database.history("plan") == ()
    async with database.write.connect() as connection:
        await connection.execute(text("PRAGMA max_page_count = 1000000"))
    await _recovers(database)


@only_sqlite
async def test_a_file_that_became_rubbish(database: Database, database_url: str) -> None:
    path = Path(database_url.removeprefix("sqlite:///"))
    kept = path.read_bytes()
    path.write_bytes(b"no database at all" * 1000)
    await _fails_in_time(database)
    path.write_bytes(kept)
    await _recovers(database)


@only_postgresql
async def test_a_row_locked_by_somebody_else(database: Database) -> None:
    async with database.unit_of_work() as work:
        await work.milestones.put(MilestoneChange("handbook"))
        await work.commit()
    async with database.unit_of_work() as holder:
        await holder.milestones.get("handbook")
        start = time.monotonic()
        with pytest.raises(StorageUnavailable, match="locked"):
            async with database.unit_of_work() as work:
                await work.milestones.get("handbook")
        assert time.monotonic() - start < 3.0
    await _recovers(database)


@only_postgresql
async def test_a_full_pool(database: Database) -> None:
    held = [database.unit_of_work() for _ in range(15)]
    for work in held:
        await work.__aenter__()
    await _fails_in_time(database, "busy")
    for work in held:
        await work.__aexit__(None, None, None)
    await _recovers(database)


@pytest.fixture
async def far(postgresql_server: object, tmp_path: Path) -> AsyncIterator[tuple[Proxy, Database]]:
    """A PostgreSQL behind a proxy, with a connection that was used before."""
    async with Proxy(postgresql_server.ready(), tmp_path) as proxy:  # type: ignore[attr-defined]
        database = await open_database(proxy.url, real_now=time.monotonic, owner="far")
        await _write(database)
        await database.load_state()
        yield proxy, database
        await database.close()


async def test_a_server_that_was_restarted_costs_nobody_anything(
    far: tuple[Proxy, Database],
) -> None:
    proxy, database = far
    proxy.cut()
    await _recovers(database)


async def test_a_server_that_is_gone(far: tuple[Proxy, Database]) -> None:
    proxy, database = far
    await proxy.refuse()
    await _fails_in_time(database, "away")
    await _unavailable(database.ping())
    await _unavailable(database.load_state())
    await proxy.back()
    await _recovers(database)


async def test_a_network_that_swallows_everything(far: tuple[Proxy, Database]) -> None:
    proxy, database = far
    proxy.silence()
    start = time.monotonic()
    await asyncio.gather(_fails_in_time(database, "away"), _unavailable(database.ping()))
    assert time.monotonic() - start < 3.0
    proxy.silence(False)
    await _recovers(database)


@pytest.mark.parametrize("way", ["cut", "silence"])
async def test_a_connection_lost_inside_a_transaction_and_at_its_commit(
    far: tuple[Proxy, Database], way: str
) -> None:
    proxy, database = far
    lost = asyncio.Event()

    async def write(name: str, again: bool) -> None:
        async with database.unit_of_work() as work:
            await work.people.put(person(name))
            await lost.wait()
            if again:
                await work.people.put(person(name, agency="unhcr"))
            await work.commit()

    writes = [asyncio.create_task(_unavailable(write(f"U{n}", n == 3))) for n in (2, 3)]
    await asyncio.sleep(0.1)
    proxy.cut() if way == "cut" else proxy.silence()
    start = time.monotonic()
    lost.set()
    await asyncio.gather(*writes)
    assert time.monotonic() - start < 3.0
    proxy.silence(False)
    await _recovers(database)
    if way == "cut":  # in silence a commit can be heard by the server all the same
        assert [one.user for one in (await database.load_state()).people] == ["U1", "U9"]


@only_postgresql
async def test_a_transaction_that_the_server_ended(database: Database) -> None:
    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"

    async def write() -> None:
        async with database.unit_of_work() as work:
            await work.people.put(person())
            async with database.read.connect() as other:
                await other.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
            await work.commit()

    with pytest.raises(StorageUnavailable, match="away"):
        await write()
    await _recovers(database)


@only_postgresql
async def test_a_process_that_stands_still_in_a_transaction_holds_nobody_up_for_a_lease(
    database: Database,
) -> None:
    for engine in (database.write, database.read):
        async with engine.connect() as connection:
            told = await connection.scalar(text("SHOW idle_in_transaction_session_timeout"))
        assert told == "10s"
    async with database.unit_of_work() as standing_still:
        # As the setting has it, but sooner.
        await standing_still.transaction.run(
            text("SET idle_in_transaction_session_timeout = '300ms'")
        )
        await standing_still.people.put(person("U1"))
        await asyncio.sleep(0.6)
        await _write(database, "U1")
        with pytest.raises(StorageUnavailable):
            await standing_still.commit()
    await _recovers(database)
