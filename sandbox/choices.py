"""What is chosen or written in elements: at first, by a person, and as Slack's payloads say it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sandbox.validate_elements import DATE, TIME, options_of
from sandbox.workspace import Chosen

Block = dict[str, Any]

WRITTEN = ("plain_text_input", "url_text_input", "email_text_input", "number_input")
_FIELD = {
    "static_select": "selected_option",
    "radio_buttons": "selected_option",
    "multi_static_select": "selected_options",
    "checkboxes": "selected_options",
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "file_input": "files",
} | dict.fromkeys(WRITTEN, "value")
"""The field in which each element that keeps a state says it."""

_INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_channel": "initial_channel",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "value": "initial_value",
}
_LISTS = ("selected_options", "selected_users", "files")


class NoSuchChoice(Exception):
    """The element does not offer that."""


def interactive(blocks: list[Block]) -> Iterator[tuple[Block, Block]]:
    """The blocks with their elements, those of inputs included."""
    for block in blocks:
        held = block.get("elements", ()) if block.get("type") == "actions" else ()
        for element in (*held, block.get("accessory"), block.get("element")):
            if isinstance(element, dict):
                yield block, element


def name_parts(blocks: list[Block], *, at_random: bool = False) -> None:
    """Give each block and each element an id where it has none, as Slack does."""
    taken = {block.get("block_id") for block in blocks}
    for number, block in enumerate(blocks):
        if not block.get("block_id"):
            plain = not at_random and f"b{number}" not in taken
            block["block_id"] = f"b{number}" if plain else secrets.token_hex(4)
    for _, element in interactive(blocks):
        if not element.get("action_id"):
            element["action_id"] = secrets.token_hex(4)


def has_state(element: Block) -> bool:
    """Whether it keeps what was chosen: buttons and overflow menus do not."""
    return element["type"] in _FIELD


def initial(element: Block) -> Any:
    """What is chosen before anybody chose; None, or an empty list, for nothing."""
    field = _FIELD[element["type"]]
    return element.get(_INITIAL.get(field, ""), [] if field in _LISTS else None)


def taken(element: Block, value: Any, people: Collection[str], places: Collection[str]) -> Any:
    """What Slack's client makes of a person's choice; raises NoSuchChoice.

    `value` is what was written, an option's value, an id, `YYYY-MM-DD`, `HH:MM` or a Unix time; a
    list of them where several can be chosen; None or "" for nothing. Of files it is a list of ids.
    """
    field = _FIELD[element["type"]]
    if field in _LISTS:
        given = value if isinstance(value, list | tuple) else [] if value in (None, "") else [value]
        if element["type"] == "multi_users_select":
            return [_among(v, people) for v in given]
        return list(given) if field == "files" else [_option(element, v) for v in given]
    if value in (None, ""):
        return None
    match field:
        case "selected_option":
            return _option(element, value)
        case "selected_user":
            return _among(value, people)
        case "selected_conversation" | "selected_channel":
            return _among(value, places)
        case "selected_date":
            return _like(value, DATE.fullmatch(str(value)))
        case "selected_time":
            return _like(value, TIME.fullmatch(str(value)))
        case "selected_date_time":
            return int(_like(str(value), str(value).isdigit()))
        case _:
            return str(value)


def state_of(element: Block, chosen: Any, files: Callable[[str], Block]) -> Block:
    """One element's state as it stands in `state.values`; `files` describes a file by its id."""
    field = _FIELD[element["type"]]
    said = [files(id) for id in chosen] if field == "files" else chosen
    state = {"type": element["type"], field: said}
    if "timezone" in element:
        state["timezone"] = element["timezone"]
    return state


def values_of(
    blocks: list[Block], chosen: Chosen, files: Callable[[str], Block]
) -> dict[str, Block]:
    """`state.values` of a message or view: block id, action id, state."""
    values: dict[str, Block] = {}
    for block, element in interactive(blocks):
        if has_state(element):
            key = (block["block_id"], element["action_id"])
            now = chosen[key] if key in chosen else initial(element)
            values.setdefault(key[0], {})[key[1]] = state_of(element, now, files)
    return values


def find(
    blocks: list[Block], action: str, value: Any = None, block: str | None = None
) -> tuple[Block, Block] | None:
    """The element of that action id; `value` picks one of several buttons, `block` a block."""
    for holder, element in interactive(blocks):
        if element.get("action_id") != action or block not in (None, holder.get("block_id")):
            continue
        if element["type"] != "button" or value is None or element.get("value") == value:
            return holder, element
    return None


def kept(old: list[Block], chosen: Chosen, new: list[Block]) -> Chosen:
    """What stays chosen when blocks change: where block, action and type are the same."""
    before = {(b["block_id"], e["action_id"]): e["type"] for b, e in interactive(old)}
    after: Mapping[tuple[str, str], str] = {
        (b["block_id"], e["action_id"]): e["type"] for b, e in interactive(new)
    }
    return {k: v for k, v in chosen.items() if k in before and before[k] == after.get(k)}


def _option(element: Block, value: Any) -> Block:
    for option in options_of(element):
        if option.get("value") == value:
            return option
    raise NoSuchChoice(str(value))


def _among(value: Any, known: Collection[str]) -> Any:
    return _like(value, value in known)


def _like(value: Any, fits: object) -> Any:
    if not fits:
        raise NoSuchChoice(str(value))
    return value
