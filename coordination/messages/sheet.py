"""A table as a document of its own, free of any file format; bot/export/ writes it to a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sheet:
    """A titled table with what is to be known about it.

    `facts` are pairs such as ("Closing time", "Fri 12 March 18:00 New York"). Every row has as
    many cells as `header`. `widths` share out the page among the columns. `at` (aware, plan time)
    is the moment whose state it shows.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a ragged table and a naive instant."""
        if any(len(row) != len(self.header) for row in (self.widths, *self.rows)):
            raise ValueError("every row of a table needs as many cells as its header")
        if self.at.tzinfo is None:
            raise ValueError("a table needs an aware instant")
