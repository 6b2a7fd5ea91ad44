"""What happens is told to the app: events with Slack's retries, commands and presses once."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

ANSWER_WITHIN = 3.0
"""Real seconds the app has for an answer."""

RETRIES = (0.0, 60.0, 300.0)
"""Seconds before the second, third and last try of an event."""


EVENT_SCOPES: dict[str, str] = {
    "app_mention": "app_mentions:read",
    "message": "im:history",
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "channel_archive": "channels:read",
    "channel_unarchive": "channels:read",
    "channel_left": "channels:read",
    "group_archive": "groups:read",
    "group_unarchive": "groups:read",
    "file_deleted": "files:read",
    "group_left": "groups:read",
}
"""The scope without which an app is not told an event; of private channels it is `groups:read`."""


class Missed(Exception):
    """Nothing was acknowledged.

    `reason` goes with the next try, `shown` is the error a person reads, `final` means that the
    app wants no other try.
    """

    def __init__(self, reason: str, shown: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.shown = shown
        self.final = final


class Transport(Protocol):
    """Socket Mode or HTTP."""

    @property
    def online(self) -> bool:
        """Whether somebody listens."""
        ...

    async def deliver(
        self, kind: str, payload: dict[str, Any], retry: int, reason: str, within: float
    ) -> dict[str, Any]:
        """Hand it over; returns the acknowledgement, raises Missed without one in time."""
        ...


@dataclass
class Outcome:
    """What became of a command or press: the app's answer, or the error the person sees."""

    answered: bool
    payload: dict[str, Any] | None = None
    error: str | None = None
    errors: dict[str, str] = field(default_factory=dict)  # beside the inputs of a form, by block


class Deliveries:
    """Builds the payloads and sees to their delivery."""

    def __init__(
        self,
        server: SandboxServer,
        retries: tuple[float, ...] = RETRIES,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        self._server = server
        self._retries = retries
        self._within = answer_within
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: list[dict[str, Any]] | None = None
        self.events: list[dict[str, Any]] = []  # all that were told, for tests
        self.repeat = 1  # how often each event is delivered

    def event(self, event: dict[str, Any]) -> None:
        """Tell an event, with retries, without waiting; an app without the scope is not told."""
        spec = self._server.spec
        channel = self._server.workspace.channels.get(_channel_of(event))
        scope = EVENT_SCOPES.get(str(event.get("type")))
        if scope == "channels:read" and channel is not None and channel.private:
            scope = "groups:read"
        if scope is not None and scope not in spec.scopes.split(","):
            return
        now = self._server.real_now()
        payload = {
            "token": "sandbox",
            "team_id": spec.team,
            "context_team_id": spec.team,
            "api_app_id": spec.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(6).upper()}",
            "event_time": int(now),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": spec.team,
                    "user_id": spec.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": channel is not None
            and self._server.workspace.is_shared(channel),
        }
        self.events.append(payload)
        if self._held is not None:
            self._held.append(payload)
            return
        self._start(payload)

    def hold(self) -> None:
        """Keep events back until `release`; once more changes nothing."""
        self._held = self._held or []

    def release(self, backwards: bool = False) -> None:
        """Deliver what was held back, in reverse order if asked."""
        held, self._held = self._held or [], None
        for payload in reversed(held) if backwards else held:
            self._start(payload)

    def _start(self, payload: dict[str, Any]) -> None:
        for _ in range(self.repeat):
            task = asyncio.create_task(self._tell(payload))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _tell(self, payload: dict[str, Any]) -> None:
        reason = ""
        for attempt, wait in enumerate((0.0, *self._retries)):
            await asyncio.sleep(wait)
            try:
                await self._server.transport.deliver(
                    "events_api", payload, attempt, reason, self._within
                )
                return
            except Missed as missed:
                if missed.final:
                    return
                reason = missed.reason

    async def ask(self, kind: str, payload: dict[str, Any], name: str) -> Outcome:
        """Deliver a command or press once; without an answer in time the person sees an error."""
        try:
            ack = await self._server.transport.deliver(kind, payload, 0, "", self._within)
        except Missed as missed:
            return Outcome(False, error=failed(name, missed.shown))
        return Outcome(True, payload=ack.get("payload") or None)

    def inform(self, kind: str, payload: dict[str, Any]) -> None:
        """Deliver once without waiting and without anybody seeing whether it arrived."""
        task = asyncio.create_task(self._inform(kind, payload))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _inform(self, kind: str, payload: dict[str, Any]) -> None:
        with contextlib.suppress(Missed):
            await self._server.transport.deliver(kind, payload, 0, "", self._within)

    async def settle(self) -> None:
        """Return when no delivery is under way (for tests)."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Give up what is under way."""
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))


def failed(name: str, code: str) -> str:
    """What a person reads when a command or press failed."""
    return f"{name} failed with the error “{code}”."


def _channel_of(event: dict[str, Any]) -> str:
    """The id of the channel an event is about, empty where it is about none."""
    channel = event.get("channel") or (event.get("item") or {}).get("channel") or ""
    return channel if isinstance(channel, str) else str(channel.get("id", ""))
