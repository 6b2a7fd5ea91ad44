"""End a circulation as its rule says: state, journal, announcement and last card together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from coordination.ask_closing import ask_closing
from coordination.cards import outcome_message
from coordination.carried import carried_from
from coordination.clearance_records import QuestionKind
from coordination.comments_view import author_people, comments_for_author
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.questions import drop
from coordination.records import (
    Circulation,
    CirculationState,
    Entry,
    GroupState,
    MessageRef,
    OutboxItem,
    OutboxKind,
)
from coordination.services import Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Act, Outcome, Standing, before_closing, outcome, standing

_STILL = (QuestionKind.SUGGESTIONS, QuestionKind.OBJECTION, QuestionKind.ENTERED)
_OVER_WITH_IT = tuple(kind for kind in QuestionKind if kind not in _STILL)
"""The questions that an end leaves without an object; what agencies still write is of use to the
author, the reason of a "cannot clear" to the chair, and that an entered answer is not right to all.
"""


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
        ended = await _end(services, uow, circulation, CirculationState(found.value), now)
    elif circulation.state.takes_answers:
        await _drop_needless(services, uow, circulation, acts)
    await redraw(services, uow, ended)
    return ended


async def _drop_needless(
    services: Services, uow: UnitOfWork, circulation: Circulation, acts: tuple[Act, ...]
) -> None:
    """Nobody is asked any more whether to issue without an agency that has cleared it by now."""
    kind, open_ = QuestionKind.WITHOUT, services.snapshot.state.questions
    asked = {q.agency for q in open_ if (q.circulation, q.kind) == (circulation.id, kind)}
    if not asked:
        return
    for agency, found in standings_of(circulation, acts).items():
        if agency in asked and (found.aside or found.satisfies(circulation.heads)):
            await drop(services, uow, circulation.id, kind, agency=agency)


def decide(circulation: Circulation, acts: tuple[Act, ...], now: datetime) -> Outcome | None:
    """What the acts amount to at `now`; None while it goes on or when it has ended before."""
    closed = now >= circulation.closes_at
    if not circulation.state.takes_answers:
        return None
    found = standings_of(circulation, acts)
    end = outcome(circulation.rule, found, closed, now, circulation.heads)
    if end is Outcome.CLEARED and not closed and any(map(carried_from, found.values())):
        return None  # whoever was carried over from the version before may take it back till then
    return end


def standings_of(circulation: Circulation, acts: tuple[Act, ...]) -> Mapping[str, Standing]:
    """Where each voice stands; under silence only what came before the closing counts."""
    if circulation.rule == "silence":
        acts = before_closing(acts, circulation.closes_at)
    return standing(acts, circulation.voices)


async def redraw(services: Services, uow: UnitOfWork, circulation: Circulation) -> None:
    """Queue the drawing of the circulation's card."""
    target = services.clearance_channel or services.channel or ""
    if circulation.message is not None:
        # A queue of its own: what is posted in the channel waits for no redrawing.
        target = f"{circulation.subject}:card"
    await uow.outbox.add(OutboxItem(OutboxKind.CARD, target, subject=circulation.subject))


async def announce(
    services: Services, uow: UnitOfWork, circulation: Circulation, words: Message
) -> None:
    """Queue what all are told, in the thread of the circulation's card."""
    target = services.clearance_channel or services.channel or ""
    thread = None
    if circulation.message is not None:
        target, thread = circulation.message.channel, circulation.message.ts
    await uow.outbox.add(OutboxItem(OutboxKind.POST, target, to_json(words), thread_ts=thread))


async def finish(
    services: Services,
    uow: UnitOfWork,
    ended: Circulation,
    by: str,
    at: datetime,
    detail: Mapping[str, object],
    evidence: MessageRef | None = None,
) -> None:
    """Keep a circulation in the state it has come to, with its journal entry and announcement.

    `by` is a user id or `bot`, `at` plan time; `detail` is added to the positions of that moment
    in the entry. The caller commits and queues the drawing of the card.
    """
    await uow.circulations.put(ended)
    acts = await uow.circulations.acts(ended.id)
    found = standings_of(ended, acts)
    positions = {a: s.position.value if s.position else None for a, s in found.items()}
    told = {"version": ended.version, "positions": positions, **detail}
    await uow.journal.add(
        Entry(at, by, ended.state.value, ended.subject, told, evidence, ended.permalink)
    )
    picture = services.snapshots.of(_with(services.snapshot.state, ended, acts))
    await announce(services, uow, ended, outcome_message(picture, ended))
    if ended.state is CirculationState.PAST_CLOSING:
        await ask_closing(services, uow, ended, at)
    else:
        await drop(services, uow, ended.id, *_OVER_WITH_IT)
    if ended.state is CirculationState.COMMENTS_CLOSED:
        await _to_the_author(services, uow, picture, ended)


async def _end(
    services: Services,
    uow: UnitOfWork,
    circulation: Circulation,
    state: CirculationState,
    now: datetime,
) -> Circulation:
    final = state is not CirculationState.PAST_CLOSING
    ended = replace(circulation, state=state, ended_at=now if final else None)
    await finish(services, uow, ended, "bot", now, {})
    return ended


async def _to_the_author(
    services: Services, uow: UnitOfWork, picture: Snapshot, ended: Circulation
) -> None:
    """What the comments were for: all of them in one table to those whose text it is."""
    comments = await uow.comments.of(ended.id)
    table = to_json(comments_for_author(services, picture, ended, comments))
    for user in author_people(picture, ended):
        await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, table))


def _with(state: GroupState, circulation: Circulation, acts: tuple[Act, ...]) -> GroupState:
    """The state as it will be after the commit, as far as this circulation goes."""
    others = tuple(c for c in state.circulations if c.id != circulation.id)
    return replace(
        state,
        circulations=(*others, circulation),
        acts={**state.acts, circulation.id: acts},
    )
