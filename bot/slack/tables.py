"""Tables as Slack takes them: 100 rows of 20 cells, 10,000 characters, no cell empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.slack.cleaning import clean, shorten
from coordination.messages.parts import Table

MOST_ROWS = 100
MOST_CELLS = 20
MOST_CELL = 200
"""Characters of one cell; Slack has only a limit for all together."""

MOST_TABLE = 8_000
"""Characters of one table; Slack takes 10,000, and about 13,200 over the whole message."""

EMPTY = "–"


def table_block(table: Table) -> tuple[dict[str, Any] | None, str]:
    """The table as a block (None without any cell), and what is said of the rows left out."""
    width = max((len(row) for row in (table.header, *table.rows)), default=0)
    if width == 0:
        return None, ""
    columns = min(width, MOST_CELLS)
    rows = [_cells(table.header, columns)]
    used = _size(rows[0])
    for row in table.rows:
        cells = _cells(row, columns)
        if len(rows) == MOST_ROWS or used + _size(cells) > MOST_TABLE:
            break
        rows.append(cells)
        used += _size(cells)
    block = {
        "type": "table",
        "rows": rows,
        "column_settings": [{"is_wrapped": True}] * columns,
    }
    return block, _left_out(len(table.rows) - (len(rows) - 1), width - columns)


def _cells(row: Sequence[str], columns: int) -> list[dict[str, str]]:
    texts = [*row[:columns], *[""] * (columns - len(row))]
    return [
        {"type": "raw_text", "text": shorten(clean(text).strip(), MOST_CELL) or EMPTY}
        for text in texts
    ]


def _size(cells: list[dict[str, str]]) -> int:
    return sum(len(cell["text"]) for cell in cells)


def _left_out(rows: int, columns: int) -> str:
    parts = []
    if rows > 0:
        parts.append(f"{rows} more {'row' if rows == 1 else 'rows'}")
    if columns > 0:
        parts.append(f"{columns} more {'column' if columns == 1 else 'columns'}")
    return f"{' and '.join(parts)} not shown here; ask for less at a time." if parts else ""
