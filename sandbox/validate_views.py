"""What Slack refuses in a view: a form (`modal`) or the Home of an app (`home`)."""

from __future__ import annotations

import json
from typing import Any

from sandbox.errors import SlackError
from sandbox.validate import blocks_faults
from sandbox.validate_parts import Block, Faults, only, string, text_object

MOST_BLOCKS = 100
LARGEST = 250_000
"""Bytes of a view as JSON."""

_COMMON = "type blocks private_metadata callback_id external_id"
_FIELDS = {
    "modal": f"{_COMMON} title close submit clear_on_close notify_on_close submit_disabled",
    "home": _COMMON,
}


def check_view(view: object, kind: str) -> dict[str, Any]:
    """The view, if Slack would take it as a `modal` or `home`.

    Raises SlackError `invalid_arguments` saying where it is wrong, or `view_too_large`.
    """
    if not isinstance(view, dict):
        said = "[ERROR] must provide an object [json-pointer:/view]"
        raise SlackError("invalid_arguments", response_metadata={"messages": [said]})
    if len(json.dumps(view).encode()) > LARGEST:
        raise SlackError("view_too_large")
    faults = list(_faults(view, kind))
    if faults:
        raise SlackError("invalid_arguments", response_metadata={"messages": faults})
    return view


def _faults(view: Block, kind: str) -> Faults:
    if view.get("type") != kind:
        yield f"[ERROR] must be {kind}: type [json-pointer:/view/type]"
        return
    yield from only(view, _FIELDS[kind], "/view")
    for name, most in (("callback_id", 255), ("external_id", 255), ("private_metadata", 3000)):
        if view.get(name) is not None:
            yield from string(view[name], f"/view/{name}", most, 0)
    for name in ("title", "close", "submit"):
        if name in view or (name == "title" and kind == "modal"):
            yield from text_object(view.get(name), f"/view/{name}", 24, only_plain=True)
    for name in ("clear_on_close", "notify_on_close", "submit_disabled"):
        if not isinstance(view.get(name, False), bool):
            yield f"[ERROR] must be a boolean [json-pointer:/view/{name}]"
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(b, dict) for b in blocks):
        yield "[ERROR] missing required field: blocks [json-pointer:/view]"
        return
    yield from blocks_faults(blocks, MOST_BLOCKS, "/view/blocks", kind)
    if kind == "modal" and "submit" not in view and any(b.get("type") == "input" for b in blocks):
        yield "[ERROR] missing required field: submit [json-pointer:/view]"
    if sum(map(_focused, blocks)) > 1:
        yield "[ERROR] only one element can have focus_on_load [json-pointer:/view/blocks]"


def _focused(block: Block) -> int:
    held = [block.get("element"), block.get("accessory")]
    elements = block.get("elements")
    held += elements if isinstance(elements, list) else []
    return sum(e.get("focus_on_load") is True for e in held if isinstance(e, dict))
