"""Read the state for the terminal: no lock, no migration, no write.

A SQLite file is read with Python's own driver: importing SQLAlchemy takes longer than everything
else that `gmg next` does.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coordination.clearance_records import Comment
from coordination.records import GroupState
from storage import rows, rows_around
from storage.address import Address, parse
from storage.migrations import HEAD
from storage.problems import DatabaseProblem
from workplan.clearance import Act

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

_WAIT = 1.0  # real seconds for a commit of the running bot to pass


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


_DECODE: dict[str, Callable[[str], Any]] = {
    "acts": json.loads,
    "asked": json.loads,
    "date_window": json.loads,
    "was": json.loads,
    "done_on": date.fromisoformat,
    "counted_to": date.fromisoformat,
    "received_on": date.fromisoformat,
    "at": _instant,
    "opened_at": _instant,
    "closes_at": _instant,
    "ended_at": _instant,
    "effective_at": _instant,
    "answered_at": _instant,
    "told_at": _instant,
    "replied_at": _instant,
    "since": _instant,
    "struck": json.loads,
    "detail": json.loads,
    "until": date.fromisoformat,
    "away_from": date.fromisoformat,
    "away_until": date.fromisoformat,
    "quiet_from": time.fromisoformat,
    "quiet_until": time.fromisoformat,
}
"""How the columns that are text on SQLite (storage/types.py) become values."""


async def read_state(url: str) -> GroupState:
    """The state in the database of a URL, as `Storage.load_state` gives it.

    A SQLite file that does not exist yet holds an empty state. Raises DatabaseProblem when the
    URL is wrong, the file or server cannot be read, or its schema is not this program's.
    """
    address = parse(url)
    if address.path is None:
        return await _read_server(address)
    return _read_file(address.path) if address.path.exists() else GroupState()


def _read_file(path: Path) -> GroupState:
    with opened(path) as file:
        file.execute("BEGIN")  # all tables as of one moment
        return _state(file)


async def read_comments(url: str, circulation: int) -> tuple[Comment, ...]:
    """All comments on a circulation, as `Storage.comments` gives them; raises as `read_state`."""
    address = parse(url)
    if address.path is None:
        from storage.repositories.around import comments_of

        async with connected(address) as connection:
            found = await connection.execute(comments_of(circulation))
            return tuple(map(rows_around.comment, found.mappings()))
    if not address.path.exists():
        return ()
    with opened(address.path) as file:
        table = f"comments WHERE circulation = {circulation:d}"
        return tuple(map(rows_around.comment, _rows(file, table, "id")))


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The SQLite file for reading; raises DatabaseProblem when it cannot be read."""
    # Read-write by mode and read-only by pragma: after a crash in the middle of a commit only a
    # connection that may write can put the file right, which SQLite then does by itself.
    uri = f"{path.resolve().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=_WAIT, isolation_level=None)) as file:
            file.execute("PRAGMA query_only = ON")
            file.row_factory = sqlite3.Row
            _require_schema(path, file)
            yield file
    except sqlite3.Error as error:
        raise DatabaseProblem(
            f"The SQLite file {path} that GMG_DATABASE_URL names cannot be read: {error}."
        ) from error


def _require_schema(path: Path, file: sqlite3.Connection) -> None:
    known = file.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    found = known and file.execute("SELECT version_num FROM alembic_version").fetchone()
    if not found or found[0] != HEAD:
        raise DatabaseProblem(
            f"The SQLite file {path} that GMG_DATABASE_URL names has not this version's tables: "
            "run `gmg migrate`."
        )


def _state(file: sqlite3.Connection) -> GroupState:
    acts: defaultdict[int, list[Act]] = defaultdict(list)
    for row in _rows(file, "acts", "id"):
        acts[row["circulation"]].append(rows.act(row))
    seen_order = "at, milestone, counted_to, agency, person"
    return GroupState(
        people=tuple(map(rows.person, _rows(file, "people", "user_id"))),
        changes=tuple(map(rows.change, _rows(file, "milestone_changes", "milestone"))),
        circulations=tuple(map(rows.circulation, _rows(file, "circulations", "id"))),
        acts={id: tuple(found) for id, found in acts.items()},
        acknowledgements=tuple(
            map(rows.acknowledgement, _rows(file, "acknowledgements", seen_order))
        ),
        questions=tuple(
            map(rows_around.question, _rows(file, "questions WHERE state = 'open'", "id"))
        ),
        preferences=tuple(map(rows_around.preferences, _rows(file, "preferences", "user_id"))),
        snoozes=tuple(map(rows_around.snooze, _rows(file, "snoozes", "user_id, subject"))),
        switches=tuple(map(rows_around.switch, _rows(file, "switches", "name"))),
        interests=tuple(map(rows_around.interest, _rows(file, "interests", "output, agency"))),
        channels=tuple(map(rows_around.channel, _rows(file, "channels", "id"))),
    )


def _rows(file: sqlite3.Connection, table: str, order: str) -> Iterator[dict[str, Any]]:
    found = file.execute(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608 - our names
    return map(decoded, found)


def decoded(row: sqlite3.Row) -> dict[str, Any]:
    """A row by column name, its text turned into values."""
    return {
        name: _DECODE[name](value) if name in _DECODE and value is not None else value
        for name, value in zip(row.keys(), row, strict=True)
    }


async def _read_server(address: Address) -> GroupState:
    from storage.state import read_group_state

    async with connected(address) as connection:
        return await read_group_state(connection)


@asynccontextmanager
async def connected(address: Address) -> AsyncIterator[AsyncConnection]:
    """The server for reading, as of one moment; raises DatabaseProblem when it cannot be read."""
    from storage import postgresql
    from storage.failures import StorageUnavailable, typed_failures
    from storage.migrate import require_current

    await require_current(address)
    engine = postgresql.read_engine(address, "reader")
    try:
        with typed_failures():
            async with engine.connect() as connection:
                yield connection
    except StorageUnavailable as error:
        raise DatabaseProblem(
            f"The PostgreSQL database {address.shown} that GMG_DATABASE_URL names cannot be read: "
            f"{error}."
        ) from error
    finally:
        await engine.dispose()
