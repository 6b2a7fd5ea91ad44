"""The message shortcut: circulates for clearance what a message holds, by its link or file."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.slack.deadline import reply_in_time
from bot.slack.face import Face
from bot.slack.forms import Origin, form_view, reply_thread
from bot.slack.incoming import plain_words
from bot.slack.opening import NOT_OPENED
from coordination.messages.forms import FileRef, Form
from coordination.messages.parts import Message
from coordination.records import MessageRef
from coordination.services import Refused, Reply

SHORTCUT = "gmg_circulate_message"
"""The callback id of the message shortcut, as the manifest names it."""

_LINK = re.compile(r"<(https?://[^<>|\s]+)(?:\|[^<>]*)?>", re.IGNORECASE)

MOST_FOUND = 20
"""Links and files of one message; the form offers them to choose from."""


def register(app: AsyncApp, face: Face) -> None:
    """Listen to the shortcut."""

    async def on_shortcut(ack: AsyncAck, shortcut: dict[str, Any]) -> None:
        user, url = str(shortcut["user"]["id"]), str(shortcut.get("response_url") or "")
        message: Mapping[str, Any] = shortcut.get("message") or {}
        channel = str((shortcut.get("channel") or {}).get("id") or "")
        trigger = str(shortcut.get("trigger_id") or "")
        ts = str(shortcut.get("message_ts") or message.get("ts") or "")
        asker = face.asker_of_request(
            user,
            trigger or None,
            channel,
            MessageRef(channel, ts),
            str(shortcut.get("action_ts") or ""),
        )

        async def tell(reply: Reply) -> None:
            await face.replies.respond(reply, url, user)

        reply = await reply_in_time(
            face.use_cases.circulate_message(
                face.services,
                asker,
                links_of(message),
                files_of(message),
                plain_words(str(message.get("text") or "")),
            ),
            tell,
            face.tasks,
            shortcut=SHORTCUT,
            user=user,
        )
        if isinstance(reply, Form):
            origin = Origin(channel, reply_thread(message.get("thread_ts"), ts), ts)
            told = await _open(face, trigger, reply, origin)
        else:
            told = reply
        await ack()
        if told is not None:
            face.tasks.soon(tell(told), "reply to a shortcut")

    app.shortcut({"type": "message_action", "callback_id": SHORTCUT})(on_shortcut)


async def _open(face: Face, trigger: str, form: Form, origin: Origin) -> Reply | None:
    try:
        view = form_view(form, origin)
    except Refused as refused:
        return Reply(refused.message)
    if await face.opening.open(trigger, view):
        return None
    return Reply(Message(NOT_OPENED.replace("press again", "choose the shortcut again")))


def links_of(message: Mapping[str, Any]) -> tuple[str, ...]:
    """The web addresses in a message, in its words, its blocks and what is unfurled below it."""
    found = [html.unescape(address) for address in _LINK.findall(str(message.get("text") or ""))]
    found += _urls(message.get("blocks"))
    for unfurled in message.get("attachments") or ():
        found += [str(unfurled[k]) for k in ("from_url", "title_link") if unfurled.get(k)]
    return tuple(dict.fromkeys(found))[:MOST_FOUND]


def files_of(message: Mapping[str, Any]) -> tuple[FileRef, ...]:
    """The files of a message that are still there."""
    return tuple(
        FileRef(str(file["id"]), str(file.get("name") or ""))
        for file in message.get("files") or ()
        if file.get("id") and file.get("mode") != "tombstone"
    )[:MOST_FOUND]


def _urls(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if value.get("type") == "link" and isinstance(value.get("url"), str):
            yield value["url"]
        for inner in value.values():
            yield from _urls(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _urls(inner)
