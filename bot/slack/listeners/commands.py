"""The slash command: answered in its acknowledgement, or by the form that it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.slack.deadline import reply_in_time
from bot.slack.face import Face
from bot.slack.forms import Origin, form_view, opener
from bot.slack.incoming import plain_words
from bot.slack.opening import not_opened
from coordination.messages.forms import Form
from coordination.services import Refused, Reply


def register(app: AsyncApp, face: Face) -> None:
    """Listen to the group's command."""

    async def on_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        asked = _Asked(face, command)

        async def later(reply: Reply) -> None:
            await face.replies.respond(reply, asked.url, asked.user)

        reply = await reply_in_time(
            face.use_cases.answer(face.services, asked.asker, asked.words),
            later,
            face.tasks,
            command=asked.words.partition(" ")[0],
            user=asked.user,
        )
        if isinstance(reply, Form):
            told = await _open(face, asked.trigger, reply, Origin(asked.channel), asked.words)
            if told is None:
                await ack()
                return
            reply = told
        ack.response = face.replies.acknowledged(reply, asked.url, asked.user)

    app.command(face.command)(on_command)


class _Asked:
    """A command as Slack tells it."""

    __slots__ = ("asker", "channel", "trigger", "url", "user", "words")

    def __init__(self, face: Face, command: Mapping[str, Any]) -> None:
        self.user, self.url = str(command["user_id"]), str(command.get("response_url") or "")
        self.trigger, self.channel = str(command.get("trigger_id") or ""), command.get("channel_id")
        self.asker = face.asker_of_request(self.user, self.trigger or None, self.channel)
        self.words = plain_words(str(command.get("text") or ""), face.workspace.identity.user)


class AtHand(AsyncMiddleware):
    """Gives an answer that is kept and still holds before Bolt looks for a listener.

    It takes no time, so that nothing has to see to it that it comes in time; to find a listener and
    gather what it might want would take longer than all the rest.
    """

    def __init__(self, face: Face) -> None:
        self._face = face

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse | None:
        """The answer; to all else the next one sees."""
        face = self._face
        if req.body.get("command") != face.command:
            return await next()
        asked = _Asked(face, req.body)
        kept = face.use_cases.at_hand(face.services, asked.asker, asked.words)
        if kept is None:
            return await next()
        return face.replies.acknowledged(kept, asked.url, asked.user)


async def _open(face: Face, trigger: str, form: Form, origin: Origin, words: str) -> Reply | None:
    """Open the form; where that is not possible, what the person is told."""
    try:
        view = form_view(form, origin)
    except Refused as refused:
        return Reply(refused.message)
    if await face.opening.open(trigger, view):
        return None
    return not_opened(opener(form, words))
