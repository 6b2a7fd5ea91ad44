"""What block, element and view checks share: lengths, counts, texts, with a JSON pointer each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Block = dict[str, Any]
Faults = Iterator[str]

_TEXT_FIELDS = {"plain_text": "text emoji", "mrkdwn": "text verbatim"}


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


def only(value: Block, fields: str, where: str) -> Faults:
    """Faults for fields that are not among `fields` (words)."""
    for name in value.keys() - set(fields.split()):
        yield f"[ERROR] invalid additional property: {name} [json-pointer:{where}]"


def string(value: object, where: str, most: int, least: int = 1) -> Faults:
    """Faults of a string of `least` to `most` characters."""
    if not isinstance(value, str) or len(value) < least:
        yield f"[ERROR] must be more than {least - 1} characters [json-pointer:{where}]"
    elif len(value) > most:
        yield f"[ERROR] must be less than {most + 1} characters [json-pointer:{where}]"


def items(value: object, where: str, most: int) -> Faults:
    """Faults of a list of 1 to `most` objects."""
    if not isinstance(value, list) or not 1 <= len(value) <= most:
        yield f"[ERROR] 1 to {most} items allowed [json-pointer:{where}]"
    else:
        for number, item in enumerate(value):
            if not isinstance(item, dict):
                yield f"[ERROR] must be an object [json-pointer:{where}/{number}]"


def text_object(value: object, where: str, most: int, only_plain: bool = False) -> Faults:
    """Faults of a text object."""
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in ("plain_text", "mrkdwn"):
        yield f"[ERROR] must be a text object [json-pointer:{where}]"
        return
    if only_plain and kind != "plain_text":
        yield f"[ERROR] must be plain_text [json-pointer:{where}]"
    yield from only(value, f"type {_TEXT_FIELDS[str(kind)]}", where)
    yield from string(value.get("text"), f"{where}/text", most)


def as_list(value: object) -> list[Any]:
    """The list that should be there, or an empty one."""
    return value if isinstance(value, list) else []


def listed(value: object) -> Iterator[tuple[int, Block]]:
    """The objects of a list with their places; the rest was told as a fault already."""
    return ((n, item) for n, item in enumerate(as_list(value)) if isinstance(item, dict))
