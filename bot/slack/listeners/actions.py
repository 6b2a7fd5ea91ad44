"""Presses of buttons and pickers: always acknowledged, then replied to where they stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.slack.blocks import pressed
from bot.slack.deadline import reply_in_time
from bot.slack.face import Face
from bot.slack.forms import Origin, form_view, metadata, read_metadata, reopener, reply_thread
from bot.slack.listeners.home import redraw_home
from bot.slack.opening import not_opened
from bot.slack.views import told_view
from coordination.messages.forms import Form
from coordination.services import Refused, Reply

_OURS = re.compile(r"^gmg_")


@dataclass(frozen=True, slots=True)
class _Press:
    """One press; `view` is the window or Home in which the button stands, if it is in one."""

    user: str
    action: str
    value: str
    trigger: str
    origin: Origin
    view: Mapping[str, Any] | None

    @property
    def at_home(self) -> bool:
        """Whether the person came from their Home."""
        return self.view is not None and self.origin.channel is None


def register(app: AsyncApp, face: Face) -> None:
    """Listen to all buttons of ours; their ids are an action and a number that tells them apart."""

    async def on_press(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        press = _read(body, action)
        asker = face.asker_of_request(
            press.user,
            press.trigger or None,
            press.origin.channel,
            press.origin.ref,
            str(action.get("action_ts") or ""),
        )

        async def tell(reply: Reply) -> None:
            if press.view is None:
                await _tell(face, body, reply)
            else:
                await face.replies.tell(reply, press.origin, press.user)

        reply = await reply_in_time(
            face.use_cases.press(face.services, asker, press.action, press.value),
            tell,
            face.tasks,
            action=press.action,
            user=press.user,
        )
        left = await _put_before(face, press, reply)
        await ack()
        if left is not None:
            face.tasks.soon(tell(left), "reply to a press")
        if press.at_home:
            redraw_home(face, press.user)

    app.block_action({"action_id": _OURS})(on_press)


def _read(body: Mapping[str, Any], action: dict[str, Any]) -> _Press:
    view: Mapping[str, Any] | None = body.get("view")
    if view is not None:
        origin = read_metadata(view)[2]
    else:
        container = body.get("container") or {}
        channel = container.get("channel_id") or (body.get("channel") or {}).get("id")
        origin = Origin(channel, _thread(body), container.get("message_ts"))
    name, value = pressed(action)
    trigger = str(body.get("trigger_id") or "")
    return _Press(str(body["user"]["id"]), name, value, trigger, origin, view)


def _thread(body: Mapping[str, Any]) -> str | None:
    """The thread that the message with the button is a reply in."""
    container = body.get("container") or {}
    found = container.get("thread_ts") or (body.get("message") or {}).get("thread_ts")
    return reply_thread(found, container.get("message_ts"))


async def _put_before(face: Face, press: _Press, reply: Reply | Form) -> Reply | None:
    """Open what is to be opened; what is left to be told after the acknowledgement."""
    if isinstance(reply, Form):
        return await _open(face, press, reply)
    if press.view is not None and await _shown(face, press.view, press, reply):
        return None
    return reply


async def _open(face: Face, press: _Press, form: Form) -> Reply | None:
    """Open a form for a press; where that is not possible, what the person is told."""
    try:
        view = form_view(form, press.origin)
    except Refused as refused:
        return Reply(refused.message)
    if await _put(face, press, view):
        return None
    return not_opened(reopener(form.title, press.action, press.value))


async def _shown(face: Face, where: Mapping[str, Any], press: _Press, reply: Reply) -> bool:
    """Show a reply in a window, where the button stands in one or on the Home."""
    carried = metadata("", "", press.origin)
    view = told_view(reply.message, face.services.bot_name, carried)
    if reply.replace and where.get("type") == "modal":
        return await face.opening.replace(str(where["id"]), view)
    return await _put(face, press, view)


async def _put(face: Face, press: _Press, view: dict[str, Any]) -> bool:
    if press.view is not None and press.view.get("type") == "modal":
        return await face.opening.push(press.trigger, view, str(press.view["id"]))
    return await face.opening.open(press.trigger, view)


async def _tell(face: Face, body: dict[str, Any], reply: Reply) -> None:
    """Reply to a press; only what the person alone was shown is ever replaced."""
    container = body.get("container") or {}
    user, url = str(body["user"]["id"]), str(body.get("response_url") or "")
    channel = str(container.get("channel_id") or (body.get("channel") or {}).get("id") or "")
    thread = _thread(body)
    private = channel.startswith("D")
    replace = reply.replace and (private or bool(container.get("is_ephemeral")))
    if private and not replace:
        # Between two people nothing is ephemeral: it would be gone with the next reload.
        await face.replies.write(reply.message, channel, user, thread)
        return
    await face.replies.respond(Reply(reply.message, reply.public, replace), url, user, thread)
