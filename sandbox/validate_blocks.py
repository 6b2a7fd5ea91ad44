"""What Slack refuses in one block: unknown types and fields, missing ones, lengths, counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

Block = dict[str, Any]
Faults = Iterator[str]

_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")

_FIELDS: dict[str, str] = {
    "section": "text fields accessory expand",
    "header": "text",
    "context": "elements",
    "actions": "elements",
    "divider": "",
    "rich_text": "elements",
    "table": "rows column_settings",
    "image": "alt_text image_url slack_file title",
}
"""The fields of each block beside `type` and `block_id`; Slack refuses any other."""

_ELEMENT_FIELDS: dict[str, str] = {
    "button": "text url value style confirm accessibility_label",
    "static_select": "options initial_option confirm focus_on_load placeholder",
    "overflow": "options confirm",
    "datepicker": "initial_date confirm focus_on_load placeholder",
}
_TEXT_FIELDS = {"plain_text": "text emoji", "mrkdwn": "text verbatim"}


def faults_of(block: Block, where: str) -> Faults:
    """What is wrong with a block, each with a JSON pointer."""
    kind = block.get("type")
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{where}]"
        return
    yield from _only(block, f"type block_id {_FIELDS[str(kind)]}", where)
    if "block_id" in block:
        yield from _string(block["block_id"], f"{where}/block_id", 255)
    yield from check(block, where)


def characters(value: object) -> int:
    """The characters people see in a block, nested texts included."""
    if isinstance(value, list):
        return sum(map(characters, value))
    if not isinstance(value, dict):
        return 0
    own = sum(
        len(v) for k, v in value.items() if k in ("text", "fallback", "name") and isinstance(v, str)
    )
    return own + sum(map(characters, (v for v in value.values() if isinstance(v, list | dict))))


def _only(value: Block, fields: str, where: str) -> Faults:
    for name in value.keys() - set(fields.split()):
        yield f"[ERROR] invalid additional property: {name} [json-pointer:{where}]"


def _string(value: object, where: str, most: int, least: int = 1) -> Faults:
    if not isinstance(value, str) or len(value) < least:
        yield f"[ERROR] must be more than {least - 1} characters [json-pointer:{where}]"
    elif len(value) > most:
        yield f"[ERROR] must be less than {most + 1} characters [json-pointer:{where}]"


def _items(value: object, where: str, most: int) -> Faults:
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        yield f"[ERROR] 1 to {most} items allowed [json-pointer:{where}]"
    else:
        for number, item in enumerate(value):
            if not isinstance(item, dict):
                yield f"[ERROR] must be an object [json-pointer:{where}/{number}]"


def _text(value: object, where: str, most: int, only_plain: bool = False) -> Faults:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in ("plain_text", "mrkdwn"):
        yield f"[ERROR] must be a text object [json-pointer:{where}]"
        return
    if only_plain and kind != "plain_text":
        yield f"[ERROR] must be plain_text [json-pointer:{where}]"
    yield from _only(value, f"type {_TEXT_FIELDS[str(kind)]}", where)
    yield from _string(value.get("text"), f"{where}/text", most)


def _section(block: Block, where: str) -> Faults:
    if "text" not in block and "fields" not in block:
        yield f"[ERROR] missing required field: text [json-pointer:{where}]"
    if "text" in block:
        yield from _text(block["text"], f"{where}/text", 3000)
    if "fields" in block:
        yield from _items(block["fields"], f"{where}/fields", 10)
        for number, field in _listed(block["fields"]):
            yield from _text(field, f"{where}/fields/{number}", 2000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}/accessory")


def _header(block: Block, where: str) -> Faults:
    yield from _text(block.get("text"), f"{where}/text", 150, only_plain=True)


def _context(block: Block, where: str) -> Faults:
    yield from _items(block.get("elements"), f"{where}/elements", 10)
    for number, element in _listed(block.get("elements")):
        at = f"{where}/elements/{number}"
        if element.get("type") == "image":
            yield from _image(element, at)
        else:
            yield from _text(element, at, 3000)


def _actions(block: Block, where: str) -> Faults:
    yield from _items(block.get("elements"), f"{where}/elements", 25)
    elements = [element for _, element in _listed(block.get("elements"))]
    ids = [str(e["action_id"]) for e in elements if e.get("action_id")]
    if len(ids) != len(set(ids)):
        yield f"[ERROR] `action_id` must be unique in a block [json-pointer:{where}]"
    for number, element in enumerate(elements):
        yield from _element(element, f"{where}/elements/{number}")


def _element(element: object, where: str) -> Faults:
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(element, dict) or not isinstance(kind, str) or kind not in _ELEMENT_FIELDS:
        yield f"[ERROR] unsupported element [json-pointer:{where}]"
        return
    yield from _only(element, f"type action_id {_ELEMENT_FIELDS[kind]}", where)
    if "action_id" in element:
        yield from _string(element["action_id"], f"{where}/action_id", 255)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}/confirm")
    if "placeholder" in element:
        yield from _text(element["placeholder"], f"{where}/placeholder", 150, only_plain=True)
    match kind:
        case "button":
            yield from _button(element, where)
        case "static_select":
            yield from _options(element.get("options"), f"{where}/options", 100)
        case "overflow":
            yield from _options(element.get("options"), f"{where}/options", 5)
        case "datepicker" if not _DATE.fullmatch(str(element.get("initial_date", "2010-01-04"))):
            yield f"[ERROR] must be YYYY-MM-DD [json-pointer:{where}/initial_date]"


def _button(button: Block, where: str) -> Faults:
    yield from _text(button.get("text"), f"{where}/text", 75, only_plain=True)
    for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        if name in button:
            yield from _string(button[name], f"{where}/{name}", most)
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"[ERROR] unknown style [json-pointer:{where}/style]"


def _options(options: object, where: str, most: int) -> Faults:
    yield from _items(options, where, most)
    for number, option in _listed(options):
        at = f"{where}/{number}"
        yield from _only(option, "text value description url", at)
        yield from _text(option.get("text"), f"{at}/text", 75, only_plain=True)
        yield from _string(option.get("value"), f"{at}/value", 150)


def _confirm(confirm: object, where: str) -> Faults:
    if not isinstance(confirm, dict):
        yield f"[ERROR] must be an object [json-pointer:{where}]"
        return
    yield from _only(confirm, "title text confirm deny style", where)
    yield from _text(confirm.get("title"), f"{where}/title", 100, only_plain=True)
    yield from _text(confirm.get("text"), f"{where}/text", 300, only_plain=True)
    for key in ("confirm", "deny"):
        yield from _text(confirm.get(key), f"{where}/{key}", 30, only_plain=True)


def _image(block: Block, where: str) -> Faults:
    yield from _string(block.get("alt_text"), f"{where}/alt_text", 2000)
    if "slack_file" not in block:
        yield from _string(block.get("image_url"), f"{where}/image_url", 3000)


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
        yield from _items(block["column_settings"], f"{where}/column_settings", 20)
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
        yield from _only(cell, "type text", where)
        yield from _string(cell.get("text"), f"{where}/text", 10_000)
    else:
        yield from rich_text(cell, where)


_INLINE = {"text", "user", "channel", "link", "emoji", "date", "broadcast"}
_RICH = {
    "rich_text_section": _INLINE,
    "rich_text_quote": _INLINE,
    "rich_text_preformatted": {"text", "link"},
    "rich_text_list": {"rich_text_section"},
}
_NEEDED = {
    "text": ("text",),
    "user": ("user_id",),
    "channel": ("channel_id",),
    "link": ("url",),
    "emoji": ("name",),
    "date": ("format",),
    "broadcast": ("range",),
}


def rich_text(block: Block, where: str) -> Faults:
    """What is wrong with a rich_text block or cell."""
    yield from _items(block.get("elements"), f"{where}/elements", 1_000)
    for number, part in _listed(block.get("elements")):
        yield from _rich_part(part, f"{where}/elements/{number}")


def _rich_part(part: Block, where: str) -> Faults:
    kind = part.get("type")
    allowed = _RICH.get(kind) if isinstance(kind, str) else None
    if allowed is None:
        yield f"[ERROR] unsupported type: {kind} [json-pointer:{where}]"
        return
    if not isinstance(part.get("elements"), list):
        yield f"[ERROR] missing required field: elements [json-pointer:{where}]"
    if kind == "rich_text_list" and part.get("style") not in ("bullet", "ordered"):
        yield f"[ERROR] missing required field: style [json-pointer:{where}]"
    for number, element in enumerate(_list(part.get("elements"))):
        at = f"{where}/elements/{number}"
        inner = element.get("type") if isinstance(element, dict) else None
        if not isinstance(inner, str) or inner not in allowed:
            yield f"[ERROR] unsupported type: {inner} [json-pointer:{at}]"
        elif inner == "rich_text_section":
            yield from _rich_part(element, at)
        else:
            yield from _rich_inline(inner, element, at)


def _rich_inline(kind: str, element: Block, where: str) -> Faults:
    for name in _NEEDED[kind]:
        most = 13_200 if name == "text" else 3000
        yield from _string(element.get(name), f"{where}/{name}", most)
    if kind == "link" and not re.match(r"(?:https?://|mailto:).", str(element.get("url"))):
        yield f"[ERROR] invalid url [json-pointer:{where}/url]"
    if kind == "date" and type(element.get("timestamp")) is not int:
        yield f"[ERROR] missing required field: timestamp [json-pointer:{where}]"


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _listed(value: object) -> Iterator[tuple[int, Block]]:
    """The objects of a list with their places; the rest was told as a fault already."""
    return ((n, item) for n, item in enumerate(_list(value)) if isinstance(item, dict))


_CHECKS: dict[str, Callable[[Block, str], Faults]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "rich_text": rich_text,
    "table": _table,
    "image": _image,
}
