"""What a person does in the workspace: write, ask, react, press; used by the page and by tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox.deliver import Outcome, failed
from sandbox.emoji import canonical
from sandbox.errors import SlackError
from sandbox.markup import Names, as_command, as_message
from sandbox.payloads import action_of, command_payload, message_event, press_payload
from sandbox.workspace import Channel, Message, PersonSpec

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


class NotPossible(Exception):
    """Slack would not let the person do that; the text is what they are shown."""


class People:
    """The acts of people. `user` and `channel` are ids; messages are named by their `ts`."""

    def __init__(self, server: SandboxServer) -> None:
        self._server = server

    async def command(self, user: str, channel: str, text: str) -> Outcome:
        """Type a slash command such as `/gmg next`; the answer is shown to the person."""
        person, where = self._person(user), self._open_channel(user, channel)
        name, _, rest = text.partition(" ")
        if name != self._server.spec.command or "commands" not in self._server.spec.scopes.split(
            ","
        ):
            raise NotPossible(f"{name} is not a valid command.")
        if person.external:
            raise NotPossible(f"{name} is not available to you: it belongs to another workspace.")
        words = as_command(rest.strip(), self._names(user))
        payload = command_payload(self._server, person, where, name, words)
        outcome = await self._server.deliveries.ask("slash_commands", payload, name)
        if outcome.payload:
            try:
                self._server.responses.show(where, user, None, outcome.payload)
            except SlackError as error:
                outcome = Outcome(False, outcome.payload, failed(name, error.code))
        if outcome.error:
            self._server.tell_error(user, outcome.error)
        return outcome

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a message; `@gmg` and `@name` become mentions, addresses become links."""
        where = self._open_channel(user, channel)
        if thread_ts is not None:
            parent = where.messages.get(thread_ts)
            if parent is None or parent.ephemeral_to is not None or parent.is_reply:
                raise NotPossible("That thread is gone.")
        words = as_message(text, self._names(user))
        message = self._server.add_message(where, user, words, thread_ts=thread_ts)
        event = message_event(self._server, where, message)
        if where.is_im:
            self._server.deliveries.event(event | {"type": "message", "channel_type": "im"})
        elif (
            f"<@{self._server.spec.bot_user}>" in message.text
            and self._server.spec.bot_user in where.members
        ):
            self._server.deliveries.event(event | {"type": "app_mention"})
        return message

    def react(self, user: str, channel: str, ts: str, name: str) -> None:
        """Add a reaction; raises SlackError `already_reacted`."""
        where, message = self._message(user, channel, ts)
        name = canonical(name)
        users = message.reactions.setdefault(name, [])
        if user in users:
            raise SlackError("already_reacted")
        users.append(user)
        self._reaction_event("reaction_added", user, where, message, name)

    def unreact(self, user: str, channel: str, ts: str, name: str) -> None:
        """Take a reaction away; raises SlackError `no_reaction`."""
        where, message = self._message(user, channel, ts)
        name = canonical(name)
        if user not in message.reactions.get(name, []):
            raise SlackError("no_reaction")
        message.reactions[name].remove(user)
        if not message.reactions[name]:
            del message.reactions[name]
        self._reaction_event("reaction_removed", user, where, message, name)

    def _reaction_event(
        self, kind: str, user: str, where: Channel, message: Message, name: str
    ) -> None:
        if self._server.spec.bot_user in where.members:
            self._server.deliveries.event(
                {
                    "type": kind,
                    "user": user,
                    "reaction": name,
                    "item": {"type": "message", "channel": where.id, "ts": message.ts},
                    "item_user": message.user,
                    "event_ts": self._server.workspace.next_ts(),
                }
            )
        self._server.changed(where.id)

    async def press(
        self, user: str, channel: str, ts: str, action_id: str, value: str | None = None
    ) -> Outcome:
        """Press a button of a message by its action id.

        `value` picks one of several buttons with the same id; of a list or a date picker it is
        what was chosen.
        """
        where = self._channel(user, channel)
        message = where.messages.get(ts)
        if message is None or message.ephemeral_to not in (None, user):
            raise NotPossible("That message is gone.")
        found = [
            (b, e)
            for b, e in _elements(message)
            if e.get("action_id") == action_id
            and (value is None or e["type"] != "button" or e.get("value") == value)
        ]
        if not found:
            raise NotPossible("That button is gone.")
        block, element = found[0]
        action = action_of(self._server, block, element, value)
        if action is None:
            raise NotPossible("There is no such choice.")
        payload = press_payload(self._server, self._person(user), where, message, action)
        outcome = await self._server.deliveries.ask("interactive", payload, "That press")
        if outcome.error:
            self._server.tell_error(user, outcome.error)
        return outcome

    def visible(self, user: str, channel: str) -> list[Message]:
        """The messages the person sees in a channel, replies included, oldest first."""
        where = self._channel(user, channel)
        return [m for m in where.messages.values() if m.ephemeral_to in (None, user)]

    async def add_bot(self, channel: str) -> None:
        """Invite the bot into a channel."""
        where = self._server.workspace.channels[channel]
        if self._server.spec.bot_user not in where.members:
            where.members.append(self._server.spec.bot_user)
            self._server.deliveries.event(
                {
                    "type": "member_joined_channel",
                    "user": self._server.spec.bot_user,
                    "channel": channel,
                    "channel_type": "G" if where.private else "C",
                    "team": self._server.spec.team,
                    "event_ts": self._server.workspace.next_ts(),
                }
            )
        self._server.changed(channel)

    def archive(self, channel: str, archived: bool = True) -> None:
        """Archive a channel, or open it again."""
        where = self._server.workspace.channels[channel]
        where.archived = archived
        kind = "group" if where.private else "channel"
        self._server.deliveries.event(
            {
                "type": f"{kind}_{'archive' if archived else 'unarchive'}",
                "channel": channel,
                "event_ts": self._server.workspace.next_ts(),
            }
        )
        self._server.changed(channel)

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


def _elements(message: Message) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in message.blocks:
        for element in block.get("elements", ()) if block.get("type") == "actions" else ():
            yield block, element
        if "accessory" in block:
            yield block, block["accessory"]
