"""Copy a SQLite file while a bot writes to it, by SQLite's own online backup."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from storage.migrations import HEAD
from storage.problems import DatabaseProblem

STEP = 2_000
"""Pages copied in one go (8 MB); between two the bot may commit."""

BETWEEN = 0.02
"""Real seconds between two steps."""

MOST_STEPS = 500
"""Steps after which the rest is copied in one go, since each commit begins the copy anew."""

WAIT = 10.0
"""Real seconds to wait for a commit under way."""


class _NeverDone(Exception):
    """The bot writes more often than the copy gets done in steps."""


def copy(source: Path, target: Path, step: int = STEP, most: int = MOST_STEPS) -> None:
    """Copy the database at `source` to the new file `target`, readable by its owner alone.

    The copy is whole, as of one moment. Where the file is not in WAL mode a commit waits while a
    step of `step` pages is copied; one in between makes SQLite begin anew, and after `most` steps
    the rest is copied in one go. Raises DatabaseProblem.
    """
    try:
        descriptor = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        os.close(descriptor)
        # Read-write by mode: after a crash only such a connection can put the file right.
        uri = f"{source.resolve().as_uri()}?mode=rw"
        with (
            closing(sqlite3.connect(uri, uri=True, timeout=WAIT)) as bots,
            closing(sqlite3.connect(target, timeout=WAIT)) as copied,
        ):
            try:
                _in_steps(bots, copied, step, most)
            except _NeverDone:
                bots.backup(copied)
    except (sqlite3.Error, OSError) as error:
        raise DatabaseProblem(f"{source} cannot be copied to {target}: {error}.") from error


def _in_steps(bots: sqlite3.Connection, copied: sqlite3.Connection, step: int, most: int) -> None:
    steps = 0

    def counted(_status: int, remaining: int, _total: int) -> None:
        nonlocal steps
        steps += 1
        if steps > most and remaining:
            raise _NeverDone

    bots.backup(copied, pages=step, progress=counted, sleep=BETWEEN)


def require_sound(path: Path, shown: Path | None = None) -> None:
    """Raise DatabaseProblem unless the file is whole: pages, foreign keys, and this schema.

    `shown` is the name it is told of by.
    """
    shown = shown or path
    try:
        with closing(sqlite3.connect(path, timeout=WAIT)) as file:
            (said,) = file.execute("PRAGMA integrity_check(1)").fetchone()
            if said != "ok":
                raise DatabaseProblem(f"{shown} is damaged: {said}.")
            broken = file.execute("PRAGMA foreign_key_check").fetchone()
            if broken is not None:
                raise DatabaseProblem(f"{shown}: a row of {broken[0]} refers to one that is gone.")
            known = file.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            ).fetchone()
            (found,) = (
                known and file.execute("SELECT version_num FROM alembic_version").fetchone()
            ) or (None,)
            if found != HEAD:
                raise DatabaseProblem(
                    f"{shown} has the tables of another version of this program ({found}): "
                    "run `gmg migrate` before, or take that version."
                )
    except sqlite3.Error as error:
        raise DatabaseProblem(f"{shown} is damaged: {error}.") from error
