"""A PostgreSQL that can go away: a Unix socket before the real one, passing bytes on until told."""

import asyncio
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit


class Proxy:
    """Listens in `folder`; `url` is the given database's by this way."""

    def __init__(self, url: str, folder: Path) -> None:
        parts = urlsplit(url)
        self._real = Path(parse_qs(parts.query)["host"][0]) / ".s.PGSQL.5432"
        self._socket = folder / ".s.PGSQL.5432"
        self.url = f"{url.partition('?')[0]}?host={quote(str(folder), safe='/')}"
        self._heard = asyncio.Event()
        self._heard.set()
        self._open: set[asyncio.StreamWriter] = set()

    async def __aenter__(self) -> "Proxy":
        self._server = await asyncio.start_unix_server(self._serve, self._socket)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.refuse()

    async def refuse(self) -> None:
        """The server is gone: every connection breaks, none is taken."""
        self._server.close()
        self.cut()
        self._socket.unlink(missing_ok=True)

    async def back(self) -> None:
        """The server is there again."""
        self.silence(False)
        self._server = await asyncio.start_unix_server(self._serve, self._socket)

    def cut(self) -> None:
        """Every connection breaks; new ones are taken."""
        for writer in self._open:
            writer.transport.abort()
        self._open.clear()

    def silence(self, silent: bool = True) -> None:
        """The network swallows everything in both directions, or no more."""
        if silent:
            self._heard.clear()
        else:
            self._heard.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.CancelledError):
            there, back = await asyncio.open_unix_connection(self._real)
            self._open |= {writer, back}
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                await self._heard.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
