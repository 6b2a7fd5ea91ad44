"""Answers as they go into an acknowledgement; one that is given again is not made again."""

from __future__ import annotations

import json
from dataclasses import dataclass

import structlog

from bot.slack.blocks import MOST_TEXT, RenderedMessage, render
from bot.slack.cleaning import escape_within
from coordination.messages.parts import Message, Paragraph, line, message
from coordination.services import Reply

log = structlog.get_logger(__name__)

MOST_FRAME = 19_500
"""Bytes of an answer in the acknowledgement: a Socket Mode frame over 20,480 ends it all."""

MOST_RESPONSES = 5
"""Messages one response URL takes."""

REMEMBERED = 32

_MORE = message(Paragraph(line("There is more than fits here. Please ask for less at a time.")))


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """An answer to a command: the body that acknowledges it, and what follows by response URL."""

    kind: str
    body: str
    following: tuple[RenderedMessage, ...]


class Acknowledgements:
    """Makes them. Questions that many ask are answered by one value (coordination/snapshot.py),
    and making blocks of it would take longer than all the rest."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Reply, Acknowledgement]] = {}

    def of(self, reply: Reply) -> Acknowledgement:
        """The acknowledgement of an answer; what was made lately is known by being the same
        object, which is kept so that no other can take its place."""
        known = self._made.get(id(reply))
        if known is not None:
            return known[1]
        if len(self._made) >= REMEMBERED:
            del self._made[next(iter(self._made))]
        made = _acknowledgement(reply)
        self._made[id(reply)] = (reply, made)
        return made


def _acknowledgement(reply: Reply) -> Acknowledgement:
    rendered = most(rendered_of(reply.message), MOST_RESPONSES + 1)
    kind = "in_channel" if reply.public else "ephemeral"
    body = json.dumps({"response_type": kind, **rendered[0].payload()})
    if len(body) > MOST_FRAME:
        return Acknowledgement(kind, "", tuple(rendered[:MOST_RESPONSES]))
    return Acknowledgement(kind, body, tuple(rendered[1 : MOST_RESPONSES + 1]))


def rendered_of(words: Message) -> list[RenderedMessage]:
    """The message rendered; should that fail, its plain text: what was recorded must be told."""
    try:
        return render(words)
    except Exception:
        log.exception("a message could not be rendered")
        return [RenderedMessage(escape_within(words.text, MOST_TEXT))]


def most(rendered: list[RenderedMessage], number: int) -> list[RenderedMessage]:
    """At most so many messages, the last saying that there is more."""
    if len(rendered) <= number:
        return rendered
    return [*rendered[: number - 1], *render(_MORE)]
