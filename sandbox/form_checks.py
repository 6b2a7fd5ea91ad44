"""What Slack's client checks before it sends a form: required inputs, lengths, formats, files."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from sandbox.choices import WRITTEN, initial
from sandbox.files import LARGEST_INPUT, File
from sandbox.validate_elements import LONGEST_INPUT
from sandbox.views import View

REQUIRED = "Please complete this required field."
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def unfilled(view: View, file: Callable[[str], File | None]) -> dict[str, str]:
    """The sentences beside the inputs that keep the form from being sent, by block id."""
    errors: dict[str, str] = {}
    for block in view.blocks:
        if block.get("type") != "input":
            continue
        element = block["element"]
        key = (block["block_id"], element["action_id"])
        chosen = view.chosen[key] if key in view.chosen else initial(element)
        if chosen in (None, "", []):
            wrong = "" if block.get("optional") else REQUIRED
        elif element["type"] in WRITTEN:
            wrong = _written(element, str(chosen))
        elif element["type"] == "file_input":
            wrong = _files(element, [file(id) for id in chosen])
        else:
            most = element.get("max_selected_items")
            wrong = f"Please choose no more than {most}." if most and len(chosen) > most else ""
        if wrong:
            errors[block["block_id"]] = wrong
    return errors


def _written(element: dict[str, Any], text: str) -> str:
    least, most = element.get("min_length", 0), element.get("max_length", LONGEST_INPUT)
    if len(text) < least:
        return f"Please enter at least {least} characters."
    if len(text) > most:
        return f"Please enter no more than {most} characters."
    match element["type"]:
        case "email_text_input" if not _MAIL.fullmatch(text):
            return "Please enter a valid email address."
        case "url_text_input" if not _address(text):
            return "Please enter a valid URL."
        case "number_input":
            return _number(element, text)
    return ""


def _address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and parts.netloc) and not re.search(r"\s", text)


def _number(element: dict[str, Any], text: str) -> str:
    if not _NUMBER.fullmatch(text):
        return "Please enter a valid number."
    if "." in text and not element["is_decimal_allowed"]:
        return "Please enter a whole number."
    if "min_value" in element and float(text) < float(element["min_value"]):
        return f"Please enter a number of at least {element['min_value']}."
    if "max_value" in element and float(text) > float(element["max_value"]):
        return f"Please enter a number of at most {element['max_value']}."
    return ""


def _files(element: dict[str, Any], files: list[File | None]) -> str:
    most, types = element.get("max_files", 10), element.get("filetypes")
    if len(files) > most:
        return f"Please choose no more than {most} file{'s' if most > 1 else ''}."
    for file in files:
        if file is None or file.deleted:
            return "That file is gone."
        if file.size > LARGEST_INPUT:
            return f"{file.name} is larger than 10 MB."
        extension = file.name.rpartition(".")[2].lower()
        if types and not {file.filetype, extension} & {t.lower().lstrip(".") for t in types}:
            return f"{file.name} is not of a type that is taken here: {', '.join(types)}."
    return ""
