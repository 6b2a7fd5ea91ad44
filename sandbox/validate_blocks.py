"""What Slack refuses in one block: unknown types and fields, missing ones, lengths, counts."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.validate_elements import element_faults
from sandbox.validate_parts import (
    Block,
    Faults,
    characters,
    items,
    listed,
    only,
    string,
    text_object,
)
from sandbox.validate_rich import rich_text

_FIELDS: dict[str, str] = {
    "section": "text fields accessory expand",
    "header": "text",
    "context": "elements",
    "actions": "elements",
    "divider": "",
    "rich_text": "elements",
    "table": "rows column_settings",
    "image": "alt_text image_url slack_file title",
    "input": "label element dispatch_action hint optional",
}
"""The fields of each block beside `type` and `block_id`; Slack refuses any other."""

_ONLY_IN = {"table": ("message",), "input": ("modal", "home")}
"""Where a block can stand, of those that cannot stand everywhere."""


def faults_of(block: Block, where: str, surface: str = "message") -> Faults:
    """What is wrong with a block of a `message`, `modal` or `home`, each with a JSON pointer."""
    kind = block.get("type")
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None or surface not in _ONLY_IN.get(str(kind), (surface,)):
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{where}]"
        return
    yield from only(block, f"type block_id {_FIELDS[str(kind)]}", where)
    if "block_id" in block:
        yield from string(block["block_id"], f"{where}/block_id", 255)
    yield from check(block, where)
    element = block.get("element")
    if surface == "home" and isinstance(element, dict) and element.get("type") == "file_input":
        yield f"[ERROR] unsupported element [json-pointer:{where}/element]"


def _section(block: Block, where: str) -> Faults:
    if "text" not in block and "fields" not in block:
        yield f"[ERROR] missing required field: text [json-pointer:{where}]"
    if "text" in block:
        yield from text_object(block["text"], f"{where}/text", 3000)
    if "fields" in block:
        yield from items(block["fields"], f"{where}/fields", 10)
        for number, field in listed(block["fields"]):
            yield from text_object(field, f"{where}/fields/{number}", 2000)
    if "accessory" in block:
        yield from element_faults(block["accessory"], f"{where}/accessory", "section")


def _header(block: Block, where: str) -> Faults:
    yield from text_object(block.get("text"), f"{where}/text", 150, only_plain=True)


def _context(block: Block, where: str) -> Faults:
    yield from items(block.get("elements"), f"{where}/elements", 10)
    for number, element in listed(block.get("elements")):
        at = f"{where}/elements/{number}"
        if element.get("type") == "image":
            yield from _image(element, at)
        else:
            yield from text_object(element, at, 3000)


def _actions(block: Block, where: str) -> Faults:
    yield from items(block.get("elements"), f"{where}/elements", 25)
    elements = [element for _, element in listed(block.get("elements"))]
    ids = [str(e["action_id"]) for e in elements if e.get("action_id")]
    if len(ids) != len(set(ids)):
        yield f"[ERROR] `action_id` must be unique in a block [json-pointer:{where}]"
    for number, element in enumerate(elements):
        yield from element_faults(element, f"{where}/elements/{number}", "actions")


def _input(block: Block, where: str) -> Faults:
    yield from text_object(block.get("label"), f"{where}/label", 2000, only_plain=True)
    yield from element_faults(block.get("element"), f"{where}/element", "input")
    if "hint" in block:
        yield from text_object(block["hint"], f"{where}/hint", 2000, only_plain=True)
    for name in ("optional", "dispatch_action"):
        if not isinstance(block.get(name, False), bool):
            yield f"[ERROR] must be a boolean [json-pointer:{where}/{name}]"


def _image(block: Block, where: str) -> Faults:
    yield from string(block.get("alt_text"), f"{where}/alt_text", 2000)
    if "slack_file" not in block:
        yield from string(block.get("image_url"), f"{where}/image_url", 3000)


def _divider(_block: Block, _where: str) -> Faults:
    yield from ()


def _table(block: Block, where: str) -> Faults:
    rows = block.get("rows")
    if not isinstance(rows, list) or not 1 <= len(rows) <= 100:
        yield f"[ERROR] 1 to 100 rows allowed [json-pointer:{where}/rows]"
        return
    if characters(block) > 10_000:
        yield f"[ERROR] table over 10000 characters [json-pointer:{where}]"
    if "column_settings" in block:
        yield from items(block["column_settings"], f"{where}/column_settings", 20)
    for number, row in enumerate(rows):
        if not isinstance(row, list) or not 1 <= len(row) <= 20:
            yield f"[ERROR] 1 to 20 cells allowed [json-pointer:{where}/rows/{number}]"
            continue
        for place, cell in enumerate(row):
            yield from _cell(cell, f"{where}/rows/{number}/{place}")


def _cell(cell: object, where: str) -> Faults:
    kind = cell.get("type") if isinstance(cell, dict) else None
    if not isinstance(cell, dict) or kind not in ("raw_text", "rich_text"):
        yield f"[ERROR] unsupported cell [json-pointer:{where}]"
    elif not characters(cell):
        yield f"[ERROR] empty cell [json-pointer:{where}]"
    elif kind == "raw_text":
        yield from only(cell, "type text", where)
        yield from string(cell.get("text"), f"{where}/text", 10_000)
    else:
        yield from rich_text(cell, where)


_CHECKS: dict[str, Callable[[Block, str], Faults]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "rich_text": rich_text,
    "table": _table,
    "image": _image,
    "input": _input,
}
