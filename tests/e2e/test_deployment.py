"""A new version is deployed over ten thousand reminders that wait: each is there, as it was."""

import re
import sqlite3
from contextlib import closing

from alembic import command
from alembic.config import Config

from storage.address import parse
from storage.migrate import MIGRATIONS, schema_is_current
from storage.sqlite import migration_engine
from tests.e2e.running import running

AGENCIES = [f"a{n}" for n in range(29)]
BEFORE, AFTER = "2010-01-22T08:00:00+01:00", "2010-01-22T16:00:00+01:00"
"""A day on which nothing falls due; all steps lie in the five weeks that the ledger looks ahead."""

HEADER = f"""\
plan: {{name: A long list, group: G, year: 2010, timezone: Europe/Zurich}}
agencies:
{"".join(f"  - {{id: {a}, short: {a.upper()}, name: Agency {a}}}" + chr(10) for a in AGENCIES)}
chair: [{{agency: a0, from: 2010-01-01, until: 2010-12-31}}]
outputs:
  - id: out
    title: Texts
    owners: [{", ".join(AGENCIES)}]
    milestones:
"""
TEXT = "      - {{id: text-{n}, title: Text {n}, kind: publication, when: {day} February 2010}}\n"


async def _as_first_released(url):
    """Bring the tables back to how the first version made them, with their rows."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))

    def back(connection):
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")

    engine = migration_engine(parse(url))
    async with engine.connect() as connection:
        await connection.run_sync(back)
        await connection.commit()
    await engine.dispose()


def _all_values(path):
    with closing(sqlite3.connect(path)) as file:
        tables = [n for (n,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for row in file.execute(f"SELECT * FROM {table}"):
                yield from row


async def test_ten_thousand_waiting_reminders_survive_a_migration_and_renamed_code(tmp_path):
    plan = tmp_path / "plan.yaml"
    texts = [TEXT.format(n=n, day=8 + n % 4) for n in range(60)]
    plan.write_text(HEADER + "".join(texts), encoding="utf-8")
    async with running(tmp_path, at=None, plan=plan) as group:
        await group.demo.begin(BEFORE)
        before = await group.demo.rows()
        waiting = [row for row in before.values() if row.state == "pending"]
        assert len(waiting) > 10_000
        await group.demo.end()

        # What is kept names no code: a function can be called otherwise in the next version.
        named = re.compile(r"\b(bot|coordination|scheduler|storage|workplan)\.\w")
        for value in _all_values(tmp_path / "gmg.db"):
            assert not isinstance(value, bytes), value
            assert not (isinstance(value, str) and named.search(value)), value

        await _as_first_released(group.demo.database)
        assert not await schema_is_current(group.demo.database)
        await group.demo.begin(AFTER)
        assert await schema_is_current(group.demo.database)
        assert await group.demo.rows() == before
