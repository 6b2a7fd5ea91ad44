"""Slack gives a channel a new id: the one it has now for calls, the first one for what is kept."""

from __future__ import annotations

from collections.abc import Callable

from coordination.channel_records import Channels


class ChannelIds:
    """The group's channels as the bot's face names them; knows of no change until it is told whom
    to ask."""

    def __init__(self) -> None:
        none = Channels()
        self._known: Callable[[], Channels] = lambda: none

    def follow(self, known: Callable[[], Channels]) -> None:
        """Ask there from now on, each time anew."""
        self._known = known

    def now(self, channel: str) -> str:
        """The id that Slack knows the channel by."""
        return self._known().now(channel)

    def first(self, channel: str) -> str:
        """The id under which the bot keeps what stands in the channel."""
        return self._known().first(channel)
