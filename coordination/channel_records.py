"""What the platform told of the group's channels: their ids, and whether they can be posted to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

AWAY = "the channel cannot be posted to now"
"""Why something is held back until a channel is there again, as ledger and outbox keep it."""


class Gone(StrEnum):
    """What happened to a channel, or to the bot in it."""

    ARCHIVED = "archived"
    LEFT = "removed from it"
    DELETED = "deleted"
    UNSHARED = "unshared"  # one of the workspaces that shared it left; what stays can be posted to

    @property
    def may_end(self) -> bool:
        """Whether what is for the channel waits until it can be posted to again."""
        return self in (Gone.ARCHIVED, Gone.LEFT)


@dataclass(frozen=True, slots=True)
class ChannelKept:
    """One id of a channel.

    `kept_as` is the id under which the bot keeps what it did there: the first one that it knew.
    `since` and `told_at` are real time, by which the platform orders its events: when the channel
    got this id (None for the first one), and when the platform told of its coming or going last.
    `away` stands with the first id: why the bot cannot post there, None while it can.
    """

    id: str
    kept_as: str
    since: datetime | None = None
    away: Gone | None = None
    told_at: datetime | None = None


class Channels:
    """The channels' ids, each followed to the first and to the present one of its channel.

    An id that nobody told of, a conversation with one person among them, is its own first and
    present one.
    """

    def __init__(self, kept: Iterable[ChannelKept] = ()) -> None:
        self._kept: Mapping[str, ChannelKept] = MappingProxyType({c.id: c for c in kept})
        dated = [(one.since, one.id) for one in self._kept.values() if one.since is not None]
        self._now = {self.first(id): id for _, id in sorted(dated)}  # the latest stands

    def kept(self, channel: str) -> ChannelKept:
        """What is known of an id."""
        return self._kept.get(channel) or ChannelKept(channel, channel)

    def first(self, channel: str) -> str:
        """The id under which the bot keeps what it did in the channel."""
        seen: set[str] = set()
        while channel not in seen and channel in self._kept:
            seen.add(channel)
            channel = self._kept[channel].kept_as
        return channel

    def now(self, channel: str) -> str:
        """The id that the platform knows the channel by."""
        first = self.first(channel)
        return self._now.get(first, first)

    def away(self, channel: str) -> Gone | None:
        """Why the bot cannot post there, None where nothing of the kind was told."""
        return self.kept(self.first(channel)).away
