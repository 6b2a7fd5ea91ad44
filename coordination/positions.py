"""An agency takes a position on a circulation, or takes one back, and what is asked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from coordination.acts import BUTTON as BUTTON
from coordination.acts import FOUND, act_of, found_already, record
from coordination.acts import reaction_source as reaction_source
from coordination.asking.again import left, left_to_agency
from coordination.asking.capacity import ask_capacity, ask_withdrawal
from coordination.asking.common import drop_of_positions, tell
from coordination.asking.differ import tell_who_differ
from coordination.asking.objection import ask_objection
from coordination.asking.suggestions import ask_suggestions
from coordination.counting import explain as explain
from coordination.counting import not_counted as not_counted
from coordination.counting import titled
from coordination.messages.parts import Part, message
from coordination.records import Circulation
from coordination.rights import represents
from coordination.services import Asker, Services
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Capacity, Position, Standing, standing, takes_effect


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether it was recorded now, and what the person who acted is to read about it."""

    recorded: bool
    parts: tuple[Part, ...] = ()


async def take(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    position: Position,
    source: str,
    given: bool = True,
    *,
    capacity: Capacity | None = None,
    confirmed: bool = False,
    explained: bool = False,
    detail: Mapping[str, object] = MappingProxyType({}),
) -> Taken:
    """Record it, and ask what follows from it; the caller has made sure that it counts.

    `capacity` says in whose name a text for heads is cleared, working level where it is not known.
    `confirmed`: a "cannot clear" takes effect at once and is not asked about; `explained`: the text
    of suggestions comes with it. `detail` is added to the journal entry.
    """
    acts = await uow.circulations.acts(circulation.id)
    was = standing(acts, (agency,))[agency]
    asks_in_whose_name = circulation.heads and position.clears and capacity is None
    if asks_in_whose_name:
        capacity = Capacity.WORKING_LEVEL
    effective = None
    if given and not confirmed:
        effective = takes_effect(position, asker.at, circulation.closes_at)
    act = act_of(asker, agency, position, source, given, capacity, effective)
    if FOUND not in detail and await found_already(uow, circulation, act, acts):
        return Taken(False)
    if not await record(services, uow, asker, circulation, act, **detail):
        return Taken(False)
    now = standing((*acts, act), (agency,))[agency]
    if now == was or position is Position.SEEN:
        return Taken(True)  # such as news that came late, or what did not count any more
    await drop_of_positions(services, uow, asker, circulation, agency)
    if now.position is None:
        return Taken(True, await _taken_back(services, uow, asker, circulation, agency, was))
    parts = await tell_who_differ(services, uow, circulation, agency, was, now)
    if asks_in_whose_name and await _goes_on(uow, circulation):
        parts += await ask_capacity(services, uow, asker, circulation, agency, now)
    if position is Position.CLEARED_WITH_SUGGESTIONS and not explained:
        parts += await ask_suggestions(services, uow, asker, circulation, agency)
    if position is Position.CANNOT_CLEAR and not confirmed:
        parts += await ask_objection(services, uow, asker, circulation, agency, now)
    return Taken(True, parts)


async def take_position(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    position: Position,
    source: str,
    given: bool,
    **detail: str,
) -> bool:
    """As `take`, for what was not given by a press: the person reads in one direct message what is
    to be read; False when it was recorded already."""
    taken = await take(
        services, uow, asker, circulation, agency, position, source, given, detail=detail
    )
    await say_privately(uow, asker, taken.parts)
    return taken.recorded


async def say_privately(uow: UnitOfWork, asker: Asker, parts: tuple[Part, ...]) -> None:
    """All that one act makes to be read, in one direct message."""
    if parts:
        await tell(uow, (asker.user,), message(*parts))


async def _goes_on(uow: UnitOfWork, circulation: Circulation) -> bool:
    """Whether it still takes answers after the act, which may have ended it."""
    kept = await uow.circulations.get(circulation.id)
    return kept is not None and kept.state.takes_answers


async def _taken_back(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    agency: str,
    was: Standing,
) -> tuple[Part, ...]:
    """A head's clearance is asked about; otherwise an earlier answer that stands.

    The agency is told and asked where the person does not represent it any more.
    """
    if not await _goes_on(uow, circulation):
        return ()
    snapshot = services.snapshot
    if represents(snapshot, asker.user) != agency:
        kept = snapshot.people.get(asker.user)
        short = snapshot.agency_short(agency)
        who = kept.name if kept else f"Somebody who spoke for {short}"
        why = f"{who} has taken back the answer given for {short} to {titled(circulation)}."
        await left_to_agency(services, uow, asker, circulation, agency, why)
        return ()
    if was.satisfies(heads=True) and circulation.heads:
        return await ask_withdrawal(services, uow, asker, circulation, agency, was)
    return await left(services, uow, asker, circulation, agency)
