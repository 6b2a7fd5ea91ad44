"""`gmg backup`: a checked copy of the SQLite file, made while the bot runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.cli.common import KeptOption, database_url, fail, run_async

NAMED = "%Y%m%dT%H%M%SZ"
"""What stands before the ending of a copy's name: when it was made, in UTC."""


def register(app: typer.Typer) -> None:
    """Add this verb to the command."""
    app.command("backup")(backup)


def backup(
    database: KeptOption = None,
    to: Annotated[
        Path | None,
        typer.Option(help="The copy (default: beside the file, with the time in its name)."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Take the place of a file that is there.")
    ] = False,
) -> None:
    """Copy the SQLite database while the bot runs, and check the copy."""
    from storage.address import parse
    from storage.problems import DatabaseProblem

    url = database_url(database)
    path = parse(url).path
    if path is None:
        fail(f"PostgreSQL is backed up by its own tool: {pg_dump(url, to)}", code=1)
    target = to or path.with_name(f"{path.stem}-{_now():{NAMED}}{path.suffix}")
    if target.is_dir():
        target /= f"{path.stem}-{_now():{NAMED}}{path.suffix}"
    if not target.parent.is_dir():
        fail(f"--to {target}: there is no folder {target.parent}; make it, or name another")
    if target.exists() and (not overwrite or target.samefile(path)):
        is_itself = target.samefile(path)
        fail(
            f"--to {target} is the database itself"
            if is_itself
            else f"--to {target} is there already; --overwrite takes its place"
        )
    try:
        said = _made(path, target)
    except DatabaseProblem as problem:
        fail(str(problem), code=1)
    size = target.stat().st_size
    typer.echo(f"Written to {target} ({size / 1_000_000:.1f} MB), read back and checked. {said}")


def _made(path: Path, target: Path) -> str:
    """Copy beside the target, check, and only then put it there."""
    from bot.cli.verifying import verify
    from storage.backup import copy, require_sound
    from storage.problems import DatabaseProblem

    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        copy(path, unfinished)
        require_sound(unfinished, path)
        verified = run_async(verify(f"sqlite:///{unfinished}"))
        if not verified.fits:
            said = "The copy is not kept, since the journal is not whole. "
            raise DatabaseProblem(said + verified.said)
        unfinished.replace(target)
    except OSError as error:
        raise DatabaseProblem(f"--to {target}: {error.strerror or error}") from error
    finally:
        for left in ("", "-journal", "-wal", "-shm"):
            unfinished.with_name(unfinished.name + left).unlink(missing_ok=True)
    return verified.said


def pg_dump(url: str, to: Path | None) -> str:
    """The command that backs up a PostgreSQL database, without its password."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")
    user = host[0].partition(":")[0]
    where = f"{user}@{host[2]}" if user else host[2]
    options = [o for o in parts.query.split("&") if o and "password=" not in o]
    query = f"?{'&'.join(options)}" if options else ""
    shown = f"postgresql://{where}{parts.path}{query}"
    return f"pg_dump --format=custom --file={to or 'gmg.dump'} --dbname='{shown}'"


def latest(path: Path) -> tuple[Path, datetime] | None:
    """The youngest copy beside a SQLite file that was named by its time, and that time."""
    found = []
    for copy in path.parent.glob(f"{path.stem}-*{path.suffix}"):
        stamp = copy.stem.removeprefix(f"{path.stem}-")
        try:
            found.append((datetime.strptime(stamp, NAMED).replace(tzinfo=UTC), copy))
        except ValueError:
            continue
    return (max(found)[1], max(found)[0]) if found else None


def _now() -> datetime:
    from scheduler.clock import real_now

    return datetime.fromtimestamp(real_now(), UTC)
