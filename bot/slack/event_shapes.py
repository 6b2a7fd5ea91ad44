"""The shapes of events (bot/slack/shapes.py)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from bot.slack.shape_parts import Id, Inner, Reference, Stamp, Text, Word


class Event(Inner):
    """Whatever happens: what is read of every event."""

    type: Word = ""
    subtype: Word | None = None
    team: Reference = None
    enterprise: Reference = None
    bot_id: Word | None = None
    event_ts: Stamp | None = None
    item: Inner | None = None
    message: Inner | None = None
    previous_message: Inner | None = None
    assistant_thread: Inner | None = None
    tokens: dict[str, Any] | None = None


class Said(Event):
    """`message` and `app_mention`; what Slack itself says in a channel has no user."""

    user: Id | None = None
    channel: Id
    channel_type: Word | None = None
    ts: Stamp
    text: Text | None = None


class Place(Inner):
    """What was reacted to; of a message its place."""

    channel: Id | None = None

    @model_validator(mode="after")
    def _messages_have_a_place(self) -> Place:
        if self.type == "message" and (self.channel is None or self.ts is None):
            raise ValueError("a message without its place")
        return self


class Reacted(Event):
    """`reaction_added` and `reaction_removed`."""

    user: Id | None = None
    item: Place | None = None
    item_user: Word | None = None
    reaction: Annotated[Word, Field(max_length=200)]


class Joined(Event):
    """`member_joined_channel` and `member_left_channel`."""

    user: Id
    channel: Id


class OfChannel(Event):
    """`channel_archive` and whatever else tells of one channel."""

    channel: Id


class NewId(Event):
    """`channel_id_changed`."""

    old_channel_id: Id
    new_channel_id: Id


class Opened(Event):
    """`app_home_opened`."""

    user: Id
    tab: Word | None = None


OF_A_CHANNEL = (
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_unarchive",
    "channel_unshared",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
)
"""The events that tell of a channel and of nobody in it."""

EVENTS: Mapping[str, type[Event]] = {
    "message": Said,
    "app_mention": Said,
    "reaction_added": Reacted,
    "reaction_removed": Reacted,
    "member_joined_channel": Joined,
    "member_left_channel": Joined,
    **dict.fromkeys(OF_A_CHANNEL, OfChannel),
    "channel_id_changed": NewId,
    "app_home_opened": Opened,
}
"""The events of which more is read than of the rest."""


def event_shape(event: Mapping[str, Any]) -> type[Event]:
    """The shape that an event must have."""
    kind = event.get("type")
    return EVENTS.get(kind, Event) if isinstance(kind, str) else Event
