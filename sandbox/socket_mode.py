"""Socket Mode: tickets, connections, envelopes scattered over them, acknowledgements."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import uuid
from itertools import count
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from sandbox.deliver import Missed

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

FRAME_LIMIT = 20_480
"""Bytes; Slack closes a connection with 1009 when a longer frame comes in."""

LAST_ACKNOWLEDGEMENTS = 1.0
"""Real seconds for which a connection that is sent away still acknowledges what it was given."""

MOST_CONNECTIONS = 10
"""Open at once; one more is sent away."""


class SocketMode:
    """All connections of the app; each envelope goes to one of them."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._wires: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._leaving: set[web.WebSocketResponse] = set()
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._given: dict[str, web.WebSocketResponse] = {}  # envelopes to be acknowledged
        self._turn = count()
        self.over_limit = 0  # connections closed with 1009

    @property
    def online(self) -> bool:
        """Whether a bot is connected."""
        return any(not c.closed for c in self._connections)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return sum(not c.closed for c in self._connections)

    def ticket(self) -> str:
        """A single-use address for one connection."""
        ticket = secrets.token_urlsafe(12)
        self._tickets.add(ticket)
        return f"{self._server.base_url.replace('http', 'ws', 1)}/link?ticket={ticket}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The WebSocket handler."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="the ticket was used or never given")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(max_msg_size=4 * 1024 * 1024)
        await socket.prepare(request)
        if self.connections >= MOST_CONNECTIONS:
            await self._send_away(socket, "too_many_websockets")
            return socket
        self._connections.append(socket)
        if request.transport is not None:
            self._wires[socket] = request.transport
        self._server.bot_changed()
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": self.connections,
                "connection_info": {"app_id": self._server.spec.app_id},
                "debug_info": {"host": "sandbox", "approximate_connection_time": 3600},
            }
        )
        try:
            await self._read(socket)
        finally:
            if socket in self._connections:
                self._connections.remove(socket)
            self._wires.pop(socket, None)
            self._leaving.discard(socket)
            self._server.bot_changed()
        return socket

    async def _read(self, socket: web.WebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            if len(frame.data.encode()) > FRAME_LIMIT:
                self.over_limit += 1
                await socket.close(code=1009)
                return
            with contextlib.suppress(ValueError):
                self._acknowledged(json.loads(frame.data))

    def _acknowledged(self, body: object) -> None:
        if not isinstance(body, dict):
            return
        future = self._waiting.pop(str(body.get("envelope_id")), None)
        if future is not None and not future.done():
            future.set_result(body)

    async def deliver(
        self, kind: str, payload: dict[str, Any], retry: int, reason: str, within: float
    ) -> dict[str, Any]:
        """Send one envelope to one connection; returns the acknowledgement, raises Missed."""
        open_ones = [c for c in self._connections if not c.closed and c not in self._leaving]
        if not open_ones:
            raise Missed("timeout", "dispatch_failed")
        socket = open_ones[next(self._turn) % len(open_ones)]
        id = str(uuid.uuid4())
        envelope = {
            "envelope_id": id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[id], self._given[id] = future, socket
        try:
            await socket.send_json(envelope)
            return await asyncio.wait_for(future, within)
        except (TimeoutError, ConnectionError):
            raise Missed("timeout", "operation_timeout") from None
        finally:
            self._waiting.pop(id, None)
            self._given.pop(id, None)

    async def send_frame(self, frame: str | bytes) -> None:
        """Send one connection a frame that is no envelope."""
        open_ones = [c for c in self._connections if not c.closed and c not in self._leaving]
        if not open_ones:
            raise Missed("timeout", "dispatch_failed")
        socket = open_ones[next(self._turn) % len(open_ones)]
        await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))

    async def refresh(self, which: int | None = None) -> None:
        """Ask a connection (or all) to come back, and close it, as Slack does every hour or so."""
        chosen = list(self._connections) if which is None else self._connections[which : which + 1]
        for socket in chosen:
            await self._send_away(socket, "refresh_requested")

    async def warn(self, which: int | None = None) -> None:
        """Tell a connection (or all) that it will be closed soon, as Slack does seconds ahead."""
        chosen = list(self._connections) if which is None else self._connections[which : which + 1]
        for socket in chosen:
            with contextlib.suppress(ConnectionError):  # it broke, and is not yet taken out
                await socket.send_json({"type": "disconnect", "reason": "warning"})

    def drop(self) -> None:
        """Break all connections without a word, as a network does."""
        for wire in self._wires.values():
            wire.abort()

    async def close(self) -> None:
        """Close all connections."""
        for socket in list(self._connections):
            await socket.close()

    async def _send_away(self, socket: web.WebSocketResponse, reason: str) -> None:
        """Give it nothing more, let it acknowledge what it has, and close it."""
        self._leaving.add(socket)
        with contextlib.suppress(ConnectionError):
            debug = {"host": "sandbox"}
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": debug})
        for _ in range(int(LAST_ACKNOWLEDGEMENTS / 0.02)):
            if socket not in self._given.values() or socket.closed:
                break
            await asyncio.sleep(0.02)
        await socket.close()
