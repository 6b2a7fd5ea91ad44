"""`response_url`: answers after the acknowledgement, five times in thirty minutes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from sandbox.errors import SlackError
from sandbox.validate import check_message
from sandbox.webapi import as_bool
from sandbox.workspace import Channel

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

USES = 5
MINUTES = 30


@dataclass
class _Issued:
    channel: str
    user: str
    message: str | None  # the message whose button was pressed
    until: float
    left: int = USES


class Responses:
    """The response addresses that were given out."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        self._issued: dict[str, _Issued] = {}

    def issue(self, channel: str, user: str, message: str | None) -> str:
        """A new address for a person's command or press."""
        id = secrets.token_urlsafe(16)
        until = self._server.monotonic() + MINUTES * 60
        self._issued[id] = _Issued(channel, user, message, until)
        return f"{self._server.base_url}/response/{id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The HTTP handler."""
        issued = self._issued.get(request.match_info["id"])
        if issued is None or issued.until < self._server.monotonic():
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)
        if issued.left <= 0:
            return web.json_response({"ok": False, "error": "used_url"}, status=404)
        issued.left -= 1
        channel = self._server.workspace.channels[issued.channel]
        try:
            self.show(channel, issued.user, issued.message, await _payload(request))
        except SlackError as error:
            answer = {"ok": False, "error": error.code, **error.more}
            return web.json_response(answer, status=400)
        return web.Response(text="ok")

    def show(
        self, channel: Channel, user: str, pressed: str | None, payload: dict[str, Any]
    ) -> None:
        """Show an answer: in place of the message pressed, to the person alone, or to all."""
        original = channel.messages.get(pressed or "")
        if as_bool(payload.get("delete_original")):
            if original is not None:
                del channel.messages[original.ts]
                self._server.changed(channel.id)
            return
        text, blocks = str(payload.get("text") or ""), payload.get("blocks") or []
        check_message(text, blocks)
        if as_bool(payload.get("replace_original")) and original is not None:
            self._server.replace(original, text, blocks)
            return
        self._server.add_message(
            channel,
            self._server.spec.bot_user,
            text,
            blocks=blocks,
            thread_ts=payload.get("thread_ts") or None,
            ephemeral_to=None if payload.get("response_type") == "in_channel" else user,
        )


async def _payload(request: web.Request) -> dict[str, Any]:
    try:
        payload = await request.json()
    except ValueError:
        payload = None
    if not isinstance(payload, dict):
        raise SlackError("invalid_payload")
    return payload
