"""A milestone with what its date means as things stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from workplan.phrases import Phrase, Undecided
from workplan.plan import Kind, Milestone, Output
from workplan.window import Window


class Certainty(StrEnum):
    """The state of a date: the first of these that holds."""

    CONDITIONAL = "conditional"
    UNDECIDED = "undecided"
    ONGOING = "ongoing"
    OCCASIONAL = "occasional"
    OPEN = "open"
    VAGUE = "vague"
    PROPOSED = "proposed"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class ScheduledMilestone:
    """A milestone with what its date means now; days are days in the plan's zone."""

    milestone: Milestone
    output: Output
    position: int  # in the file, from 0
    window: Window | None
    certainty: Certainty
    pending: str | None  # why it is conditional, its own or through ties; None once activated
    expected: date | None
    due: date | None
    owners: tuple[str, ...]  # as in the plan: `chair` stays
    tied_to: tuple[str, ...]
    done_on: date | None
    cancelled: bool
    postponed: bool
    moved: bool  # its date was set beside the plan
    words: str | None  # the words in force
    section: str | None
    reading: Phrase = field(default_factory=Undecided)  # what the plan's own words read as

    @property
    def id(self) -> str:
        """Its id in the plan."""
        return self.milestone.id

    @property
    def title(self) -> str:
        """Its title."""
        return self.milestone.title

    @property
    def kind(self) -> Kind:
        """What sort of step it is."""
        return self.milestone.kind

    @property
    def closed(self) -> bool:
        """Whether nothing is waited for any more: done or cancelled."""
        return self.done_on is not None or self.cancelled

    def is_late(self, day: date) -> bool:
        """Whether it is past its planned date: from the day after `due`.

        What happens is never late, nor is what is closed or still waits for its condition.
        """
        return (
            self.due is not None
            and day > self.due
            and not self.kind.happens
            and not self.closed
            and self.pending is None
        )
