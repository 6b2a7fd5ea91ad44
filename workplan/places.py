"""Where each value of a plan stands in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """A line and a column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Places:
    """The places of values and of keys, by the path of keys and positions that leads to them."""

    values: Mapping[Path, Place] = field(default_factory=dict)
    keys: Mapping[Path, Place] = field(default_factory=dict)

    def of(self, path: Path) -> Place | None:
        """The place of a value; of what holds it where it does not stand in the file itself."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.values:
                return self.values[path[:length]]
        return None

    def of_key(self, path: Path) -> Place | None:
        """The place of the last key of the path."""
        return self.keys.get(path) or self.of(path)
