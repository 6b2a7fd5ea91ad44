"""Presses of buttons: always acknowledged, then replied to where the button stands."""

from __future__ import annotations

import re
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.slack.deadline import reply_in_time
from bot.slack.face import Face
from coordination.records import MessageRef
from coordination.services import Reply

_OURS = re.compile(r"^gmg_")


def register(app: AsyncApp, face: Face) -> None:
    """Listen to all buttons of ours; their ids are an action and a number that tells them apart."""

    async def on_press(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        user = str(body["user"]["id"])
        container = body.get("container") or {}
        channel = container.get("channel_id") or (body.get("channel") or {}).get("id")
        ts = container.get("message_ts")
        asker = face.asker_of_request(
            user,
            body.get("trigger_id"),
            channel,
            MessageRef(channel, ts) if channel and ts else None,
            str(action.get("action_ts", "")),
        )

        async def tell(reply: Reply) -> None:
            await _tell(face, body, reply)

        name = str(action["action_id"]).partition(":")[0]
        reply = await reply_in_time(
            face.use_cases.press(face.services, asker, name, str(action.get("value") or "")),
            tell,
            face.tasks,
            action=name,
            user=user,
        )
        await ack()
        if isinstance(reply, Reply):
            face.tasks.soon(tell(reply), "reply to a press")

    app.block_action({"action_id": _OURS})(on_press)


async def _tell(face: Face, body: dict[str, Any], reply: Reply) -> None:
    """Reply to a press; only what the person alone was shown is ever replaced."""
    container = body.get("container") or {}
    user, url = str(body["user"]["id"]), str(body.get("response_url", ""))
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    thread = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    private = channel.startswith("D")
    replace = reply.replace and (private or bool(container.get("is_ephemeral")))
    if private and not replace:
        # Between two people nothing is ephemeral: it would be gone with the next reload.
        await face.replies.write(reply.message, channel, thread)
        return
    await face.replies.respond(Reply(reply.message, reply.public, replace), url, user, thread)
