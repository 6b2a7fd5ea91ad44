"""The gate: what needs a circulation cannot be done before its latest version is cleared."""

from __future__ import annotations

from datetime import datetime

from coordination.asked import AskedFor, asked_of, planned
from coordination.cards import closing_text
from coordination.carried import carried_from
from coordination.ending import standings_of
from coordination.messages.wording import count, listed
from coordination.records import Circulation, CirculationState
from coordination.services import Refused, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from workplan.clearance import Act, Standing
from workplan.schedule import ScheduledMilestone

_OVER = {
    CirculationState.NOT_ADOPTED: "was not adopted",
    CirculationState.WITHDRAWN: "was withdrawn",
    CirculationState.CLOSED: "was closed without clearance",
    CirculationState.SUPERSEDED: "was superseded",
}

_BINDING: tuple[AskedFor, ...] = ("comments", "endorsement", "clearance")
"""For what a text goes out, each more binding than the one before."""


async def require_cleared(services: Services, uow: UnitOfWork, item: ScheduledMilestone) -> None:
    """Raise Refused, with the reason, unless all that a milestone needs is cleared.

    Read in the caller's transaction, in which nobody can circulate another version.
    """
    for needed in item.milestone.needs:
        versions = await uow.circulations.of_milestone(needed)
        latest = max(versions, key=lambda c: c.version, default=None)
        circulated = services.snapshot.schedule[needed]
        title = circulated.title
        if latest is None:
            raise Refused(f"“{item.title}” needs “{title}”, which has not been circulated yet.")
        less = _less_than_planned(services.snapshot, circulated, latest, services.clock.now())
        if less is not None:
            raise Refused(f"“{item.title}” needs “{title}” to be cleared: {less}")
        if latest.state.opens_the_gate:
            continue
        acts = await uow.circulations.acts(latest.id)
        why = _missing(services.snapshot, latest, acts, services.clock.now())
        raise Refused(f"“{item.title}” needs “{title}” to be cleared: {why}")


def shut_words(snapshot: Snapshot, made: Circulation) -> str | None:
    """That what needs a version just sent out cannot be done by it, as less was asked than the
    plan has; None where nothing open needs it, or nothing less was asked."""
    circulated = snapshot.schedule.get(made.milestone)
    if circulated is None:
        return None
    open_ones = [i for i in snapshot.schedule.milestones if not i.closed]
    needing = [f"“{i.title}”" for i in open_ones if made.milestone in i.milestone.needs]
    less = _less_than_planned(snapshot, circulated, made, made.opened_at) if needing else None
    return f"This version does not let {listed(needing)} be done: {less}" if less else None


def _less_than_planned(
    snapshot: Snapshot, circulated: ScheduledMilestone, latest: Circulation, now: datetime
) -> str | None:
    """Why the end of that version cannot be what the plan asks for; None where it can at `now`.

    The form may send a text out for less, or to fewer, such as an early draft for comments. What
    comes of that is no clearance by all, and would else be a way round their consent.
    """
    asks, version = planned(circulated), latest.version
    if _BINDING.index(latest.asks_for) < _BINDING.index(asks.for_):
        return (
            f"the plan asks for {asks.for_}, and version {version} went out for {latest.asks_for} "
            "only, so a new one has to be circulated."
        )
    if asks.for_ == "comments" or asks.of == "interested":
        return None
    if latest.state is CirculationState.OVERRIDDEN:  # decided with a reason that all have read
        return None
    meant = asked_of(snapshot, circulated, asks.of, latest.opened_at)
    still = asked_of(snapshot, circulated, asks.of, now)
    missing = sum(a in still and a not in latest.asked for a in meant)
    if not missing:
        return None
    agencies = _number(missing, "agency", "agencies")
    return (
        f"version {version} was not sent to {agencies} of those the plan asks, so a new one has to "
        "be circulated."
    )


def _missing(snapshot: Snapshot, latest: Circulation, acts: tuple[Act, ...], now: datetime) -> str:
    """What stands in the way, without naming an agency: `13 of 14, one reply still to come.`

    As on the card, what is still thought over at `now` shows as no answer.
    """
    if not latest.state.takes_answers:
        return f"version {latest.version} {_OVER[latest.state]}, so a new one has to be cleared."
    if latest.rule != "unanimity":
        return f"it is open until {closing_text(snapshot, latest.closes_at)}."
    given = standings_of(latest, acts).values()
    found = [s if s.in_effect(now) else Standing() for s in given]
    settled = [s for s in found if s.satisfies(latest.heads) or s.aside]
    silent = sum(s.position is None for s in found)
    working = sum(
        s.position is not None and s.position.clears and not s.satisfies(latest.heads)
        for s in found
    )
    talks = len(found) - len(settled) - silent - working
    parts = [f"{len(settled)} of {len(found)}"]
    if silent:
        parts.append(f"{_number(silent, 'reply', 'replies')} still to come")
    if working:
        parts.append(f"{_number(working, 'clearance', 'clearances')} at working level only")
    if talks:
        parts.append(f"{_number(talks, 'point', 'points')} under discussion with the Chair")
    if len(parts) > 1:
        return ", ".join(parts) + "."
    if any(map(carried_from, found)):
        until = closing_text(snapshot, latest.closes_at)
        return f"{parts[0]}, but answers carried over can be taken back until {until}."
    return f"{parts[0]}, but no agency clears it."


def _number(number: int, one: str, more: str) -> str:
    return f"one {one}" if number == 1 else count(number, one, more)
