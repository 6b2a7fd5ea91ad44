"""What is written to files: tables for Word, Excel and as CSV, the record of a circulation."""

from __future__ import annotations

from collections.abc import Mapping

from bot.export.excel import xlsx
from bot.export.plain import csv
from bot.export.word import docx
from coordination.ports import SheetWriter

WRITERS: Mapping[str, SheetWriter] = {"docx": docx, "xlsx": xlsx, "csv": csv}
"""By the ending of the file's name."""
