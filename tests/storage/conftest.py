"""An open database, and real time that tests can let pass."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from storage.engine import Database, open_database


class RealTime:
    """Real seconds: SQLite runs on these, PostgreSQL on its own clock."""

    def __init__(self, postgresql: bool) -> None:
        self.seconds = 1000.0
        self._postgresql = postgresql

    def __call__(self) -> float:
        return self.seconds

    async def passes(self, seconds: float) -> None:
        """Let so much real time pass for the database (keep it short)."""
        self.seconds += seconds
        if self._postgresql:
            await asyncio.sleep(seconds)


@pytest.fixture
def real(database_url: str) -> RealTime:
    return RealTime(database_url.startswith("postgresql"))


@pytest.fixture
async def database(database_url: str, real: RealTime) -> AsyncIterator[Database]:
    opened = await open_database(database_url, real_now=real, owner="test")
    yield opened
    await opened.close()
