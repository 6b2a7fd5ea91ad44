"""What a person does in the workspace: write, ask, react, press; used by the page and by tests."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sandbox.deliver import Outcome
from sandbox.emoji import canonical
from sandbox.errors import SlackError
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
        person, where = self._person(user), self._channel(user, channel)
        name, _, rest = text.partition(" ")
        if name != self._server.spec.command:
            raise NotPossible(f"{name} is not a valid command.")
        if person.external:
            raise NotPossible(f"{name} is not available to you: it belongs to another workspace.")
        response_url = self._server.responses.issue(where.id, user, None)
        payload = {
            "token": "sandbox",
            "team_id": self._server.workspace.team_of(user),
            "team_domain": "sandbox",
            "channel_id": where.id,
            "channel_name": "directmessage" if where.is_im else where.name,
            "user_id": user,
            "user_name": person.name,
            "command": name,
            "text": self._marked_up(rest.strip(), escaped=True),
            "api_app_id": self._server.spec.app_id,
            "is_enterprise_install": "false",
            "response_url": response_url,
            "trigger_id": self._server.trigger_id(),
        }
        outcome = await self._server.deliveries.ask("slash_commands", payload, name)
        if outcome.error:
            self._server.tell_error(user, outcome.error)
        if outcome.payload:
            self._server.responses.show(where, user, None, outcome.payload)
        return outcome

    def say(self, user: str, channel: str, text: str, thread_ts: str | None = None) -> Message:
        """Write a message; `@gmg` and `@name` become mentions."""
        where = self._channel(user, channel)
        if where.archived:
            raise NotPossible("This channel is archived.")
        if thread_ts is not None and thread_ts not in where.messages:
            raise NotPossible("That thread is gone.")
        message = self._server.add_message(
            where, user, self._marked_up(text, escaped=False), thread_ts=thread_ts
        )
        event: dict[str, Any] = {
            "user": user,
            "ts": message.ts,
            "text": message.text,
            "team": self._server.workspace.team_of(user),
            "user_team": self._server.workspace.team_of(user),
            "channel": where.id,
            "event_ts": message.ts,
            "client_msg_id": secrets.token_hex(8),
        }
        if thread_ts is not None:
            event["thread_ts"] = thread_ts
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
        payload = self._press_payload(self._person(user), where, message, block, element, value)
        outcome = await self._server.deliveries.ask("interactive", payload, "That press")
        if outcome.error:
            self._server.tell_error(user, outcome.error)
        return outcome

    def _press_payload(
        self,
        person: PersonSpec,
        where: Channel,
        message: Message,
        block: dict[str, Any],
        element: dict[str, Any],
        value: str | None,
    ) -> dict[str, Any]:
        server = self._server
        action: dict[str, Any] = {
            "action_id": element.get("action_id"),
            "block_id": block.get("block_id", "b"),
            "type": element["type"],
            "action_ts": server.workspace.next_ts(),
        }
        if element["type"] == "button":
            action |= {"text": element["text"], "value": element.get("value", "")}
        elif element["type"] == "datepicker":
            action["selected_date"] = value
        else:
            action["selected_option"] = {"value": value}
        ephemeral = message.ephemeral_to is not None
        container = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": where.id,
            "is_ephemeral": ephemeral,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        payload: dict[str, Any] = {
            "type": "block_actions",
            "user": {
                "id": person.id,
                "username": person.name,
                "name": person.name,
                "team_id": server.workspace.team_of(person.id),
            },
            "api_app_id": server.spec.app_id,
            "token": "sandbox",
            "container": container,
            "trigger_id": server.trigger_id(),
            "team": {"id": server.spec.team, "domain": "sandbox"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": where.id, "name": where.name},
            "state": {"values": {}},
            "response_url": server.responses.issue(where.id, person.id, message.ts),
            "actions": [action],
        }
        if not ephemeral:
            payload["message"] = server.message_json(message)
        return payload

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

    def _message(self, user: str, channel: str, ts: str) -> tuple[Channel, Message]:
        where = self._channel(user, channel)
        message = where.messages.get(ts)
        if message is None or message.ephemeral_to is not None:
            raise SlackError("message_not_found")
        return where, message

    def _marked_up(self, text: str, *, escaped: bool) -> str:
        """What was typed, as Slack sends it: mentions as ids, `&`, `<` and `>` escaped."""
        spec = self._server.spec
        text = re.sub(r"&(?!amp;|lt;|gt;)", "&amp;", text)
        text = re.sub(r"<(?![@#!]|https?:)", "&lt;", text)
        by_name = {p.name.lower(): p for p in self._server.workspace.people.values()}

        def mention(found: re.Match[str]) -> str:
            name = found[1].lower()
            if name == spec.bot_name:
                return f"<@{spec.bot_user}>"
            person = by_name.get(name)
            if person is None:
                return found[0]
            return f"<@{person.id}|{person.name}>" if escaped else f"<@{person.id}>"

        return re.sub(r"(?<![\w<])@([\w.-]*\w)", mention, text)


def _elements(message: Message) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for block in message.blocks:
        for element in block.get("elements", ()) if block.get("type") == "actions" else ():
            yield block, element
        if "accessory" in block:
            yield block, block["accessory"]
