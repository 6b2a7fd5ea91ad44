"""All findings of a plan, in the order of its file."""

from __future__ import annotations

from workplan.checks.finding import Checked, Finding
from workplan.places import Places
from workplan.plan import Plan
from workplan.schedule import Schedule, resolve_as_far_as_possible
from workplan.soundness import FINDING_CODES, soundness_problems


def check(plan: Plan, schedule: Schedule, places: Places) -> tuple[Finding, ...]:
    """Every finding of a plan and its dates as things stand, in the order of the file."""
    seen = Checked(plan, schedule, places)
    found = list(_errors(seen))
    return tuple(sorted(found, key=lambda finding: (finding.line or 0, finding.column or 0)))


def _errors(seen: Checked) -> list[Finding]:
    _, problems = resolve_as_far_as_possible(seen.plan, None, seen.schedule.calendar)
    made: list[Finding] = []
    for problem in (*problems, *soundness_problems(seen.plan)):
        if problem.code in FINDING_CODES:
            line, column = seen.places.of(problem.where) or (None, None)
            made.append(
                Finding(problem.code, "error", problem.milestone, line, problem.message, column)
            )
    return made
