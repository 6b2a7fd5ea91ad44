"""`gmg comments`: all comments on a circulated text as a file, from the database as it stands."""

import csv
import io
import shutil
from datetime import UTC, datetime

import docx
import openpyxl
import pytest

from coordination.clearance_records import Comment
from coordination.records import Circulation
from storage.engine import open_database
from tests.databases import run

AT = datetime(2010, 2, 23, 9, tzinfo=UTC)
ITEM = "handbook-circulated"
HEADER = ["Agency", "Place in the text", "Comment", "Proposed wording", "Author’s reply"]


def circulation(version):
    return Circulation(
        0,
        ITEM,
        version,
        "Handbook",
        "https://example.org/h",
        "endorsement",
        "unanimity",
        ("undp", "unicef"),
        AT,
        "U1",
        AT.replace(month=3),
    )


async def fill(url):
    database = await open_database(url, real_now=lambda: 0.0, owner="test")
    async with database.unit_of_work() as uow:
        for version in (1, 2):
            made = await uow.circulations.add(circulation(version))
            for agency, kind, text in (
                ("unicef", "reason", f"=Not yet, {version}"),
                ("undp", "suggestion", "Two\nlines"),
            ):
                await uow.comments.add(
                    Comment(
                        0, made.id, agency, "U2", AT, kind, text, "para. 4", "so", "Yes", "U3", AT
                    )
                )
        await uow.commit()
    await database.close()


@pytest.fixture
def kept(gmg, ready_file, tmp_path):
    """The command, with two circulated versions in its usual database."""
    (tmp_path / "var").mkdir()
    shutil.copy(ready_file, tmp_path / "var" / "gmg.db")
    run(fill(f"sqlite:///{tmp_path}/var/gmg.db"))
    return gmg


def rows(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def test_csv_is_printed_of_the_latest_version_with_reasons_and_no_formula(kept):
    done = kept("comments", ITEM)
    assert done.exit_code == 0, done.output
    assert rows(done.stdout) == [
        HEADER,
        ["UNDP", "para. 4", "Two\nlines", "so", "Yes"],
        ["UNICEF", "para. 4", "Reason why it cannot clear: =Not yet, 2", "so", "Yes"],
    ]


def test_another_version_can_be_named(kept):
    assert "=Not yet, 1" in kept("comments", ITEM, "--version", "1").stdout


@pytest.mark.parametrize("named", [True, False])
def test_a_file_is_written_in_the_format_named_or_as_its_name_ends(kept, tmp_path, named):
    for ending in ("docx", "xlsx", "csv"):
        path = tmp_path / (f"out-{ending}" if named else f"out.{ending.upper()}")
        more = ("--format", ending) if named else ()
        done = kept("comments", ITEM, "--to", path, *more)
        assert (done.exit_code, done.output) == (0, "")
        content = path.read_bytes()
        if ending == "docx":
            (table,) = docx.Document(io.BytesIO(content)).tables
            assert [c.text for c in table.rows[0].cells] == HEADER
        elif ending == "xlsx":
            page = openpyxl.load_workbook(io.BytesIO(content)).active
            assert page.cell(1, 1).value == "Comments on “Handbook”, version 2"
        else:
            assert rows(content.decode("utf-8-sig"))[0] == HEADER


def test_the_same_state_gives_the_same_file(kept, tmp_path):
    for ending in ("docx", "xlsx"):
        made = []
        for number in (1, 2):
            path = tmp_path / f"{number}.{ending}"
            kept("comments", ITEM, "--to", path)
            made.append(path.read_bytes())
        assert made[0] == made[1]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((ITEM, "--format", "pdf"), "'pdf' is not one of csv, docx, xlsx"),
        ((ITEM, "--format", "docx"), "name the file to write, such as comments.docx"),
        ((ITEM, "--version", "7"), "no version 7, only 1, 2"),
        ((ITEM, "--version", "0"), "--version"),
        ((ITEM, "--to", "/proc/none/x.docx"), "/proc/none/x.docx cannot be written"),
        (("zzzz",), "`gmg plan` lists them all"),
        (("gfmd-iv",), "was not circulated yet"),
        (("statement-clearance", "--database", "nonsense"), "GMG_DATABASE_URL"),
    ],
)
def test_bad_usage_is_told_in_a_line_and_exits_2(kept, arguments, says):
    done = kept("comments", *arguments)
    assert done.exit_code == 2
    assert says in " ".join(done.stderr.replace("│", " ").split()), done.stderr
    assert done.stdout == ""


def test_without_a_database_nothing_was_circulated(gmg):
    done = gmg("comments", ITEM)
    assert done.exit_code == 2
    assert "was not circulated yet, as far as this database knows" in done.stderr
