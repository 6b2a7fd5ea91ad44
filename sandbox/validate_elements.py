"""What Slack refuses in an interactive element: where it may stand, its fields, options, limits."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

from sandbox.validate_parts import Block, Faults, items, listed, only, string, text_object

DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
LONGEST_INPUT = 3000

_PICKS = "confirm focus_on_load placeholder"
_TYPED = "initial_value dispatch_action_config focus_on_load placeholder"
_FIELDS: dict[str, str] = {
    "button": "text url value style confirm accessibility_label",
    "overflow": "options confirm",
    "static_select": f"options option_groups initial_option {_PICKS}",
    "multi_static_select": f"options option_groups initial_options max_selected_items {_PICKS}",
    "users_select": f"initial_user {_PICKS}",
    "multi_users_select": f"initial_users max_selected_items {_PICKS}",
    "conversations_select": "initial_conversation default_to_current_conversation"
    f" response_url_enabled filter {_PICKS}",
    "channels_select": f"initial_channel response_url_enabled {_PICKS}",
    "radio_buttons": "options initial_option confirm focus_on_load",
    "checkboxes": "options initial_options confirm focus_on_load",
    "datepicker": f"initial_date {_PICKS}",
    "timepicker": f"initial_time timezone {_PICKS}",
    "datetimepicker": "initial_date_time confirm focus_on_load",
    "plain_text_input": f"multiline min_length max_length {_TYPED}",
    "url_text_input": _TYPED,
    "email_text_input": _TYPED,
    "number_input": f"is_decimal_allowed min_value max_value {_TYPED}",
    "file_input": "filetypes max_files",
}
"""The fields of each element beside `type` and `action_id`; Slack refuses any other."""

_BOTH = (
    "static_select users_select conversations_select channels_select"
    " radio_buttons checkboxes datepicker timepicker"
)
_MANY = "multi_static_select multi_users_select"
_MAY_STAND: dict[str, set[str]] = {
    "section": set(f"button overflow {_BOTH} {_MANY}".split()),
    "actions": set(f"button overflow datetimepicker {_BOTH}".split()),
    "input": set(
        f"{_BOTH} {_MANY} datetimepicker plain_text_input url_text_input email_text_input"
        " number_input file_input".split()
    ),
}
_MOST_OPTIONS = {
    "static_select": 100,
    "multi_static_select": 100,
    "radio_buttons": 10,
    "checkboxes": 10,
    "overflow": 5,
}


def element_faults(element: object, where: str, block: str) -> Faults:
    """What is wrong with an element of a `section`, `actions` or `input` block."""
    kind = element.get("type") if isinstance(element, dict) else None
    if not isinstance(element, dict) or not isinstance(kind, str) or kind not in _MAY_STAND[block]:
        yield f"[ERROR] unsupported element [json-pointer:{where}]"
        return
    yield from only(element, f"type action_id {_FIELDS[kind]}", where)
    if "action_id" in element:
        yield from string(element["action_id"], f"{where}/action_id", 255)
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}/confirm")
    if "placeholder" in element:
        yield from text_object(element["placeholder"], f"{where}/placeholder", 150, only_plain=True)
    if kind in _MOST_OPTIONS:
        yield from _choices(element, where, kind)
    elif kind == "button":
        yield from _button(element, where)
    elif kind == "file_input":
        yield from _file_input(element, where)
    elif kind.endswith("_input"):
        yield from _typed(element, where, kind)
    else:
        yield from _picked(element, where)
    if not _whole(element.get("max_selected_items", 1), 1, 100):
        yield f"[ERROR] must be a positive integer [json-pointer:{where}/max_selected_items]"


def options_of(element: Block) -> list[Block]:
    """The options of an element, those in groups included."""
    found = [option for _, option in listed(element.get("options"))]
    for _, group in listed(element.get("option_groups")):
        found += [option for _, option in listed(group.get("options"))]
    return found


def _button(button: Block, where: str) -> Faults:
    yield from text_object(button.get("text"), f"{where}/text", 75, only_plain=True)
    for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        if name in button:
            yield from string(button[name], f"{where}/{name}", most)
    if button.get("style", "primary") not in ("primary", "danger"):
        yield f"[ERROR] unknown style [json-pointer:{where}/style]"


def _choices(element: Block, where: str, kind: str) -> Faults:
    most, plain = _MOST_OPTIONS[kind], kind not in ("radio_buttons", "checkboxes")
    if "option_groups" in element:
        if "options" in element:
            yield f"[ERROR] options or option_groups, not both [json-pointer:{where}]"
        yield from items(element["option_groups"], f"{where}/option_groups", 100)
        for number, group in listed(element["option_groups"]):
            at = f"{where}/option_groups/{number}"
            yield from only(group, "label options", at)
            yield from text_object(group.get("label"), f"{at}/label", 75, only_plain=True)
            yield from _options(group.get("options"), f"{at}/options", most, plain)
    else:
        yield from _options(element.get("options"), f"{where}/options", most, plain)
    known = options_of(element)
    if "initial_option" in element and element["initial_option"] not in known:
        yield f"[ERROR] must be one of the options [json-pointer:{where}/initial_option]"
    if "initial_options" in element:
        yield from items(element["initial_options"], f"{where}/initial_options", most)
        for number, option in listed(element["initial_options"]):
            if option not in known:
                at = f"{where}/initial_options/{number}"
                yield f"[ERROR] must be one of the options [json-pointer:{at}]"


def _options(options: object, where: str, most: int, only_plain: bool) -> Faults:
    yield from items(options, where, most)
    for number, option in listed(options):
        at = f"{where}/{number}"
        yield from only(option, "text value description url", at)
        yield from text_object(option.get("text"), f"{at}/text", 75, only_plain=only_plain)
        yield from string(option.get("value"), f"{at}/value", 150)
        if "description" in option:
            yield from text_object(option["description"], f"{at}/description", 75, only_plain)


def _confirm(confirm: object, where: str) -> Faults:
    if not isinstance(confirm, dict):
        yield f"[ERROR] must be an object [json-pointer:{where}]"
        return
    yield from only(confirm, "title text confirm deny style", where)
    yield from text_object(confirm.get("title"), f"{where}/title", 100, only_plain=True)
    yield from text_object(confirm.get("text"), f"{where}/text", 300, only_plain=True)
    for key in ("confirm", "deny"):
        yield from text_object(confirm.get(key), f"{where}/{key}", 30, only_plain=True)
    if confirm.get("style", "primary") not in ("primary", "danger"):
        yield f"[ERROR] unknown style [json-pointer:{where}/style]"


def _picked(element: Block, where: str) -> Faults:
    """Dates, times, people and conversations."""
    if not DATE.fullmatch(str(element.get("initial_date", "2010-01-04"))):
        yield f"[ERROR] must be YYYY-MM-DD [json-pointer:{where}/initial_date]"
    if not TIME.fullmatch(str(element.get("initial_time", "09:30"))):
        yield f"[ERROR] must be HH:mm [json-pointer:{where}/initial_time]"
    if not _whole(element.get("initial_date_time", 1_000_000_000), 10**9, 10**10 - 1):
        yield f"[ERROR] must be a time of 10 digits [json-pointer:{where}/initial_date_time]"
    for name in ("initial_user", "initial_conversation", "initial_channel"):
        if name in element:
            yield from string(element[name], f"{where}/{name}", 255)
    if not isinstance(element.get("initial_users", []), list):
        yield f"[ERROR] must be a list [json-pointer:{where}/initial_users]"
    if "timezone" in element and not _zone(element["timezone"]):
        yield f"[ERROR] unknown timezone [json-pointer:{where}/timezone]"


def _typed(element: Block, where: str, kind: str) -> Faults:
    """Inputs that are written."""
    if "initial_value" in element:
        yield from string(element["initial_value"], f"{where}/initial_value", LONGEST_INPUT, 0)
    for name, least in (("min_length", 0), ("max_length", 1)):
        if name in element and not _whole(element[name], least, LONGEST_INPUT):
            yield f"[ERROR] must be {least} to {LONGEST_INPUT} [json-pointer:{where}/{name}]"
    if not isinstance(element.get("multiline", False), bool):
        yield f"[ERROR] must be a boolean [json-pointer:{where}/multiline]"
    if kind == "number_input":
        if not isinstance(element.get("is_decimal_allowed"), bool):
            yield f"[ERROR] missing required field: is_decimal_allowed [json-pointer:{where}]"
        for name in ("min_value", "max_value", "initial_value"):
            if not re.fullmatch(r"-?\d+(?:\.\d+)?", str(element.get(name, "0"))):
                yield f"[ERROR] must be a number [json-pointer:{where}/{name}]"


def _file_input(element: Block, where: str) -> Faults:
    if not _whole(element.get("max_files", 10), 1, 10):
        yield f"[ERROR] must be 1 to 10 [json-pointer:{where}/max_files]"
    types = element.get("filetypes", ["pdf"])
    if not isinstance(types, list) or not types or not all(isinstance(t, str) for t in types):
        yield f"[ERROR] must be a list of file types [json-pointer:{where}/filetypes]"


def _whole(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most


def _zone(name: object) -> bool:
    try:
        ZoneInfo(str(name))
    except (ValueError, OSError, KeyError):
        return False
    return True
