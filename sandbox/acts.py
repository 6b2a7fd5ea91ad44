"""What every act of a person asks first: who, in which channel, is it still there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.errors import SlackError
from sandbox.markup import Names
from sandbox.workspace import Channel, Message, PersonSpec

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


class NotPossible(Exception):
    """Slack would not let the person do that; the text is what they are shown."""


class NotFilled(NotPossible):
    """Slack's client would not send the form; `errors` stand beside its inputs, by block id."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{block}: {said}" for block, said in errors.items()))
        self.errors = dict(errors)


class Acts:
    """Looks up people, channels and messages as the person who acts may see them."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server

    def _person(self, user: str) -> PersonSpec:
        person = self._server.workspace.people.get(user)
        if person is None:
            raise NotPossible("There is no such person here.")
        return person

    def _channel(self, user: str, channel: str) -> Channel:
        self._person(user)
        where = self._server.workspace.channels.get(channel)
        if where is None or user not in where.members:
            raise NotPossible("You are not a member of that channel.")
        return where

    def _open_channel(self, user: str, channel: str) -> Channel:
        where = self._channel(user, channel)
        if where.archived:
            raise NotPossible("This channel is archived.")
        return where

    def _seen(self, user: str, channel: str, ts: str) -> tuple[Channel, Message]:
        """A message in the person's sight, ephemeral ones of theirs too."""
        where = self._channel(user, channel)
        message = where.messages.get(ts)
        if message is None or message.ephemeral_to not in (None, user):
            raise NotPossible("That message is gone.")
        return where, message

    def _message(self, user: str, channel: str, ts: str) -> tuple[Channel, Message]:
        where = self._open_channel(user, channel)
        message = where.messages.get(ts)
        if message is None or message.ephemeral_to is not None:
            raise SlackError("message_not_found")
        return where, message

    def _names(self, user: str) -> Names:
        """Whom and what a person can name."""
        spec, workspace = self._server.spec, self._server.workspace
        users = {p.name.lower(): p.id for p in workspace.people.values()}
        channels = {
            c.name.lower(): c.id
            for c in workspace.channels.values()
            if not c.is_im and (not c.private or user in c.members)
        }
        return Names(users | {spec.bot_name.lower(): spec.bot_user}, channels)
