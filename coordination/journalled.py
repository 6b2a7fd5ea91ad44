"""Whether the circulations that are kept are what the entries of their chains tell of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from coordination.chain import BEGINS, JournalLine, Misfit
from coordination.records import Circulation, CirculationState

_ENDS = {state.value for state in CirculationState if state is not CirculationState.OPEN}


@dataclass
class _Told:
    """What the entries of one circulation tell."""

    facts: dict[str, Any]
    closes_at: datetime | None
    state: str = CirculationState.OPEN.value
    struck: list[str] = field(default_factory=list)


class JournalledCheck:
    """Goes through chained entries in their order, and compares the circulations at the end."""

    def __init__(self) -> None:
        self._told: dict[str, _Told] = {}

    def look_at(self, line: JournalLine) -> None:
        """The next line, which fits its chain."""
        entry, detail = line.entry, line.entry.detail
        if line.hash is None:
            return
        if entry.verb == BEGINS:
            facts = {k: v for k, v in detail.items() if k in _facts_of(None)}
            self._told[entry.subject] = _Told(facts, _instant(detail.get("closes_at")))
        told = self._told.get(entry.subject)
        if told is None:
            return
        if entry.verb == "extended":
            told.closes_at, told.state = _instant(detail["closes_at"]), CirculationState.OPEN.value
        elif entry.verb == "struck":
            told.struck.append(str(detail["agency"]))
        elif entry.verb in _ENDS and "agency" not in detail:  # with one it is an agency's answer
            told.state = entry.verb

    def misfit(self, circulations: Iterable[Circulation]) -> Misfit | None:
        """The first circulation that is not as its entries tell; one without chains is left out."""
        for circulation in circulations:
            told = self._told.get(circulation.subject)
            differs = _differs(circulation, told) if told is not None else None
            if differs is not None:
                words = f"its {differs} is not what its entries tell: it was changed"
                return Misfit(None, circulation.subject, words)
        return None


def _facts_of(circulation: Circulation | None) -> dict[str, Any]:
    """What the first entry tells, by its keys there."""
    if circulation is None:
        return dict.fromkeys(("version", "asked", "for", "rule", "link", "sha256", "milestone"))
    return {
        "version": circulation.version,
        "asked": list(circulation.asked),
        "for": circulation.asks_for,
        "rule": circulation.rule,
        "link": circulation.link,
        "sha256": circulation.document,
        "milestone": circulation.milestone,
    }


def _differs(circulation: Circulation, told: _Told) -> str | None:
    kept = _facts_of(circulation)
    for name, value in told.facts.items():
        if kept[name] != value:
            return name
    if told.closes_at is not None and circulation.closes_at != told.closes_at:
        return "closing time"
    if sorted(circulation.struck) != sorted(told.struck):
        return "list of agencies that left the group"
    return None if circulation.state.value == told.state else "state"


def _instant(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
