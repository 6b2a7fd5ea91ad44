"""Rows of an export written one by one, as CSV or as JSON, however many they are."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from typing import IO, Any, Protocol

from bot.export.cells import neutral
from bot.export.fields import Fields


class RowWriter(Protocol):
    """Writes rows to a text file."""

    def write(self, rows: Iterable[Fields]) -> None:
        """The next rows."""
        ...

    def end(self) -> None:
        """What comes after the last."""
        ...


class CsvRows:
    """CSV by RFC 4180 with a header; no cell can be taken for a formula.

    Lists are joined by semicolons, objects are JSON, what there is not is empty.
    """

    def __init__(self, file: IO[str], names: Sequence[str]) -> None:
        self._writer = csv.writer(file, lineterminator="\r\n")
        self._writer.writerow(names)

    def write(self, rows: Iterable[Fields]) -> None:
        """The next rows."""
        self._writer.writerows([_cell(value) for value in row.values()] for row in rows)

    def end(self) -> None:
        """Nothing comes after the last."""


class JsonRows:
    """A JSON list, one object a line."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._before = "["

    def write(self, rows: Iterable[Fields]) -> None:
        """The next rows."""
        for row in rows:
            # Half a surrogate pair, which JSON can name and UTF-8 cannot, stays an escape.
            text = json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace")
            self._file.write(f"{self._before}\n{text.decode()}")
            self._before = ","

    def end(self) -> None:
        """Close the list."""
        self._file.write("[]" if self._before == "[" else "\n]")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return neutral("; ".join(map(str, value)))
    if isinstance(value, dict):
        return neutral(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return neutral(str(value))
