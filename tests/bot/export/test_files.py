"""A table in a file says what was written: opened again with the libraries of its format."""

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta, timezone

import docx
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.export import WRITERS
from bot.export.cells import neutral
from coordination.messages.sheet import Sheet

AT = datetime(2010, 3, 12, 14, 32, tzinfo=UTC)
HEADER = ("Agency", "Place in the text", "Comment", "Proposed wording", "Author’s reply")
NASTY = (
    "=cmd|' /C calc'!A0",
    "+41 22 000",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "  =1+1",
    "＝1+1",
)


def sheet(*rows, facts=(("Document", "https://example.org/draft"),), at=AT):
    return Sheet("Comments on “Draft”, version 1", facts, HEADER, rows, (1, 1, 4, 3, 3), at)


def row(comment, agency="UNICEF"):
    return (agency, "para. 4", comment, "", "")


def read_docx(content):
    document = docx.Document(io.BytesIO(content))
    (table,) = document.tables
    words = [p.text for p in document.paragraphs if p.text]
    return words, [[cell.text for cell in row.cells] for row in table.rows]


def read_xlsx(content):
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    return page, [[c.value or "" for c in row] for row in page.iter_rows()]


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


READ = {
    "docx": lambda content: read_docx(content)[1],
    "xlsx": lambda content: read_xlsx(content)[1][3:],
    "csv": read_csv,
}
each = pytest.mark.parametrize("ending", WRITERS)


@each
def test_header_and_rows_come_back_as_they_were(ending):
    made = sheet(row("Please add\ntwo lines."), row("Ça ira — 好的", "WHO"))
    assert READ[ending](WRITERS[ending](made)) == [list(r) for r in (made.header, *made.rows)]


@each
def test_a_table_without_rows_is_a_header(ending):
    assert READ[ending](WRITERS[ending](sheet())) == [list(HEADER)]


@each
def test_a_comment_of_3000_characters_is_whole(ending):
    long = "word " * 599 + "last!"
    assert len(long) == 3000
    assert READ[ending](WRITERS[ending](sheet(row(long))))[1][2] == long


@each
def test_the_same_table_gives_the_same_bytes(ending):
    made = WRITERS[ending](sheet(row("one")))
    assert WRITERS[ending](sheet(row("one"))) == made
    elsewhere = AT.astimezone(timezone(timedelta(hours=-5)))
    assert WRITERS[ending](sheet(row("one"), at=elsewhere)) == made


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_title_and_facts_stand_before_the_table(ending):
    content = WRITERS[ending](sheet(row("one")))
    words = read_docx(content)[0] if ending == "docx" else [r[0] for r in read_xlsx(content)[1]]
    assert words[:2] == ["Comments on “Draft”, version 1", "Document: https://example.org/draft"]


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_a_file_names_nobody_and_carries_the_moment_of_its_state(ending):
    content = WRITERS[ending](sheet(row("one")))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        core = archive.read("docProps/core.xml").decode()
    assert "2010-03-12T14:32:00Z" in core
    assert "python" not in core


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("text", NASTY)
def test_nothing_is_taken_for_a_formula(ending, text):
    made = READ[ending](WRITERS[ending](sheet(row(text, agency=text))))[1]
    assert made[0] == made[2]
    assert made[2].startswith("'")


def test_in_excel_all_cells_are_texts_and_no_link_is_made():
    page, _ = read_xlsx(WRITERS["xlsx"](sheet(row("=1+1"), row("https://example.org"), row("12"))))
    assert {c.data_type for line in page.iter_rows() for c in line if c.value} == {"s"}
    assert all(c.hyperlink is None for line in page.iter_rows() for c in line)


@each
def test_marks_of_direction_are_named_and_control_characters_go(ending):
    made = READ[ending](WRITERS[ending](sheet(row("abc\u202edef\x00\x07\ufffe\ud800"))))[1][2]
    assert made == "abc[U+202E]def" + "\ufffd" * 4


@given(st.text())
def test_a_neutral_cell_never_begins_like_a_formula(text):
    made = neutral(text)
    assert not made.lstrip().startswith(("=", "+", "-", "@"))
    assert "\t" not in made
    assert "\r" not in made
    assert neutral(made) == made


@given(st.lists(st.text(max_size=40), max_size=4))
def test_whatever_is_written_a_csv_has_one_line_a_row(comments):
    assert len(read_csv(WRITERS["csv"](sheet(*map(row, comments))))) == 1 + len(comments)


def test_a_ragged_table_is_refused():
    with pytest.raises(ValueError, match="as many cells"):
        sheet(("UNICEF", "one"))
    with pytest.raises(ValueError, match="aware"):
        sheet(at=AT.replace(tzinfo=None))
