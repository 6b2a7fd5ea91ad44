"""The terminal reads the same state beside a running bot, and changes nothing."""

import asyncio
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from coordination.channel_records import ChannelKept, Gone
from coordination.clearance_records import Comment
from coordination.records import (
    Acknowledgement,
    CirculationState,
    GroupState,
    MessageRef,
    MilestoneChange,
)
from storage.engine import Database, DatabaseProblem
from storage.reader import read_comments, read_state
from tests.storage.builders import DAY_START, HOUR, NOW, act, circulation, person
from workplan.window import Span, Window

WINDOW = Window((Span(date(2010, 3, 1), None), Span(date(2010, 2, 1), date(2010, 2, 2), True)))


async def _fill(database: Database) -> None:
    seen = Acknowledgement("handbook", date(2010, 1, 8), "unicef", "U1", NOW, "button")
    async with database.unit_of_work() as work:
        for one in (person("U2", zone="Asia/Tokyo"), person("U1", name="Zoë"), person("u0")):
            await work.people.put(one)
        await work.people.remove("U2")
        await work.milestones.put(MilestoneChange("a", "in March", WINDOW, True, date(2010, 3, 1)))
        await work.milestones.put(MilestoneChange("Z", activated=True, cancelled=True))
        await work.milestones.put(
            MilestoneChange("moved", "in May", WINDOW, was=WINDOW, told_at=NOW)
        )
        for version in (1, 2):
            added = await work.circulations.add(circulation(version=version))
            for order in ("2.1", "1.1"):
                await work.circulations.add_act(added.id, act(order, given=order == "1.1"))
        ended = replace(added, state=CirculationState.CLEARED, ended_at=NOW + HOUR / 7)
        await work.circulations.put(replace(ended, message=MessageRef("C1", "1.1"), permalink="p"))
        await work.channels.put(ChannelKept("C2", "C1", NOW))
        await work.channels.put(ChannelKept("C1", "C1", None, Gone.ARCHIVED, NOW + HOUR / 7))
        await work.acknowledgements.add(seen)
        await work.acknowledgements.add(replace(seen, person="U0", at=DAY_START))
        await work.acknowledgements.add(
            replace(seen, person="U3", at=NOW + timedelta(microseconds=1))
        )
        await work.commit()


async def test_it_reads_the_comments_that_the_bot_reads(
    database: Database, database_url: str
) -> None:
    assert await read_comments(database_url, 1) == ()
    await _fill(database)
    async with database.unit_of_work() as work:
        for on in (1, 2, 1):
            text = "100 % “sure”;\n--"
            await work.comments.add(Comment(0, on, "unicef", "U1", NOW, "comment", text))
        kept = await work.comments.get(3)
        assert kept is not None
        await work.comments.put(
            replace(kept, reply="So be it.", replied_by="U2", replied_at=NOW + HOUR / 7)
        )
        await work.commit()
    found = await read_comments(database_url, 1)
    assert found == await database.comments(1)
    assert [(c.id, c.reply) for c in found] == [(1, ""), (3, "So be it.")]


async def test_it_reads_what_the_bot_reads(database: Database, database_url: str) -> None:
    assert await read_state(database_url) == GroupState() == await database.load_state()
    await _fill(database)
    state = await read_state(database_url)
    assert state == await database.load_state()
    assert all((state.people, state.changes, state.circulations, state.acts))
    assert len(state.acknowledgements) == 3
    assert len(state.channels) == 2


async def test_it_reads_while_the_bot_writes(database: Database, database_url: str) -> None:
    async with database.unit_of_work() as work:
        await work.people.put(person())
        assert await read_state(database_url) == GroupState()
        await work.commit()
    assert (await read_state(database_url)).people == (person(),)


async def test_a_file_that_is_not_there_is_an_empty_state_and_is_not_made(tmp_path: Path) -> None:
    assert await read_state(f"sqlite:///{tmp_path}/var/gmg.db") == GroupState()
    assert list(tmp_path.iterdir()) == []


async def test_a_database_of_another_version_is_said_to_be_so(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as other:
            other.execute("UPDATE alembic_version SET version_num = '0000'")
            other.commit()
        with pytest.raises(DatabaseProblem, match="gmg migrate"):
            await read_state(database_url)


async def test_a_database_without_tables_is_said_to_be_so(empty_database_url: str) -> None:
    if empty_database_url.startswith("sqlite"):
        Path(empty_database_url.removeprefix("sqlite:///")).touch()
    with pytest.raises(DatabaseProblem, match="gmg migrate"):
        await read_state(empty_database_url)


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "gmg.db").write_text("a letter to the secretariat" * 100)
    with pytest.raises(DatabaseProblem, match="GMG_DATABASE_URL"):
        await read_state(f"sqlite:///{tmp_path}/gmg.db")


async def test_a_file_that_somebody_keeps_locked_is_given_up_in_time(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        path = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            start = time.monotonic()
            with pytest.raises(DatabaseProblem, match="locked"):
                await read_state(database_url)
            assert time.monotonic() - start < 3.0


async def test_a_file_whose_writer_was_killed_in_a_commit_is_put_right(tmp_path: Path) -> None:
    """A hot journal: a connection opened read-only could not read such a file at all."""
    from storage.migrate import migrate

    url = f"sqlite:///{tmp_path / 'gmg.db'}"
    await migrate(url)
    code = (
        "import os, sqlite3\n"
        f"file = sqlite3.connect({str(tmp_path / 'gmg.db')!r}, isolation_level=None)\n"
        "file.execute('PRAGMA cache_size = 1')\n"
        "file.execute('BEGIN')\n"
        "for n in range(2000):\n"
        "    file.execute('INSERT INTO processed_events VALUES (?, ?)', (str(n) * 50, 'x'))\n"
        "os._exit(9)\n"
    )
    await asyncio.to_thread(subprocess.run, [sys.executable, "-c", code])
    assert (tmp_path / "gmg.db-journal").stat().st_size > 0
    assert await read_state(url) == GroupState()


def test_reading_a_file_does_not_import_sqlalchemy() -> None:
    code = (
        "import sys, asyncio, storage.problems, storage.reader\n"
        "asyncio.run(storage.reader.read_state('sqlite:///nothing/gmg.db'))\n"
        "assert 'sqlalchemy' not in sys.modules and 'alembic' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
