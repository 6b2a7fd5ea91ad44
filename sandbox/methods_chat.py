"""chat.*: post, update, delete, ephemeral, permalink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.errors import SlackError
from sandbox.methods_common import channel_of, message_of, open_for_bot, own_message_event
from sandbox.validate import check_message
from sandbox.webapi import Answer, Entry
from sandbox.workspace import Channel, Message

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

NAMED_PEOPLE = 50
"""Of each reaction, unless all are asked for; Slack promises no number."""


async def post_message(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """chat.postMessage."""
    channel = open_for_bot(server, str(args.get("channel", "")), user_ids=True)
    text, blocks = str(args.get("text") or ""), args.get("blocks") or []
    check_message(text, blocks)
    thread = args.get("thread_ts") or None
    if thread is not None:
        check_thread(channel, str(thread))
    message = server.add_message(
        channel,
        server.spec.bot_user,
        text,
        blocks=blocks,
        thread_ts=thread,
        metadata=_metadata(args.get("metadata")),
    )
    own_message_event(server, channel, message)
    return {"channel": channel.id, "ts": message.ts, "message": as_json(server, message)}


async def post_ephemeral(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """chat.postEphemeral: only to members, kept nowhere."""
    channel = open_for_bot(server, str(args.get("channel", "")))
    user = str(args.get("user", ""))
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    text, blocks = str(args.get("text") or ""), args.get("blocks") or []
    check_message(text, blocks)
    message = server.add_message(
        channel,
        server.spec.bot_user,
        text,
        blocks=blocks,
        thread_ts=args.get("thread_ts") or None,
        ephemeral_to=user,
    )
    return {"message_ts": message.ts}


async def update(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """chat.update of a message of the bot's own; text without blocks takes the blocks away."""
    channel = open_for_bot(server, str(args.get("channel", "")), archived="is_inactive")
    message = message_of(channel, str(args.get("ts", "")))
    if message.user != server.spec.bot_user:
        raise SlackError("cant_update_message")
    if server.edit_window_closed:
        raise SlackError("edit_window_closed")
    text, blocks = str(args.get("text") or ""), args.get("blocks")
    check_message(text, blocks, update=True)
    if args.get("metadata") is not None:
        message.metadata = _metadata(args["metadata"])
    server.replace(message, text, blocks or [])
    own_message_event(server, channel, message, "message_changed")
    shown = as_json(server, message)
    return {"channel": channel.id, "ts": message.ts, "text": text, "message": shown}


async def delete(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """chat.delete; its reactions go without an event, as on Slack."""
    channel = open_for_bot(server, str(args.get("channel", "")))
    message = message_of(channel, str(args.get("ts", "")))
    if message.user != server.spec.bot_user:
        raise SlackError("cant_delete_message")
    del channel.messages[message.ts]
    server.changed(channel.id)
    own_message_event(server, channel, message, "message_deleted")
    return {"channel": channel.id, "ts": message.ts}


async def get_permalink(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """chat.getPermalink."""
    channel = channel_of(server, str(args.get("channel", "")))
    message = message_of(channel, str(args.get("message_ts", "")))
    path = f"archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.is_reply:
        path += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": f"{server.base_url}/{path}"}


def as_json(server: SandboxServer, message: Message, with_metadata: bool = False) -> Answer:
    """A message as Slack's history gives it."""
    is_bot = message.user == server.spec.bot_user
    out: Answer = {
        "type": "message",
        "ts": message.ts,
        "user": message.user,
        "text": message.text,
        "team": server.workspace.team_of(message.user),
    }
    if is_bot:
        out |= {"bot_id": server.spec.bot_id, "app_id": server.spec.app_id}
    if message.blocks:
        out["blocks"] = message.blocks
    if message.files:
        out |= {"files": [server.files.given(f) for f in message.files], "upload": False}
    if message.thread_ts:
        out["thread_ts"] = message.thread_ts
    elif replies := server.workspace.replies(
        server.workspace.channels[message.channel], message.ts
    ):
        out |= {"thread_ts": message.ts, "reply_count": len(replies)}
        out["latest_reply"] = replies[-1].ts
    if message.edited:
        out["edited"] = {"user": message.user, "ts": message.ts}
    if message.reactions:
        out["reactions"] = reactions_json(message)
    if with_metadata and message.metadata:
        out["metadata"] = message.metadata
    return out


def reactions_json(message: Message, full: bool = False) -> list[Answer]:
    """The reactions of a message, without times: Slack keeps none.

    Unless `full`, of many people only the first are named; the count is right all the same.
    """
    return [
        {"name": name, "users": users[: None if full else NAMED_PEOPLE], "count": len(users)}
        for name, users in message.reactions.items()
    ]


def check_thread(channel: Channel, ts: str) -> None:
    """Raise SlackError where nothing can be replied to."""
    parent = channel.messages.get(ts)
    if parent is None or parent.ephemeral_to is not None:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        raise SlackError("cannot_reply_to_message")


def _metadata(value: object) -> dict[str, Any] | None:
    if value in (None, "", {}):
        return None
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("event_type"), str)
        or not isinstance(value.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    return value


METHODS = {
    "chat.postMessage": Entry(post_message, "chat:write"),
    "chat.postEphemeral": Entry(post_ephemeral, "chat:write"),
    "chat.update": Entry(update, "chat:write"),
    "chat.delete": Entry(delete, "chat:write"),
    "chat.getPermalink": Entry(get_permalink),
}
