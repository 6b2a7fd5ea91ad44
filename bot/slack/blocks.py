"""Messages as Block Kit: what Slack would refuse is split into several messages, or shortened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.slack.cleaning import clean, escape_within, one_line, pieces, shorten
from bot.slack.richtext import list_blocks, section_blocks
from bot.slack.tables import table_block
from coordination.messages.parts import (
    Bullets,
    Button,
    Buttons,
    Confirm,
    Divider,
    Heading,
    Line,
    Link,
    Mention,
    Message,
    Moment,
    Note,
    Paragraph,
    Part,
    PickDay,
    Quote,
    Table,
    line,
    plain,
    plain_text,
)

log = structlog.get_logger(__name__)

Block = dict[str, Any]

MOST_BLOCKS = 48
"""Blocks of one message; Slack takes 50."""

MOST_COST = 10_000
"""What one message may count for. Slack refuses from about 13,200 characters on and counts more
than the visible ones (github.com/slackapi/bolt-js/issues/2867), so each block and element is
counted too."""

MOST_TEXT = 4_000
MOST_HEADER = 150
MOST_NOTE = 2_000
MOST_BUTTONS = 25
MOST_LABEL = 75
MOST_VALUE = 2_000
MOST_PICKED = 200
"""Characters of a picker's value: it stands in the id of its block, which takes 255."""


@dataclass(frozen=True, slots=True)
class RenderedMessage:
    """One message as Slack takes it: `text` escaped, for notifications and screen readers."""

    text: str
    blocks: tuple[Block, ...] = ()

    def payload(self) -> dict[str, Any]:
        """The fields that posting, updating and answering share."""
        return {
            "text": self.text,
            "blocks": list(self.blocks),
            "unfurl_links": False,
            "unfurl_media": False,
        }


@dataclass(slots=True)
class _Unit:
    """Blocks that stay together in one message, with what they say."""

    blocks: list[Block] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    @property
    def has_table(self) -> bool:
        return any(block["type"] == "table" for block in self.blocks)


def render(message: Message) -> list[RenderedMessage]:
    """The message in as many Slack messages as it needs: one nearly always, never none."""
    parts = message.parts or (Paragraph(line(message.text)),)
    groups = _packed(_units(parts))
    if not groups:
        return [RenderedMessage(escape_within(message.text, MOST_TEXT).strip() or "–")]
    out = []
    for number, group in enumerate(groups):
        said = plain_text(tuple(part for unit in group for part in unit.parts))
        words = said or "(continued)" if number else message.text or said
        text = escape_within(words, MOST_TEXT).strip() or "–"
        out.append(RenderedMessage(text, tuple(b for unit in group for b in unit.blocks)))
    return out


def _units(parts: tuple[Part, ...]) -> list[_Unit]:
    """A heading stays with what follows it, buttons with what they are about."""
    units: list[_Unit] = []
    numbers = iter(range(10_000))
    heading_open = False
    for part in parts:
        blocks = list(blocks_of(part, numbers))
        if not blocks:
            continue
        follows = isinstance(part, Buttons | PickDay | Note) or heading_open
        if not units or not follows or _cost(units[-1].blocks) + _cost(blocks) > MOST_COST // 2:
            units.append(_Unit())
        units[-1].parts.append(part)
        units[-1].blocks += blocks
        heading_open = isinstance(part, Heading)
    return [small for unit in units for small in _divided(unit)]


def _divided(unit: _Unit) -> Iterator[_Unit]:
    """A unit too large for one message (a paragraph of 12,001 characters) in several."""
    current = _Unit(parts=unit.parts)
    for block in unit.blocks:
        full = len(current.blocks) >= MOST_BLOCKS
        if current.blocks and (full or _cost([*current.blocks, block]) > MOST_COST):
            yield current
            current = _Unit()
        current.blocks.append(block)
    yield current


def _packed(units: list[_Unit]) -> list[list[_Unit]]:
    groups: list[list[_Unit]] = []
    blocks: list[Block] = []
    for unit in units:
        second_table = unit.has_table and any(u.has_table for u in (groups[-1] if groups else ()))
        together = [*blocks, *unit.blocks]
        too_much = len(together) > MOST_BLOCKS or _cost(together) > MOST_COST
        if not groups or second_table or too_much:
            groups.append([])
            blocks = []
        groups[-1].append(unit)
        blocks += unit.blocks
    return groups


def blocks_of(part: Part, numbers: Iterator[int]) -> Iterator[Block]:
    """One part; `numbers` tell apart what is pressed in one message or view."""
    match part:
        case Heading(text=text):
            if title := shorten(one_line(text), MOST_HEADER):
                yield {"type": "header", "text": literal(title)}
        case Paragraph(line=words):
            yield from section_blocks(words)
        case Quote(line=words):
            yield from section_blocks(words, "rich_text_quote")
        case Bullets(items=items):
            yield from list_blocks(items)
        case Note(line=words):
            yield from _note(words)
        case Divider():
            yield {"type": "divider"}
        case Table():
            block, left_out = table_block(part)
            if block is not None:
                yield block
            if left_out:
                yield from _note(line(left_out))
        case Buttons(buttons=buttons):
            yield from _rows_of_buttons(buttons, numbers)
        case PickDay():
            yield from _picker(part, next(numbers))


def _note(words: Line) -> Iterator[Block]:
    """Small print is plain text; with a link, a moment or a ping in it, rich text carries it."""
    if any(isinstance(i, Link | Moment) or (isinstance(i, Mention) and i.ping) for i in words):
        yield from section_blocks(words)
        return
    for piece in pieces(clean(plain(words)).strip(), MOST_NOTE):
        yield {"type": "context", "elements": [literal(piece)]}


def _rows_of_buttons(buttons: tuple[Button, ...], numbers: Iterator[int]) -> Iterator[Block]:
    elements = [_button(button, next(numbers)) for button in buttons if _fits(button)]
    row: list[Block] = []
    for element in elements:
        if row and (len(row) == MOST_BUTTONS or _cost([*row, element]) > MOST_COST // 2):
            yield {"type": "actions", "elements": row}
            row = []
        row.append(element)
    if row:
        yield {"type": "actions", "elements": row}
    missing = len(buttons) - len(elements)
    if missing:
        yield from _note(line(f"{missing} button{'s' if missing > 1 else ''} could not be shown."))


def _fits(button: Button) -> bool:
    """A value cannot be shortened: it would mean something else."""
    fits = len(button.value) <= MOST_VALUE and clean(button.value) == button.value
    if not fits:
        log.error("button left out: its value is not one Slack takes", action=button.action)
    return fits


def _picker(picker: PickDay, number: int) -> Iterator[Block]:
    """A picker carries no value of its own, so that it stands in the block's id."""
    label = literal(shorten(clean(picker.label).strip(), MOST_NOTE) or "–")
    if len(picker.value) > MOST_PICKED or clean(picker.value) != picker.value:
        log.error("picker left out: its value is not one Slack takes", action=picker.action)
        yield {"type": "section", "text": label}
        return
    element: Block = {"type": "datepicker", "action_id": f"{picker.action}:{number}"}
    if picker.day is not None:
        element["initial_date"] = picker.day.isoformat()
    yield {
        "type": "section",
        "block_id": f"{number}|{picker.value}",
        "text": label,
        "accessory": element,
    }


def pressed(action: dict[str, Any]) -> tuple[str, str]:
    """What an action of Slack's is a press of, and its value; for a picker `value|YYYY-MM-DD`."""
    name = str(action.get("action_id") or "").partition(":")[0]
    if action.get("type") != "datepicker":
        return name, str(action.get("value") or "")
    value = str(action.get("block_id") or "").partition("|")[2]
    return name, f"{value}|{action.get('selected_date') or ''}"


def _button(button: Button, number: int) -> Block:
    element: Block = {
        "type": "button",
        "action_id": f"{button.action}:{number}",
        "text": literal(shorten(one_line(button.label), MOST_LABEL) or "–"),
    }
    if button.value:
        element["value"] = button.value
    if button.style in ("primary", "danger"):
        element["style"] = button.style
    if button.confirm is not None:
        element["confirm"] = _confirm(button.confirm)
    return element


def _confirm(confirm: Confirm) -> Block:
    return {
        "title": literal(shorten(one_line(confirm.title), 100) or "–"),
        "text": literal(shorten(clean(confirm.question).strip(), 300) or "–"),
        "confirm": literal(shorten(one_line(confirm.yes), 30) or "–"),
        "deny": literal(shorten(one_line(confirm.no), 30) or "–"),
    }


def literal(text: str) -> Block:
    """A text of Slack's in which nothing is mark-up."""
    return {"type": "plain_text", "text": text, "emoji": False}


def _cost(value: object) -> int:
    """What blocks count for: their strings, and a little for each object around them."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return 8 + sum(_cost(v) for k, v in value.items() if k not in ("type", "action_id"))
    if isinstance(value, list):
        return sum(map(_cost, value))
    return 0
