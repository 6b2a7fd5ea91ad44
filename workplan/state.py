"""What has happened to a plan since it was written, as far as its dates are concerned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from workplan.window import Window

_EMPTY: Mapping[str, Window] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PlanState:
    """Dates set beside the plan and what became of milestones; pure data, ids of the plan as keys.

    `dates` holds windows set in chat. A date is `confirmed` when its id is in `confirmed` (it makes
    the milestone fixed), otherwise it was moved by words and keeps the certainty of its window.
    `held` are meetings, events and calls that are past and so count as held, with their last day
    (`workplan.schedule.held_before`). Days are days in the plan's zone.
    """

    dates: Mapping[str, Window] = field(default_factory=lambda: _EMPTY)
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    confirmed: frozenset[str] = frozenset()
    done: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    held: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    activated: frozenset[str] = frozenset()
    cancelled: frozenset[str] = frozenset()
    postponed: frozenset[str] = frozenset()
