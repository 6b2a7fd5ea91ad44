"""Views without fields: a person's Home, and replies shown where there is no message to answer."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

from bot.slack.blocks import Block, blocks_of, literal
from bot.slack.cleaning import one_line, shorten
from coordination.messages.parts import (
    Bullets,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Table,
    bold,
    line,
)

MOST_BLOCKS = 100
"""Blocks of a form or a Home."""

MOST_BYTES = 200_000
"""Bytes of one view as JSON; Slack takes 250,000."""

TOLD = "gmg_told"
"""The callback id of a view that only tells; it cannot be sent."""

MOST_TITLE = 24

_MORE = Note(line("There is more than fits here. Please ask for less at a time."))


def home_view(message: Message) -> dict[str, Any]:
    """A person's Home."""
    return {"type": "home", "blocks": view_blocks(_parts(message))}


def told_view(message: Message, title: str, metadata: str = "") -> dict[str, Any]:
    """A message in a window of its own, with a button that closes it."""
    return {
        "type": "modal",
        "callback_id": TOLD,
        "title": literal(shorten(one_line(title), MOST_TITLE) or "–"),
        "close": literal("Close"),
        "private_metadata": metadata,
        "blocks": view_blocks(_parts(message)),
    }


def view_blocks(parts: Sequence[Part], most: int = MOST_BLOCKS) -> list[Block]:
    """The parts as blocks of a view; what does not fit is replaced by a note that says so."""
    numbers = itertools.count()
    blocks = [block for part in parts for block in part_blocks(part, numbers)]
    if len(blocks) <= most and size(blocks) <= MOST_BYTES:
        return blocks
    (more,) = blocks_of(_MORE, numbers)
    kept = blocks[: most - 1]
    while kept and (size(kept) > MOST_BYTES or kept[-1]["type"] in ("header", "divider")):
        kept.pop()
    return [*kept, more]


def part_blocks(part: Part, numbers: itertools.count[int]) -> list[Block]:
    """One part as blocks of a view; tables stand in messages only and become lines here."""
    if isinstance(part, Table):
        return [block for one in _lines(part) for block in blocks_of(one, numbers)]
    return list(blocks_of(part, numbers))


def size(value: object) -> int:
    """Bytes of it as JSON, as Slack counts a view."""
    return len(json.dumps(value).encode())


def _lines(table: Table) -> tuple[Part, ...]:
    rows = []
    for row in table.rows:
        first, *others = row or ("",)
        told = [
            f"{name}: {cell}" for name, cell in zip(table.header[1:], others, strict=False) if cell
        ]
        rows.append(line(bold(first), f" — {'; '.join(told)}" if told else ""))
    return (Bullets(tuple(rows)),) if rows else ()


def _parts(message: Message) -> tuple[Part, ...]:
    """Its parts, none empty: Slack refuses a view without a block."""
    said = tuple(p for p in message.parts if not (isinstance(p, Heading) and not p.text.strip()))
    return said or (Paragraph(line(message.text.strip() or "–")),)
