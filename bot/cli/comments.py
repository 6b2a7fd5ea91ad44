"""The verb `comments`: what agencies wrote on a circulated text, as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.common import (
    DatabaseOption,
    PlanOption,
    fail,
    kept_comments,
    kept_state,
    read_plan,
    schedule_on,
)
from bot.cli.reading import by_words

if TYPE_CHECKING:
    from coordination.records import Circulation, GroupState

FORMATS = ("csv", "docx", "xlsx")


def register(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command("comments")(comments)


def comments(
    item: Annotated[str, typer.Argument(help="A milestone's id, or words of its title.")],
    plan: PlanOption = None,
    database: DatabaseOption = None,
    version: Annotated[
        int | None, typer.Option("--version", min=1, help="Of this version (default: the latest).")
    ] = None,
    format: Annotated[
        str | None,
        typer.Option("--format", help="csv, docx or xlsx (default: as the file's name ends)."),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help="The file (default: CSV is printed)."),
    ] = None,
) -> None:
    """All comments on a circulated text, with reasons and changes, as a table."""
    wanted = _format(format, to)
    loaded = read_plan(plan)
    state = kept_state(database)
    schedule = schedule_on(loaded, state, None)
    found = schedule.get(item.strip().lower()) or by_words(loaded, item)
    circulation = _circulation(state, found.id, version)
    from bot.export import WRITERS
    from coordination.comments import Reader, comments_sheet, readable
    from coordination.snapshot import Snapshot

    everything = kept_comments(database, circulation.id)
    shown = readable(circulation, everything, Reader(chair=True))
    moments = [
        circulation.opened_at,
        circulation.ended_at,
        *(m for c in everything for m in (c.at, c.replied_at)),
    ]
    snapshot = Snapshot(loaded.plan, schedule)
    # As of the last change, so that the same state gives the same file.
    at = max(m for m in moments if m is not None)
    content = WRITERS[wanted](comments_sheet(snapshot, circulation, shown, at))
    if to is None:
        typer.echo(content.decode("utf-8-sig"), nl=False)
        return
    try:
        to.write_bytes(content)
    except OSError as error:
        fail(f"--to: {to} cannot be written: {error.strerror or error}")


def _format(named: str | None, to: Path | None) -> str:
    """The format asked for; exits 2 for one that we do not write, or that cannot be printed."""
    ending = to.suffix.lower().lstrip(".") if to else ""
    wanted = named or (ending if ending in FORMATS else "csv")
    if wanted not in FORMATS:
        fail(f"--format: {wanted!r} is not one of {', '.join(FORMATS)}")
    if to is None and wanted != "csv":
        fail(f"--to: name the file to write, such as comments.{wanted}")
    return wanted


def _circulation(state: GroupState | None, milestone: str, version: int | None) -> Circulation:
    """The circulation meant; exits 2 where there is none."""
    found = [c for c in state.circulations if c.milestone == milestone] if state else []
    if not found:
        fail(f"{milestone} was not circulated yet, as far as this database knows")
    if version is None:
        return max(found, key=lambda c: c.version)
    chosen = next((c for c in found if c.version == version), None)
    known = ", ".join(str(c.version) for c in found)
    return chosen or fail(f"--version: {milestone} has no version {version}, only {known}")
