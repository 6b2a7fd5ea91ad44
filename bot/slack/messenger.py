"""The port Messenger on Slack: post, update, find again, take away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from bot.slack.blocks import RenderedMessage, render
from bot.slack.channel_ids import ChannelIds
from bot.slack.client import Workspace, delivery_error
from bot.slack.emoji import canonical
from bot.slack.history import (
    History,
    carries,
    keys_of,
    later_parts,
    metadata,
    parts_of,
    payload_of,
)
from coordination.messages.parts import Message
from coordination.ports import DeliveryError, Standing, Target
from coordination.records import MessageRef


class SlackMessenger:
    """Implements coordination.ports.Messenger; never retries by itself."""

    def __init__(self, workspace: Workspace, ids: ChannelIds | None = None) -> None:
        self._workspace = workspace
        self._client = workspace.client
        self.ids = ids or ChannelIds()
        self._history = History(workspace, self._call)
        self._direct: dict[str, str] = {}

    async def post(self, target: Target, message: Message, keys: Sequence[str]) -> MessageRef:
        """Post; a message that is several on Slack goes on in the thread of its first.

        Returns the first. What of a longer message stands already is brought to what it says now,
        and not posted again: it was left by a try that came to an end in the middle.
        """
        rendered = render(message)
        channel = await self._channel(target)
        standing: Mapping[int, str] = {}
        if len(rendered) > 1:
            standing = await self._parts(channel, target.thread_ts, keys, len(rendered))
        stands = dict(standing)
        try:
            for part in range(1, len(rendered) + 1):
                if part in standing:
                    await self._redraw(channel, standing[part], rendered, part, keys)
                    continue
                thread = target.thread_ts
                if part > 1:
                    thread = self._continued(channel, thread, stands[1])
                stands[part] = await self._post(channel, thread, rendered, part, keys)
        except DeliveryError as error:
            error.begun = tuple(self._ref(channel, ts) for _, ts in sorted(stands.items()))
            raise
        return self._ref(channel, stands[1])

    async def update(self, ref: MessageRef, message: Message, keys: Sequence[str]) -> None:
        """Replace a message of ours; what became too long for one goes on in its thread."""
        rendered = render(message)
        channel = self.ids.now(ref.channel)
        standing: Mapping[int, str] = {}
        if len(rendered) > 1:
            thread = self._continued(channel, None, ref.ts)
            standing = await self._parts(channel, thread, keys, len(rendered))
        for part in range(1, len(rendered) + 1):
            ts = ref.ts if part == 1 else standing.get(part)
            if ts is None:
                await self._post(
                    channel, self._continued(channel, None, ref.ts), rendered, part, keys
                )
                continue
            await self._redraw(channel, ts, rendered, part, keys)

    async def find(self, target: Target, keys: Iterable[str]) -> tuple[Standing, ...]:
        """The messages of ours in the target's recent history with any of the keys, oldest
        first."""
        channel = await self._channel(target)
        wanted = frozenset(keys)
        stream = await self._ours(channel, target.thread_ts)
        found: list[Standing] = []
        for message in stream:
            carried, more = keys_of(payload_of(message), wanted)
            if carried & wanted:
                found.append(await self._standing(channel, target, stream, message, carried, more))
        return tuple(found)

    async def delete(self, ref: MessageRef) -> None:
        """Take a message of ours away; one that does not stand any more is no error."""
        channel = self.ids.now(ref.channel)
        try:
            await self._call(self._client.chat_delete, channel=channel, ts=ref.ts)
        except DeliveryError as error:
            if error.code != "message_not_found":
                raise

    async def reactions(self, ref: MessageRef) -> Mapping[str, frozenset[str]] | None:
        """Who reacts with what to a message, skin tones folded; None where it does not stand."""
        channel = self.ids.now(ref.channel)
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
        channel = self.ids.now(ref.channel)
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
            return self.ids.now(target.channel)
        if target.user is None:
            raise DeliveryError("no_target", permanent=True)
        known = self._direct.get(target.user)
        if known is None:
            answer = await self._call(self._client.conversations_open, users=target.user)
            known = self._direct[target.user] = str(answer["channel"]["id"])
        return known

    def _ref(self, channel: str, ts: str) -> MessageRef:
        """A message as it is kept, whatever ids Slack gives its channel later."""
        return MessageRef(self.ids.first(channel), ts)

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
            metadata=metadata(keys, part, len(rendered)),
            **rendered[part - 1].payload(),
        )
        return str(answer["ts"])

    async def _redraw(
        self,
        channel: str,
        ts: str,
        rendered: Sequence[RenderedMessage],
        part: int,
        keys: Sequence[str],
    ) -> None:
        one = rendered[part - 1]
        await self._call(
            self._client.chat_update,
            channel=channel,
            ts=ts,
            text=one.text,
            blocks=list(one.blocks),
            parse="none",
            metadata=metadata(keys, part, len(rendered)),
        )

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

    async def _standing(
        self,
        channel: str,
        target: Target,
        stream: Sequence[Mapping[str, Any]],
        message: Mapping[str, Any],
        carried: frozenset[str],
        more: bool,
    ) -> Standing:
        first, of = str(message["ts"]), parts_of(payload_of(message))
        where = self._continued(channel, target.thread_ts, first)
        own_thread = where != target.thread_ts
        if of > 1 and own_thread:
            stream = await self._ours(channel, where)
        parts = later_parts(stream, carried, of)
        refs = {n: tuple(self._ref(channel, ts) for ts in found) for n, found in parts.items()}
        return Standing(
            self._ref(channel, first),
            carried,
            more=more,
            whole=all(refs.values()),
            # Where two of a kind go on in one stream nobody can tell whose a part is: one stays.
            parts=tuple(found[0] for found in refs.values() if found and own_thread),
            surplus=tuple(ref for found in refs.values() for ref in found[1:]),
        )

    async def _ours(self, channel: str, thread: str | None) -> list[Mapping[str, Any]]:
        """The bot's own messages there, oldest first."""
        found = [message async for message in self._history.ours(channel, thread)]
        return sorted(found, key=lambda message: float(message["ts"]))

    async def _parts(
        self, channel: str, thread: str | None, keys: Sequence[str], of: int
    ) -> Mapping[int, str]:
        """Which parts of a longer message stand already, by number; the oldest of each."""
        stream = await self._ours(channel, thread)
        parts = later_parts(stream, keys, of)
        standing = {number: found[0] for number, found in parts.items() if found}
        for message in stream:
            if all(carries(payload_of(message), key) for key in keys):
                standing.setdefault(1, str(message["ts"]))
        if 1 in standing and len(standing) < of and thread is None and channel[0] != "D":
            parts = later_parts(await self._ours(channel, standing[1]), keys, of)
            for number, found in parts.items():
                if found:
                    standing.setdefault(number, found[0])
        return standing
