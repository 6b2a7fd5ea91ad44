"""What the verbs share: options, reading plan and state, and ending with a clear line."""

from __future__ import annotations

import gc
from collections.abc import Coroutine
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import typer

from config.plan_file import LoadedPlan, PlanFileError, load_plan, load_sound_plan
from coordination.messages.legible import clean
from workplan.schedule import Schedule, held_before, resolve
from workplan.state import PlanState

if TYPE_CHECKING:
    from coordination.clearance_records import Comment
    from coordination.records import GroupState
    from workplan.finding import Finding

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "plans" / "gmg-2010.yaml"
DEFAULT_FILE = Path("var/gmg.db")
Result = TypeVar("Result")

PlanOption = Annotated[
    Path | None,
    typer.Option(
        "--plan", envvar="GMG_PLAN", help="The plan file (default: the shipped 2010 one)."
    ),
]
DatabaseOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="GMG_DATABASE_URL",
        help="Adds the state kept there (default: var/gmg.db where it exists).",
    ),
]
KeptOption = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="GMG_DATABASE_URL",
        help="Where it is kept (default: var/gmg.db).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def say(line: str, *, err: bool = False) -> None:
    """Print what may hold words of the plan or of people, without what a terminal would obey."""
    typer.echo(clean(line), err=err)


def fail(*lines: str, code: int = 2) -> NoReturn:
    """Print each line to standard error and exit with the code."""
    for line in lines:
        say(line, err=True)
    raise typer.Exit(code)


def run_async(work: Coroutine[Any, Any, Result]) -> Result:
    """Run it to its end and return what it found; from here on garbage is looked for."""
    import asyncio  # imported here: most verbs need no event loop

    gc.enable()
    return asyncio.run(work)


def read_plan(path: Path | None, *, even_with_errors: bool = False) -> LoadedPlan:
    """The plan file; prints its problems one line each and exits 2 (unreadable) or 1 (errors)."""
    load = load_plan if even_with_errors else load_sound_plan
    try:
        return load(path or _as_seen_from_here(SHIPPED))
    except PlanFileError as error:
        fail(*error.lines, code=error.exit_code)


def _as_seen_from_here(path: Path) -> Path:
    """The path relative to the working directory where it lies inside: shorter to read."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def located(loaded: LoadedPlan, finding: Finding) -> str:
    """`FILE:LINE:COLUMN: what was found`."""
    place = "".join(f":{n}" for n in (finding.line, finding.column) if n is not None)
    return f"{loaded.path}{place}: {finding.message}"


def read_day(text: str | None, loaded: LoadedPlan, option: str = "--on") -> date:
    """The day named, or today in the plan's zone."""
    if text is None:
        from scheduler.clock import real_now

        zone = ZoneInfo(loaded.plan.plan.timezone)
        return datetime.fromtimestamp(real_now(), UTC).astimezone(zone).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        fail(f"{option}: {text!r} is not a day; write it like 2010-01-04")


def database_url(database: str | None) -> str:
    """The address of the database configured, or of var/gmg.db; exits 2 where there is none yet."""
    from storage.address import parse
    from storage.problems import DatabaseProblem

    url = database or f"sqlite:///{DEFAULT_FILE}"
    try:
        path = parse(url).path
    except DatabaseProblem as problem:
        fail(str(problem))
    if path is not None and not path.is_file():
        fail(f"There is no database at {path} yet; GMG_DATABASE_URL or --database names another.")
    return url


def kept_state(database: str | None) -> GroupState | None:
    """The state in the database configured, or in var/gmg.db where it exists; None without."""
    url = _kept_in(database)
    if url is None:
        return None
    # Imported here: a plan alone is read without SQL.
    from storage.reader import read_state

    return _read(read_state(url))


def kept_comments(database: str | None, circulation: int) -> tuple[Comment, ...]:
    """All comments on a circulation in the same database, in the order they were written."""
    url = _kept_in(database)
    if url is None:
        return ()
    from storage.reader import read_comments

    return _read(read_comments(url, circulation))


def _kept_in(database: str | None) -> str | None:
    """The URL of the database; None where none is configured and none lies in its usual place."""
    if database is not None:
        return database
    return f"sqlite:///{DEFAULT_FILE}" if DEFAULT_FILE.is_file() else None


def _read(work: Coroutine[Any, Any, Result]) -> Result:
    from storage.problems import DatabaseProblem

    try:
        return run_async(work)
    except DatabaseProblem as problem:
        fail(str(problem), code=2)


def schedule_on(loaded: LoadedPlan, state: GroupState | None, day: date | None) -> Schedule:
    """The plan's dates with the state; with a day, what is past by then counts as held."""
    if state is None:
        held = held_before(loaded.schedule, day) if day else {}
        if not held:
            return loaded.schedule
        return resolve(loaded.plan, PlanState(held=held), loaded.schedule.calendar)
    from coordination.snapshot import resolve_on

    return resolve_on(loaded.plan, state, day or date.min, loaded.schedule.calendar)


def dump(data: Any) -> None:
    """Print JSON, readable and in the order of the keys as given; exact in every encoding."""
    import json

    from bot.cli.signs import writes_all_signs

    typer.echo(json.dumps(data, ensure_ascii=not writes_all_signs(), indent=2))
