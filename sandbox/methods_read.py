"""The methods that look things up: auth, team, users, conversations, reactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.emoji import canonical
from sandbox.errors import SlackError
from sandbox.methods_chat import as_json, reactions_json
from sandbox.methods_common import channel_of, message_of, open_for_bot, refuse_direct
from sandbox.webapi import Answer, Entry, as_bool
from sandbox.workspace import Channel, PersonSpec

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


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
        return {
            "user": {
                "id": user,
                "team_id": server.spec.team,
                "is_bot": True,
                "name": server.spec.bot_name,
                "real_name": server.spec.bot_name,
                "profile": {"display_name": server.spec.bot_name},
            }
        }
    person = server.workspace.people.get(user)
    if person is None:
        raise SlackError("user_not_found")
    return {"user": user_json(server, person)}


async def users_list(server: SandboxServer, _args: dict[str, Any]) -> Answer:
    """users.list: only people of this workspace."""
    people = [p for p in server.workspace.people.values() if not p.external]
    return {"members": [user_json(server, p) for p in people], "response_metadata": {}}


def user_json(server: SandboxServer, person: PersonSpec) -> Answer:
    """A user as Slack gives one; the time zone of strangers is known as well."""
    return {
        "id": person.id,
        "team_id": server.workspace.team_of(person.id),
        "name": person.name,
        "real_name": person.real_name,
        "tz": person.tz,
        "is_bot": False,
        "deleted": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_stranger": False,
        "profile": {
            "real_name": person.real_name,
            "display_name": person.real_name,
            "title": person.title,
            "team": server.workspace.team_of(person.id),
        },
    }


def channel_json(server: SandboxServer, channel: Channel) -> Answer:
    """A conversation as Slack gives one."""
    shared = any(
        p.external for m in channel.members if (p := server.workspace.people.get(m)) is not None
    )
    return {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.is_im,
        "is_im": channel.is_im,
        "is_private": channel.private,
        "is_archived": channel.archived,
        "is_ext_shared": shared,
        "is_member": server.spec.bot_user in channel.members,
        "topic": {"value": channel.topic},
        "num_members": len(channel.members),
    }


async def conversations_list(server: SandboxServer, _args: dict[str, Any]) -> Answer:
    """conversations.list: public channels, and private ones the bot is in."""
    seen = [
        c
        for c in server.workspace.channels.values()
        if not c.is_im and (not c.private or server.spec.bot_user in c.members)
    ]
    return {"channels": [channel_json(server, c) for c in seen], "response_metadata": {}}


async def conversations_info(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.info."""
    return {"channel": channel_json(server, channel_of(server, str(args.get("channel", ""))))}


async def conversations_members(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.members, in pages of `limit`."""
    channel = channel_of(server, str(args.get("channel", "")))
    start, size = int(args.get("cursor") or 0), min(int(args.get("limit") or 100), 1000)
    page = channel.members[start : start + size]
    following = str(start + size) if start + size < len(channel.members) else ""
    return {"members": page, "response_metadata": {"next_cursor": following}}


async def conversations_open(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.open with one person."""
    user = str(args.get("users", ""))
    if user not in server.workspace.people:
        raise SlackError("user_not_found")
    refuse_direct(server, user)
    return {"channel": {"id": server.workspace.direct(user).id}}


async def conversations_join(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.join of a public channel."""
    channel = channel_of(server, str(args.get("channel", "")))
    if server.spec.bot_user not in channel.members:
        await server.people.add_bot(channel.id)
    return {"channel": channel_json(server, channel)}


async def conversations_history(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.history: newest first, replies kept out, metadata only when asked for."""
    channel = _readable(server, args)
    found = [m for m in server.workspace.lasting(channel) if not m.is_reply]
    return _page(server, found[::-1], args)


async def conversations_replies(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """conversations.replies: the parent and its replies, oldest first."""
    channel = _readable(server, args)
    parent = channel.messages.get(str(args.get("ts", "")))
    if parent is None:
        raise SlackError("thread_not_found")
    return _page(server, [parent, *server.workspace.replies(channel, parent.ts)], args)


def _readable(server: SandboxServer, args: dict[str, Any]) -> Channel:
    channel = channel_of(server, str(args.get("channel", "")))
    if server.spec.bot_user not in channel.members:
        raise SlackError("not_in_channel")
    scope = "im:history" if channel.is_im else "channels:history"
    if channel.private:
        scope = "groups:history"
    if scope not in server.spec.scopes.split(","):
        raise SlackError("missing_scope", needed=scope, provided=server.spec.scopes)
    return channel


def _page(server: SandboxServer, found: list[Any], args: dict[str, Any]) -> Answer:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or 1e18)
    inclusive, metadata = as_bool(args.get("inclusive")), as_bool(args.get("include_all_metadata"))

    def inside(ts: str) -> bool:
        at = float(ts)
        return oldest <= at <= latest if inclusive else oldest < at < latest

    found = [m for m in found if inside(m.ts)]
    start, size = int(args.get("cursor") or 0), min(int(args.get("limit") or 100), 999)
    more = start + size < len(found)
    return {
        "messages": [as_json(server, m, metadata) for m in found[start : start + size]],
        "has_more": more,
        "response_metadata": {"next_cursor": str(start + size) if more else ""},
    }


async def reactions_get(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """reactions.get; `full` gives every person."""
    channel = channel_of(server, str(args.get("channel", "")))
    message = message_of(channel, str(args.get("timestamp", "")))
    body = as_json(server, message)
    body["reactions"] = reactions_json(message)
    return {"type": "message", "channel": channel.id, "message": body}


async def reactions_add(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """reactions.add by the bot."""
    channel = open_for_bot(server, str(args.get("channel", "")))
    message = message_of(channel, str(args.get("timestamp", "")))
    users = message.reactions.setdefault(canonical(str(args.get("name", ""))), [])
    if server.spec.bot_user in users:
        raise SlackError("already_reacted")
    users.append(server.spec.bot_user)
    server.changed(channel.id)
    return {}


async def reactions_remove(server: SandboxServer, args: dict[str, Any]) -> Answer:
    """reactions.remove by the bot."""
    channel = open_for_bot(server, str(args.get("channel", "")))
    message = message_of(channel, str(args.get("timestamp", "")))
    name = canonical(str(args.get("name", "")))
    if server.spec.bot_user not in message.reactions.get(name, []):
        raise SlackError("no_reaction")
    message.reactions[name].remove(server.spec.bot_user)
    if not message.reactions[name]:
        del message.reactions[name]
    server.changed(channel.id)
    return {}


METHODS = {
    "api.test": Entry(api_test),
    "auth.test": Entry(auth_test),
    "apps.connections.open": Entry(connections_open, app=True),
    "team.info": Entry(team_info),
    "users.info": Entry(users_info, "users:read"),
    "users.list": Entry(users_list, "users:read"),
    "conversations.list": Entry(conversations_list, "channels:read"),
    "conversations.info": Entry(conversations_info, "channels:read"),
    "conversations.members": Entry(conversations_members, "channels:read"),
    "conversations.open": Entry(conversations_open, "im:write"),
    "conversations.join": Entry(conversations_join, "channels:join"),
    "conversations.history": Entry(conversations_history),
    "conversations.replies": Entry(conversations_replies),
    "reactions.get": Entry(reactions_get, "reactions:read"),
    "reactions.add": Entry(reactions_add, "reactions:write"),
    "reactions.remove": Entry(reactions_remove, "reactions:write"),
}
