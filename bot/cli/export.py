"""`gmg export`: journal and clearances as files, a circulation's record, and the proof."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from bot.cli.common import KeptOption, PlanOption, database_url, fail, read_plan, run_async
from bot.cli.verifying import verify

if TYPE_CHECKING:
    from bot.export.rows import RowWriter


class Format(StrEnum):
    """What files are written as."""

    CSV = "csv"
    JSON = "json"


class Part(StrEnum):
    """What is exported."""

    CLEARANCES = "clearances"
    JOURNAL = "journal"


STDOUT = Path("-")


def register(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command("export")(export)


def export(
    plan: PlanOption = None,
    database: KeptOption = None,
    form: Annotated[
        Format | None, typer.Option("--format", help="What is written (default: csv).")
    ] = None,
    only: Annotated[Part | None, typer.Option(help="One of the two alone.")] = None,
    to: Annotated[
        Path,
        typer.Option(help="A folder for the files, or - for standard output."),
    ] = STDOUT,
    record: Annotated[
        int | None,
        typer.Option(
            metavar="CIRCULATION",
            help="The record of one circulation, an HTML page; --to is its file then.",
        ),
    ] = None,
    verified: Annotated[
        bool, typer.Option("--verify", help="Recompute all chains; exits 1 when one is broken.")
    ] = False,
) -> None:
    """The clearances and the journal, as CSV or JSON; or the record of one circulation."""
    given = (
        ("--record", record is not None),
        ("--verify", verified),
        ("--format or --only", form is not None or only is not None),
    )
    several = [name for name, is_given in given if is_given]
    if len(several) > 1:
        fail(f"{' and '.join(several)} do not go together; ask for one at a time")
    if verified and to != STDOUT:
        fail("--verify writes no file; leave --to away")
    from storage.problems import DatabaseProblem

    url = database_url(database)
    try:
        if verified:
            _verify(url)
        elif record is not None:
            _record(url, plan, record, to)
        else:
            parts = [only] if only else list(Part)
            run_async(_tables(url, form or Format.CSV, parts, to))
    except DatabaseProblem as problem:
        fail(str(problem))
    except BrokenPipeError:
        raise
    except OSError as problem:
        fail(f"--to {to}: {problem.strerror or problem}")


async def _tables(url: str, form: Format, parts: list[Part], to: Path) -> None:
    if to != STDOUT:
        to.mkdir(parents=True, exist_ok=True)
        for part in parts:
            with (to / f"{part}.{form}").open("w", encoding="utf-8", newline="") as file:
                await _part(url, form, part, file)
                if form is Format.JSON:
                    file.write("\n")
        typer.echo(f"Written to {to}: {', '.join(f'{part}.{form}' for part in parts)}")
        return
    with _standard_output() as file:
        if form is Format.CSV:
            for number, part in enumerate(parts):
                file.write("\r\n" if number else "")  # an empty line between the two tables
                await _part(url, form, part, file)
            return
        together = len(parts) > 1  # one object, by name
        for number, part in enumerate(parts):
            if together:
                file.write(f'{"," if number else "{"}"{part}": ')
            await _part(url, form, part, file)
        file.write("}\n" if together else "\n")


async def _part(url: str, form: Format, part: Part, file: IO[str]) -> None:
    from bot.export.fields import CLEARANCES, JOURNAL, clearance_fields, journal_fields
    from bot.export.rows import CsvRows, JsonRows
    from coordination.register import registered
    from storage.archive import journal_pages, read_evidence
    from storage.reader import read_state

    names = JOURNAL if part is Part.JOURNAL else CLEARANCES
    writer: RowWriter = CsvRows(file, names) if form is Format.CSV else JsonRows(file)
    if part is Part.JOURNAL:
        async for page in journal_pages(url):
            writer.write(map(journal_fields, page))
    else:
        state, evidence = await read_state(url), await read_evidence(url)
        writer.write(map(clearance_fields, registered(state, evidence)))
    writer.end()


def _record(url: str, plan: Path | None, number: int, to: Path) -> None:
    from bot.export.record_html import Case, record_html
    from coordination.snapshot import Snapshot
    from scheduler.clock import real_now
    from storage.archive import journal_of, read_evidence
    from storage.reader import read_state

    loaded = read_plan(plan)

    async def read() -> Case:
        state = await read_state(url)
        snapshot = Snapshot(loaded.plan, loaded.schedule, loaded.findings, state)
        circulation = snapshot.circulations.get(number)
        if circulation is None:
            known = ", ".join(
                f"{c.id} ({c.title}, version {c.version})" for c in state.circulations
            )
            fail(f"--record: there is no circulation {number}; there are: {known or 'none yet'}")
        journal = await journal_of(url, circulation.subject)
        now = datetime.fromtimestamp(real_now(), UTC)
        return Case(snapshot, circulation, await read_evidence(url), journal, now)

    page = record_html(run_async(read()))
    if to == STDOUT:
        with _standard_output() as file:
            file.write(page)
        return
    if to.is_dir():
        to = to / f"circulation-{number}.html"
    to.write_text(page, encoding="utf-8")
    typer.echo(f"Written to {to}")


def _verify(url: str) -> None:
    verified = run_async(verify(url))
    if not verified.fits:
        fail(verified.said, code=1)
    typer.echo(verified.said)


@contextmanager
def _standard_output() -> Iterator[IO[str]]:
    """Standard output in UTF-8, whatever the machine's language is."""
    out = sys.stdout
    reconfigure = getattr(out, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", newline="")
    yield out
    out.flush()
