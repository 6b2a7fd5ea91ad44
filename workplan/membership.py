"""Who belongs to the group, who chairs it and who owns what, on a given day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from workplan.plan import Agency, ChairTerm, DayRange, Plan

CHAIR = "chair"  # as an owner: the chair agency of the day
_ONE = timedelta(days=1)


def term_on(plan: Plan, day: date) -> ChairTerm | None:
    """The term that covers the day, None in a vacancy."""
    return next((term for term in plan.chair if term.from_ <= day <= term.until), None)


def chair_on(plan: Plan, day: date) -> str | None:
    """The id of the chair agency of the day, None in a vacancy."""
    term = term_on(plan, day)
    return term.agency if term else None


def troika(plan: Plan, day: date) -> tuple[str | None, str | None, str | None]:
    """The last, the present and the next chair agency; None where the plan names none."""
    terms = sorted(plan.chair, key=lambda term: term.from_)
    last = next((term for term in reversed(terms) if term.until < day), None)
    coming = next((term for term in terms if term.from_ > day), None)
    return (
        last.agency if last else None,
        chair_on(plan, day),
        coming.agency if coming else None,
    )


def members_on(plan: Plan, day: date) -> tuple[Agency, ...]:
    """The agencies that belong to the group on the day, in file order."""
    return tuple(agency for agency in plan.agencies if agency.member_on(day))


def owners_on(plan: Plan, owners: Iterable[str], day: date) -> tuple[str, ...]:
    """The agencies that answer on the day, each once.

    `chair` becomes the chair agency of the day; agencies that are not members drop out.
    """
    members = {agency.id for agency in members_on(plan, day)}
    named = (chair_on(plan, day) if owner == CHAIR else owner for owner in owners)
    return tuple(dict.fromkeys(owner for owner in named if owner in members))


def vacancies(plan: Plan) -> tuple[DayRange, ...]:
    """The days of the plan's period without a chair, one range a gap, in day order."""
    gaps: list[DayRange] = []
    day, last = plan.plan.first_day, plan.plan.last_day
    for term in sorted(plan.chair, key=lambda term: term.from_):
        if term.from_ > day:
            gaps.append(DayRange(start=day, end=min(last, term.from_ - _ONE)))
        if term.until >= last or term.from_ > last:
            return tuple(gaps)
        day = max(day, term.until + _ONE)
    return (*gaps, DayRange(start=day, end=last))
