"""Replies on their way to the person: in the acknowledgement, by response URL, privately, aloud."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import structlog
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.blocks import RenderedMessage
from bot.slack.client import TIMEOUT, delivery_error, needs_proxy
from bot.slack.forms import Origin
from bot.slack.rendered import MOST_RESPONSES, Acknowledgements, most, rendered_of
from bot.slack.tasks import Tasks
from coordination.messages.parts import Message
from coordination.ports import DeliveryError
from coordination.services import Reply

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 30.0
"""Real seconds for which an answer is held back at most."""


class Replies:
    """Tells people; what fails is told in a direct message, for ephemeral ones get lost."""

    def __init__(self, client: AsyncWebClient, tasks: Tasks) -> None:
        self._client = client
        self._tasks = tasks
        self._acknowledgements = Acknowledgements()

    def acknowledged(self, reply: Reply, response_url: str, user: str) -> BoltResponse:
        """A command answered in its acknowledgement, what does not fit there right after it."""
        made = self._acknowledgements.of(reply)
        if made.following:
            self._tasks.soon(
                self._respond(response_url, made.following, user, response_type=made.kind),
                "answer to a command",
            )
        # A body as text is taken as it is, where Bolt would write a dict as JSON once more.
        return BoltResponse(status=200, body=made.body)

    async def respond(
        self, reply: Reply, response_url: str, user: str, thread: str | None = None
    ) -> None:
        """Answer by a response URL; `replace` puts it in the place of what was pressed."""
        rendered = most(rendered_of(reply.message), MOST_RESPONSES)
        if reply.replace:
            await self._respond(response_url, rendered[:1], user, replace_original=True)
            rendered = rendered[1:]
        more: dict[str, Any] = {"thread_ts": thread} if thread else {}
        kind = "in_channel" if reply.public else "ephemeral"
        await self._respond(
            response_url, rendered, user, response_type=kind, replace_original=False, **more
        )

    async def say(self, reply: Reply, channel: str, user: str, thread: str | None) -> None:
        """Answer a mention: aloud, or shown to the person alone."""
        for one in most(rendered_of(reply.message), MOST_RESPONSES):
            if reply.public:
                await self._there(channel, thread, user, one)
            else:
                await self._privately(channel, user, thread, one)

    async def tell(self, reply: Reply, origin: Origin, user: str) -> None:
        """Answer a form where it was opened; where that cannot be, in a direct message.

        `replace` puts the answer in the place of the message whose button opened the form, which
        only ever happens between the person and the bot.
        """
        channel = origin.channel
        if channel and not channel.startswith("D"):
            await self.say(reply, channel, user, origin.thread)
            return
        rendered = most(rendered_of(reply.message), MOST_RESPONSES)
        replaced = channel and reply.replace and origin.message
        if replaced and await self._update(str(channel), str(origin.message), rendered[0]):
            rendered = rendered[1:]
        for one in rendered:
            if channel is None:
                await self._directly(user, one)
            else:
                await self._there(channel, origin.thread, user, one)

    async def write(
        self, words: Message, channel: str, user: str, thread: str | None = None
    ) -> None:
        """Post an ordinary message, as in a direct conversation."""
        for one in most(rendered_of(words), MOST_RESPONSES):
            await self._there(channel, thread, user, one)

    async def _respond(
        self, url: str, rendered: Sequence[RenderedMessage], user: str, **more: Any
    ) -> None:
        for one in rendered:
            status = await self._send(url, {**one.payload(), **more}) if url else 0
            if status != 200:
                log.warning("the response URL did not take an answer", status=status)
                await self._directly(user, one)

    async def _send(self, url: str, body: dict[str, Any]) -> int:
        client = AsyncWebhookClient(
            url, timeout=TIMEOUT, retry_handlers=[], session=self._client.session
        )
        if not needs_proxy(url):
            client.proxy = None
        try:
            return int((await client.send_dict(body)).status_code)
        except Exception as error:
            meant = delivery_error(error, posting=True)
            # In doubt it stands: told twice is worse than a question asked again.
            return 200 if meant.maybe_posted else 0

    async def _privately(
        self, channel: str, user: str, thread: str | None, one: RenderedMessage
    ) -> None:
        try:
            await _patiently(
                self._client.chat_postEphemeral,
                channel=channel,
                user=user,
                thread_ts=thread,
                text=one.text,
                blocks=list(one.blocks),
            )
        except DeliveryError as error:
            log.warning("cannot answer privately", code=error.code, channel=channel)
            if not error.maybe_posted:
                await self._directly(user, one)

    async def _there(
        self, channel: str, thread: str | None, user: str, one: RenderedMessage
    ) -> None:
        """Post it; where that cannot be, as between two people, in a direct message."""
        try:
            await self._post(channel, thread, one)
        except DeliveryError as error:
            log.warning("cannot answer where it was asked", code=error.code, channel=channel)
            if not error.maybe_posted:
                await self._directly(user, one)

    async def _update(self, channel: str, ts: str, one: RenderedMessage) -> bool:
        try:
            await _patiently(
                self._client.chat_update,
                channel=channel,
                ts=ts,
                text=one.text,
                blocks=list(one.blocks),
                parse="none",
            )
        except DeliveryError as error:
            log.warning("a question could not be put away", code=error.code)
            return error.maybe_posted
        return True

    async def _directly(self, user: str, one: RenderedMessage) -> None:
        try:
            opened = await self._client.conversations_open(users=user)
            await self._post(str(opened["channel"]["id"]), None, one)
        except Exception as error:
            log.error("an answer could not be told", user=user, code=delivery_error(error).code)

    async def _post(self, channel: str, thread: str | None, one: RenderedMessage) -> None:
        await _patiently(
            self._client.chat_postMessage, channel=channel, thread_ts=thread, **one.payload()
        )


async def _patiently(method: Callable[..., Awaitable[Any]], **arguments: Any) -> None:
    """Call, and again where Slack says that nothing was done and when to come back.

    For answers only, which run behind the acknowledgement; what is delivered by the calendar is
    paced and held by its own queue.
    """
    for tries_left in (2, 1, 0):
        try:
            await method(**arguments)
            return
        except Exception as error:
            meant = delivery_error(error, posting=True)
            if meant.permanent or meant.maybe_posted or not tries_left:
                raise meant from error
            await asyncio.sleep(min(meant.retry_after or 1.0, LONGEST_PAUSE))
