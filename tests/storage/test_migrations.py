"""The migrations make the tables the program knows, and keep what is in an older file."""

import asyncio
import sqlite3
import textwrap
import time
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage import migrate as migrating
from storage import postgresql, sqlite
from storage.address import parse
from storage.engine import DatabaseProblem, open_database
from storage.migrate import VERSIONS, migrate, schema_is_current, upgrade
from storage.migrations import HEAD
from storage.tables_around import metadata
from tests.storage.builders import NOW, act, circulation, person

NEXT = textwrap.dedent(
    '''
    """A next revision: a table is rebuilt on SQLite, with rows that point at it."""
    import sqlalchemy as sa
    from alembic import op

    revision, down_revision, branch_labels, depends_on = "9999", "%s", None, None

    def upgrade():
        with op.batch_alter_table("circulations", recreate="auto") as table:
            table.add_column(sa.Column("colour", sa.Text, server_default="blue", nullable=False))
            table.alter_column("title", new_column_name="heading")

    def downgrade():
        pass
    '''
)


_PLAIN = str.maketrans({")": " ", '"': ""})


@pytest.fixture
async def migrated_url(empty_database_url: str) -> str:
    """A database of this test alone, since it is changed in its build."""
    await migrate(empty_database_url)
    return empty_database_url


def _engine(url: str) -> AsyncEngine:
    address = parse(url)
    return (sqlite if address.path else postgresql).migration_engine(address)


def test_the_newest_revision_is_the_one_the_program_knows() -> None:
    assert ScriptDirectory(str(migrating.MIGRATIONS)).get_heads() == [HEAD]


async def test_migrating_makes_the_tables_once(empty_database_url: str) -> None:
    if empty_database_url.startswith("postgresql"):
        assert not await schema_is_current(empty_database_url)
    assert await migrate(empty_database_url)
    assert await schema_is_current(empty_database_url)
    assert not await migrate(empty_database_url)


async def test_the_migrations_make_what_the_tables_say(migrated_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return list(compare_metadata(context, metadata))

    def indexes(connection: Connection) -> dict[str, object]:
        """Also what Alembic does not compare: conditions of indexes, collations, autoincrement."""
        if connection.dialect.name == "sqlite":
            rows = connection.execute(text("SELECT name, sql FROM sqlite_master"))
            # The order of the constraints is of no importance, nor are quotation marks, which
            # SQLite adds when a table was renamed.
            return {
                r[0]: sorted("".join((r[1] or "").translate(_PLAIN).split()).split(","))
                for r in rows
            }
        rows = connection.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        )
        found = {row[0]: row[1] for row in rows}
        columns = connection.execute(
            text(
                "SELECT table_name, column_name, collation_name, data_type, column_default "
                "FROM information_schema.columns WHERE table_schema = 'public'"
            )
        )
        return found | {f"{row[0]}.{row[1]}": tuple(row[2:]) for row in columns}

    def made_directly(connection: Connection) -> dict[str, object]:
        if connection.dialect.name == "sqlite":
            for name in inspect(connection).get_table_names():
                if not name.startswith("sqlite_"):
                    connection.execute(text(f"DROP TABLE {name}"))
        else:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        metadata.create_all(connection)
        return indexes(connection)

    engine = _engine(migrated_url)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        migrated = await connection.run_sync(indexes)
        directly = await connection.run_sync(made_directly)
        await connection.rollback()
    await engine.dispose()
    assert {name for name in migrated if name not in directly} <= {
        "alembic_version",
        "alembic_version.version_num",
        "alembic_version_pkc",
        "sqlite_autoindex_alembic_version_1",
        *(f"{t}_no_{a}" for t in ("journal", "acts", "evidence") for a in ("update", "delete")),
    }
    assert {name: migrated.get(name) for name in directly} == directly


async def test_an_older_database_is_upgraded_and_keeps_its_rows(
    migrated_url: str, tmp_path: Path
) -> None:
    database = await open_database(migrated_url, real_now=time.monotonic, owner="test")
    async with database.unit_of_work() as work:
        added = await work.circulations.add(circulation())
        await work.circulations.add_act(added.id, act())
        await work.people.put(person())
        await work.commit()
    await database.close()
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "9999_next.py").write_text(NEXT % HEAD)
    engine = _engine(migrated_url)
    async with engine.connect() as connection:
        await connection.run_sync(upgrade, (VERSIONS, tmp_path / "versions"))
        rows = await connection.execute(
            text(
                "SELECT heading, colour, agency, (SELECT count(*) FROM people) FROM circulations "
                "JOIN acts ON acts.circulation = circulations.id"
            )
        )
        assert rows.all() == [("Handbook", "blue", "unicef", 1)]
        await connection.rollback()  # all of it or nothing, on both databases
    await engine.dispose()
    assert await schema_is_current(migrated_url)


async def test_a_migration_that_fails_leaves_the_database_as_it_was(
    migrated_url: str, tmp_path: Path
) -> None:
    broken = (NEXT % HEAD).replace('new_column_name="heading")', 'new_column_name="x"); 1 / 0')
    (tmp_path / "9999_broken.py").write_text(broken)
    engine = _engine(migrated_url)
    with pytest.raises(ZeroDivisionError):
        async with engine.begin() as connection:
            await connection.run_sync(upgrade, (VERSIONS, tmp_path))
    await engine.dispose()
    assert await schema_is_current(migrated_url)
    database = await open_database(migrated_url, real_now=time.monotonic, owner="test")
    async with database.unit_of_work() as work:
        await work.circulations.add(circulation())
    await database.close()


async def test_a_database_of_a_newer_program_is_left_alone(migrated_url: str) -> None:
    engine = _engine(migrated_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '8888'"))
    await engine.dispose()
    with pytest.raises(DatabaseProblem, match="newer version"):
        await migrate(migrated_url)
    with pytest.raises(DatabaseProblem, match=r"newer version|another schema"):
        await open_database(migrated_url, real_now=time.monotonic, owner="test")


async def test_on_postgresql_an_empty_database_asks_for_gmg_migrate(
    postgresql_server: object,
) -> None:
    url = postgresql_server.empty()  # type: ignore[attr-defined]
    with pytest.raises(DatabaseProblem, match="run `gmg migrate`"):
        await open_database(url, real_now=time.monotonic, owner="test")
    done = await asyncio.gather(*(migrate(url) for _ in range(3)))  # replicas at the same time
    assert any(done)
    await (await open_database(url, real_now=time.monotonic, owner="test")).close()


async def test_gmg_migrate_beside_a_running_bot(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gmg.db'}"
    database = await open_database(url, real_now=time.monotonic, owner="bot")
    assert not await migrate(url)  # up to date: nothing to do, nothing to stop
    await database.remember_instant(NOW)
    with closing(sqlite3.connect(tmp_path / "gmg.db")) as other:
        other.execute("UPDATE alembic_version SET version_num = '0000'")
        other.commit()
    with pytest.raises(DatabaseProblem, match="in use"):
        await migrate(url)
    await database.close()
