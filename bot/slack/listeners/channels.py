"""What happens to channels and people: the bot or somebody joins, archived, new id, unshared."""

from __future__ import annotations

import re
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.slack.face import Face
from coordination.ports import Target

log = structlog.get_logger(__name__)

_TROUBLE = re.compile(
    r"^(channel_archive|group_archive|channel_left|group_left|channel_unshared|channel_deleted)$"
)


def register(app: AsyncApp, face: Face) -> None:
    """Listen to what changes where the bot can post, and who may ask."""

    async def on_joined(body: dict[str, Any]) -> None:
        event = body["event"]
        channel, user = str(event["channel"]), str(event["user"])
        if user != face.workspace.identity.user:
            face.directory.joined(channel, user)
            return
        key = f"greeting {channel} {body.get('event_id')}"
        if not face.answered.begin(key):
            return
        face.answered.done(key)
        log.info("added to a channel", channel=channel)
        words = face.use_cases.greeting(face.services)
        face.tasks.soon(
            face.messenger.post(Target(channel=channel), words, [key.replace(" ", ":")]),
            "greeting",
        )

    async def on_left(event: dict[str, Any]) -> None:
        face.directory.left(str(event["channel"]), str(event.get("user") or ""))

    async def on_trouble(event: dict[str, Any]) -> None:
        channel = str(event.get("channel") or "")
        log.warning("a channel cannot be posted to", what=event["type"], channel=channel)
        if face.on_channel_trouble is not None:
            await face.on_channel_trouble(str(event["type"]), channel)

    async def on_new_id(event: dict[str, Any]) -> None:
        old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
        log.warning("a channel has a new id; set it in the settings", old=old, new=new)
        face.messenger.moved(old, new)
        face.directory.moved(old, new)

    async def on_user(event: dict[str, Any]) -> None:
        face.directory.forget(str((event.get("user") or {}).get("id") or ""))

    app.event("member_joined_channel")(on_joined)
    app.event("member_left_channel")(on_left)
    app.event(_TROUBLE)(on_trouble)
    app.event("channel_id_changed")(on_new_id)
    app.event("user_change")(on_user)
