"""Opening: a wrong setting is one clear sentence, and only one process writes to a file."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from coordination.records import MessageRef
from storage.address import parse
from storage.engine import Database, DatabaseProblem, open_database
from storage.sqlite import journal_mode
from tests.storage.builders import NOW, post, reminder

only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def _open(url: str, seconds: float = 1000.0) -> Database:
    return await open_database(url, real_now=lambda: seconds, owner="test")


async def _problem(url: str) -> str:
    with pytest.raises(DatabaseProblem) as caught:
        await _open(url)
    sentence = str(caught.value)
    assert "GMG_DATABASE_URL" in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "hunter2" not in sentence
    return sentence


@pytest.mark.parametrize(
    "url",
    [
        "",
        "gmg.db",
        "var/gmg.db",
        "mysql://gmg:hunter2@host/gmg",
        "gmg:hunter2@host/gmg",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///folder/",
        "sqlite://gmg.db",
        "sqlite:///gmg.db?mode=ro",
        "postgresql://",
        "postgresql://gmg:s@hunter2@host/gmg",
        "postgresql://gmg:hunter2@host",
        "postgresql://gmg:hunter2@host:port/gmg",
        "postgresql+psycopg2://gmg:hunter2@host/gmg",
    ],
)
async def test_a_wrong_url_is_one_sentence(url: str) -> None:
    await _problem(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///var/gmg.db", "var/gmg.db"),
        ("sqlite+aiosqlite:////srv/gmg.db", "/srv/gmg.db"),
        ("postgres://gmg:hunter2@db.example.org:5433/gmg", "db.example.org/gmg"),
        ("postgresql+asyncpg://db/gmg?sslmode=require", "db/gmg"),
        ("postgresql:///gmg?host=/run/postgresql", "/run/postgresql/gmg"),
    ],
)
def test_urls_as_people_write_them(url: str, shown: str) -> None:
    address = parse(url)
    assert address.shown == shown
    assert address.url.startswith(("sqlite+aiosqlite:", "postgresql+asyncpg:"))
    assert "sslmode" not in address.url


def test_an_at_sign_in_a_password_is_named_before_its_rest_is_taken_for_the_server() -> None:
    with pytest.raises(DatabaseProblem, match="as %40"):
        parse("postgresql://gmg:s@hunter2@host/gmg")
    assert parse("postgresql://gmg:s%40hunter2@host/gmg?host=/run/a@b").shown == "host/gmg"


async def test_a_server_that_is_not_there() -> None:
    assert "127.0.0.1/gmg" in await _problem("postgresql://gmg:hunter2@127.0.0.1:1/gmg")


@only_postgresql
async def test_a_server_that_has_no_such_database_or_option(database_url: str) -> None:
    host = database_url.partition("?")[2]
    await _problem(f"postgresql://gmg:hunter2@/nothing?{host}")
    await _problem(f"{database_url}&colour=blue")
    await _problem(f"{database_url}&sslmode=sometimes")


@pytest.mark.parametrize("place", ["file/gmg.db", "file/deeper/gmg.db", "folder"])
async def test_a_file_that_cannot_be_made(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    assert place in await _problem(f"sqlite:///{tmp_path / place}")


async def test_a_folder_where_nothing_can_be_written() -> None:
    await _problem("sqlite:////proc/1/gmg.db")


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "gmg.db"
    path.write_text("a letter to the secretariat" * 100)
    assert "not a database" in await _problem(f"sqlite:///{path}")
    assert path.read_text().startswith("a letter")


async def test_folder_and_file_are_made(tmp_path: Path) -> None:
    database = await _open(f"sqlite:///{tmp_path}/new folder/100%/gmg.db")
    await database.ping()
    await database.close()
    assert (tmp_path / "new folder" / "100%" / "gmg.db").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.parametrize("made", ["new", "linked"])
async def test_a_new_file_and_its_journals_are_readable_by_their_owner_alone(
    tmp_path: Path, made: str
) -> None:
    path = tmp_path / "gmg.db"
    if made == "linked":
        path.symlink_to(tmp_path / "elsewhere.db")
    before = os.umask(0o022)
    try:
        database = await _open(f"sqlite:///{path}")
        # A transaction under way, so that the journal (or -wal and -shm) stands beside the file.
        async with database.write.begin() as connection:
            await connection.exec_driver_sql("UPDATE meta SET instant = instant")
            await connection.exec_driver_sql("CREATE TABLE beside (id INTEGER)")
            modes = {
                file.name: stat.S_IMODE(file.stat().st_mode)
                for file in path.resolve().parent.iterdir()
                if file.suffix != ".lock"  # tells no more than a number of a process
            }
            await connection.rollback()
        await database.close()
    finally:
        os.umask(before)
    assert len(modes) > (2 if made == "linked" else 1)
    assert set(modes.values()) == {0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
async def test_a_file_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "gmg.db"
    path.touch()
    path.chmod(0o640)
    await (await _open(f"sqlite:///{path}")).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@only_sqlite
async def test_the_file_is_opened_as_safely_as_its_version_of_sqlite_allows(
    database: Database,
) -> None:
    async with database.write.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys")
        found = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one() for name in asked
        ]
    assert found == [journal_mode(sqlite3.sqlite_version_info).lower(), 2, 1]


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "DELETE"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
    ],
)
def test_a_write_ahead_log_only_where_it_cannot_corrupt_the_file(
    version: tuple[int, ...], mode: str
) -> None:
    assert journal_mode(version) == mode


@only_sqlite
async def test_a_file_left_in_another_journal_mode_is_changed_back(database_url: str) -> None:
    path = database_url.removeprefix("sqlite:///")
    wanted = journal_mode(sqlite3.sqlite_version_info).lower()
    other_mode = "wal" if wanted == "delete" else "delete"
    with closing(sqlite3.connect(path)) as other:
        assert other.execute(f"PRAGMA journal_mode = {other_mode}").fetchone() == (other_mode,)
    await (await _open(database_url)).close()
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == (wanted,)


@only_sqlite
async def test_a_second_opening_is_refused_until_the_first_is_closed(database_url: str) -> None:
    first = await _open(database_url)
    assert "in use" in await _problem(database_url)
    await first.ping()
    await first.close()
    await (await _open(database_url)).close()


@only_sqlite
async def test_a_second_process_is_refused_and_a_killed_one_leaves_the_file_free(
    database_url: str,
) -> None:
    code = (
        "import asyncio, time\nfrom storage.engine import open_database\n"
        "async def main():\n"
        f"    url = {database_url!r}\n"
        "    held = await open_database(url, real_now=time.monotonic, owner='other')\n"
        "    print('open', flush=True)\n    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=subprocess.PIPE)
    try:
        assert other.stdout is not None
        assert await other.stdout.readline() == b"open\n"
        assert f"process {other.pid}, other" in await _problem(database_url)
    finally:
        other.kill()
        await other.wait()
    await (await _open(database_url)).close()


@only_postgresql
async def test_on_postgresql_a_second_process_is_welcome(database_url: str) -> None:
    first, second = await _open(database_url), await _open(database_url)
    await asyncio.gather(first.ping(), second.ping())
    await first.close()
    await second.close()


@only_sqlite
async def test_an_earlier_processs_claims_and_holds_end_at_start(database_url: str) -> None:
    """Its clock says nothing to this process: here it was far ahead."""
    earlier = await _open(database_url, 10.0**9)
    async with earlier.unit_of_work() as work:
        wanted = [reminder(name) for name in "ab"]
        await work.ledger.reconcile(wanted, NOW, NOW)
        claimed = await work.ledger.claim([one.key for one in wanted], "earlier", 30.0)
        await work.ledger.release(claimed[1:], "earlier", 3600.0)
        await work.outbox.add(post("A"))
        await work.outbox.add(post("B"))
        items = await work.outbox.claim("earlier", 30.0, 2)
        await work.outbox.release(items[1], "earlier", 3600.0)
        await work.commit()
    await earlier.close()
    now = await _open(database_url, 5.0)
    async with now.unit_of_work() as work:
        assert len(await work.ledger.taken_over("now", 30.0, all_others=False)) == 1
        assert len(await work.ledger.due(NOW, 10)) == 1
        assert len(await work.outbox.taken_over("now", 30.0, all_others=False)) == 1
        assert [item.target for item in await work.outbox.claim("now", 30.0, 9)] == ["B"]
        assert await work.ledger.settle(claimed, "earlier", MessageRef("C", "1"), NOW) == ()
    await now.close()


@only_sqlite
async def test_a_process_that_forgets_to_close_still_ends(database_url: str) -> None:
    code = (
        "import asyncio, time\nfrom storage.engine import open_database\n"
        "async def main():\n"
        f"    database = await open_database({database_url!r}, real_now=time.monotonic, owner='')\n"
        "    await database.ping()\n"
        "asyncio.run(main())\n"
    )
    # Raises when the process hangs; it has long ended otherwise, however busy the machine.
    done = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], timeout=120, capture_output=True
    )
    assert done.returncode == 0
