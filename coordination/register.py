"""The register of clearances: of every circulation where each agency asked stands, and by what
act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from coordination.clearance_records import Evidence
from coordination.records import Circulation, GroupState
from workplan.clearance import Act, Standing, before_closing, standing

ENTERED, CARRIED = "entered", "carried"


@dataclass(frozen=True, slots=True)
class Registered:
    """Where one agency stands on one circulation.

    `how` is what carries the answer: `reaction`, `button`, `entered` (by somebody for the agency,
    with `evidence`) or `carried` (over from the circulation `carried_from`); None without one.
    `struck`: the agency has left the group since it was asked.
    """

    circulation: Circulation
    agency: str
    standing: Standing
    how: str | None = None
    evidence: Evidence | None = None
    carried_from: int | None = None
    struck: bool = False

    @property
    def permalink(self) -> str | None:
        """The message on which the answer was given, None for one that was not given on any."""
        given_there = self.how is not None and self.how not in (ENTERED, CARRIED)
        return self.circulation.permalink if given_there else None

    @property
    def entered_by(self) -> str | None:
        """Who entered it for the agency (a user id)."""
        return self.evidence.entered_by if self.evidence else None

    @property
    def received_on(self) -> date | None:
        """The day on which an answer that was entered reached the secretariat."""
        return self.evidence.received_on if self.evidence else None


def registered(state: GroupState, evidence: Iterable[Evidence]) -> Iterator[Registered]:
    """All circulations in the order they were opened, the agencies of each as they were asked."""
    kept = {e.id: e for e in evidence}
    for circulation in state.circulations:
        yield from of_circulation(circulation, state.acts.get(circulation.id, ()), kept.values())


def of_circulation(
    circulation: Circulation, acts: tuple[Act, ...], evidence: Iterable[Evidence]
) -> Iterator[Registered]:
    """The agencies asked, as they were asked; under silence only what came in time counts."""
    kept = {e.id: e for e in evidence}
    if circulation.rule == "silence":
        acts = before_closing(acts, circulation.closes_at)
    for agency, found in standing(acts, circulation.asked).items():
        how, number = source_of(found.source)
        yield Registered(
            circulation,
            agency,
            found,
            how,
            kept.get(number) if how == ENTERED and number is not None else None,
            number if how == CARRIED else None,
            agency in circulation.struck,
        )


def source_of(source: str | None) -> tuple[str | None, int | None]:
    """What carries an answer, and the number in it: of an evidence, or of a circulation."""
    if source is None:
        return None, None
    how, _, rest = source.partition(":")
    return how, int(rest) if rest.isdecimal() else None
