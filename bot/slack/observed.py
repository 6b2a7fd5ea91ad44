"""The edge: each request of Slack's gets its id for the logs, and is measured."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from coordination.cause import caused_by
from coordination.commands import find_command

log = structlog.get_logger(__name__)

_ID = re.compile(r"[\w.-]{1,80}", re.ASCII)
_KINDS = {
    "block_actions": "press",
    "message_action": "shortcut",
    "shortcut": "shortcut",
    "view_submission": "form",
    "view_closed": "form",
    "block_suggestion": "suggestion",
}


class Observer(Protocol):
    """Counts what comes from Slack; never raises and never waits (bot/metrics.py)."""

    def handled(self, request: str, command: str | None, status: int, seconds: float) -> None:
        """A request was handled with an HTTP status, in real seconds; `command` is its name."""
        ...

    def failed(self, where: str) -> None:
        """Something failed."""
        ...

    def limited(self, method: str) -> None:
        """Slack answered 429 to a method."""
        ...


class NoObserver:
    """Where nobody counts."""

    def handled(self, request: str, command: str | None, status: int, seconds: float) -> None:
        """Nothing."""

    def failed(self, where: str) -> None:
        """Nothing."""

    def limited(self, method: str) -> None:
        """Nothing."""


class ObservedApp(AsyncApp):
    """Bolt's app for both ways in: over HTTP and Socket Mode all requests pass `async_dispatch`."""

    def __init__(self, observer: Observer, **settings: Any) -> None:
        super().__init__(**settings)
        self._observer = observer

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Handle a request under its id."""
        body = req.body if isinstance(req.body, Mapping) else {}
        now = asyncio.get_running_loop().time
        began = now()
        with caused_by(request_id(body)):
            response = await super().async_dispatch(req)
            kind, command = kind_of(body)
            if response.status == 401:  # a stranger may have written anything into it
                kind, command = "refused", None
            took = now() - began
            self._observer.handled(kind, command, response.status, took)
            what = kind if command is None else f"{kind} {command}"
            log.info("handled", request=what, status=response.status, seconds=round(took, 3))
        return response


def request_id(body: Mapping[str, Any]) -> str:
    """Slack's id of an event, else of what opened the possibility to answer, else one of ours."""
    for name in ("event_id", "trigger_id"):
        found = body.get(name)
        if isinstance(found, str) and _ID.fullmatch(found):
            return found
    return f"own-{uuid.uuid4().hex[:12]}"


def kind_of(body: Mapping[str, Any]) -> tuple[str, str | None]:
    """What a request is, and of a command its name; few values, for they name time series."""
    if body.get("command"):
        word = str(body.get("text") or "help").strip().partition(" ")[0]
        command = find_command(word or "help")
        return "command", command.name if command else "unknown"
    event = body.get("event")
    if isinstance(event, Mapping):
        return f"event {event.get('type')}"[:60], None
    return _KINDS.get(str(body.get("type")), "other"), None
