"""What happens to channels and people: the bot or somebody joins, archived, new id, unshared."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp

from bot.slack.event_shapes import OF_A_CHANNEL
from bot.slack.face import Face, stamp_of
from coordination.channel_news import ChannelNews
from coordination.channel_records import Gone
from coordination.ports import Target

log = structlog.get_logger(__name__)

_GONE: Mapping[str, Gone] = {
    "archive": Gone.ARCHIVED,
    "deleted": Gone.DELETED,
    "left": Gone.LEFT,
    "unshared": Gone.UNSHARED,
}
"""What the events tell, by the end of their names: those of private channels begin with `group`."""

OPEN_AGAIN = frozenset({Gone.ARCHIVED})
INVITED = frozenset(Gone)
"""What has ended when a channel is no longer archived, and when the bot is in it again."""


def register(app: AsyncApp, face: Face) -> None:
    """Listen to what changes where the bot can post, and who may ask."""

    async def on_joined(body: dict[str, Any]) -> None:
        event = body["event"]
        channel, user = str(event["channel"]), str(event["user"])
        face.directory.joined(channel, user)
        if user != face.workspace.identity.user:
            return
        await _told(face, body, channel, back=INVITED)
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

    async def on_left(body: dict[str, Any]) -> None:
        event = body["event"]
        channel, user = str(event["channel"]), str(event["user"])
        face.directory.left(channel, user)
        if user == face.workspace.identity.user:
            await _told(face, body, channel, gone=Gone.LEFT)

    async def on_channel(body: dict[str, Any]) -> None:
        event = body["event"]
        kind, channel = str(event["type"]), str(event["channel"])
        log.warning("news of a channel", what=kind, channel=channel)
        what = _GONE.get(kind.partition("_")[2])
        if what is None:
            await _told(face, body, channel, back=OPEN_AGAIN)
        else:
            await _told(face, body, channel, gone=what)

    async def on_new_id(body: dict[str, Any]) -> None:
        event = body["event"]
        old, new = str(event["old_channel_id"]), str(event["new_channel_id"])
        log.warning("a channel has a new id; set it in the settings", old=old, new=new)
        await _told(face, body, old, new_id=new)

    async def on_user(event: dict[str, Any]) -> None:
        face.directory.forget(str((event.get("user") or {}).get("id") or ""))

    app.event("member_joined_channel")(on_joined)
    app.event("member_left_channel")(on_left)
    app.event(re.compile(f"^({'|'.join(OF_A_CHANNEL)})$"))(on_channel)
    app.event("channel_id_changed")(on_new_id)
    app.event("user_change")(on_user)


async def _told(face: Face, body: Mapping[str, Any], channel: str, **news: Any) -> None:
    """Hand on what Slack told; what this raises is not acknowledged, so that Slack tells again."""
    stamp = stamp_of(body) or f"{face.real_now():.6f}"
    told_at = datetime.fromtimestamp(float(stamp), UTC)
    told = ChannelNews(channel, face.at(stamp), told_at, body.get("event_id"), **news)
    await face.use_cases.channel_told(face.services, told)
