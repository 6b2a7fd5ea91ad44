"""The fields of a form as input blocks, within what Slack takes."""

from __future__ import annotations

from typing import Any

import structlog

from bot.slack.blocks import Block, literal
from bot.slack.cleaning import clean, one_line, shorten
from coordination.messages.forms import (
    MOST_TEXT,
    ChoiceField,
    ChoicesField,
    DayField,
    Field,
    FileField,
    Option,
    PersonField,
    TextField,
    TimeField,
)

log = structlog.get_logger(__name__)

MOST_LABEL = 2_000
MOST_OPTION = 75
MOST_OPTION_VALUE = 150
MOST_PLACEHOLDER = 150
MOST_SHOWN = 10
"""Options that Slack shows all at once; more go into a list."""

MOST_LISTED = 100
"""Options of one list, or of one group of a list."""


def field_block(field: Field, block_id: str) -> Block | None:
    """The input block; the element's id is the field's name. None where nothing can be chosen."""
    element = _element(field)
    if element is None:
        log.error("a field left out: it offers nothing", field=field.name)
        return None
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": literal(shorten(clean(field.label).strip(), MOST_LABEL) or "–"),
        "optional": field.optional,
        "element": {"action_id": field.name, **element},
    }
    if hint := shorten(clean(field.hint).strip(), MOST_LABEL):
        block["hint"] = literal(hint)
    return block


def _element(field: Field) -> Block | None:
    match field:
        case TextField():
            return _text(field)
        case ChoiceField(options=options, value=value):
            offered = _offered(options)
            radio = field.radio and len(offered) <= MOST_SHOWN
            kind = "radio_buttons" if radio else "static_select"
            return _choice(kind, offered, "initial_option", (value,))
        case ChoicesField(options=options, values=values):
            offered = _offered(options)
            kind = "checkboxes" if len(offered) <= MOST_SHOWN else "multi_static_select"
            return _choice(kind, offered, "initial_options", values)
        case DayField(value=day):
            return {"type": "datepicker", **({"initial_date": day.isoformat()} if day else {})}
        case TimeField(value=moment):
            # Midnight is false to nobody: only None is no time.
            start = {} if moment is None else {"initial_time": f"{moment:%H:%M}"}
            return {"type": "timepicker", **start}
        case PersonField(value=user):
            return {"type": "users_select", **({"initial_user": user} if user else {})}
        case FileField():
            return {"type": "file_input", "max_files": 1}


def _text(field: TextField) -> Block:
    most = max(1, min(field.most, MOST_TEXT))
    element: Block = {
        "type": "plain_text_input",
        "multiline": field.multiline,
        "max_length": most,
    }
    value = clean(field.value) if field.multiline else one_line(field.value)
    if value := shorten(value, most):
        element["initial_value"] = value
    if placeholder := shorten(one_line(field.placeholder), MOST_PLACEHOLDER):
        element["placeholder"] = literal(placeholder)
    return element


def _offered(options: tuple[Option, ...]) -> list[Block]:
    """A value cannot be shortened: it would mean something else."""
    offered: dict[str, Block] = {}
    for option in options:
        if not 1 <= len(option.value) <= MOST_OPTION_VALUE or clean(option.value) != option.value:
            log.error("an option left out: its value is not one Slack takes", label=option.label)
            continue
        made: Block = {
            "text": literal(shorten(one_line(option.label), MOST_OPTION) or "–"),
            "value": option.value,
        }
        if hint := shorten(one_line(option.hint), MOST_OPTION):
            made["description"] = literal(hint)
        offered.setdefault(option.value, made)
    return list(offered.values())[: MOST_LISTED * MOST_LISTED]


def _choice(
    kind: str, offered: list[Block], initial: str, values: tuple[str | None, ...]
) -> Block | None:
    if not offered:
        return None
    element: Block = {"type": kind}
    if len(offered) <= MOST_LISTED:
        element["options"] = offered
    else:
        element["option_groups"] = _groups(offered)
    chosen = [option for option in offered if option["value"] in values]
    if chosen:
        element[initial] = chosen if initial == "initial_options" else chosen[0]
    return element


def _groups(offered: list[Block]) -> list[dict[str, Any]]:
    """More than one list can hold, in groups named by the first and last of each."""
    groups = []
    for start in range(0, len(offered), MOST_LISTED):
        some = offered[start : start + MOST_LISTED]
        first, last = (shorten(some[n]["text"]["text"], 30) for n in (0, -1))
        groups.append({"label": literal(f"{first} – {last}"), "options": some})
    return groups
