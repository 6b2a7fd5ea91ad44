"""The online copy holds one moment of a file that is being written to, and damage is noticed."""

import sqlite3
import stat
import threading
from contextlib import closing

import pytest

from storage.backup import copy, require_sound
from storage.problems import DatabaseProblem

ROWS = "INSERT INTO meta (name) VALUES (?)"


class Writer(threading.Thread):
    """Commits rows in pairs until it is told to end, as another process would."""

    def __init__(self, path):
        super().__init__()
        self.path, self.ended, self.pairs = path, threading.Event(), 0

    def run(self):
        with closing(sqlite3.connect(self.path, timeout=10)) as file:
            while not self.ended.wait(0.005):
                for half in "ab":
                    file.execute(ROWS, (f"{self.pairs:06}{half}",))
                file.commit()
                self.pairs += 1

    def __enter__(self):
        self.start()
        while not self.pairs:
            pass
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.join()


@pytest.fixture
def file(ready_file, tmp_path):
    path = tmp_path / "gmg.db"
    path.write_bytes(ready_file.read_bytes())
    return path


@pytest.mark.parametrize(
    ("step", "most"), [(2_000, 500), (20, 500), (1, 3)], ids=["whole", "in steps", "never done"]
)
def test_a_copy_under_writes_holds_whole_transactions_only(file, tmp_path, step, most):
    target = tmp_path / "copy.db"
    with Writer(file):
        copy(file, target, step, most)
    require_sound(target)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    with closing(sqlite3.connect(target)) as copied:
        names = [n for (n,) in copied.execute("SELECT name FROM meta ORDER BY name")]
    assert names == [f"{n:06}{half}" for n in range(len(names) // 2) for half in "ab"]


def test_what_stands_there_is_never_written_over(file, tmp_path):
    target = tmp_path / "copy.db"
    target.write_text("mine")
    with pytest.raises(DatabaseProblem, match="cannot be copied"):
        copy(file, target)
    assert target.read_text() == "mine"


def damaged(path):
    content = bytearray(path.read_bytes())
    content[4096 * 3 : 4096 * 6] = b"\x55" * 4096 * 3
    path.write_bytes(content)


def without_its_version(path):
    _change(path, "DROP TABLE alembic_version")


def older(path):
    _change(path, "UPDATE alembic_version SET version_num = '0001'")


def orphaned(path):
    with closing(sqlite3.connect(path)) as file:  # where foreign keys are not looked at
        needed = [name for _, name, _, all_, _, key in file.execute("PRAGMA table_info(acts)")
                  if all_ and not key]  # fmt: skip
        values = dict.fromkeys(needed, "x") | {"circulation": 99, "given": 1}
        marks = ", ".join("?" * len(values))
        file.execute(f"INSERT INTO acts ({', '.join(values)}) VALUES ({marks})", [*values.values()])
        file.commit()


def no_database(path):
    path.write_bytes(b"not a database at all" * 100)


def _change(path, statement):
    with closing(sqlite3.connect(path)) as file:
        file.execute(statement)
        file.commit()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (damaged, "is damaged"),
        (without_its_version, "another version of this program"),
        (older, r"another version of this program \(0001\)"),
        (orphaned, "a row of acts refers to one that is gone"),
        (no_database, "is damaged"),
    ],
)
def test_what_is_wrong_with_a_copy_is_told(file, change, words):
    require_sound(file)
    change(file)
    with pytest.raises(DatabaseProblem, match=words):
        require_sound(file)
