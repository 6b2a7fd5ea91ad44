"""SQLite: how its file is opened, by one process at a time, and with which settings."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from storage import sqlite_driver
from storage.address import Address
from storage.failures import StorageUnavailable
from storage.problems import DatabaseProblem

WAIT_FOR_TURN = 0.8
"""Real seconds that a write waits for those of its own process before it."""
WAIT_FOR_LOCK = 0.6
"""Real seconds that a statement waits for other processes' locks (busy_timeout)."""
OLDEST = (3, 35, 0)  # RETURNING
MOVED = "its file was moved or replaced: restart the bot"
"""What health tells of a file that is not the one that was opened."""
CACHE = 16
"""MiB of pages that a connection keeps at most, of those that it read.

Among a million reminders the keys of a thousand due lie on as many pages, twice what SQLite keeps
by itself.
"""


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL where it is safe on this version of SQLite, else DELETE.

    3.7.0 to 3.51.2 can corrupt a file when its write-ahead log is reset; the bug is mended in
    3.51.3 and in the later releases of two older lines, 3.50.7 and 3.44.6
    (https://www.sqlite.org/wal.html, "The WAL-reset bug").
    """
    mended = (
        version >= (3, 51, 3)
        or (3, 50, 7) <= version < (3, 51, 0)
        or (3, 44, 6) <= version < (3, 45, 0)
    )
    return "WAL" if mended else "DELETE"


def write_engine(address: Address) -> AsyncEngine:
    """One connection, so that writers queue up in order; transactions are IMMEDIATE.

    SQLAlchemy's default begins nothing until the first write: two transactions read the same row,
    and the second overwrites the first without an error.
    """
    engine = _engine(address, pool_size=1, max_overflow=0, pool_timeout=WAIT_FOR_TURN)
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def read_engine(address: Address) -> AsyncEngine:
    """Connections that cannot write and do not wait behind those that do."""
    engine = _engine(
        address, pool_size=2, max_overflow=2, pool_timeout=WAIT_FOR_TURN, read_only=True
    )
    _begin_with(engine, "BEGIN")
    return engine


def migration_engine(address: Address) -> AsyncEngine:
    """For migrations: foreign keys off, since a table is rebuilt by dropping its old form."""
    engine = _engine(address, poolclass=NullPool, foreign_keys=False)
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def _engine(
    address: Address, *, read_only: bool = False, foreign_keys: bool = True, **pool: Any
) -> AsyncEngine:
    engine = create_async_engine(
        address.url,
        hide_parameters=True,  # names and messages do not belong in logs
        # Python's driver begins nothing by itself: the begin event does.
        connect_args={
            "isolation_level": None,
            "timeout": WAIT_FOR_LOCK,
            "async_creator_fn": sqlite_driver.opener(statements_wait=read_only),
        },
        **pool,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: DBAPIConnection, record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA cache_size = -{CACHE * 1024}")
        cursor.execute("PRAGMA secure_delete = ON")  # a name that is removed leaves no trace
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        if read_only:
            cursor.execute("PRAGMA query_only = ON")
        cursor.close()

    return engine


def _begin_with(engine: AsyncEngine, statement: str) -> None:
    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(statement)


class ProcessLock:
    """The right to write to a SQLite file, held for the process's life beside the file.

    The operating system gives it back however the process ends. Readers do not ask for it.
    """

    def __init__(self, database: Path, owner: str) -> None:
        """Take it; raises DatabaseProblem when another process has it."""
        self._database = os.fspath(database)
        self._opened: tuple[int, int] | None = None
        path = database.with_name(database.name + ".lock")
        self._file = open(path, "a+", encoding="utf-8")  # noqa: SIM115 - closed by release()
        try:
            _lock(self._file.fileno())
        except OSError:
            self._file.seek(0)
            holder = self._file.readline().strip()
            self._file.close()
            raise DatabaseProblem(
                f"{database} is in use by another gmg process ({holder or 'unknown'}): stop it "
                "first, or let GMG_DATABASE_URL name a PostgreSQL server to run several."
            ) from None
        self._file.truncate(0)
        self._file.write(f"process {os.getpid()}, {owner}\n")
        self._file.flush()

    def note_opened(self) -> None:
        """The file that stands there now is the one that this process works on."""
        self._opened = _identity(self._database)

    def require_unmoved(self) -> None:
        """Raise StorageUnavailable when that file was moved, removed or replaced: what is open
        still answers reads, and what is written there is lost."""
        if _identity(self._database) != self._opened:
            raise StorageUnavailable(MOVED)

    def release(self) -> None:
        """Give it back; the lock file stays, since removing it would let two others in."""
        self._file.close()


def _identity(path: str) -> tuple[int, int] | None:
    """Which file a path leads to; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        # Past the text, so that a refused process can still read whose it is.
        os.lseek(descriptor, 4096, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def prepare(path: Path, owner: str) -> ProcessLock:
    """Make folder and file, lock the file for this process and set its journal mode.

    Raises DatabaseProblem when the file cannot be made, written or read as a database.
    """
    if sqlite3.sqlite_version_info < OLDEST:
        raise DatabaseProblem(
            f"Python's SQLite is {sqlite3.sqlite_version}; the bot needs 3.35 or later, or a "
            "PostgreSQL server in GMG_DATABASE_URL."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = ProcessLock(path, owner)
    except OSError as error:
        raise unwritable(path, error.strerror or "") from None
    try:
        _make(path)
        _set_journal_mode(path)
        lock.note_opened()
    except (sqlite3.Error, OSError) as error:
        lock.release()
        raise unwritable(path, getattr(error, "strerror", None) or str(error)) from None
    return lock


def _make(path: Path) -> None:
    """Make a new file readable by its owner alone: it holds names and answers.

    SQLite gives its journal, -wal and -shm the mode of the file. One that is there keeps its mode:
    whoever widened it meant to.
    """
    with suppress(FileExistsError):
        # Resolved, since of a link to a file that is not there yet SQLite makes that file.
        os.close(os.open(path.resolve(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def unwritable(path: Path, why: str) -> DatabaseProblem:
    """The problem with a file that cannot be made or written."""
    return DatabaseProblem(
        f"The SQLite file {path} that GMG_DATABASE_URL names cannot be used: {why.lower()}."
    )


def _set_journal_mode(path: Path) -> None:
    """The mode is kept in the file: one left in WAL by a newer SQLite is changed back."""
    connection = sqlite3.connect(path, timeout=WAIT_FOR_LOCK, isolation_level=None)
    try:
        mode = journal_mode(sqlite3.sqlite_version_info)
        (got,) = connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()
        if got.upper() != mode:
            raise sqlite3.OperationalError(f"its journal stays in mode {got}")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    finally:
        connection.close()
