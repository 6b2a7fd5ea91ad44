"""Mentions in channels and threads, and direct messages: the words are those of a command."""

from __future__ import annotations

from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.slack.deadline import NOT_RECORDED
from bot.slack.face import Face
from bot.slack.forms import opener
from bot.slack.incoming import plain_words
from coordination.services import Asker, Refused, Reply
from coordination.storage_ports import StorageUnavailable

log = structlog.get_logger(__name__)

LAST_REPEAT = 3
"""Slack sends an event that nobody acknowledged again three times."""


def register(app: AsyncApp, face: Face) -> None:
    """Listen to mentions and direct messages."""

    async def on_mention(body: dict[str, Any], request: AsyncBoltRequest) -> None:
        event = body["event"]
        if not _is_a_persons(event, face):
            return
        reply = await _answer(face, body, request)
        if reply is None:
            return
        thread = event.get("thread_ts") or (event["ts"] if reply.public else None)
        user, channel = str(event["user"]), str(event["channel"])
        face.tasks.soon(face.replies.say(reply, channel, user, thread), "answer to a mention")

    async def on_message(body: dict[str, Any], request: AsyncBoltRequest) -> None:
        event = body["event"]
        if event.get("channel_type") != "im" or not _is_a_persons(event, face):
            return
        reply = await _answer(face, body, request)
        if reply is not None:
            channel, user = str(event["channel"]), str(event["user"])
            face.tasks.soon(
                face.replies.write(reply.message, channel, user, event.get("thread_ts")),
                "answer to a direct message",
            )

    app.event("app_mention")(on_mention)
    app.event("message")(on_message)


async def _answer(face: Face, body: dict[str, Any], request: AsyncBoltRequest) -> Reply | None:
    """The answer; None for a repeat of what was answered. What it raises is not acknowledged."""
    event = body["event"]
    key = f"{event['channel']} {event['ts']}"
    if not face.answered.begin(key):
        return None
    try:
        reply = await _asked(face, face.asker_of_event(body), str(event.get("text") or ""))
    except StorageUnavailable:
        if _repeat(request) < LAST_REPEAT:
            face.answered.forget(key)
            raise
        reply = NOT_RECORDED
    except BaseException:
        face.answered.forget(key)
        raise
    face.answered.done(key)
    # What one process is slow to acknowledge comes to another one.
    return reply if await face.use_cases.answered_first(face.services, key) else None


async def _asked(face: Face, asker: Asker, text: str) -> Reply:
    words = plain_words(text, face.workspace.identity.user)
    try:
        found = await face.use_cases.answer(face.services, asker, words)
        return found if isinstance(found, Reply) else opener(found, words)
    except Refused as refused:
        return Reply(refused.message)
    except StorageUnavailable:
        raise
    except Exception:
        # It would fail again: told once instead of tried four times.
        face.tasks.observer.failed("use case")
        log.exception("a use case failed", words=words.partition(" ")[0], user=asker.user)
        return NOT_RECORDED


def _is_a_persons(event: dict[str, Any], face: Face) -> bool:
    """Whether a person wrote it just now: no bot, no edit, no notice of Slack's own."""
    return bool(
        event.get("user")
        and event["user"] != face.workspace.identity.user
        and not event.get("bot_id")
        and event.get("subtype") in (None, "file_share", "thread_broadcast")
        and not event.get("hidden")
    )


def _repeat(request: AsyncBoltRequest) -> int:
    """How often Slack has sent the event again."""
    number = (request.headers.get("x-slack-retry-num") or ["0"])[0]
    return int(number) if str(number).isdigit() else 0
