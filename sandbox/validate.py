"""What Slack refuses in a message: block types, lengths, counts, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from sandbox.errors import SlackError

MOST_BLOCKS = 50
MOST_CHARACTERS = 13_200  # over all blocks of a message
MOST_TEXT = 40_000
MOST_UPDATE_TEXT = 4_000

Block = dict[str, Any]


def check_message(text: str, blocks: list[Block] | None, *, update: bool = False) -> None:
    """Raise SlackError for what Slack would refuse."""
    if not text and not blocks:
        raise SlackError("no_text")
    if len(text) > (MOST_UPDATE_TEXT if update else MOST_TEXT):
        raise SlackError("msg_too_long")
    if blocks:
        check_blocks(blocks)


def check_blocks(blocks: list[Block]) -> None:
    """Raise SlackError `invalid_blocks` or `msg_blocks_too_long`, saying where."""
    faults = list(_faults(blocks))
    if faults:
        raise SlackError("invalid_blocks", response_metadata={"messages": faults})
    if sum(map(_characters, blocks)) > MOST_CHARACTERS:
        raise SlackError("msg_blocks_too_long")


def _faults(blocks: object) -> Iterator[str]:
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        yield "[ERROR] blocks must be a list of objects"
        return
    if len(blocks) > MOST_BLOCKS:
        yield f"[ERROR] no more than {MOST_BLOCKS} items allowed [json-pointer:/blocks]"
    ids = [b["block_id"] for b in blocks if b.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "[ERROR] `block_id` must be unique [json-pointer:/blocks]"
    if sum(b.get("type") == "table" for b in blocks) > 1:
        yield "[ERROR] only one table block is allowed [json-pointer:/blocks]"
    for number, block in enumerate(blocks):
        where = f"/blocks/{number}"
        check = _CHECKS.get(str(block.get("type")))
        if check is None:
            yield f"[ERROR] unsupported type: {block.get('type')} [json-pointer:{where}]"
            continue
        if len(str(block.get("block_id", ""))) > 255:
            yield f"[ERROR] block_id over 255 characters [json-pointer:{where}]"
        yield from check(block, where)


def _text(value: object, where: str, most: int, only_plain: bool = False) -> Iterator[str]:
    if not isinstance(value, dict) or value.get("type") not in ("plain_text", "mrkdwn"):
        yield f"[ERROR] must be a text object [json-pointer:{where}]"
        return
    if only_plain and value["type"] != "plain_text":
        yield f"[ERROR] must be plain_text [json-pointer:{where}]"
    text = value.get("text")
    if not isinstance(text, str) or not text:
        yield f"[ERROR] must be more than 0 characters [json-pointer:{where}/text]"
    elif len(text) > most:
        yield f"[ERROR] must be less than {most + 1} characters [json-pointer:{where}/text]"


def _section(block: Block, where: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"[ERROR] missing required field: text [json-pointer:{where}]"
    if "text" in block:
        yield from _text(block["text"], f"{where}/text", 3000)
    fields = block.get("fields", [])
    if "fields" in block and not 1 <= len(fields) <= 10:
        yield f"[ERROR] 1 to 10 fields allowed [json-pointer:{where}/fields]"
    for number, field in enumerate(fields):
        yield from _text(field, f"{where}/fields/{number}", 2000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}/accessory")


def _header(block: Block, where: str) -> Iterator[str]:
    yield from _text(block.get("text"), f"{where}/text", 150, only_plain=True)


def _context(block: Block, where: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
        yield f"[ERROR] 1 to 10 elements allowed [json-pointer:{where}/elements]"
        return
    for number, element in enumerate(elements):
        if element.get("type") != "image":
            yield from _text(element, f"{where}/elements/{number}", 3000)


def _actions(block: Block, where: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        yield f"[ERROR] 1 to 25 elements allowed [json-pointer:{where}/elements]"
        return
    ids = [e.get("action_id") for e in elements if e.get("action_id")]
    if len(ids) != len(set(ids)):
        yield f"[ERROR] `action_id` must be unique in a block [json-pointer:{where}]"
    for number, element in enumerate(elements):
        yield from _element(element, f"{where}/elements/{number}")


def _element(element: object, where: str) -> Iterator[str]:
    kinds = ("button", "static_select", "overflow", "datepicker")
    if not isinstance(element, dict) or element.get("type") not in kinds:
        yield f"[ERROR] unsupported element [json-pointer:{where}]"
        return
    if len(str(element.get("action_id", ""))) > 255:
        yield f"[ERROR] action_id over 255 characters [json-pointer:{where}]"
    if element["type"] == "button":
        yield from _text(element.get("text"), f"{where}/text", 75, only_plain=True)
        if len(str(element.get("value", ""))) > 2000:
            yield f"[ERROR] value over 2000 characters [json-pointer:{where}/value]"
        if element.get("style") not in (None, "primary", "danger"):
            yield f"[ERROR] unknown style [json-pointer:{where}/style]"
    for number, option in enumerate(element.get("options", ())):
        yield from _text(option.get("text"), f"{where}/options/{number}/text", 75)
        if len(str(option.get("value", ""))) > 150:
            yield f"[ERROR] value over 150 characters [json-pointer:{where}/options/{number}]"
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}/confirm")


def _confirm(confirm: Block, where: str) -> Iterator[str]:
    yield from _text(confirm.get("title"), f"{where}/title", 100, only_plain=True)
    yield from _text(confirm.get("text"), f"{where}/text", 300)
    for key in ("confirm", "deny"):
        if key in confirm:
            yield from _text(confirm[key], f"{where}/{key}", 30, only_plain=True)


def _table(block: Block, where: str) -> Iterator[str]:
    rows = block.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 100:
        yield f"[ERROR] 1 to 100 rows allowed [json-pointer:{where}/rows]"
        return
    if _characters(block) > 10_000:
        yield f"[ERROR] table over 10000 characters [json-pointer:{where}]"
    for number, row in enumerate(rows):
        if not isinstance(row, list) or not 1 <= len(row) <= 20:
            yield f"[ERROR] 1 to 20 cells allowed [json-pointer:{where}/rows/{number}]"
            continue
        for place, cell in enumerate(row):
            at = f"{where}/rows/{number}/{place}"
            if not isinstance(cell, dict) or cell.get("type") not in ("raw_text", "rich_text"):
                yield f"[ERROR] unsupported cell [json-pointer:{at}]"
            elif not _characters(cell):
                yield f"[ERROR] empty cell [json-pointer:{at}]"


_RICH = {
    "rich_text_section": {"text", "user", "channel", "link", "emoji", "date", "broadcast"},
    "rich_text_quote": {"text", "user", "channel", "link", "emoji", "date", "broadcast"},
    "rich_text_preformatted": {"text", "link"},
    "rich_text_list": {"rich_text_section"},
}


def _rich_text(block: Block, where: str) -> Iterator[str]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not elements:
        yield f"[ERROR] missing required field: elements [json-pointer:{where}]"
        return
    for number, element in enumerate(elements):
        yield from _rich_part(element, f"{where}/elements/{number}")


def _rich_part(part: Block, where: str) -> Iterator[str]:
    allowed = _RICH.get(str(part.get("type")))
    if allowed is None:
        yield f"[ERROR] unsupported type: {part.get('type')} [json-pointer:{where}]"
        return
    if not isinstance(part.get("elements"), list):
        yield f"[ERROR] missing required field: elements [json-pointer:{where}]"
        return
    for number, element in enumerate(part["elements"]):
        at = f"{where}/elements/{number}"
        kind = element.get("type")
        if kind not in allowed:
            yield f"[ERROR] unsupported type: {kind} [json-pointer:{at}]"
        elif kind == "rich_text_section":
            yield from _rich_part(element, at)
        elif kind == "text" and not element.get("text"):
            yield f"[ERROR] must be more than 0 characters [json-pointer:{at}/text]"
        elif kind == "link" and not str(element.get("url", "")).partition(":")[1]:
            yield f"[ERROR] invalid url [json-pointer:{at}/url]"
        elif kind == "date" and not (
            isinstance(element.get("timestamp"), int) and element.get("format")
        ):
            yield f"[ERROR] date needs timestamp and format [json-pointer:{at}]"


def _image(block: Block, where: str) -> Iterator[str]:
    if not block.get("alt_text"):
        yield f"[ERROR] missing required field: alt_text [json-pointer:{where}]"


def _nothing(_block: Block, _where: str) -> Iterator[str]:
    return iter(())


_CHECKS: dict[str, Callable[[Block, str], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _nothing,
    "rich_text": _rich_text,
    "table": _table,
    "image": _image,
}


def _characters(value: object) -> int:
    """The characters people see in a block, nested texts included."""
    if isinstance(value, list):
        return sum(map(_characters, value))
    if not isinstance(value, dict):
        return 0
    own = sum(
        len(v) for k, v in value.items() if k in ("text", "fallback", "name") and isinstance(v, str)
    )
    return own + sum(map(_characters, (v for v in value.values() if isinstance(v, list | dict))))
