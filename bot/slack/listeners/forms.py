"""Forms that people send: taken, or kept before them with a sentence; then replied to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot.slack.deadline import NOT_RECORDED, reply_in_time
from bot.slack.face import Face
from bot.slack.forms import (
    FORM,
    Origin,
    errors_at,
    form_view,
    metadata,
    read_answers,
    read_metadata,
    with_sentence,
)
from bot.slack.listeners.home import redraw_home
from bot.slack.rendered import MOST_FRAME
from bot.slack.views import size, told_view
from coordination.messages.forms import Form, Incomplete
from coordination.messages.parts import Message
from coordination.services import Refused, Reply

TRIES, BETWEEN = 3, 0.3
"""How often a window is put in the place of a form, and the real seconds between two tries."""

_MOMENT = Message("One moment… If nothing follows, please close this and try again.")

ANYWHERE = ""
"""The name of no field: what concerns the form as a whole stands at its first one."""


def register(app: AsyncApp, face: Face) -> None:
    """Listen to all forms of ours."""

    async def on_submission(ack: AsyncAck, body: dict[str, Any]) -> None:
        view, user = body["view"], str(body["user"]["id"])
        name, about, origin = read_metadata(view)
        asker = face.asker_of_request(user, _once(view), origin.channel, origin.ref)

        async def later(reply: Reply) -> None:
            await face.replies.tell(reply, origin, user)

        async def taken() -> Reply | Form | Incomplete:
            try:
                answers = read_answers(view)
                return await face.use_cases.submit(face.services, asker, name, about, answers)
            except Incomplete as incomplete:
                return incomplete
            except Refused as refused:
                return Incomplete({ANYWHERE: refused.sentence})

        outcome = await reply_in_time(taken(), later, face.tasks, form=name, user=user)
        if outcome is NOT_RECORDED:
            outcome = Incomplete({ANYWHERE: NOT_RECORDED.message.text})
        if isinstance(outcome, Form):
            await _next(face, ack, view, outcome, origin)
        elif isinstance(outcome, Incomplete):
            await _kept(face, ack, view, outcome)
        else:
            await _end(face, ack, view, origin, user, outcome)

    app.view(FORM)(on_submission)


def _once(view: Mapping[str, Any]) -> str:
    """What tells a repeat of one sending: a step of a form that was sent has another hash, and a
    form that the person sends again because the answer got lost has the same."""
    return f"{view['id']} {view.get('hash') or ''}"


async def _next(
    face: Face, ack: AsyncAck, view: Mapping[str, Any], form: Form, origin: Origin
) -> None:
    """The next step in the form's place."""
    try:
        following = form_view(form, origin)
    except Refused as refused:
        await _kept(face, ack, view, Incomplete({ANYWHERE: refused.sentence}))
        return
    await _replaced(face, ack, view, following)


async def _kept(face: Face, ack: AsyncAck, view: Mapping[str, Any], incomplete: Incomplete) -> None:
    """The form stays as it is, with a sentence at each field concerned."""
    errors = errors_at(view, incomplete.errors)
    if errors:
        await ack(response_action="errors", errors=errors)
        return
    said = " ".join(incomplete.errors.values())
    await _replaced(face, ack, view, with_sentence(view, said))


async def _replaced(
    face: Face, ack: AsyncAck, view: Mapping[str, Any], following: dict[str, Any]
) -> None:
    """Put a window in the form's place, in the acknowledgement if it fits there."""
    if size(following) <= MOST_FRAME:
        await ack(response_action="update", view=following)
        return
    title = str((view.get("title") or {}).get("text") or "")
    await ack(response_action="update", view=told_view(_MOMENT, title))
    face.tasks.soon(_put(face, str(view["id"]), following), "a window too large for a frame")


async def _put(face: Face, id: str, view: dict[str, Any]) -> None:
    """Put a window there once the acknowledgement has gone; tried again, for nothing is lost."""
    for _ in range(TRIES):
        if await face.opening.replace(id, view):
            return
        await asyncio.sleep(BETWEEN)


async def _end(
    face: Face, ack: AsyncAck, view: Mapping[str, Any], origin: Origin, user: str, reply: Reply
) -> None:
    """The form was taken: it closes, and the person is told where they opened it."""
    if origin.channel is None:
        # From Home there is no conversation to answer in: the form itself says what became of it.
        title = str((view.get("title") or {}).get("text") or face.services.bot_name)
        told = told_view(reply.message, title, metadata("", "", origin))
        await _replaced(face, ack, view, told)
        redraw_home(face, user)
        return
    await ack()
    face.tasks.soon(face.replies.tell(reply, origin, user), "reply to a form")
