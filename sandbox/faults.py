"""Faults on demand, for tests: refusals, crashes and dropped connections of the Web API."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Literal

from aiohttp import web

Kind = Literal["429", "500", "fatal_error", "drop"]


@dataclass(frozen=True)
class Fault:
    """What happens instead of an answer; `before` the call is carried out, or after it."""

    kind: Kind
    before: bool = True
    retry_after: int = 1

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The answer the caller gets."""
        match self.kind:
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
            case "drop":
                if request.transport is not None:
                    request.transport.abort()
                raise ConnectionResetError("dropped on demand")


class Faults:
    """The faults waiting, per method, taken in the order they were planned."""

    def __init__(self) -> None:
        self._planned: dict[str, deque[Fault]] = {}

    def plan(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method fail."""
        self._planned.setdefault(method, deque()).extend([fault] * times)

    def clear(self) -> None:
        """Let everything go well again."""
        self._planned.clear()

    def take(self, method: str) -> Fault | None:
        """The fault of this call, None when it goes well."""
        planned = self._planned.get(method)
        return planned.popleft() if planned else None
