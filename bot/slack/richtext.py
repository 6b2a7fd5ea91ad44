"""Lines of a message as rich text: foreign words need no escaping there and ping nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.slack.cleaning import clean, one_line, pieces
from coordination.messages.parts import Emoji, Inline, Line, Link, Mention, Moment, Text

Element = dict[str, Any]
Block = dict[str, Any]

MOST_RICH_TEXT = 2_800
"""Characters of one rich_text block; Slack names no limit, its sections take 3,000."""

MOST_URL = 2_000
_USER = re.compile(r"[UW][A-Z0-9]{2,20}")
_EMOJI = re.compile(r"[a-z0-9_+'-]{1,80}")
_WEB = re.compile(r"(?:https?://|mailto:)[^\s<>\x00-\x1f]+", re.IGNORECASE)


def elements(line: Line) -> list[Element]:
    """The inlines of a line as rich_text elements, none of them empty or over the block's limit."""
    return [element for inline in line for element in _inline(inline)]


def _inline(inline: Inline) -> Iterator[Element]:
    match inline:
        case Text():
            yield from _text(inline)
        case Mention(user=user, name=name, ping=ping):
            if ping and _USER.fullmatch(user):
                yield {"type": "user", "user_id": user}
            else:
                yield from _text(Text(name))
        case Link(url=url, label=label):
            yield from _link(url, label)
        case Emoji(name=name, unicode=char):
            if _EMOJI.fullmatch(name):
                yield {"type": "emoji", "name": name}
            else:
                yield from _text(Text(char))
        case Moment(at=at, shown=shown):
            yield from _text(Text(shown))
            yield from _local(at)


def _text(text: Text) -> Iterator[Element]:
    style = {
        name: True
        for name, wanted in (("bold", text.bold), ("italic", text.italic), ("code", text.code))
        if wanted
    }
    for piece in pieces(clean(text.text), MOST_RICH_TEXT):
        element: Element = {"type": "text", "text": piece}
        if style:
            element["style"] = style
        yield element


def _link(url: str, label: str) -> Iterator[Element]:
    """A link for web and mail addresses; anything else is shown as what it is."""
    label = one_line(label)
    if len(url) <= MOST_URL and _WEB.fullmatch(url) and clean(url) == url:
        yield {"type": "link", "url": url, "text": label[:MOST_RICH_TEXT] or url}
        return
    yield from _text(Text(label if label == url or not url else f"{label} ({url})".strip()))


def _local(at: datetime) -> Iterator[Element]:
    """The reader's own local time, beside the one of the plan's zone."""
    seconds = int(at.timestamp())
    if seconds < 0:
        return
    yield {"type": "text", "text": " ("}
    yield {
        "type": "date",
        "timestamp": seconds,
        "format": "{date_short} {time}",
        "fallback": f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
    }
    yield {"type": "text", "text": " your time)"}


def length(element: Element) -> int:
    """The characters an element counts for: everything in it that is text."""
    return sum(
        len(v) for k, v in element.items() if isinstance(v, str) and k not in ("type", "format")
    )


def section_blocks(line: Line, kind: str = "rich_text_section") -> list[Block]:
    """A paragraph (or with `rich_text_quote` a quotation), in as many blocks as it needs."""
    return [
        {"type": "rich_text", "elements": [{"type": kind, "elements": group}]}
        for group in _groups(elements(line))
    ]


def list_blocks(items: Iterable[Line]) -> list[Block]:
    """A bullet list, in as many blocks as it needs; a long item goes on in the next."""
    blocks: list[Block] = []
    rows: list[Element] = []
    used = 0
    for item in items:
        for group in _groups(elements(item)) or [[{"type": "text", "text": "–"}]]:
            size = sum(map(length, group))
            if rows and used + size > MOST_RICH_TEXT:
                blocks.append(_list(rows))
                rows, used = [], 0
            rows.append({"type": "rich_text_section", "elements": group})
            used += size
    return [*blocks, _list(rows)] if rows else blocks


def _list(rows: list[Element]) -> Block:
    bullets = {"type": "rich_text_list", "style": "bullet", "elements": rows}
    return {"type": "rich_text", "elements": [bullets]}


def _groups(line: list[Element]) -> list[list[Element]]:
    groups: list[list[Element]] = []
    used = 0
    for element in line:
        size = length(element)
        if not groups or used + size > MOST_RICH_TEXT:
            groups.append([])
            used = 0
        groups[-1].append(element)
        used += size
    return groups
