"""What several methods ask first: which channel, which message, may the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import SlackError
from sandbox.workspace import Channel, Message

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


def channel_of(server: SandboxServer, id: str) -> Channel:
    """The channel of that id, if the bot can know of it."""
    channel = server.workspace.channels.get(id)
    if channel is None or (channel.private and server.spec.bot_user not in channel.members):
        raise SlackError("channel_not_found")
    return channel


def open_for_bot(server: SandboxServer, id: str, *, user_ids: bool = False) -> Channel:
    """The channel of that id, if the bot may write there; a user id means their direct messages."""
    if user_ids and id in server.workspace.people:
        refuse_direct(server, id)
        return server.workspace.direct(id)
    channel = channel_of(server, id)
    if channel.archived:
        raise SlackError("is_archived")
    if server.spec.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    if channel.im_with is not None:
        refuse_direct(server, channel.im_with)
    return channel


def refuse_direct(server: SandboxServer, user: str) -> None:
    """Some people of other workspaces cannot be written to."""
    person = server.workspace.people.get(user)
    if person is not None and person.refuses_dms:
        raise SlackError("cannot_dm_user")


def message_of(channel: Channel, ts: str) -> Message:
    """The lasting message of that time stamp."""
    message = channel.messages.get(ts)
    if message is None or message.ephemeral_to is not None:
        raise SlackError("message_not_found")
    return message
