"""The port Directory on Slack: who a user is, and whether they are in the group's channels."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import structlog

from bot.slack.channel_ids import ChannelIds
from bot.slack.cleaning import one_line
from bot.slack.client import Workspace, delivery_error
from coordination.ports import DeliveryError, Profile

log = structlog.get_logger(__name__)

T = TypeVar("T")

KEPT = 300.0
"""Real seconds for which an answer counts as fresh."""

NOT_A_MEMBER_KEPT = 10.0
"""Real seconds before somebody who was not a member is looked for again: they may have joined."""

PATIENCE = 1.0
"""Real seconds an answer is waited for: people must have theirs within three."""

PAGES = 20
PAGE = 500


@dataclass(slots=True)
class _Known(Generic[T]):
    """An answer and when it came; the clock is the event loop's."""

    value: T
    at: float


class SlackDirectory:
    """Implements coordination.ports.Directory.

    What is known is used at once; when it is no longer fresh it is renewed, and where Slack is
    too slow for that, an older answer counts. Without any answer DeliveryError is raised.
    """

    def __init__(
        self,
        workspace: Workspace,
        channels: Iterable[str | None],
        ids: ChannelIds | None = None,
    ) -> None:
        """`channels`: the group's, None ones left out."""
        self._client = workspace.client
        self._workspace = workspace
        self._named = tuple(c for c in channels if c)
        self._ids = ids or ChannelIds()
        self._profiles: dict[str, _Known[Profile | None]] = {}
        self._members: dict[str, _Known[frozenset[str]]] = {}
        self._running: dict[str, asyncio.Task[Any]] = {}

    async def warm(self) -> None:
        """Read the members of the group's channels ahead of the first question."""
        for channel in self._channels:
            try:
                await self._members_of(channel, KEPT, patience=30.0)
            except DeliveryError as error:
                log.warning("cannot read the members", channel=channel, code=error.code)

    async def profile(self, user: str) -> Profile | None:
        """The user's profile, None when there is no such user; raises DeliveryError."""
        known = self._profiles.get(user)
        if known is not None and self._is_fresh(known, KEPT):
            return known.value
        try:
            return await self._soon(f"user {user}", lambda: self._read_profile(user))
        except DeliveryError:
            if known is None:
                raise
            return known.value

    async def in_group(self, user: str) -> bool:
        """Whether the user is in one of the group's channels; raises DeliveryError.

        Where no channel is set, people of the workspace itself who are no guests are in the group.
        """
        channels = self._channels
        if not channels:
            profile = await self.profile(user)
            return profile is not None and not (profile.external or profile.guest)
        failed: DeliveryError | None = None
        for channel in channels:
            known = self._members.get(channel)
            if known is not None and user in known.value and self._is_fresh(known, KEPT):
                return True
        for channel in channels:
            try:
                if user in await self._members_of(channel, NOT_A_MEMBER_KEPT):
                    return True
            except DeliveryError as error:
                failed = error
        if failed is not None:
            raise failed
        return False

    def joined(self, channel: str, user: str) -> None:
        """Somebody joined a channel."""
        self._change(channel, lambda members: members | {user})

    def left(self, channel: str, user: str) -> None:
        """Somebody left a channel."""
        self._change(channel, lambda members: members - {user})

    def forget(self, user: str) -> None:
        """What is known of a user changed."""
        self._profiles.pop(user, None)

    @property
    def _channels(self) -> Sequence[str]:
        """The group's channels by the ids they have now."""
        return tuple(dict.fromkeys(map(self._ids.now, self._named)))

    def _change(self, channel: str, change: Callable[[frozenset[str]], frozenset[str]]) -> None:
        known = self._members.get(channel)
        if known is not None:
            known.value = change(known.value)

    async def _members_of(
        self, channel: str, kept: float, patience: float = PATIENCE
    ) -> frozenset[str]:
        known = self._members.get(channel)
        if known is not None and self._is_fresh(known, kept):
            return known.value
        try:
            return await self._soon(
                f"members {channel}", lambda: self._read_members(channel), patience
            )
        except DeliveryError:
            if known is None:
                raise
            return known.value

    async def _soon(
        self, name: str, read: Callable[[], Coroutine[Any, Any, T]], patience: float = PATIENCE
    ) -> T:
        """Read once however many ask at the same time; who cannot wait leaves it running."""
        task = self._running.get(name)
        if task is None:
            task = asyncio.create_task(read())
            self._running[name] = task
            task.add_done_callback(lambda done: self._ended(name, done))
        try:
            async with asyncio.timeout(patience):
                found: T = await asyncio.shield(task)
                return found
        except TimeoutError:
            raise DeliveryError("timeout") from None

    def _ended(self, name: str, task: asyncio.Task[Any]) -> None:
        self._running.pop(name, None)
        if not task.cancelled() and task.exception() is not None:
            log.warning("directory", asked=name, error=str(task.exception()))

    async def _read_profile(self, user: str) -> Profile | None:
        try:
            answer = await self._client.users_info(user=user)
        except Exception as error:
            meant = delivery_error(error)
            if meant.code not in ("user_not_found", "user_not_visible", "users_not_found"):
                raise meant from error
            found = None
        else:
            found = profile_of(answer["user"], self._workspace.identity.team)
        self._profiles[user] = _Known(found, self._now())
        return found

    async def _read_members(self, channel: str) -> frozenset[str]:
        members: set[str] = set()
        cursor: str | None = None
        for _ in range(PAGES):
            try:
                answer = await self._client.conversations_members(
                    channel=channel, limit=PAGE, cursor=cursor
                )
            except Exception as error:
                raise delivery_error(error) from error
            members.update(answer.get("members") or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        found = frozenset(members)
        self._members[channel] = _Known(found, self._now())
        return found

    def _is_fresh(self, known: _Known[Any], kept: float) -> bool:
        return self._now() - known.at < kept

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def profile_of(user: Any, team: str) -> Profile:
    """A user as Slack describes one; `team` is the workspace that is served."""
    shown = user.get("profile") or {}
    name = shown.get("display_name") or shown.get("real_name") or user.get("real_name")
    home = str(user.get("team_id") or shown.get("team") or team)
    return Profile(
        user=str(user["id"]),
        team=home,
        name=one_line(str(name or user.get("name") or user["id"])),
        zone=user.get("tz") or None,
        is_bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        external=home != team or bool(user.get("is_stranger")),
    )
