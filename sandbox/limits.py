"""Slack's rates, per method and workspace, and one message a second and channel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from sandbox.errors import SlackError

PER_MINUTE: dict[str, int] = {
    "chat.update": 50,
    "chat.delete": 50,
    "reactions.get": 50,
    "reactions.add": 50,
    "reactions.remove": 20,
    "conversations.open": 50,
    "conversations.history": 50,
    "conversations.replies": 50,
    "conversations.members": 100,
    "conversations.info": 50,
    "conversations.list": 20,
    "conversations.join": 50,
    "chat.postEphemeral": 100,
    "users.info": 100,
    "users.list": 20,
    "views.open": 100,
    "views.push": 100,
    "views.update": 100,
    "views.publish": 100,
    "files.info": 100,
    "files.getUploadURLExternal": 100,
    "files.completeUploadExternal": 100,
    "files.delete": 50,
}
"""Calls a minute; other methods are not counted."""

POSTS_A_SECOND = 1.0
BURST = 4
"""Posts a channel takes at once before its pace counts, as Slack does."""

POSTS_A_MINUTE = 300
"""Of a workspace; Slack says "several hundred"."""


@dataclass
class _Bucket:
    rate: float  # a second
    size: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """Take one; returns 0, or the seconds until there is one."""
        self.left = min(self.size, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.rate


@dataclass
class RateLimits:
    """Counts calls on monotonic time; raises SlackError `ratelimited` with Retry-After."""

    monotonic: Callable[[], float]
    enabled: bool = True
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def count(self, method: str, channel: str | None) -> None:
        """Count a call."""
        if not self.enabled:
            return
        if method == "chat.postMessage" and channel:
            self._take(f"post {channel}", POSTS_A_SECOND, BURST)
            self._take("posts", POSTS_A_MINUTE / 60, POSTS_A_MINUTE)
        elif method in PER_MINUTE:
            self._take(method, PER_MINUTE[method] / 60, PER_MINUTE[method])

    def _take(self, key: str, rate: float, size: float) -> None:
        now = self.monotonic()
        bucket = self._buckets.setdefault(key, _Bucket(rate, size, size, now))
        wait = bucket.take(now)
        if wait > 0:
            raise SlackError("ratelimited", status=429, retry_after=max(1, ceil(wait)))
