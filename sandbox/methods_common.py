"""What several methods ask first: which channel, which message, may the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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


def open_for_bot(
    server: SandboxServer, id: str, *, user_ids: bool = False, archived: str = "is_archived"
) -> Channel:
    """The channel of that id, if the bot may write there.

    With `user_ids` a user id means their direct messages; `archived` is the error where it is.
    """
    if user_ids and id in server.workspace.people:
        refuse_direct(server, id)
        return server.workspace.direct(id)
    channel = channel_of(server, id)
    if channel.archived:
        raise SlackError(archived)
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


def joined(server: SandboxServer, id: str) -> Channel:
    """The channel of that id, if the bot is in it."""
    channel = channel_of(server, id)
    if server.spec.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def require_scope(server: SandboxServer, channel: Channel, right: str) -> None:
    """`right` (read or history) is granted per kind of conversation."""
    kind = "im" if channel.is_im else "groups" if channel.private else "channels"
    scope = f"{kind}:{right}"
    if scope not in server.spec.scopes.split(","):
        raise SlackError("missing_scope", needed=scope, provided=server.spec.scopes)


def own_message_event(
    server: SandboxServer, channel: Channel, message: Message, subtype: str | None = None
) -> None:
    """Slack tells an app of its own direct messages as well."""
    if not channel.is_im or message.ephemeral_to is not None:
        return
    said = {**server.message_json(message), "channel": channel.id}
    event: dict[str, Any] = {"type": "message", "channel_type": "im", "channel": channel.id}
    if subtype is None:
        event |= said | {"event_ts": message.ts}
        if message.files:
            event["subtype"] = "file_share"
    else:
        at = server.workspace.next_ts()
        event |= {"subtype": subtype, "hidden": True, "ts": at, "event_ts": at}
        event |= {"message": said} if subtype == "message_changed" else {"previous_message": said}
    server.deliveries.event(event)
