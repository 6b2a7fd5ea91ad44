"""The bot's own messages read back: whose they are is told by the keys in their metadata."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from bot.slack.client import Workspace

EVENT_TYPE = "gmg_notice"

PAGES = 10
PAGE = 200
"""How much history is looked through: 2,000 messages."""

MOST_METADATA = 3_000
"""Characters of keys in a message's metadata; beyond it they are kept as digests."""

_DIGEST = 12


class History:
    """The recent history of channels, conversations and threads, as far as it is the bot's own."""

    def __init__(self, workspace: Workspace, call: Callable[..., Awaitable[Any]]) -> None:
        """`call` calls the Web API and raises DeliveryError."""
        self._workspace = workspace
        self._call = call

    async def ours(self, channel: str, thread: str | None) -> AsyncIterator[Mapping[str, Any]]:
        """Messages with keys in them, newest first in a channel, in order in threads."""
        cursor = ""
        for _ in range(PAGES):
            answer = await self._page(channel, thread, cursor)
            for message in answer.get("messages") or ():
                if self._is_ours(message):
                    yield message
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    async def _page(self, channel: str, thread: str | None, cursor: str) -> Any:
        client = self._workspace.client
        common: dict[str, Any] = {
            "channel": channel,
            "limit": PAGE,
            "include_all_metadata": True,
            "cursor": cursor or None,
        }
        if thread is None:
            return await self._call(client.conversations_history, **common)
        return await self._call(client.conversations_replies, ts=thread, **common)

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        identity = self._workspace.identity
        own = message.get("bot_id") == identity.bot or message.get("user") == identity.user
        metadata = message.get("metadata") or {}
        return (
            own
            and metadata.get("event_type") == EVENT_TYPE
            and isinstance(metadata.get("event_payload"), dict)
        )


def metadata(keys: Sequence[str], part: int, of: int) -> dict[str, Any]:
    """What a message carries: its keys; in a later part each with the part's number behind it."""
    named = [key if part == 1 else f"{key}:{part}" for key in keys]
    payload: dict[str, Any] = {"keys": named}
    if len(json.dumps(named)) > MOST_METADATA:
        payload = {"keys": [], "digests": "".join(map(_digest, named))}
    if of > 1:
        payload["parts"] = of
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def payload_of(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `metadata` put into a message of ours."""
    payload: Mapping[str, Any] = message["metadata"]["event_payload"]
    return payload


def carries(payload: Mapping[str, Any], key: str) -> bool:
    """Whether the key is in a message's metadata."""
    digests = str(payload.get("digests", ""))
    if digests:
        digest = _digest(key)
        return any(digests[i : i + _DIGEST] == digest for i in range(0, len(digests), _DIGEST))
    return key in (payload.get("keys") or ())


def keys_of(payload: Mapping[str, Any], asked: Collection[str]) -> tuple[frozenset[str], bool]:
    """The keys in a message's metadata, and whether there are more; of digests those asked for."""
    listed = frozenset(map(str, payload.get("keys") or ()))
    if listed:
        return listed, False
    known = frozenset(key for key in asked if carries(payload, key))
    return known, len(str(payload.get("digests", ""))) // _DIGEST > len(known)


def parts_of(payload: Mapping[str, Any]) -> int:
    """Of how many messages it is one."""
    return int(payload.get("parts", 1))


def part_number(payload: Mapping[str, Any], keys: Collection[str]) -> int | None:
    """Which later part of a message with these keys it is."""
    for part in range(2, parts_of(payload) + 1):
        if keys and all(carries(payload, f"{key}:{part}") for key in keys):
            return part
    return None


def later_parts(
    messages: Sequence[Mapping[str, Any]], keys: Collection[str], of: int
) -> dict[int, list[str]]:
    """Where the later parts of a message of `of` with these keys stand, by number, in order."""
    found: dict[int, list[str]] = {number: [] for number in range(2, of + 1)}
    for message in messages:
        number = part_number(payload_of(message), keys)
        if number in found:
            found[number].append(str(message["ts"]))
    return found


def _digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()[:_DIGEST]
