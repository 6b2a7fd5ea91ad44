"""YAML text as plain values and their places: composed once, made by hand from the nodes."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from workplan.places import Path, Place, Places

DEEPEST = 20  # levels; a plan has seven
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,18}")
_TAG = "tag:yaml.org,2002:"
_PLAIN = frozenset("str int float bool null timestamp seq map merge value".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Something wrong at a place of the file, in one sentence with what to do."""

    place: Place
    message: str


class NotAPlan(Exception):
    """The text cannot be read as values at all."""

    def __init__(self, *problems: FileProblem) -> None:
        super().__init__(*(problem.message for problem in problems))
        self.problems = problems


@dataclass(slots=True)
class Values:
    """What the text holds, and where; `problems` are those that did not stop the reading."""

    value: Any = None
    places: Places = field(default_factory=Places)
    problems: list[FileProblem] = field(default_factory=list)


def read_values(text: str) -> Values:
    """The plain values of a YAML text (1.2 core types and days) with their places.

    Raises NotAPlan where it is not YAML, or uses what a plan file does not: tags, anchors.
    """
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        raise NotAPlan(_of_yaml(error)) from None
    except ReaderError as error:
        place = _at(text, int(error.position or 0))
        message = f"the character U+{_code(error.character):04X} cannot stand in a plan file"
        raise NotAPlan(FileProblem(place, f"{message}; take it out")) from None
    except (YAMLError, ValueError) as error:
        flat = " ".join(str(error).split())[:200]
        raise NotAPlan(FileProblem(Place(1, 1), f"not YAML: {flat}; mend it")) from None
    except RecursionError:
        raise NotAPlan(_too_deep(Place(1, 1))) from None
    if node is None:
        message = "the file is empty; start it with `plan:`"
        raise NotAPlan(FileProblem(Place(1, 1), message))
    reader = _Reader()
    value = reader.make(node, ())
    return Values(value, Places(reader.values, reader.keys), reader.problems)


def _of_yaml(error: MarkedYAMLError) -> FileProblem:
    mark = error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
    said = " ".join(str(error.problem or error.context or "not YAML").split())
    if "cannot start any token" in said:
        cure = "indent with spaces, and put text with special characters in quotes"
    elif "undefined alias" in said or "alias" in said or "anchor" in said:
        cure = "write the value out; text that begins with & or * belongs in quotes"
    elif "mapping values are not allowed" in said:
        cure = "put text with a colon in quotes, and check the indentation"
    else:
        cure = "check the indentation, quotes and brackets here"
    return FileProblem(place, f"not YAML: {said}; {cure}")


def _code(character: object) -> int:
    return ord(character) if isinstance(character, str) else int(str(character or 0))


def _at(text: str, position: int) -> Place:
    before = text[:position]
    return Place(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


def _too_deep(place: Place) -> FileProblem:
    return FileProblem(place, "nested too deeply for a plan; check the brackets and indentation")


class _Reader:
    """Makes the values of a node tree, noting where each stands."""

    def __init__(self) -> None:
        self.values: dict[Path, Place] = {}
        self.keys: dict[Path, Place] = {}
        self.problems: list[FileProblem] = []
        self._seen: set[int] = set()

    def make(self, node: Node, path: Path) -> Any:
        place = _place(node)
        self.values[path] = place
        if len(path) > DEEPEST:
            raise NotAPlan(_too_deep(place))
        if id(node) in self._seen or getattr(node, "anchor", None):
            message = "anchors and aliases (& and *) are not used in a plan file; write it out"
            raise NotAPlan(FileProblem(place, message))
        self._seen.add(id(node))
        tag = str(node.tag)
        if tag.removeprefix(_TAG) not in _PLAIN:
            shown = "!!" + tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag
            message = f"the tag {shown[:60]!r} is not used in a plan file; take it out"
            raise NotAPlan(FileProblem(place, message))
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.make(item, (*path, place)) for place, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            place = _place(key_node)
            key = _scalar(key_node) if isinstance(key_node, ScalarNode) else None
            if not isinstance(key, Hashable) or key is None:
                raise NotAPlan(FileProblem(place, "a key must be one word; check the indentation"))
            name = key if isinstance(key, str | int) and not isinstance(key, bool) else str(key)
            if name in made:
                message = f"the key {str(name)!r} is given twice; keep one of them"
                self.problems.append(FileProblem(place, message))
                continue
            self.keys[(*path, name)] = place
            made[name] = self.make(value_node, (*path, name))
        return made


def _place(node: Node) -> Place:
    mark = node.start_mark
    return Place(mark.line + 1, mark.column + 1)


def _scalar(node: ScalarNode) -> Any:
    """The value of a scalar; what only looks like a number or a day stays text."""
    kind, text = str(node.tag).removeprefix(_TAG), str(node.value)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() == "true"
    if kind == "int" and _DECIMAL.fullmatch(text):
        return int(text)
    if kind == "float":
        return _number(text)
    if kind == "timestamp" and _DAY.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text  # 2010-02-31: refused with its value where a day is wanted
    return text


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
