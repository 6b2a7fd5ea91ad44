"""Days without a chair, and milestones nobody answers for."""

from __future__ import annotations

from collections.abc import Iterator

from workplan.checks.checked import Checked
from workplan.checks.words import day_in_words
from workplan.finding import Finding
from workplan.membership import CHAIR, chair_on, owners_on, vacancies


def no_owner(seen: Checked) -> Iterator[Finding]:
    """Nobody answers for a milestone on its day; without a day, on none of the plan's ends."""
    header = seen.plan.plan
    known = {CHAIR, "all", "interested", *(a.id for a in seen.plan.agencies)}
    for item in seen.schedule.milestones:
        if not known.issuperset(item.owners):
            continue  # an unknown agency is an error of its own
        day = item.due or item.expected
        days = (day,) if day else (header.first_day, header.last_day)
        if any(owners_on(seen.plan, item.owners, each) for each in days):
            continue
        if not item.owners:
            message = f"{item.title!r} has no owner; name one, or the chair"
        else:
            owners = ", ".join(item.owners)
            on = f" on {day_in_words(day)}" if day else ""
            vacant = CHAIR in item.owners and day and chair_on(seen.plan, day) is None
            why = "nobody chairs then" if vacant else "not a member then"
            message = f"nobody answers for {item.title!r}{on}: owners {owners} ({why})"
        yield seen.about(item, "no-owner", "warning", message, "owners")


def chair_vacancy(seen: Checked) -> Iterator[Finding]:
    """Days of the plan's period without a chair, one finding a gap."""
    place = seen.places.of(("chair",))
    for gap in vacancies(seen.plan):
        days = (
            f"on {day_in_words(gap.start)}"
            if gap.start == gap.end
            else f"from {day_in_words(gap.start)} to {day_in_words(gap.end)}"
        )
        line, column = place or (None, None)
        yield Finding("chair-vacancy", "warning", None, line, f"nobody chairs {days}", column)
