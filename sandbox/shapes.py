"""People and conversations as Slack describes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.webapi import Answer
from sandbox.workspace import Channel, PersonSpec

if TYPE_CHECKING:
    from sandbox.server import SandboxServer


def bot_json(server: SandboxServer) -> Answer:
    """The app's own user."""
    spec = server.spec
    return {
        "id": spec.bot_user,
        "team_id": spec.team,
        "is_bot": True,
        "deleted": False,
        "name": spec.bot_name,
        "real_name": spec.bot_name,
        "profile": {"display_name": spec.bot_name},
    }


def user_json(server: SandboxServer, person: PersonSpec) -> Answer:
    """A person; a stranger is of another workspace and in no channel with the bot."""
    team = server.workspace.team_of(person.id)
    together = any(
        person.id in c.members and server.spec.bot_user in c.members
        for c in server.workspace.channels.values()
        if not c.is_im
    )
    return {
        "id": person.id,
        "team_id": team,
        "name": person.name,
        "real_name": person.real_name,
        "tz": person.tz,
        "is_bot": False,
        "deleted": False,
        "is_restricted": person.guest,
        "is_ultra_restricted": False,
        "is_stranger": person.external and not together,
        "profile": {
            "real_name": person.real_name,
            "display_name": person.real_name,
            "title": person.title,
            "team": team,
        },
    }


def channel_json(server: SandboxServer, channel: Channel) -> Answer:
    """A conversation."""
    out: Answer = {
        "id": channel.id,
        "is_channel": not channel.is_im and not channel.private,
        "is_group": not channel.is_im and channel.private,
        "is_im": channel.is_im,
        "is_archived": channel.archived,
        "is_private": channel.private or channel.is_im,
    }
    if channel.is_im:
        return out | {"user": channel.im_with}
    return out | {
        "name": channel.name,
        "is_ext_shared": server.workspace.is_shared(channel),
        "is_member": server.spec.bot_user in channel.members,
        "topic": {"value": channel.topic},
        "num_members": len(channel.members),
    }
