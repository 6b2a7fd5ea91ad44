"""A table as an Excel workbook: the same bytes for the same table."""

from __future__ import annotations

import io
from datetime import UTC

from bot.export.cells import neutral
from coordination.messages.sheet import Sheet

MOST_CELL = 32_767
"""Characters that Excel takes in a cell."""

_WIDTH = 130  # characters that fit on a page across


def xlsx(sheet: Sheet) -> bytes:
    """One sheet: title and facts, then the table with a header that stays in sight.

    All cells are texts: nothing is computed, and nothing is turned into a link.
    """
    import xlsxwriter  # here: most of what runs never writes a workbook

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    # Without a moment of its own the file would carry that of its writing.
    created = sheet.at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.set_properties({"title": _cell(sheet.title), "author": "", "created": created})
    page = book.add_worksheet("Table")
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E8E8E8", "text_wrap": True})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top", "num_format": "@"})
    page.write_string(0, 0, _cell(sheet.title), bold)
    for line, (name, value) in enumerate(sheet.facts, 1):
        page.write_string(line, 0, _cell(f"{name}: {value}"))
    first = len(sheet.facts) + 2
    for number, row in enumerate((sheet.header, *sheet.rows)):
        for column, text in enumerate(row):
            shape = body if number else head
            page.write_string(first + number, column, _cell(text), shape)
    for column, share in enumerate(sheet.widths):
        page.set_column(column, column, _WIDTH * share / sum(sheet.widths))
    page.freeze_panes(first + 1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(first)
    book.close()
    return out.getvalue()


def _cell(text: str) -> str:
    made = neutral(text)
    return made if len(made) <= MOST_CELL else made[: MOST_CELL - 1] + "…"
