"""Signed requests as Slack sends them, over a number of connections, and how many are served."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.workspace import WorkspaceSpec

SECRET = "benchmark-signing-secret"
CONNECTIONS = 32
GIVEN_UP = 60.0  # seconds

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.I | re.M)

Body = Callable[[int], str]
"""The n-th request's body."""


@dataclass(frozen=True, slots=True)
class Served:
    """What a round of requests came to: requests per second, and the slowest of a hundred (s)."""

    rate: float
    p99: float


class Load:
    """Sends bodies to one address; every request must be answered with 200.

    Requests are signed before the clock runs and written to the sockets as they are, so that what
    asks takes far less than what answers: else the rate of both sides would be the asker's.
    """

    def __init__(
        self, port: int, body: Body, content: str = "application/json", says: bytes = b""
    ) -> None:
        """`says` must stand in each answer: what is turned away at the door is answered too."""
        self._port, self._says = port, says
        self.body, self._content = body, content
        self._numbers = itertools.count()

    async def ready(self) -> None:
        """Wait until one request is answered."""
        began = time.monotonic()
        while time.monotonic() - began < GIVEN_UP:
            try:
                await self.round(1, connections=1)
            except (OSError, RuntimeError):
                await asyncio.sleep(0.1)
            else:
                return
        raise RuntimeError(f"nothing serves port {self._port}")

    async def round(self, requests: int, connections: int = CONNECTIONS) -> Served:
        """Send so many; raises RuntimeError when one is not taken."""
        left = [self._request(next(self._numbers)) for _ in range(requests)]
        left.reverse()
        times: list[float] = []
        loop = asyncio.get_running_loop()

        def asking() -> _Asking:
            return _Asking(left, times, self._says)

        made = [
            (await loop.create_connection(asking, "127.0.0.1", self._port))[1]
            for _ in range(min(connections, requests))
        ]
        began = time.perf_counter()
        try:
            for one in made:
                one.ask()
            await asyncio.gather(*(one.ended for one in made))
            took = time.perf_counter() - began
        finally:
            for one in made:
                one.close()
        return Served(requests / took, sorted(times)[int(len(times) * 0.99)])

    def _request(self, number: int) -> bytes:
        """A whole signed request."""
        body = self.body(number)
        stamp = str(int(time.time()))
        signed = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
        content = body.encode()
        head = (
            f"POST /slack/events HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n"
            f"Content-Type: {self._content}\r\nContent-Length: {len(content)}\r\n"
            f"X-Slack-Request-Timestamp: {stamp}\r\n"
            f"X-Slack-Signature: v0={signed.hexdigest()}\r\n\r\n"
        )
        return head.encode() + content


class _Asking(asyncio.Protocol):
    """One connection that sends one request after another until none is left."""

    def __init__(self, left: list[bytes], times: list[float], says: bytes) -> None:
        self._left, self._times, self._says = left, times, says
        self._answer = b""
        self._began = 0.0
        self._transport: asyncio.Transport | None = None
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self) -> None:
        """Send the next request, or end."""
        if not self._left:
            self.ended.set_result(None)
            return
        assert self._transport is not None
        self._began = time.perf_counter()
        self._transport.write(self._left.pop())

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return
        length = _LENGTH.search(head)
        if not head.startswith(b"HTTP/1.1 200") or length is None:
            self._failed(head.partition(b"\r\n")[0].decode(errors="replace"))
        elif len(body) >= int(length[1]):
            if self._says not in body:
                self._failed(f"the answer does not say what it should: {body[:200]!r}")
                return
            self._times.append(time.perf_counter() - self._began)
            self._answer = b""
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        self._failed(f"a connection was lost: {exc or 'closed'}")

    def _failed(self, why: str) -> None:
        if not self.ended.done():
            self.ended.set_exception(RuntimeError(f"not served: {why}"))

    def close(self) -> None:
        """Give the connection up."""
        if not self.ended.done():
            self.ended.cancel()
        if self._transport is not None:
            self._transport.close()


class Reactions:
    """Reactions of agencies' people on circulated documents, given and taken away by turns."""

    def __init__(
        self, spec: WorkspaceSpec, people: list[str], messages: list[tuple[str, str]]
    ) -> None:
        self._spec, self._people, self._messages = spec, people, messages
        self._began = time.time() - 200_000  # event times, all past and each its own

    def __call__(self, number: int) -> str:
        """The n-th event: first everybody gives, then everybody takes away, and so on."""
        channel, ts = self._messages[number % len(self._messages)]
        person = self._people[(number // len(self._messages)) % len(self._people)]
        given = (number // len(self._messages) // len(self._people)) % 2 == 0
        stamp = f"{self._began + number:.6f}"
        return json.dumps(
            {
                "type": "event_callback",
                "team_id": self._spec.team,
                "api_app_id": self._spec.app_id,
                "event_id": f"Ev{number:012d}",
                "event_time": int(float(stamp)),
                "authorizations": [
                    {"team_id": self._spec.team, "user_id": self._spec.bot_user, "is_bot": True}
                ],
                "event": {
                    "type": "reaction_added" if given else "reaction_removed",
                    "user": person,
                    "reaction": "white_check_mark",
                    "item_user": self._spec.bot_user,
                    "item": {"type": "message", "channel": channel, "ts": ts},
                    "event_ts": stamp,
                },
            }
        )
