"""Slack's rates: which method may be called when, and when a channel may be posted to.

What Slack refused with 429 is not asked for again before the time it named, per method and
workspace, and a budget of our own stays below what a method takes a minute
(https://docs.slack.dev/apis/web-api/rate-limits). `chat.postMessage` has two limits, one of a
channel and one of the workspace, and the answer does not say which was met: a refusal holds the
channel, and refusals in two channels at once hold the workspace.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable

from coordination.outgoing import PACE
from coordination.ports import DeliveryError

POST = "chat.postMessage"

PER_MINUTE: dict[str, int] = {
    POST: 240,  # of a workspace; Slack says "several hundred"
    "chat.update": 48,
    "chat.delete": 48,
    "reactions.get": 48,
    "conversations.open": 48,
    "conversations.history": 48,
    "conversations.replies": 48,
}
"""Calls a minute, a little below Slack's. What people set off by their acts has no budget."""

MINUTE = 60.0
SECOND = 1.0

SHORT = 1.5
"""Real seconds that a call waits for its time; a longer wait is an error that names it."""


REMEMBERED = 1000


class Held(DeliveryError):
    """Not even asked: the time to call has not come; `retry_after` says when it does."""

    def __init__(self, seconds: float) -> None:
        super().__init__("ratelimited", retry_after=seconds)


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


class Limits:
    """When what may be called, for one token in one workspace."""

    def __init__(self, pace: float = PACE, clock: Callable[[], float] = _loop_time) -> None:
        """`pace`: real seconds between two posts to one channel. Where that is not Slack's own
        (tests live faster), seconds and minutes are that much shorter; 0 keeps no rates."""
        self._second, self._minute = SECOND * pace / PACE, MINUTE * pace / PACE
        self._now = clock
        self._until: dict[tuple[str, str], float] = {}
        self._posted: dict[str, float] = {}  # when a channel was posted to
        self._called: defaultdict[str, deque[float]] = defaultdict(deque)

    async def enter(self, method: str, channel: str = "") -> None:
        """Return when it may be called, and count the call; raises Held where that is not soon."""
        while (wait := self.wait(method, channel)) > 0:
            if wait > SHORT:
                raise Held(wait)
            await asyncio.sleep(wait)
        if method in PER_MINUTE and self._minute > 0:
            self._called[method].append(self._now())
        self.answered(method, channel)

    def answered(self, method: str, channel: str) -> None:
        """A call came to its end: what was posted stood in the channel by now at the latest."""
        if method == POST:
            self._posted.pop(channel, None)  # the latest stands last
            self._posted[channel] = self._now()
            if len(self._posted) > REMEMBERED:
                del self._posted[next(iter(self._posted))]

    def wait(self, method: str, channel: str = "") -> float:
        """Real seconds until it may be called; 0 or less when it may be now."""
        now = self._now()
        places = {"", channel if method == POST else ""}
        held = max(self._until.get((method, place), now) for place in places)
        if method == POST and channel in self._posted:
            held = max(held, self._posted[channel] + self._second)
        return max(held, self._within_budget(method, now)) - now

    def refused(self, method: str, channel: str, retry_after: float) -> None:
        """Slack refused a call and said after how many seconds to come back."""
        now = self._now()
        self._until = {key: until for key, until in self._until.items() if until > now}
        places = {channel if method == POST else ""}
        if any(m == POST == method and other not in places for m, other in self._until):
            places.add("")
        for place in places:
            known = self._until.get((method, place), now)
            self._until[method, place] = max(known, now + retry_after)

    def _within_budget(self, method: str, now: float) -> float:
        """When the oldest of the calls that use the budget up is a minute old."""
        called = self._called.get(method)
        if called is None:
            return now
        while called and called[0] <= now - self._minute:
            called.popleft()
        full = len(called) >= PER_MINUTE[method]
        return called[0] + self._minute if full else now
