"""`gmg export`: tables, the record of a circulation, and the proof, on both databases."""

import asyncio
import csv
import hashlib
import io
import json
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser

import pytest
from sqlalchemy import text

from bot.export.fields import CLEARANCES, JOURNAL
from coordination.records import Entry
from tests.bot.cli.kept import AT, DAY, LINK, NAMES, PERMALINK, SHA, TITLE, keep
from workplan.clearance import Act, Position


@pytest.fixture
def url(database_url):
    keep(database_url)
    return database_url


def rows_of(output):
    """The tables of a CSV output, each as a list of dicts."""
    tables = re.split(r"(?:\r?\n){2}", output.strip())
    return [list(csv.DictReader(io.StringIO(t, newline=""))) for t in tables]


def test_the_csv_has_a_row_for_each_circulation_and_agency_and_no_formula(gmg, url):
    done = gmg("export", "--database", url)
    assert done.exit_code == 0, done.output
    clearances, journal = rows_of(done.stdout)
    assert tuple(clearances[0]) == CLEARANCES
    assert tuple(journal[0]) == JOURNAL
    assert [(r["circulation"], r["agency"]) for r in clearances] == [
        (number, agency)
        for number in ("1", "2")
        for agency in ("ohchr", "unicef", "ilo", "iom", "unhcr")
    ]
    assert {r["title"] for r in clearances} == {f"'{TITLE}"}
    cells = [cell for row in (*clearances, *journal) for cell in row.values()]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in cells)


def test_the_json_says_by_what_act_and_in_whose_name(gmg, url):
    done = gmg("export", "--database", url, "--format", "json")
    found = json.loads(done.stdout)
    assert set(found) == {"clearances", "journal"}
    second = {r["agency"]: r for r in found["clearances"] if r["circulation"] == 2}
    assert second["unicef"] == {
        "circulation": 2,
        "milestone": "gfmd-statement",
        "title": TITLE,
        "version": 2,
        "document": LINK,
        "sha256": SHA,
        "for": "clearance",
        "rule": "unanimity",
        "asked": ["ohchr", "unicef", "ilo", "iom", "unhcr"],
        "opened": "2010-09-01T08:00:00.000000Z",
        "closes": "2010-09-21T08:00:00.000000Z",
        "state": "open",
        "ended": None,
        "agency": "unicef",
        "struck": False,
        "position": "cleared",
        "in_whose_name": "by the head",
        "by": "UUNICEF",
        "at": "2010-09-04T08:00:00.000000Z",
        "how": "button",
        "effective": None,
        "evidence": PERMALINK,
        "entered_by": None,
        "received_on": None,
        "received_by": None,
        "evidence_sha256": None,
        "carried_from": None,
    }
    told = ("how", "by", "entered_by", "received_on", "received_by", "evidence", "carried_from")
    assert [second["ilo"][k] for k in told] == [
        *("entered", "UOHCHR", "UOHCHR", "2010-09-03", "e-mail", None, None)
    ]
    assert [second["iom"][k] for k in told[:2] + told[-1:]] == ["carried", "UIOM", 1]
    assert [second["unhcr"][k] for k in ("position", "struck")] == [None, True]
    assert not any(name in done.stdout for name in NAMES.values())


def test_anybody_can_recompute_the_chain_from_the_json(gmg, url):
    """With nothing of ours, as docs/proof.md shows it."""
    done = gmg("export", "--database", url, "--format", "json", "--only", "journal")
    heads = {}
    for line in json.loads(done.stdout):
        if line["hash"] is None:
            continue
        assert line["previous"] == heads.get(line["subject"])
        body = {k: v for k, v in line.items() if k not in ("id", "hash")}
        written = json.dumps(body, sort_keys=True, separators=(",", ":"))
        heads[line["subject"]] = hashlib.sha256(written.encode("ascii")).hexdigest()
        assert line["hash"] == heads[line["subject"]]
    assert set(heads) == {"circulation:1", "circulation:2"}


def test_files_are_written_to_a_folder(gmg, url, tmp_path):
    folder = tmp_path / "out" / "files"
    assert gmg("export", "--database", url, "--to", folder).exit_code == 0
    done = gmg("export", "--database", url, "--to", folder, "--format", "json", "--only", "journal")
    assert done.exit_code == 0
    assert {p.name for p in folder.iterdir()} == {"clearances.csv", "journal.csv", "journal.json"}
    assert len(json.loads((folder / "journal.json").read_text())) == 11
    assert (folder / "journal.csv").read_bytes().count(b"\r\n") == 12


def test_a_database_with_nothing_in_it_gives_empty_tables(gmg, database_url):
    done = gmg("export", "--database", database_url, "--format", "json")
    assert json.loads(done.stdout) == {"clearances": [], "journal": []}
    assert gmg("export", "--database", database_url, "--verify").exit_code == 0


def test_a_token_that_somebody_wrote_is_in_no_export(gmg, database_url):
    async def write(database):
        async with database.unit_of_work() as work:
            words = ["xoxb-1-hidden", {"reply": "https://hooks.slack.com/actions/T/1/hidden"}]
            await work.journal.add(Entry(AT, "U1", "xapp-1-hidden", "plan", {"words": words}))
            await work.commit()

    keep(database_url, write)
    for form in ("csv", "json"):
        assert "hidden" not in gmg("export", "--database", database_url, "--format", form).output


class Page(HTMLParser):
    """The text of a page, its links, and what a browser would load or run."""

    def __init__(self, page):
        super().__init__()
        self.words, self.links, self.loads = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "a":
            self.links.append(found["href"])
        if tag in ("script", "img", "link", "iframe", "b", "annex") or "src" in found:
            self.loads.append(tag)

    def handle_data(self, data):
        self.words.append(data)


def test_the_record_tells_all_of_a_circulation_and_runs_nothing(gmg, url, tmp_path):
    file = tmp_path / "record.html"
    done = gmg("export", "--database", url, "--record", "2", "--to", file)
    assert done.exit_code == 0, done.output
    html = file.read_text(encoding="utf-8")
    page = Page(html)
    words = "\n".join(page.words)
    assert page.loads == []
    assert set(page.links) == {LINK, PERMALINK}
    for told in (TITLE, "version 2", SHA, "<script>alert(1)</script>", *NAMES.values()):
        assert told in words, told
    for told in (
        "clearance by the heads of agency",
        "by a delegated officer",
        "received by e-mail on 3 Sep 2010 from Jean Tremblay, for the Director-General",
        "carried over from circulation 1",
        "(has left the group)",
        "takes the place of version 1",
        "And 1 more entry",
    ):
        assert told in words, told
    lines = json.loads(
        gmg("export", "--database", url, "--format", "json", "--only", "journal").stdout
    )
    head = [line["hash"] for line in lines if line["subject"] == "circulation:2"][-1]
    assert f"The last: \n{head}" in words
    assert gmg("export", "--database", url, "--record", "2", "--to", tmp_path).exit_code == 0
    assert (tmp_path / "circulation-2.html").exists()


def test_the_record_of_a_forgotten_person_has_no_name(gmg, url):
    assert gmg("people", "forget", "UUNICEF", "--database", url).exit_code == 0
    page = "\n".join(Page(gmg("export", "--database", url, "--record", "2").stdout).words)
    assert NAMES["UUNICEF"] not in page
    assert "a former focal point of UNICEF" in page


def test_all_fits_as_the_bot_wrote_it(gmg, url):
    done = gmg("export", "--database", url, "--verify")
    assert done.exit_code == 0, done.output
    assert done.output == "All fits: 11 entries, 10 of them in 2 chains naming 4 acts.\n"


TAMPERED = {
    "a changed entry": (
        "UPDATE journal SET verb = 'stands aside' WHERE id = 4",
        "Entry 4 of circulation:2 does not fit: its content",
    ),
    "a deleted entry": (
        "DELETE FROM journal WHERE id = 5",
        "Entry 6 of circulation:2 does not fit: it names",
    ),
    "a changed act": (
        "UPDATE acts SET capacity = 'by the head' WHERE agency = 'iom'",
        "circulation:2 does not fit: no entry names the act of iom by UIOM",
    ),
    "a deleted act": (
        "DELETE FROM acts WHERE agency = 'iom'",
        "Entry 7 of circulation:2 does not fit: it records an act",
    ),
    "a changed state": (
        "UPDATE circulations SET state = 'cleared' WHERE id = 2",
        "circulation:2 does not fit: its state is not what its entries tell",
    ),
    "a changed rule": (
        "UPDATE circulations SET rule = 'silence' WHERE id = 2",
        "circulation:2 does not fit: its rule is not",
    ),
    "another file": (
        "UPDATE circulations SET document = NULL WHERE id = 2",
        "circulation:2 does not fit: its sha256 is not",
    ),
    "a struck agency": (
        'UPDATE circulations SET struck = \'["unhcr", "iom"]\' WHERE id = 2',
        "circulation:2 does not fit: its list of agencies that left the group is not",
    ),
    "changed words of evidence": (
        "UPDATE evidence SET quote = 'We object.'",
        "Entry 6 of circulation:2 does not fit: its evidence 1 was changed: another wording",
    ),
    "another file as evidence": (
        "UPDATE evidence SET document = NULL",
        "Entry 6 of circulation:2 does not fit: its evidence 1 was changed: another file",
    ),
    "another day of evidence": (
        "UPDATE evidence SET received_on = '2010-09-02'",
        "Entry 6 of circulation:2 does not fit: its evidence 1 was changed: another day",
    ),
    "evidence taken out": (
        "DELETE FROM evidence",
        "Entry 6 of circulation:2 does not fit: its evidence 1 was taken out",
    ),
    "evidence put in": (
        "INSERT INTO evidence (circulation, agency, entered_by, at, received_on, from_whom, how,"
        " quote) SELECT circulation, 'iom', entered_by, at, received_on, from_whom, how, quote"
        " FROM evidence",
        "circulation:2 does not fit: no entry names evidence 2 of iom: it was put in",
    ),
    "a changed file": (
        "UPDATE documents SET content = :content",
        f"The kept file {SHA} does not fit",
    ),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_tampered_with_is_named(gmg, url, name):
    statement, told = TAMPERED[name]

    async def tamper(database):
        async with database.write.begin() as connection:
            if database.write.dialect.name == "postgresql":
                await connection.execute(text("SET session_replication_role = replica"))
            else:
                for table in ("journal", "acts", "evidence"):
                    for act in ("update", "delete"):
                        await connection.execute(text(f"DROP TRIGGER {table}_no_{act}"))
            values = {"content": b"another"} if ":content" in statement else {}
            await connection.execute(text(statement), values)

    keep(url, tamper)
    done = gmg("export", "--database", url, "--verify")
    assert done.exit_code == 1
    (line,) = done.output.splitlines()
    assert line.startswith(told)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_file_of_evidence_that_was_taken_out_is_named(gmg, url):
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
        other.execute("DELETE FROM documents")
        other.commit()
    done = gmg("export", "--database", url, "--verify")
    assert done.exit_code == 1
    assert "its evidence 1 names a file that was taken out" in done.output


def test_who_sent_evidence_can_be_forgotten_and_all_fits(gmg, url):
    assert gmg("people", "forget", "UILO", "--database", url).exit_code == 0
    done = gmg("export", "--database", url, "--verify")
    assert done.exit_code == 0, done.output


def test_an_act_that_was_put_in_is_named(gmg, url):
    async def put_in(database):
        async with database.unit_of_work() as work:
            act = Act("ohchr", "U1", Position.CLEARED, "button", True, AT + 9 * DAY, "9.1")
            await work.circulations.add_act(2, act)
            await work.commit()

    keep(url, put_in)
    done = gmg("export", "--database", url, "--verify")
    assert done.exit_code == 1
    assert "no entry names the act of ohchr by U1 of 2010-09-10" in done.output


def test_it_reads_beside_a_running_bot(gmg, url):
    """Whose process holds the file, and goes on writing while the export reads."""
    outputs = []

    async def beside(database):
        async with database.unit_of_work() as work:
            await work.journal.add(Entry(AT, "bot", "x", "plan"))
            outputs.append(await asyncio.to_thread(gmg, "export", "--database", url, "--verify"))
            await work.commit()

    keep(url, beside)
    assert outputs[0].exit_code == 0, outputs[0].output
    assert "11 entries" in outputs[0].output


BAD = {
    "no database": (["--database", "sqlite:///nowhere.db"], "no database at nowhere.db"),
    "another scheme": (["--database", "mysql://x"], "GMG_DATABASE_URL"),
    "two at once": (["--verify", "--record", "1"], "do not go together"),
    "verify to a file": (["--verify", "--to", "x"], "writes no file"),
    "no such circulation": (["--record", "7"], "there is no circulation 7"),
    "a folder that is a file": (["--to", "file"], "--to file"),
    "a record into nowhere": (["--record", "1", "--to", "no/where.html"], "--to no/where.html"),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_bad_usage_is_told_in_a_line(gmg, url, tmp_path, name):
    arguments, told = BAD[name]
    (tmp_path / "file").write_text("x")
    if "--database" not in arguments:
        arguments = ["--database", url, *arguments]
    done = gmg("export", *arguments)
    assert done.exit_code == 2
    (line,) = done.output.splitlines()
    assert told in line


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_database_of_another_version_asks_for_gmg_migrate(gmg, url):
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other:
        other.execute("UPDATE alembic_version SET version_num = '0001'")
        other.commit()
    for more in ([], ["--verify"], ["--record", "1"]):
        done = gmg("export", "--database", url, *more)
        assert done.exit_code == 2
        assert "gmg migrate" in done.output
