"""`trigger_id`: what lets an app open a form for a person, once, within three seconds."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.errors import SlackError

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

LIFE = 3.0
"""Real seconds for which a trigger can be used."""

_FORM = re.compile(r"\d+\.\d+\.[0-9a-f]+")


@dataclass
class Trigger:
    """Who acted, where, and in which view if in one."""

    user: str
    channel: str | None
    view: str | None
    until: float
    used: bool = False


class Triggers:
    """The triggers that were given out."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, channel: str | None = None, view: str | None = None) -> str:
        """A trigger for what a person just did."""
        id = f"{int(self._server.real_now())}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        until = self._server.monotonic() + LIFE
        self._issued[id] = Trigger(user, channel, view, until)
        return id

    def check(self, id: object) -> Trigger:
        """The trigger, still unused; raises SlackError `invalid_trigger_id`,
        `exchanged_trigger_id` or `expired_trigger_id`."""
        trigger = self._issued.get(str(id)) if _FORM.fullmatch(str(id)) else None
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if trigger.until < self._server.monotonic():
            raise SlackError("expired_trigger_id")
        return trigger
