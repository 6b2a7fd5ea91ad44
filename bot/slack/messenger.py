"""The port Messenger on Slack: post, update, find again by the keys in a message's metadata."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.slack.blocks import RenderedMessage, render
from bot.slack.client import Workspace, delivery_error
from bot.slack.emoji import canonical
from coordination.messages.parts import Message
from coordination.ports import DeliveryError, Target
from coordination.records import MessageRef

EVENT_TYPE = "gmg_notice"

PAGES = 10
PAGE = 200
"""How much history is looked through: 2,000 messages."""

MOST_METADATA = 3_000
"""Characters of keys in a message's metadata; beyond it they are kept as digests."""

_DIGEST = 12


class SlackMessenger:
    """Implements coordination.ports.Messenger; never retries by itself."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._client = workspace.client
        self._direct: dict[str, str] = {}
        self._moved: dict[str, str] = {}

    def moved(self, old: str, new: str) -> None:
        """A channel has got another id (Slack Connect does that); what is for it goes there."""
        self._moved[old] = new

    async def post(self, target: Target, message: Message, keys: Sequence[str]) -> MessageRef:
        """Post; a message that is several on Slack goes on in the thread of its first.

        Returns the first. What of a longer message stands already is not posted again.
        """
        rendered = render(message)
        channel = await self._channel(target)
        standing: Mapping[int, str] = {}
        if len(rendered) > 1:
            standing = await self._parts(channel, target.thread_ts, keys, len(rendered))
        first = standing.get(1)
        if first is None:
            first = await self._post(channel, target.thread_ts, rendered, 1, keys)
        for part in range(2, len(rendered) + 1):
            if part not in standing:
                thread = self._continued(channel, target.thread_ts, first)
                await self._post(channel, thread, rendered, part, keys)
        return MessageRef(channel, first)

    async def update(self, ref: MessageRef, message: Message, keys: Sequence[str]) -> None:
        """Replace a message of ours; what became too long for one goes on in its thread."""
        rendered = render(message)
        channel = self._moved.get(ref.channel, ref.channel)
        standing: Mapping[int, str] = {}
        if len(rendered) > 1:
            thread = self._continued(channel, None, ref.ts)
            standing = await self._parts(channel, thread, keys, len(rendered))
        for part, one in enumerate(rendered, 1):
            ts = ref.ts if part == 1 else standing.get(part)
            if ts is None:
                await self._post(
                    channel, self._continued(channel, None, ref.ts), rendered, part, keys
                )
                continue
            await self._call(
                self._client.chat_update,
                channel=channel,
                ts=ts,
                text=one.text,
                blocks=list(one.blocks),
                parse="none",
                metadata=_metadata(keys, part, len(rendered)),
            )

    async def find(self, target: Target, keys: Iterable[str]) -> Mapping[str, MessageRef]:
        """Which of the keys stand in whole messages of ours in the target's recent history."""
        channel = await self._channel(target)
        wanted = set(keys)
        found: dict[str, MessageRef] = {}
        async for message in _Ours(self, channel, target.thread_ts):
            payload = message["metadata"]["event_payload"]
            here = {key for key in wanted if _carries(payload, key)}
            if not here or not await self._whole(channel, target.thread_ts, message, here):
                continue
            found |= {key: MessageRef(channel, str(message["ts"])) for key in here}
            wanted -= here
            if not wanted:
                break
        return found

    async def reactions(self, ref: MessageRef) -> Mapping[str, frozenset[str]] | None:
        """Who reacts with what to a message, skin tones folded; None where it does not stand."""
        channel = self._moved.get(ref.channel, ref.channel)
        try:
            answer = await self._call(
                self._client.reactions_get, channel=channel, timestamp=ref.ts, full=True
            )
        except DeliveryError as error:
            if error.code == "message_not_found":
                return None
            raise
        found: dict[str, frozenset[str]] = {}
        for one in (answer.get("message") or {}).get("reactions") or ():
            name = canonical(str(one.get("name", "")))
            found[name] = found.get(name, frozenset()) | frozenset(map(str, one.get("users", ())))
        return found

    async def permalink(self, ref: MessageRef) -> str | None:
        """The message's permanent address, None where it does not stand any more."""
        channel = self._moved.get(ref.channel, ref.channel)
        try:
            answer = await self._call(
                self._client.chat_getPermalink, channel=channel, message_ts=ref.ts
            )
        except DeliveryError as error:
            if error.code in ("message_not_found", "channel_not_found"):
                return None
            raise
        return str(answer["permalink"])

    async def _channel(self, target: Target) -> str:
        if target.channel is not None:
            return self._moved.get(target.channel, target.channel)
        if target.user is None:
            raise DeliveryError("no_target", permanent=True)
        known = self._direct.get(target.user)
        if known is None:
            answer = await self._call(self._client.conversations_open, users=target.user)
            known = self._direct[target.user] = str(answer["channel"]["id"])
        return known

    async def _post(
        self,
        channel: str,
        thread: str | None,
        rendered: Sequence[RenderedMessage],
        part: int,
        keys: Sequence[str],
    ) -> str:
        answer = await self._call(
            self._client.chat_postMessage,
            posting=True,
            channel=channel,
            thread_ts=thread,
            metadata=_metadata(keys, part, len(rendered)),
            **rendered[part - 1].payload(),
        )
        return str(answer["ts"])

    async def _call(
        self, method: Callable[..., Awaitable[Any]], *, posting: bool = False, **arguments: Any
    ) -> Any:
        """Call the Web API; raises DeliveryError for all that can go wrong."""
        try:
            answer = await method(**arguments)
        except Exception as error:
            meant = delivery_error(error, posting=posting)
            self._workspace.noticed(meant)
            raise meant from error
        self._workspace.noticed(None)
        return answer

    def _continued(self, channel: str, thread: str | None, first: str) -> str | None:
        """Where a longer message goes on: in its thread, so that a channel stays quiet; a
        conversation with one person has no use for threads."""
        if thread is not None or channel.startswith("D"):
            return thread
        return first

    async def _whole(
        self, channel: str, thread: str | None, first: Mapping[str, Any], keys: set[str]
    ) -> bool:
        """Whether all parts of a longer message stand; if not, posting it again completes it."""
        of = int(first["metadata"]["event_payload"].get("parts", 1))
        if of == 1:
            return True
        where = thread or (None if channel.startswith("D") else str(first["ts"]))
        parts = {
            _part(message["metadata"]["event_payload"], keys)
            async for message in _Ours(self, channel, where)
        }
        return all(number in parts for number in range(2, of + 1))

    async def _parts(
        self, channel: str, thread: str | None, keys: Sequence[str], of: int
    ) -> Mapping[int, str]:
        """Which parts of a longer message stand already, by number."""
        wanted = set(keys)
        standing: dict[int, str] = {}
        async for message in _Ours(self, channel, thread):
            payload = message["metadata"]["event_payload"]
            if all(_carries(payload, key) for key in wanted):
                standing.setdefault(1, str(message["ts"]))
            elif (number := _part(payload, wanted)) is not None:
                standing.setdefault(number, str(message["ts"]))
        if 1 in standing and len(standing) < of and thread is None and channel[0] != "D":
            async for message in _Ours(self, channel, standing[1]):
                number = _part(message["metadata"]["event_payload"], wanted)
                if number is not None:
                    standing.setdefault(number, str(message["ts"]))
        return standing


class _Ours:
    """The bot's own messages with keys in them, newest first in a channel, in order in threads."""

    def __init__(self, messenger: SlackMessenger, channel: str, thread: str | None) -> None:
        self._messenger = messenger
        self._client = messenger._client
        self._identity = messenger._workspace.identity
        self._channel = channel
        self._thread = thread

    async def __aiter__(self) -> Any:
        cursor = ""
        for _ in range(PAGES):
            answer = await self._page(cursor)
            for message in answer.get("messages") or ():
                if self._is_ours(message):
                    yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _page(self, cursor: str) -> Any:
        common: dict[str, Any] = {
            "channel": self._channel,
            "limit": PAGE,
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        if self._thread is None:
            return await self._messenger._call(self._client.conversations_history, **common)
        return await self._messenger._call(
            self._client.conversations_replies, ts=self._thread, **common
        )

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        own = message.get("bot_id") == self._identity.bot or (
            message.get("user") == self._identity.user
        )
        metadata = message.get("metadata") or {}
        return (
            own
            and metadata.get("event_type") == EVENT_TYPE
            and isinstance(metadata.get("event_payload"), dict)
        )


def _metadata(keys: Sequence[str], part: int, of: int) -> dict[str, Any]:
    """What a message carries: its keys; in a later part each with the part's number behind it."""
    named = [key if part == 1 else f"{key}:{part}" for key in keys]
    payload: dict[str, Any] = {"keys": named}
    if len(json.dumps(named)) > MOST_METADATA:
        payload = {"keys": [], "digests": "".join(map(_digest, named))}
    if of > 1:
        payload["parts"] = of
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _carries(payload: Mapping[str, Any], key: str) -> bool:
    digests = str(payload.get("digests", ""))
    if digests:
        digest = _digest(key)
        return any(digests[i : i + _DIGEST] == digest for i in range(0, len(digests), _DIGEST))
    return key in (payload.get("keys") or ())


def _part(payload: Mapping[str, Any], keys: set[str]) -> int | None:
    """Which later part of a message with these keys it is."""
    of = int(payload.get("parts", 1))
    for part in range(2, of + 1):
        if keys and all(_carries(payload, f"{key}:{part}") for key in keys):
            return part
    return None


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:_DIGEST]
