"""What the checks look at, and the findings they make of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workplan.finding import Finding, Severity
from workplan.places import Path, Place, Places
from workplan.plan import Plan
from workplan.schedule import Schedule, ScheduledMilestone
from workplan.soundness import milestones_with_place


@dataclass(frozen=True)
class Checked:
    """What the checks look at: a plan, its dates, and the places of its values."""

    plan: Plan
    schedule: Schedule
    places: Places
    _paths: Mapping[str, Path] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find every milestone's path once."""
        paths = {milestone.id: path for path, milestone in milestones_with_place(self.plan)}
        object.__setattr__(self, "_paths", paths)

    def place(self, milestone: str, *keys: str | int) -> Place | None:
        """The place of a milestone's value, of the milestone where the key is not written."""
        path = self._paths.get(milestone)
        return None if path is None else self.places.of((*path, *keys))

    def about(
        self,
        item: ScheduledMilestone,
        code: str,
        severity: Severity,
        message: str,
        *keys: str | int,
    ) -> Finding:
        """A finding about a milestone, at the value of one of its keys."""
        place = self.place(item.id, *keys)
        line, column = place if place else (None, None)
        return Finding(code, severity, item.id, line, message, column)
