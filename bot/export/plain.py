"""A table as CSV: the rows alone, in UTF-8 with the mark by which Excel knows it."""

from __future__ import annotations

import csv as csv_module
import io

from bot.export.cells import neutral
from coordination.messages.sheet import Sheet


def csv(sheet: Sheet) -> bytes:
    """The header and the rows (RFC 4180); no cell is taken for a formula."""
    out = io.StringIO()
    writer = csv_module.writer(out, quoting=csv_module.QUOTE_ALL, lineterminator="\r\n")
    for row in (sheet.header, *sheet.rows):
        writer.writerow(map(neutral, row))
    return out.getvalue().encode("utf-8-sig")
