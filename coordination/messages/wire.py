"""Messages as JSON and back, so that what was decided in a transaction can be sent after it."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from typing import Any

from coordination.messages import parts

_CLASSES: dict[str, Any] = {
    cls.__name__: cls for cls in vars(parts).values() if isinstance(cls, type) and is_dataclass(cls)
}


def to_json(message: parts.Message) -> str:
    """The message as JSON; each object names its class in `is`."""
    return json.dumps(_tagged(message), ensure_ascii=False)


def from_json(text: str) -> parts.Message:
    """The message again; raises ValueError when the text is not one."""
    try:
        made = _untagged(json.loads(text))
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a message: {error}") from error
    if not isinstance(made, parts.Message):
        raise ValueError("not a message")
    return made


def _tagged(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        body = {f.name: _tagged(getattr(value, f.name)) for f in fields(value)}
        return {"is": type(value).__name__, **body}
    if isinstance(value, tuple):
        return [_tagged(v) for v in value]
    if isinstance(value, date):  # or an instant
        return value.isoformat()
    return value


def _untagged(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_untagged(v) for v in value)
    if not isinstance(value, dict):
        return value
    body = {k: _untagged(v) for k, v in value.items() if k != "is"}
    if value["is"] == "Moment":
        body["at"] = datetime.fromisoformat(body["at"])
    if value["is"] == "PickDay" and body["day"] is not None:
        body["day"] = date.fromisoformat(body["day"])
    return _CLASSES[value["is"]](**body)
