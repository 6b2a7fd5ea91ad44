"""All findings of a plan, in the order of its file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from workplan.checks import days, document, order, people
from workplan.checks.checked import Checked
from workplan.finding import Finding
from workplan.phrases import Tied, Undecided, UnreadablePhrase, read_phrase
from workplan.places import Places
from workplan.plan import Plan
from workplan.plan_year import PlanYear
from workplan.schedule import Schedule, ScheduledMilestone, resolve_as_far_as_possible
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
    errors = list(_errors(seen))
    lost = _lost(seen) if errors else set()
    others = (finding for run in CHECKS for finding in run(seen))
    # What has no date because of an error told already is not told again.
    return [*errors, *(f for f in others if f.code != "undecided" or f.milestone not in lost)]


def _lost(seen: Checked) -> set[str]:
    """The milestones that an error leaves without the date they ask for, and all tied to them."""
    year, items = PlanYear.of(seen.plan), seen.schedule.milestones
    lost = {i.id for i in items if isinstance(i.reading, Undecided) and _asks_for_a_date(i, year)}
    tied = [(i.id, i.reading.ids) for i in items if isinstance(i.reading, Tied)]
    while more := {id for id, others in tied if lost.intersection(others)} - lost:
        lost |= more
    return lost


def _asks_for_a_date(item: ScheduledMilestone, year: PlanYear) -> bool:
    corrected = item.milestone.corrected
    text = corrected.when if corrected else item.milestone.when
    try:
        return text is not None and not isinstance(read_phrase(text, year), Undecided)
    except UnreadablePhrase:
        return True


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
