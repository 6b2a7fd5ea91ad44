"""Record one act on a circulation: the act, its journal entry and what it decides."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from coordination.ending import end_if_decided
from coordination.records import Circulation, Entry
from coordination.services import Asker, Services
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Act, Capacity, Position, Standing, standing

BUTTON = "button"
"""The source of an answer given by a button: no reaction taken away touches it."""

FOUND = "found"
"""In the detail of what the sweep entered: the plan time at which it was found (ISO)."""


def reaction_source(reaction: str) -> str:
    """The source of an answer given by a reaction."""
    return f"reaction:{reaction}"


def act_of(
    asker: Asker,
    agency: str,
    position: Position,
    source: str,
    given: bool = True,
    capacity: Capacity | None = None,
    effective_at: datetime | None = None,
) -> Act:
    """The act of the person who asks, at the moment of the request."""
    order = asker.order or "0"
    return Act(agency, asker.user, position, source, given, asker.at, order, capacity, effective_at)


async def record(
    services: Services,
    uow: UnitOfWork,
    asker: Asker,
    circulation: Circulation,
    act: Act,
    **detail: object,
) -> bool:
    """Record it with its journal entry and what it decides; False when it is recorded already.

    `detail` is added to the entry. The caller has made sure that it counts (counting.py).
    """
    if not await note(uow, asker, circulation, act, **detail):
        return False
    if act.position is not Position.SEEN:
        await end_if_decided(services, uow, circulation, services.clock.now())
    return True


async def note(
    uow: UnitOfWork, asker: Asker, circulation: Circulation, act: Act, **detail: object
) -> bool:
    """As `record`, where several acts of one request count together: the caller decides."""
    if not await uow.circulations.add_act(circulation.id, act):
        return False
    verb = act.position.value if act.given else f"took back: {act.position.value}"
    told: dict[str, object] = {
        "agency": act.agency,
        "source": act.source,
        "version": circulation.version,
    }
    if act.capacity is not None:
        told["capacity"] = act.capacity.value
    if act.effective_at is not None:
        told["effective_at"] = act.effective_at.isoformat()
    evidence = asker.message or circulation.message
    await uow.journal.add(
        Entry(
            asker.at,
            asker.user,
            verb,
            circulation.subject,
            {**told, **detail},
            evidence,
            circulation.permalink,
        )
    )
    return True


async def found_already(
    uow: UnitOfWork, circulation: Circulation, act: Act, acts: Sequence[Act]
) -> bool:
    """Whether the reactions were read back after this act's event, and the same was found then.

    The platform repeats an event for minutes, so that after an outage it can come behind the sweep.
    """
    same, order = (act.agency, act.source, act.given), Decimal(act.order)
    later = [
        a.at
        for a in acts
        if a.person == act.person  # of most acts this is all that is looked at
        and (a.agency, a.source, a.given) == same
        and Decimal(a.order) > order
    ]
    if not later:
        return False
    entries = await uow.journal.of(circulation.subject, limit=500)
    return any(
        FOUND in e.detail
        and (e.actor, e.detail.get("source")) == (act.person, act.source)
        and e.at in later
        for e in entries
    )


async def given_for(
    uow: UnitOfWork, circulation: Circulation, person: str, source: str
) -> tuple[str, ...]:
    """The agencies for which that person's answer by that source was not taken away yet.

    Whom somebody represents may have changed since: what they take away is what they gave then.
    """
    given: dict[str, bool] = {}
    acts = [a for a in await uow.circulations.acts(circulation.id) if a.person == person]
    for act in sorted(acts, key=lambda a: (Decimal(a.order), not a.given)):
        if act.source == source:
            given[act.agency] = act.given
    return tuple(agency for agency, stands in given.items() if stands)


async def stands_now(uow: UnitOfWork, circulation: Circulation, agency: str) -> Standing:
    """Where an agency stands by the acts recorded so far; nowhere when it is not asked."""
    acts = await uow.circulations.acts(circulation.id)
    return standing(acts, (agency,))[agency]
