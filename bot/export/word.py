"""A table as a Word document: the same bytes for the same table."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC
from typing import TYPE_CHECKING, Any

from coordination.messages.legible import clean
from coordination.messages.sheet import Sheet

if TYPE_CHECKING:
    from docx.document import Document

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first moment a zip file knows


def docx(sheet: Sheet) -> bytes:
    """A landscape page: title, facts, and the table, whose header is repeated on each page.

    Words stand as they were written: Word computes nothing in a table's cell.
    """
    from docx import Document as new_document  # here: most of what runs never writes a document

    document = new_document()
    _page(document)
    properties = document.core_properties
    moment = sheet.at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties.title = clean(sheet.title)[:255]
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = moment
    document.add_heading(clean(sheet.title), level=1)
    for name, value in sheet.facts:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_after = 0
        paragraph.add_run(f"{clean(name)}: ").bold = True
        paragraph.add_run(clean(value))
    document.add_paragraph()
    _table(document, sheet)
    out = io.BytesIO()
    document.save(out)
    return _settled(out.getvalue())


def _page(document: Document) -> None:
    from docx.enum.section import WD_ORIENT
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(15)
    section.top_margin = section.bottom_margin = Mm(15)
    document.styles["Normal"].font.size = Pt(10)


def _table(document: Document, sheet: Sheet) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    table: Any = document.add_table(rows=1 + len(sheet.rows), cols=len(sheet.header))
    table.style = "Table Grid"
    table.autofit = False
    widths = [Mm(267 * share / sum(sheet.widths)) for share in sheet.widths]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, (row, texts) in enumerate(
        zip(table.rows, (sheet.header, *sheet.rows), strict=True)
    ):
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].add_run(clean(text)).bold = number == 0
        if number == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _settled(packed: bytes) -> bytes:
    """The same archive without the moments at which its parts were written."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return out.getvalue()
