"""The slash command: answered in its acknowledgement, or by the form that it takes."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

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
        user, url = str(command["user_id"]), str(command.get("response_url") or "")
        trigger, channel = str(command.get("trigger_id") or ""), command.get("channel_id")
        asker = face.asker_of_request(user, trigger or None, channel)
        words = plain_words(str(command.get("text") or ""), face.workspace.identity.user)
        kept = face.use_cases.at_hand(face.services, asker, words)
        if kept is not None:
            await face.replies.acknowledge(ack, kept, url, user)
            return

        async def later(reply: Reply) -> None:
            await face.replies.respond(reply, url, user)

        reply = await reply_in_time(
            face.use_cases.answer(face.services, asker, words),
            later,
            face.tasks,
            command=words.partition(" ")[0],
            user=user,
        )
        if isinstance(reply, Form):
            told = await _open(face, trigger, reply, Origin(channel), words)
            if told is None:
                await ack()
                return
            reply = told
        await face.replies.acknowledge(ack, reply, url, user)

    app.command(face.command)(on_command)


async def _open(face: Face, trigger: str, form: Form, origin: Origin, words: str) -> Reply | None:
    """Open the form; where that is not possible, what the person is told."""
    try:
        view = form_view(form, origin)
    except Refused as refused:
        return Reply(refused.message)
    if await face.opening.open(trigger, view):
        return None
    return not_opened(opener(form, words))
