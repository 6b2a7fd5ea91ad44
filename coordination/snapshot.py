"""The in-memory picture of plan and state from which questions are answered."""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from coordination.channel_records import Channels
from coordination.people_records import Preferences, Switch
from coordination.ports import Clock
from coordination.records import Circulation, GroupState, MilestoneChange, Person
from coordination.storage_ports import Storage
from workplan.calendar import WorkCalendar
from workplan.finding import Finding
from workplan.plan import Plan
from workplan.schedule import Schedule, held_before, resolve
from workplan.state import PlanState

T = TypeVar("T")

MOST_KEPT = 64
"""Answers kept with a picture; people's words are part of what they are kept under."""


def plan_state(changes: Mapping[str, MilestoneChange]) -> PlanState:
    """The rows kept beside the plan as the pure state that `workplan.schedule.resolve` takes."""
    rows = changes.values()
    # A date that was set before a milestone was put off is kept for when it is taken up again.
    dated = [c for c in rows if not c.postponed]
    return PlanState(
        dates=MappingProxyType({c.milestone: c.window for c in dated if c.window is not None}),
        words=MappingProxyType({c.milestone: c.words for c in dated if c.words is not None}),
        confirmed=frozenset(c.milestone for c in rows if c.confirmed),
        done=MappingProxyType({c.milestone: c.done_on for c in rows if c.done_on is not None}),
        activated=frozenset(c.milestone for c in rows if c.activated),
        cancelled=frozenset(c.milestone for c in rows if c.cancelled),
        postponed=frozenset(c.milestone for c in rows if c.postponed),
    )


@dataclass(frozen=True)
class Snapshot:
    """Plan, findings and state at one moment; never changed, replaced after each write."""

    plan: Plan
    schedule: Schedule
    findings: tuple[Finding, ...] = ()
    state: GroupState = field(default_factory=GroupState)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plan's time zone."""
        return ZoneInfo(self.plan.plan.timezone)

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """Active people by user id."""
        return MappingProxyType({p.user: p for p in self.state.people if p.active})

    @cached_property
    def known(self) -> Mapping[str, Person]:
        """Everybody who represents or represented an agency, by user id."""
        return MappingProxyType({p.user: p for p in self.state.people})

    @cached_property
    def changes(self) -> Mapping[str, MilestoneChange]:
        """State beside the plan by milestone."""
        return MappingProxyType({c.milestone: c for c in self.state.changes})

    @cached_property
    def circulations(self) -> Mapping[int, Circulation]:
        """All circulations by id."""
        return MappingProxyType({c.id: c for c in self.state.circulations})

    @cached_property
    def channels(self) -> Channels:
        """What the platform told of channels."""
        return Channels(self.state.channels)

    @cached_property
    def _preferences(self) -> Mapping[str, Preferences]:
        return MappingProxyType({p.user: p for p in self.state.preferences})

    @cached_property
    def snoozed(self) -> Mapping[tuple[str, str], date]:
        """Until which day a person (user id) wants to hear nothing of a subject."""
        return MappingProxyType({(s.user, s.subject): s.until for s in self.state.snoozes})

    @cached_property
    def _effects(self) -> tuple[datetime, ...]:
        """When answers to open circulations that are still thought over take effect, in order."""
        acts = self.state.acts
        open_ones = (c.id for c in self.state.circulations if c.state.takes_answers)
        found = (act.effective_at for id in open_ones for act in acts.get(id, ()))
        return tuple(sorted(at for at in found if at is not None))

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return {}

    def kept(self, asked: Hashable, at: datetime, made: Callable[[], T]) -> T:
        """What `made` makes of this picture at an instant (plan time), made once for all askers.

        It may depend on the day and on which answers are in effect by then, on nothing else of
        the instant; whatever more it depends on belongs in `asked`.
        """
        found: T | None = self.at_hand(asked, at)
        if found is None:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            found = self._kept[self._key(asked, at)] = made()
        return found

    def at_hand(self, asked: Hashable, at: datetime) -> Any | None:
        """What is kept under `asked` and holds at an instant; None where it is still to be made."""
        return self._kept.get(self._key(asked, at))

    def _key(self, asked: Hashable, at: datetime) -> Hashable:
        return asked, self.day(at), bisect_right(self._effects, at)

    def wishes(self, user: str) -> Preferences:
        """How a person wants to be told; the defaults where they said nothing."""
        return self._preferences.get(user) or Preferences(user)

    def switched_on(self, name: str) -> Switch | None:
        """The group's switch of that name (`pause`, `preview`) while it is on."""
        return next((s for s in self.state.switches if s.name == name and s.on), None)

    def day(self, instant: datetime) -> date:
        """The day in the plan's zone on which an aware instant lies."""
        return instant.astimezone(self.zone).date()

    def of_agency(self, agency: str) -> tuple[Person, ...]:
        """The active people of an agency: focal points first, then alternates, then heads."""
        order = ("focal point", "alternate", "head")
        found = [p for p in self.people.values() if p.agency == agency]
        return tuple(sorted(found, key=lambda p: (order.index(p.role.value), p.name, p.user)))

    def agency_short(self, agency: str) -> str:
        """The short name of an agency by id; the id itself when the plan no longer has it."""
        return next((a.short for a in self.plan.agencies if a.id == agency), agency)


class Snapshots:
    """Holds the current snapshot and renews it from the database after each write."""

    def __init__(
        self,
        plan: Plan,
        base: Schedule,
        findings: tuple[Finding, ...],
        storage: Storage,
        clock: Clock,
    ) -> None:
        self._plan = plan
        self._calendar = base.calendar
        self._findings = findings
        self._storage = storage
        self._clock = clock
        self.current = Snapshot(plan, base, findings)
        self._dated: tuple[tuple[MilestoneChange, ...], date, Schedule] | None = None
        self._turn = asyncio.Lock()
        self._asked = self._served = 0

    async def refresh(self) -> Snapshot:
        """The picture with all that was committed before the call.

        Those who ask while somebody reads share the reading after it. Raises StorageUnavailable
        and keeps the old picture then.
        """
        self._asked += 1
        wanted = self._asked
        async with self._turn:
            if self._served < wanted:
                serving = self._asked
                self.current = self.of(await self._storage.load_state())
                self._served = serving
        return self.current

    def of(self, state: GroupState) -> Snapshot:
        """The picture that a state gives (also used to show what a change would move)."""
        today = self._clock.now().astimezone(ZoneInfo(self._plan.plan.timezone)).date()
        # Most changes move no date, and working out all dates takes longest.
        if self._dated is None or self._dated[:2] != (state.changes, today):
            schedule = resolve_on(self._plan, state, today, self._calendar)
            self._dated = (state.changes, today, schedule)
        elif state is self.current.state:
            return self.current
        return Snapshot(self._plan, self._dated[2], self._findings, state)


def resolve_on(
    plan: Plan, state: GroupState, day: date, calendar: WorkCalendar | None = None
) -> Schedule:
    """The plan's dates with the state kept beside it, as they stand on a day of the plan's zone."""
    dates = plan_state({c.milestone: c for c in state.changes})
    schedule = resolve(plan, dates, calendar)
    held = held_before(schedule, day)
    if not held:
        return schedule
    return resolve(plan, replace(dates, held=MappingProxyType(held)), schedule.calendar)
