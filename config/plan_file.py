"""Load a plan file: its plan, its dates, and every problem with its line and column."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from config.plan_errors import days_given_as_numbers, explain
from config.plan_nodes import FileProblem, NotAPlan, Values, read_values
from workplan.calendar import WorkCalendar
from workplan.finding import Finding
from workplan.places import Place, Places
from workplan.plan import Plan
from workplan.problem import PlanProblem, Problem
from workplan.schedule import Schedule, resolve_as_far_as_possible
from workplan.soundness import FINDING_CODES, soundness_problems

LARGEST = 1_000_000  # bytes; the shipped plan has some 30,000
START = Place(1, 1)


class PlanFileError(Exception):
    """A plan file that cannot be used; `lines` says why, each `FILE:LINE:COLUMN: …; cure`.

    `exit_code` is 2 for a file that cannot be read as a plan, 1 for a plan with errors.
    """

    def __init__(self, path: Path, problems: Iterable[FileProblem], exit_code: int = 2) -> None:
        told = dict.fromkeys(sorted((p.place, _one_line(p.message)) for p in problems))
        name = _one_line(str(path))
        self.path, self.exit_code = path, exit_code
        self.lines = tuple(
            f"{name}:{place.line}:{place.column}: {message}" for place, message in told
        )
        super().__init__("\n".join(self.lines))


@dataclass(frozen=True)
class LoadedPlan:
    """A plan file as read. With `errors` its dates are worked out only as far as possible."""

    path: Path
    plan: Plan
    schedule: Schedule
    places: Places
    digest: str  # SHA-256 of the file, hexadecimal
    errors: tuple[Finding, ...]

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings of the plan, errors included; worked out when first asked for."""
        from workplan.checks import check  # `gmg next` does without

        return check(self.plan, self.schedule, self.places)


def load_plan(path: Path) -> LoadedPlan:
    """Read a plan file; raises PlanFileError for what cannot be read as a plan.

    What cannot hold in it (a phrase outside the table, an unknown agency, a circle) is kept in
    `errors`; `load_sound_plan` refuses such a plan too.
    """
    path = Path(path)
    content = _content(path)
    try:
        values = read_values(_text(content))
    except NotAPlan as error:
        raise PlanFileError(path, error.problems) from None
    plan = _plan(path, values)
    try:
        calendar = WorkCalendar.of(plan)
    except PlanProblem as error:
        raise PlanFileError(path, _placed(error.problems, values.places)) from None
    schedule, problems = resolve_as_far_as_possible(plan, None, calendar)
    problems = (*problems, *soundness_problems(plan))
    if any(problem.code not in FINDING_CODES for problem in problems):
        raise PlanFileError(path, _placed(problems, values.places))
    errors = tuple(_finding(problem, values.places) for problem in problems)
    digest = hashlib.sha256(content).hexdigest()
    return LoadedPlan(path, plan, schedule, values.places, digest, errors)


def load_sound_plan(path: Path) -> LoadedPlan:
    """Read a plan file that is to be used; raises PlanFileError for errors of either sort."""
    loaded = load_plan(path)
    if loaded.errors:
        problems = (
            FileProblem(Place(finding.line or 1, finding.column or 1), finding.message)
            for finding in loaded.errors
        )
        raise PlanFileError(loaded.path, problems, exit_code=1)
    return loaded


def plan_schema() -> dict[str, Any]:
    """The JSON Schema of a plan file, for editors that complete it."""
    schema = Plan.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _content(path: Path) -> bytes:
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise PlanFileError(path, _whole("this is a folder; name the plan file in it"))
        if not stat.S_ISREG(about.st_mode):
            raise PlanFileError(path, _whole("this is not a file; name a plan file"))
        if about.st_size > LARGEST:
            size = f"the file has {about.st_size:,} bytes, a plan at most {LARGEST:,}"
            raise PlanFileError(path, _whole(f"{size}; is it the right one?"))
        return path.read_bytes()
    except FileNotFoundError:
        message = "there is no such file; check the name"
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"the file cannot be read ({reason}); check its name and rights"
    raise PlanFileError(path, _whole(message))


def _text(content: bytes) -> str:
    if b"\0" in content[:LARGEST]:
        place = _place_of(content, content.index(b"\0"))
        raise NotAPlan(FileProblem(place, "this is a binary file; a plan file is text (YAML)"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        bad = content[error.start]
        message = f"the byte 0x{bad:02X} is not UTF-8; save the file as UTF-8 text"
        raise NotAPlan(FileProblem(_place_of(content, error.start), message)) from None


def _place_of(content: bytes, position: int) -> Place:
    before = content[:position]
    line_start = before.rfind(b"\n") + 1
    column = len(before[line_start:].decode("utf-8", errors="replace")) + 1
    return Place(before.count(b"\n") + 1, column)


def _plan(path: Path, values: Values) -> Plan:
    problems = [*values.problems, *days_given_as_numbers(values)]
    if not isinstance(values.value, dict):
        message = "this is not a plan: it has no keys; start it with `plan:`"
        raise PlanFileError(path, [*problems, FileProblem(START, message)])
    plan = None
    try:
        plan = Plan.model_validate(values.value)
    except ValidationError as error:
        problems += explain(error, values)
    if plan is None or problems:
        raise PlanFileError(path, problems)
    return plan


def _placed(problems: Iterable[Problem], places: Places) -> list[FileProblem]:
    return [FileProblem(places.of(p.where) or START, p.message) for p in problems]


def _finding(problem: Problem, places: Places) -> Finding:
    place = places.of(problem.where) or START
    return Finding(
        problem.code, "error", problem.milestone, place.line, problem.message, place.column
    )


def _whole(message: str) -> tuple[FileProblem, ...]:
    return (FileProblem(START, message),)


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)
