"""All findings of a plan, in the order of its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from workplan.checks import days, document, order, people
from workplan.checks.checked import Checked
from workplan.finding import Finding
from workplan.places import Places
from workplan.plan import Plan
from workplan.schedule import Schedule, resolve_as_far_as_possible
from workplan.soundness import FINDING_CODES, soundness_problems

CHECKS: tuple[Callable[[Checked], Iterator[Finding]], ...] = (
    document.wrong_year,
    document.ordinal_mismatch,
    document.dates_of_ties,
    document.section_mismatch,
    days.duration_mismatch,
    days.non_working_day,
    days.undecided,
    order.order_conflict,
    order.lead_too_short,
    people.no_owner,
    people.chair_vacancy,
)


def check(plan: Plan, schedule: Schedule, places: Places) -> tuple[Finding, ...]:
    """Every finding of a plan and its dates as things stand, in the order of the file."""
    seen = Checked(plan, schedule, places)
    found = _all(seen)
    found += _answered(seen, found)
    return tuple(sorted(found, key=lambda finding: (finding.line or 0, finding.column or 0)))


def _all(seen: Checked) -> list[Finding]:
    return [*_errors(seen), *(finding for run in CHECKS for finding in run(seen))]


def _errors(seen: Checked) -> Iterator[Finding]:
    _, problems = resolve_as_far_as_possible(seen.plan, None, seen.schedule.calendar)
    for problem in (*problems, *soundness_problems(seen.plan)):
        if problem.code in FINDING_CODES:
            line, column = seen.places.of(problem.where) or (None, None)
            yield Finding(problem.code, "error", problem.milestone, line, problem.message, column)


def _answered(seen: Checked, found: list[Finding]) -> Iterator[Finding]:
    """What the document's own dates would give, where a `corrected` answers it, as notes."""
    corrections = {
        item.id: item.milestone.corrected
        for item in seen.schedule.milestones
        if item.milestone.corrected is not None
    }
    if not corrections:
        return
    standing = {(finding.code, finding.milestone) for finding in found}
    plan = _uncorrected(seen.plan)
    schedule, _ = resolve_as_far_as_possible(plan, seen.schedule.state, seen.schedule.calendar)
    for finding in _all(Checked(plan, schedule, seen.places)):
        corrected = corrections.get(finding.milestone or "")
        if corrected and (finding.code, finding.milestone) not in standing:
            said = seen.schedule[finding.milestone or ""].milestone.when
            message = (
                f"{finding.message}; the document says {said!r}, "
                f"read as {corrected.when!r}: {corrected.why}"
            )
            yield replace(finding, severity="note", message=message)


def _uncorrected(plan: Plan) -> Plan:
    outputs = tuple(
        output.model_copy(
            update={
                "milestones": tuple(
                    milestone.model_copy(update={"corrected": None})
                    for milestone in output.milestones
                )
            }
        )
        for output in plan.outputs
    )
    return plan.model_copy(update={"outputs": outputs})
