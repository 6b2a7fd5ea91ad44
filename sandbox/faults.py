"""Faults on demand, for tests: refusals, crashes, dropped connections, delays of the Web API."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

Kind = Literal["429", "500", "fatal_error", "drop", "slow", "never"]


@dataclass(frozen=True)
class Fault:
    """What happens instead of an answer; `before` the call is carried out, or after it.

    `slow` takes so many `seconds` more and then goes on, `never` drops the connection after them.
    """

    kind: Kind
    before: bool = True
    retry_after: float = 1
    seconds: float = 1.0

    async def answer(self, request: web.Request) -> web.StreamResponse | None:
        """The answer the caller gets; None for the one they would get anyway."""
        match self.kind:
            case "slow":
                await asyncio.sleep(self.seconds)
                return None
            case "429":
                return web.json_response(
                    {"ok": False, "error": "ratelimited"},
                    status=429,
                    headers={"Retry-After": str(self.retry_after)},
                )
            case "500":
                return web.Response(status=500, text="internal error")
            case "fatal_error":
                return web.json_response({"ok": False, "error": "fatal_error"})
            case "drop" | "never":
                if self.kind == "never":
                    await asyncio.sleep(self.seconds)
                if request.transport is not None:
                    request.transport.abort()
                raise ConnectionResetError("dropped on demand")


class Faults:
    """The faults waiting, taken in the order they were planned."""

    def __init__(self) -> None:
        self.uploads_blocked = False  # by the workspace's rules, for people and the app
        self._planned: list[tuple[str, str | None, Fault]] = []

    def plan(self, method: str, fault: Fault, times: int = 1, channel: str | None = None) -> None:
        """Let the next calls of a method (for a channel) fail.

        `files.upload` and `files.download` are the bytes of files.
        """
        self._planned += [(method, channel, fault)] * times

    def clear(self) -> None:
        """Let everything go well again."""
        self.uploads_blocked = False
        self._planned.clear()

    def take(self, method: str, channel: str | None = None) -> Fault | None:
        """The fault of this call, None when it goes well."""
        for planned in self._planned:
            if planned[0] == method and planned[1] in (None, channel):
                self._planned.remove(planned)
                return planned[2]
        return None
