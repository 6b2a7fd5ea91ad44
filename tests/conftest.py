"""What all tests share."""

import logging
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from structlog.stdlib import ProcessorFormatter

# A scene that fails says what it found instead, as a test does. Here, because files outside
# tests/e2e import some of these before its own conftest is read.
pytest.register_assert_rewrite(
    "tests.e2e.clearances", "tests.e2e.conversation", "tests.e2e.group", "tests.e2e.year_clearances"
)

# The first example of a run pays for imports and holiday tables; time is measured in benchmarks/.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

IN_MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3
"""Bytes free, of which one run needs a tenth."""


def pytest_configure() -> None:
    """Let the tests' files lie in memory where the system has such a place.

    They commit many thousands of times, and each commit waits for the disk. What a killed process
    leaves is the same: its files are the system's, not its own.
    """
    there = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK)
    if there and shutil.disk_usage(IN_MEMORY).free > ENOUGH:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long, so that at the end nobody waits for one of them."""
    items.sort(key=lambda item: "e2e" not in item.path.parts)


@pytest.fixture(autouse=True)
def patience(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test's own process does waits its turn as long as it takes on a busy machine.

    The bot gives up within two seconds, tells, and tries again with the next wake-up, which a test
    that wakes it once does not. Tests of these limits are marked `impatient`.
    """
    if request.node.get_closest_marker("impatient") is None:
        for limit in ("sqlite.WAIT_FOR_TURN", "sqlite.WAIT_FOR_LOCK", "postgresql._TURN"):
            monkeypatch.setattr(f"storage.{limit}", 30.0)


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Whoever sets up the logs, as each `gmg` does, does so for one test."""
    before, root = structlog.get_config(), logging.getLogger()
    level = root.level
    yield
    structlog.configure(**before)
    ours = [h for h in root.handlers if isinstance(h.formatter, ProcessorFormatter)]
    for handler in ours:
        root.removeHandler(handler)
    root.setLevel(level)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[object]:
    """A PostgreSQL of this run (tests.databases.PostgresqlServer); without one, skip."""
    from tests.databases import PostgresqlServer

    try:
        server = PostgresqlServer()
    except Exception as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def ready_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables made, to be copied."""
    from storage.migrate import migrate
    from tests.databases import run

    path = tmp_path_factory.mktemp("ready") / "gmg.db"
    run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A fresh database with the tables made: a SQLite file, then one on a real PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("ready_file"), tmp_path / "gmg.db")
        return f"sqlite:///{tmp_path / 'gmg.db'}"
    return request.getfixturevalue("postgresql_server").ready()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """As `database_url`, before any table was made; the SQLite file does not exist."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'gmg.db'}"
    return request.getfixturevalue("postgresql_server").empty()
