"""The methods that look things up: auth, team, users, conversations, reactions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.emoji import canonical
from sandbox.errors import SlackError
from sandbox.methods_chat import as_json, reactions_json
from sandbox.methods_common import (
    channel_of,
    joined,
    message_of,
    open_for_bot,
    refuse_direct,
    require_scope,
)
from sandbox.paging import messages_of, page_of
from sandbox.shapes import bot_json, channel_json, user_json
from sandbox.webapi import Answer, Entry, as_bool
from sandbox.workspace import Channel, Message

if TYPE_CHECKING:
    from sandbox.server import SandboxServer

_TS = re.compile(r"\d{1,12}\.\d{6}")


async def api_test(_server: SandboxServer, args: dict[str, Any]) -> Answer:
    """api.test."""
    return {"args": args}


async def auth_test(server: SandboxServer, _args: dict[str, Any]) -> Answer:
    """auth.test."""
    spec = server.spec
    return {
        "url": f"{server.base_url}/",
        "team": spec.team_name,
        "user": spec.bot_name,
        "team_id": spec.team,
        "user_id": spec.bot_user,
        "bot_id": spec.bot_id,
        "is_enterprise_install": False,
    }


async def bots_info(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """bots.info of the app's own bot."""
    spec = server.spec
    if args.get("bot") != spec.bot_id:
        raise SlackError("bot_not_found")
    described = {"name": spec.bot_name, "app_id": spec.app_id, "user_id": spec.bot_user}
    return {"bot": {"id": spec.bot_id, "deleted": False, **described}}


async def connections_open(server: SandboxServer, _args: dict[str, Any]) -> Answer:
    """apps.connections.open."""
    return {"url": server.socket_mode.ticket()}


async def team_info(server: SandboxServer, _args: dict[str, Any]) -> Answer:
    """team.info."""
    return {"team": {"id": server.spec.team, "name": server.spec.team_name, "domain": "sandbox"}}


async def users_info(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """users.info, also of people of other workspaces met in a shared channel."""
    user = str(args.get("user", ""))
    if user == server.spec.bot_user:
        return {"user": bot_json(server)}
    person = server.workspace.people.get(user)
    if person is None:
        raise SlackError("user_not_found")
    return {"user": user_json(server, person)}


async def users_list(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """users.list: only people of this workspace, and the bot."""
    people = [p for p in server.workspace.people.values() if not p.external]
    members = [bot_json(server), *(user_json(server, p) for p in people)]
    page, metadata = page_of(members, args)
    return {"members": page, "response_metadata": metadata}


async def conversations_list(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.list: public channels unless other `types` are named, private ones with the
    bot only."""
    types = str(args.get("types") or "public_channel").split(",")
    seen = []
    for channel in server.workspace.channels.values():
        kind = "im" if channel.is_im else f"{'private' if channel.private else 'public'}_channel"
        hidden = channel.private and server.spec.bot_user not in channel.members
        left_out = channel.archived and as_bool(args.get("exclude_archived"))
        if kind in types and not hidden and not left_out:
            require_scope(server, channel, "read")
            seen.append(channel_json(server, channel))
    page, metadata = page_of(seen, args)
    return {"channels": page, "response_metadata": metadata}


async def conversations_info(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.info."""
    return {"channel": channel_json(server, _known(server, args))}


async def conversations_members(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.members."""
    page, metadata = page_of(_known(server, args).members, args)
    return {"members": page, "response_metadata": metadata}


def _known(server: SandboxServer, args: dict[str, Any]) -> Channel:
    channel = channel_of(server, str(args.get("channel", "")))
    require_scope(server, channel, "read")
    return channel


async def conversations_open(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.open with one person."""
    user = str(args.get("users") or "")
    if not user:
        raise SlackError("users_list_not_supplied")
    if user not in server.workspace.people:
        raise SlackError("user_not_found")
    refuse_direct(server, user)
    channel = server.workspace.direct(user)
    whole = as_bool(args.get("return_im"))
    return {"channel": channel_json(server, channel) if whole else {"id": channel.id}}


async def conversations_join(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.join of a public channel."""
    channel = channel_of(server, str(args.get("channel", "")))
    if channel.archived:
        raise SlackError("is_archived")
    if server.spec.bot_user not in channel.members:
        await server.people.add_bot(channel.id)
    return {"channel": channel_json(server, channel)}


async def conversations_history(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.history: newest first, replies kept out, metadata only when asked for."""
    channel = joined(server, str(args.get("channel", "")))
    require_scope(server, channel, "history")
    found = [m for m in server.workspace.lasting(channel) if not m.is_reply]
    page, more = messages_of(found, args, 100, newest_first=True)
    return _read(server, page, args) | more


async def conversations_replies(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.replies: the parent and its replies, oldest first."""
    channel = joined(server, str(args.get("channel", "")))
    require_scope(server, channel, "history")
    parent = channel.messages.get(str(args.get("ts", "")))
    if parent is None or parent.ephemeral_to is not None:
        raise SlackError("thread_not_found")
    found = [parent, *server.workspace.replies(channel, parent.ts)]
    page, more = messages_of(found, args, 1000, newest_first=False)
    return _read(server, page, args) | more


def _read(server: SandboxServer, page: list[Message], args: dict[str, Any]) -> Answer:
    metadata = as_bool(args.get("include_all_metadata"))
    return {"messages": [as_json(server, m, metadata) for m in page]}


async def reactions_get(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """reactions.get; `full` gives every person."""
    channel, message = _item(server, args)
    body = as_json(server, message)
    if message.reactions:
        body["reactions"] = reactions_json(message, as_bool(args.get("full")))
    return {"type": "message", "channel": channel.id, "message": body}


async def reactions_add(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """reactions.add by the bot."""
    channel, message = _item(server, args, to_write=True)
    users = message.reactions.setdefault(canonical(str(args.get("name", ""))), [])
    if server.spec.bot_user in users:
        raise SlackError("already_reacted")
    users.append(server.spec.bot_user)
    server.changed(channel.id)
    return {}


async def reactions_remove(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """reactions.remove by the bot."""
    channel, message = _item(server, args, to_write=True)
    name = canonical(str(args.get("name", "")))
    if server.spec.bot_user not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(server.spec.bot_user)
    if not message.reactions[name]:
        del message.reactions[name]
    server.changed(channel.id)
    return {}


def _item(
    server: SandboxServer, args: dict[str, Any], *, to_write: bool = False
) -> tuple[Channel, Message]:
    """The message that a reaction is about."""
    id, ts = str(args.get("channel") or ""), str(args.get("timestamp") or "")
    if not id or not ts:
        raise SlackError("no_item_specified")
    if not _TS.fullmatch(ts):
        raise SlackError("bad_timestamp")
    channel = open_for_bot(server, id) if to_write else joined(server, id)
    return channel, message_of(channel, ts)


METHODS = {
    "api.test": Entry(api_test),
    "auth.test": Entry(auth_test),
    "apps.connections.open": Entry(connections_open, "connections:write", app=True),
    "bots.info": Entry(bots_info, "users:read"),
    "team.info": Entry(team_info, "team:read"),
    "users.info": Entry(users_info, "users:read"),
    "users.list": Entry(users_list, "users:read"),
    "conversations.list": Entry(conversations_list, "channels:read", ("groups:read", "im:read")),
    "conversations.info": Entry(conversations_info, "channels:read", ("groups:read", "im:read")),
    "conversations.members": Entry(
        conversations_members, "channels:read", ("groups:read", "im:read")
    ),
    "conversations.open": Entry(conversations_open, "im:write"),
    "conversations.join": Entry(conversations_join, "channels:join"),
    "conversations.history": Entry(
        conversations_history, "channels:history", ("groups:history", "im:history")
    ),
    "conversations.replies": Entry(
        conversations_replies, "channels:history", ("groups:history", "im:history")
    ),
    "reactions.get": Entry(reactions_get, "reactions:read"),
    "reactions.add": Entry(reactions_add, "reactions:write"),
    "reactions.remove": Entry(reactions_remove, "reactions:write"),
}
