"""Signed requests as Slack sends them, over a number of connections, and how many are served."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp

SECRET = "benchmark-signing-secret"
CONNECTIONS = 32
GIVEN_UP = 60.0  # seconds

Body = Callable[[int], str]
"""The n-th request's body."""


@dataclass(frozen=True, slots=True)
class Served:
    """What a round of requests came to: requests per second, and the slowest of a hundred (s)."""

    rate: float
    p99: float


class Load:
    """Sends bodies to one address; every request must be answered with 200."""

    def __init__(self, port: int, body: Body, content: str = "application/json") -> None:
        self._url = f"http://127.0.0.1:{port}/slack/events"
        self.body, self._content = body, content
        self._numbers = itertools.count()

    async def ready(self) -> None:
        """Wait until one request is answered."""
        began = time.monotonic()
        while time.monotonic() - began < GIVEN_UP:
            try:
                await self.round(1, connections=1)
            except (aiohttp.ClientError, RuntimeError):
                await asyncio.sleep(0.1)
            else:
                return
        raise RuntimeError(f"nothing serves {self._url}")

    async def round(self, requests: int, connections: int = CONNECTIONS) -> Served:
        """Send so many; raises RuntimeError when one is not taken."""
        left = itertools.repeat(None, requests)
        times: list[float] = []
        connector = aiohttp.TCPConnector(limit=connections)
        async with aiohttp.ClientSession(connector=connector) as session:

            async def worker() -> None:
                for _ in left:
                    began = time.perf_counter()
                    await self._send(session)
                    times.append(time.perf_counter() - began)

            began = time.perf_counter()
            await asyncio.gather(*(worker() for _ in range(connections)))
            took = time.perf_counter() - began
        return Served(requests / took, sorted(times)[int(len(times) * 0.99)])

    async def _send(self, session: aiohttp.ClientSession) -> None:
        body = self.body(next(self._numbers))
        stamp = str(int(time.time()))
        signed = hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256)
        headers = {
            "Content-Type": self._content,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={signed.hexdigest()}",
        }
        async with session.post(self._url, data=body.encode(), headers=headers) as answer:
            if answer.status != 200:
                raise RuntimeError(f"{self._url} answered {answer.status}")
            await answer.read()


class Reactions:
    """Reactions of agencies' people on circulated documents, given and taken away by turns."""

    def __init__(
        self, team: str, bot: str, people: list[str], messages: list[tuple[str, str]]
    ) -> None:
        self._team, self._bot, self._people, self._messages = team, bot, people, messages
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
                "team_id": self._team,
                "api_app_id": "A0APP",
                "event_id": f"Ev{number:012d}",
                "event_time": int(float(stamp)),
                "authorizations": [{"team_id": self._team, "user_id": self._bot, "is_bot": True}],
                "event": {
                    "type": "reaction_added" if given else "reaction_removed",
                    "user": person,
                    "reaction": "white_check_mark",
                    "item_user": self._bot,
                    "item": {"type": "message", "channel": channel, "ts": ts},
                    "event_ts": stamp,
                },
            }
        )
