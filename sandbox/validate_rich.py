"""What Slack refuses in a rich_text block, or in such a cell of a table."""

from __future__ import annotations

import re

from sandbox.validate_parts import Block, Faults, as_list, items, listed, string

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
    yield from items(block.get("elements"), f"{where}/elements", 1_000)
    for number, part in listed(block.get("elements")):
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
    for number, element in enumerate(as_list(part.get("elements"))):
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
        yield from string(element.get(name), f"{where}/{name}", most)
    if kind == "link" and not re.match(r"(?:https?://|mailto:).", str(element.get("url"))):
        yield f"[ERROR] invalid url [json-pointer:{where}/url]"
    if kind == "date" and type(element.get("timestamp")) is not int:
        yield f"[ERROR] missing required field: timestamp [json-pointer:{where}]"
