"""The slash command: answered in its acknowledgement."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.slack.deadline import NOT_RECORDED, reply_in_time
from bot.slack.face import Face
from bot.slack.forms import opener
from bot.slack.incoming import plain_words
from coordination.messages.forms import Form
from coordination.services import Reply


def register(app: AsyncApp, face: Face) -> None:
    """Listen to the group's command."""

    async def on_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        user, url = str(command["user_id"]), str(command.get("response_url", ""))
        asker = face.asker_of_request(user, command.get("trigger_id"), command.get("channel_id"))
        words = plain_words(str(command.get("text") or ""), face.workspace.identity.user)

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
            reply = opener(reply, words)
        await face.replies.acknowledge(ack, reply or NOT_RECORDED, url, user)

    app.command(face.command)(on_command)
