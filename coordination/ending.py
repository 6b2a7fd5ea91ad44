"""End a circulation as its rule says: state, journal, announcement and last card together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from coordination.cards import outcome_message
from coordination.carried import carried_from
from coordination.messages.wire import to_json
from coordination.records import (
    Circulation,
    CirculationState,
    Entry,
    GroupState,
    OutboxItem,
    OutboxKind,
)
from coordination.services import Services
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Act, Outcome, before_closing, outcome, standing


async def end_if_decided(
    services: Services, uow: UnitOfWork, circulation: Circulation, now: datetime
) -> Circulation:
    """The circulation as it stands after the acts recorded so far; ended if they decide it.

    `now` is plan time; the caller commits. Redrawing its card is queued either way.
    """
    acts = await uow.circulations.acts(circulation.id)
    found = decide(circulation, acts, now)
    ended = circulation
    if found is not None and CirculationState(found.value) is not circulation.state:
        ended = await _end(services, uow, circulation, CirculationState(found.value), acts, now)
    await redraw(services, uow, ended)
    return ended


def decide(circulation: Circulation, acts: tuple[Act, ...], now: datetime) -> Outcome | None:
    """What the acts amount to at `now`; None while it goes on or when it has ended before."""
    closed = now >= circulation.closes_at
    if not circulation.state.takes_answers:
        return None
    if circulation.rule == "silence":
        acts = before_closing(acts, circulation.closes_at)
    found = standing(acts, circulation.voices)
    end = outcome(circulation.rule, found, closed, now, circulation.heads)
    if end is Outcome.CLEARED and not closed and any(map(carried_from, found.values())):
        return None  # whoever was carried over from the version before may take it back till then
    return end


async def redraw(services: Services, uow: UnitOfWork, circulation: Circulation) -> None:
    """Queue the drawing of the circulation's card."""
    target = services.clearance_channel or services.channel or ""
    if circulation.message is not None:
        target = circulation.message.channel
    subject = f"circulation:{circulation.id}"
    await uow.outbox.add(OutboxItem(OutboxKind.CARD, target, subject=subject))


async def _end(
    services: Services,
    uow: UnitOfWork,
    circulation: Circulation,
    state: CirculationState,
    acts: tuple[Act, ...],
    now: datetime,
) -> Circulation:
    final = state is not CirculationState.PAST_CLOSING
    ended = replace(circulation, state=state, ended_at=now if final else None)
    await uow.circulations.put(ended)
    found = standing(acts, ended.voices)
    positions = {a: s.position.value if s.position else None for a, s in found.items()}
    await uow.journal.add(
        Entry(now, "bot", state.value, f"circulation:{ended.id}", {"positions": positions})
    )
    current = services.snapshot.state
    picture = services.snapshots.of(_with(current, ended, acts))
    target = services.clearance_channel or services.channel or ""
    thread = None
    if ended.message is not None:
        target, thread = ended.message.channel, ended.message.ts
    said = to_json(outcome_message(picture, ended))
    await uow.outbox.add(OutboxItem(OutboxKind.POST, target, said, thread_ts=thread))
    return ended


def _with(state: GroupState, circulation: Circulation, acts: tuple[Act, ...]) -> GroupState:
    """The state as it will be after the commit, as far as this circulation goes."""
    others = tuple(c for c in state.circulations if c.id != circulation.id)
    return replace(
        state,
        circulations=(*others, circulation),
        acts={**state.acts, circulation.id: acts},
    )
