"""What pydantic says of a plan, in the words of the plan file: the value quoted, and the cure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.plan_nodes import FileProblem, Values
from workplan.places import Path, Place
from workplan.plan import (
    Agency,
    Asks,
    CalendarRules,
    ChairTerm,
    ClearanceRules,
    Correction,
    Leads,
    Milestone,
    Output,
    Plan,
    PlanHeader,
)
from workplan.problem import nearest

_MODELS: dict[str, type[BaseModel]] = {
    "plan": PlanHeader,
    "calendar": CalendarRules,
    "agencies": Agency,
    "chair": ChairTerm,
    "clearance": ClearanceRules,
    "leads": Leads,
    "outputs": Output,
    "milestones": Milestone,
    "corrected": Correction,
    "asks": Asks,
}
_DAYS = ("from", "until")


def explain(error: ValidationError, values: Values) -> Iterator[FileProblem]:
    """One problem a place, in the order pydantic found them."""
    told: set[tuple[Place, str]] = set()
    for detail in error.errors(include_url=False):
        path = _known_part(detail["loc"], values)
        place, message = _one(detail, path, values)
        key = (place, "missing" if detail["type"] == "missing" else "")
        if detail["type"] == "missing" or key not in told:
            told.add(key)
            yield FileProblem(place, message)


def days_given_as_numbers(values: Values) -> Iterator[FileProblem]:
    """Days written as a number: pydantic would take them for seconds since 1970."""
    for path, place in values.places.values.items():
        if path and path[-1] in _DAYS:
            value = _value(values.value, path)
            if isinstance(value, int | float) and not isinstance(value, bool):
                yield FileProblem(place, f"{value!r} is not a day; write it like 2010-02-08")


def shown(value: object) -> str:
    """A value as people wrote it, quoted and shortened."""
    if isinstance(value, date):
        value = value.isoformat()
    text = repr(value)
    return text if len(text) <= 80 else text[:79] + "…"


def _one(detail: ErrorDetails, path: Path, values: Values) -> tuple[Place, str]:
    kind, value, places = detail["type"], detail["input"], values.places
    place = places.of(path) or Place(1, 1)
    if kind == "missing":
        return place, f"the key {str(detail['loc'][-1])!r} is missing; add it"
    if kind == "extra_forbidden":
        key = str(detail["loc"][-1])
        cure = nearest(key, _keys_at(path[:-1])) or "take it out"
        return places.of_key(path) or place, f"unknown key {key!r}; {cure}"
    if kind == "value_error":
        return place, str(detail["ctx"]["error"])
    if kind == "invalid_key" or (detail["loc"] and detail["loc"][-1] == "[key]"):
        return places.of_key(
            path
        ) or place, f"the key {shown(value)} cannot stand here; {_cure(detail)}"
    if value is None:
        at = places.of_key(path) or place
        return at, "nothing is written here; fill it in, or leave the key out"
    return place, f"{shown(value)} {_wrong(detail)}; {_cure(detail)}"


_WRONG = {
    "string_type": "is not text",
    "string_pattern_mismatch": "is not an id",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "literal_error": "is not one of the words that can stand here",
    "enum": "is not one of the words that can stand here",
    "model_type": "is not a group of keys",
    "model_attributes_type": "is not a group of keys",
    "dict_type": "is not a group of keys",
    "tuple_type": "is not a list",
    "bool_parsing": "is neither true nor false",
    "bool_type": "is neither true nor false",
}


def _wrong(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind.startswith("date"):
        return "is not a day"
    if kind.startswith(("int", "greater", "less")):
        return "is not a year"
    return _WRONG.get(kind, f"cannot stand here ({detail['msg']})")


def _cure(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind in ("literal_error", "enum"):
        words = str(context.get("expected", ""))
        cure = nearest(
            str(detail["input"]), words.replace(" or ", ", ").replace("'", "").split(", ")
        )
        return cure or f"use {words}"
    if kind == "string_too_long":
        return f"use at most {context.get('max_length')} characters"
    if kind.startswith("date"):
        return "write it like 2010-02-08"
    if kind.startswith(("int", "greater", "less")):
        return "write it like 2010"
    cures = {
        "string_type": "write text, in quotes where it looks like a number or a date",
        "string_pattern_mismatch": "use small letters, digits and hyphens, such as wl-1",
        "string_too_short": "fill it in",
        "tuple_type": "write a list, such as [undp, ilo]",
        "bool_parsing": "write true or false",
        "bool_type": "write true or false",
    }
    group = kind in ("model_type", "model_attributes_type", "dict_type")
    return "write `key: value` lines below it" if group else cures.get(kind, "correct it")


def _keys_at(path: Path) -> list[str]:
    names = [part for part in path if isinstance(part, str)]
    model = next((_MODELS[name] for name in reversed(names) if name in _MODELS), Plan)
    return [field.alias or name for name, field in model.model_fields.items()]


def _known_part(loc: tuple[int | str, ...], values: Values) -> Path:
    """The part of pydantic's path that stands in the file: unions add names of their own."""
    path: Path = ()
    for part in loc:
        if (*path, part) in values.places.values:
            path = (*path, part)
    return path


def _value(value: Any, path: Path) -> Any:
    for part in path:
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value
