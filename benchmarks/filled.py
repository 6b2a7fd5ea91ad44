"""Databases in which a number of reminders wait: filled once in a run, and copied.

They wait beyond the horizon (coordination/calling.py), as the steps of many plans of years to come
would; `due` of them are due at `NOW` instead, in the order in which `due` reads them.
"""

from __future__ import annotations

import asyncio
import atexit
import shutil
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import asyncpg

from storage.migrate import migrate

NOW = datetime(2010, 1, 4, 8, 0, tzinfo=UTC)
MANY, FEW = 1_000_000, 10_000
DUE = 1_000

# Spread over the 3,000 days that begin 60 days after NOW. Keys begin with a milestone's name:
# neighbours in time are none in the key's index.
_INTO = """
INSERT INTO reminders (key, subject, counted_to, step, audience, topic, due_at, agency, for_empty,
                       state, derived_at, fence, attempts)
"""
_KEPT = """
SELECT subject || '|' || day || '|' || i || 'wd|' || audience || '/undp', subject, {day}, i || 'wd',
       audience, 'ladder', due_at, 'undp', {false}, 'pending', {now}, 0, 0
  FROM numbered ORDER BY i
"""
_SQLITE = f"""{_INTO}
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :waiting),
numbered AS MATERIALIZED (
  SELECT i, printf('m%04d-%d', i * 7919 % 9973, i % 97) AS subject,
         printf('U%04d', i % 401) AS audience,
         CASE WHEN i < :due THEN '2010-01-09'
              ELSE date('2010-03-10', (i * 3000 / :waiting) || ' days') END AS day,
         CASE WHEN i < :due THEN '2010-01-04 07:59:00.000000'
              ELSE datetime('2010-03-05 08:00', (i * 3000 / :waiting) || ' days',
                            (i % 600) || ' minutes') || '.000000' END AS due_at
    FROM n)
{_KEPT.format(day="day", false="0", now="'2010-01-04 08:00:00.000000'")}
"""
_POSTGRESQL = f"""{_INTO}
WITH numbered AS (
  SELECT i, 'm' || lpad((i * 7919 % 9973)::text, 4, '0') || '-' || i % 97 AS subject,
         'U' || lpad((i % 401)::text, 4, '0') AS audience,
         CASE WHEN i < $2 THEN '2010-01-09'::date
              ELSE '2010-03-10'::date + (i * 3000 / $1)::int END AS day,
         CASE WHEN i < $2 THEN '2010-01-04 07:59Z'::timestamptz
              ELSE '2010-03-05 08:00Z'::timestamptz + (i * 3000 / $1) * interval '1 day'
                   + (i % 600) * interval '1 minute' END AS due_at
    FROM generate_series(0, $1::bigint - 1) AS i)
{_KEPT.format(day="day", false="false", now="'2010-01-04 08:00Z'")}
"""


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="gmg-benchmark-filled-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _made(waiting: int, due: int) -> Path:
    path = _folder() / f"{waiting}-{due}.db"
    asyncio.run(migrate(f"sqlite:///{path}"))
    if not waiting:
        return path
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA synchronous = OFF")
        file.execute("PRAGMA cache_size = -400000")
        file.execute(_SQLITE, {"waiting": waiting, "due": due})
        file.commit()
    return path


def sqlite_copy(to: Path, waiting: int, due: int = 0) -> str:
    """A copy of such a SQLite file under the path; its URL."""
    shutil.copyfile(_made(waiting, due), to)
    return f"sqlite:///{to}"


def fill_postgresql(url: str, waiting: int, due: int = 0) -> None:
    """Make the tables in an empty database of a server, and fill them."""
    asyncio.run(migrate(url))
    asyncio.run(_filled(url, waiting, due))


async def _filled(url: str, waiting: int, due: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off")
        await connection.execute(_POSTGRESQL, waiting, due)
        await connection.execute("VACUUM ANALYZE reminders")
    finally:
        await connection.close()
