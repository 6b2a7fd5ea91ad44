"""What a person does in the workspace: write, ask, react, press; used by the page and by tests."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.acts import NotFilled, NotPossible
from sandbox.deliver import Outcome, failed
from sandbox.emoji import canonical
from sandbox.errors import SlackError
from sandbox.files import File
from sandbox.markup import as_command, as_message
from sandbox.payloads import command_payload, message_event
from sandbox.person_forms import Forms
from sandbox.workspace import Channel, Message

__all__ = ["NotFilled", "NotPossible", "People"]

MOST_FILES = 10
"""Files of one message."""


class People(Forms):
    """The acts of people. `user` and `channel` are ids; messages are named by their `ts`."""

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

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[str] = (),
    ) -> Message:
        """Write a message; `@gmg` and `@name` become mentions, addresses become links.

        `files` are ids of what the person uploaded.
        """
        where = self._open_channel(user, channel)
        if thread_ts is not None:
            parent = where.messages.get(thread_ts)
            if parent is None or parent.ephemeral_to is not None or parent.is_reply:
                raise NotPossible("That thread is gone.")
        self._own_files(user, list(files))
        if len(files) > MOST_FILES:
            raise NotPossible(f"You can send up to {MOST_FILES} files at a time.")
        words = as_message(text, self._names(user))
        message = self._server.add_message(where, user, words, thread_ts=thread_ts, files=files)
        event = message_event(self._server, where, message)
        if where.is_im:
            event |= {"type": "message", "channel_type": "im"}
            if files:
                event["subtype"] = "file_share"
            self._server.deliveries.event(event)
        elif (
            f"<@{self._server.spec.bot_user}>" in message.text
            and self._server.spec.bot_user in where.members
        ):
            self._server.deliveries.event(event | {"type": "app_mention"})
        return message

    def upload(self, user: str, name: str, content: bytes) -> File:
        """Bring a file, to be sent with a message (`say`) or in a form (`fill`) by its id."""
        if not self._person(user).may_upload or self._server.faults.uploads_blocked:
            raise NotPossible("File uploads are turned off by your workspace.")
        return self._server.files.add(user, name, content)

    def delete_file(self, user: str, id: str) -> None:
        """Delete a file of one's own, wherever it was shared."""
        self._own_files(user, [id])
        file = self._server.files.get(id)
        if file is not None and not file.deleted:
            self._server.files.delete(file)

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
