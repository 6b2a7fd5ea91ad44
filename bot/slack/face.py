"""What all listeners share, and how they turn a request of Slack's into a call of a use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.slack.client import Workspace
from bot.slack.directory import SlackDirectory
from bot.slack.messenger import SlackMessenger
from bot.slack.opening import Opening
from bot.slack.replies import Replies
from bot.slack.tasks import Tasks
from bot.slack.use_cases import UseCases
from coordination.records import MessageRef
from coordination.services import Asker, Services

REMEMBERED = 2_000
"""Requests answered lately that a repeat is known by."""


class BeingAnswered(Exception):
    """A repeat came while the first is still worked on: not acknowledged, so that it comes again
    should the first fail."""


class Answered:
    """Messages that were answered, so that Slack's repeats of an event get no second answer.

    Only a courtesy for questions: what is recorded is kept from doubling in its transaction.
    """

    def __init__(self) -> None:
        self._done: dict[str, bool] = {}

    def begin(self, key: str) -> bool:
        """Mark it as begun; False when it is done. Raises BeingAnswered in between."""
        done = self._done.get(key)
        if done is False:
            raise BeingAnswered(key)
        if done:
            return False
        self._done[key] = False
        if len(self._done) > REMEMBERED:
            del self._done[next(iter(self._done))]
        return True

    def done(self, key: str) -> None:
        """It was answered."""
        self._done[key] = True

    def forget(self, key: str) -> None:
        """It was not answered after all; its repeat shall be."""
        self._done.pop(key, None)


@dataclass
class Face:
    """The bot in one Slack workspace, as its listeners see it."""

    services: Services
    use_cases: UseCases
    workspace: Workspace
    messenger: SlackMessenger
    directory: SlackDirectory
    command: str
    real_now: Callable[[], float]  # seconds since 1970, as Slack stamps events
    tasks: Tasks = field(default_factory=Tasks)
    answered: Answered = field(default_factory=Answered)
    replies: Replies = field(init=False)
    opening: Opening = field(init=False)

    def __post_init__(self) -> None:
        """Make what tells people and puts windows before them."""
        self.replies = Replies(self.workspace.client, self.tasks)
        self.opening = Opening(self.workspace.client)

    def asker_of_event(self, body: Mapping[str, Any], ref: MessageRef | None = None) -> Asker:
        """Who did what an event tells; its time is when it happened, not when it came."""
        event = body["event"]
        stamp = stamp_of(body)
        return Asker(
            user=str(event["user"]),
            at=self.at(stamp),
            channel=ref.channel if ref else event.get("channel"),
            message=self._kept(ref),
            event=body.get("event_id"),
            order=stamp,
        )

    def asker_of_request(
        self,
        user: str,
        trigger: str | None,
        channel: str | None = None,
        message: MessageRef | None = None,
        order: str = "",
    ) -> Asker:
        """Who asks by a command, a press, a form or a shortcut; `trigger` tells repeats.

        `order` is when Slack says that it was done, and its time, even where it came late: what
        the person did after it stands above it. For what Slack stamps with no time both are now.
        """
        return Asker(
            user=user,
            at=self._done_at(order),
            channel=channel,
            message=self._kept(message),
            event=trigger,
            order=order or f"{self.real_now():.6f}",
        )

    def at(self, stamp: str) -> datetime:
        """The plan time of an event's stamp; now where it has none."""
        clock = self.services.clock
        return clock.plan_time(float(stamp)) if stamp else clock.now()

    def _kept(self, ref: MessageRef | None) -> MessageRef | None:
        """A message of which Slack tells, as the bot keeps it: by its channel's first id."""
        return ref and MessageRef(self.messenger.ids.first(ref.channel), ref.ts)

    def _done_at(self, order: str) -> datetime:
        """The plan time of Slack's stamp; now where there is none, and never after it."""
        now = self.services.clock.now()
        try:
            return min(now, self.services.clock.plan_time(float(order))) if order else now
        except (ValueError, OverflowError):  # no number of seconds
            return now


def stamp_of(body: Mapping[str, Any]) -> str:
    """When an event happened, in real seconds since 1970 as Slack writes them; or nothing."""
    event = body["event"]
    return str(event.get("event_ts") or event.get("ts") or body.get("event_time") or "")
