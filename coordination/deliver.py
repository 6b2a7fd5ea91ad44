"""Deliver what is due: fold, claim, post; each reminder once, whatever dies in between.

What follows on the post is in coordination/settling.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

import structlog

from coordination.brief_time import next_opening
from coordination.calling import Calling
from coordination.channel_waits import posted_to
from coordination.close import Closing
from coordination.lanes import TWINS, Lanes
from coordination.messages.parts import Message
from coordination.messages.reminders import brief, is_late
from coordination.outgoing import Outgoing
from coordination.pause import goes_out
from coordination.ports import DeliveryError, Target
from coordination.previewing import channel_words, released, show_ahead
from coordination.records import Reminder, ReminderState
from coordination.remind import UNREACHED, ladder
from coordination.rights import runs_the_plan
from coordination.sending import ClaimLost, sending_reminders, unharmed
from coordination.settling import Settling
from coordination.spread import from_own_place
from coordination.waiting import question_parts
from workplan.steps import CHANNEL

log = structlog.get_logger(__name__)

BATCH = 10_000
"""Reminders looked at in one go: what one reader is told together must not be torn apart."""

LOOK_AGAIN = 1.0
"""Real seconds after which what falls due meanwhile is looked at, while somebody's post is slow."""


class Reminders:
    """The way of a reminder, run at each wake-up."""

    def __init__(self, outgoing: Outgoing, may_close: Callable[[], bool] = lambda: True) -> None:
        """`may_close`: whether circulations may be closed yet, for an outage may have hidden
        answers that were given in time."""
        self._out = outgoing
        self._may_close = may_close
        self._calling = Calling(outgoing.services)
        self._closing = Closing(outgoing.services)
        self._settling = Settling(outgoing)
        self._lost = False  # whether another process was quicker: what is due is another by now

    async def recover(self) -> None:
        """Settle or give up all claims of others, where there are none but of an earlier process:
        what stands in the channel was posted."""
        async with Lanes() as lanes:
            await self._recover(lanes, all_others=True)

    async def _recover(self, lanes: Lanes, all_others: bool) -> None:
        async with self._out.services.storage.unit_of_work() as uow:
            left = await uow.ledger.taken_over(self._out.owner, self._out.lease, all_others)
            await uow.commit()
        for audience, batch in _by_audience(left).items():
            look_up = partial(self._settling.look_up, self._target(audience), batch)
            await lanes.begin(audience, self._alone(batch, look_up))
        if self._settling.twins.ripe:
            await lanes.begin(TWINS, self._settling.twins.run())

    async def run(self) -> datetime | None:
        """Do all that is due now; returns the plan instant of the next due moment."""
        services = self._out.services
        await services.snapshots.refresh()
        now = services.clock.now()
        if self._may_close() and await self._closing.run(now):
            await services.snapshots.refresh()
        await self._calling.run(now)
        showing = await show_ahead(services, now)
        following = await self._post_due()
        return min([m for m in (showing, following) if m], default=None)

    async def _post_due(self) -> datetime | None:
        """Tell all audiences what is due, side by side; one that is slow holds up no other."""
        services = self._out.services
        tried: set[str] = set()
        async with Lanes() as lanes:
            await self._recover(lanes, all_others=False)
            while not self._out.turns.closed:
                now = services.clock.now()
                # What is held back is looked at anew each time: it goes out with what has fallen
                # due, and so does what falls due while its audience is being told.
                due = await self._due(now)
                batches = _by_audience(r for r in due if r.key not in tried)
                opens = {a: self._opens(a, batch, now) for a, batch in batches.items()}
                ready = [a for a in batches if opens[a] <= now and not lanes.taken(a)]
                if self._out.several:
                    ready = from_own_place(self._out.owner, ready)
                self._lost = False
                for audience in ready:
                    if self._out.turns.closed or self._lost:
                        break
                    tried.update(r.key for r in batches[audience])
                    batch = batches[audience]
                    telling = partial(self._deliver, audience, batch, now)
                    await lanes.begin(audience, self._alone(batch, telling))
                if not ready and not lanes.busy:
                    break
                await lanes.all_ended(LOOK_AGAIN)
            else:
                return None
        held = [at for at in opens.values() if at > now]
        following = self._calling.following(await services.storage.next_due(services.clock.now()))
        changing = self._closing.next() if self._may_close() else None
        return min([*held, *(m for m in (following, changing) if m)], default=None)

    async def _alone(self, batch: Sequence[Reminder], work: Callable[[], Awaitable[None]]) -> None:
        """Do it; where that fails by a fault of the bot's own, later again. It is never given up:
        nothing is queued behind it, and health tells that it is overdue."""

        async def failed(_: Exception) -> None:
            self._out.services.measures.retried("reminder", len(batch))
            self._out.later(self._out.run_out)

        await unharmed(work, failed)

    async def _due(self, now: datetime) -> list[Reminder]:
        services = self._out.services
        async with services.storage.unit_of_work() as uow:
            due = [*await uow.ledger.due(now, BATCH), *await released(uow, now)]
        return [r for r in due if goes_out(services.snapshot, r)]

    def _opens(self, audience: str, batch: Sequence[Reminder], now: datetime) -> datetime:
        """When a batch may go out: at once, or, when late, in the next morning's round."""
        if not all(is_late(r, now) for r in batch):
            return now
        user = None if audience in (CHANNEL, UNREACHED) else audience
        return next_opening(self._out.services.snapshot, user, now)

    async def _deliver(self, audience: str, batch: Sequence[Reminder], now: datetime) -> None:
        chosen, overtaken = fold(batch)
        async with self._out.services.storage.unit_of_work() as uow:
            for old, kept in overtaken:
                reason = f"overtaken by the step {kept.step} of the same ladder"
                await uow.ledger.finish([old.key], ReminderState.FOLDED, reason)
            if audience == UNREACHED:
                reason = "nobody to tell: name people with focal, or set GMG_SECRETARIAT"
                await self._settling.list_as_failed(uow, chosen, reason)
                await uow.commit()
                return
            if audience == CHANNEL and self._out.services.channel is None:
                reason = "no channel for notices: set GMG_CHANNEL"
                await self._settling.list_as_failed(uow, chosen, reason)
                await uow.commit()
                return
            keys = [r.key for r in chosen]
            claimed = await uow.ledger.claim(keys, self._out.owner, self._out.lease, audience)
            await uow.commit()
        self._out.services.measures.due(sum(r.fence == 1 for r in claimed))
        self._out.services.measures.ended(ReminderState.FOLDED, len(overtaken))
        self._lost |= not claimed
        if claimed:
            await self._send(audience, claimed, now)

    async def _send(self, audience: str, claimed: Sequence[Reminder], now: datetime) -> None:
        target = self._target(audience)
        try:
            await self._out.turns.turn(target.channel or audience)
        except DeliveryError as error:  # the process ends
            await self._settling.not_posted(target, claimed, error)
            return
        still = await self._still_wanted(claimed)
        if not still:
            return
        words = await self._words(audience, still, now)
        try:
            async with sending_reminders(self._out, still):
                ref = await self._out.messenger.post(target, words, [r.key for r in still])
        except ClaimLost:
            log.warning("claim lost before sending", keys=[r.key for r in still])
            self._out.later(0.1)
        except DeliveryError as error:
            await self._settling.not_posted(target, still, error)
        else:
            await self._settling.settle(target, still, ref)
            await posted_to(self._out.services, target.channel)

    async def _still_wanted(self, claimed: Sequence[Reminder]) -> list[Reminder]:
        """Claimed reminders that the state of this moment still calls for; others are cancelled."""
        snapshot = await self._out.services.snapshots.refresh()
        wanted = self._calling.keys(snapshot, self._out.services.clock.now())
        gone = [r for r in claimed if r.key not in wanted]
        if gone:
            async with self._out.services.storage.unit_of_work() as uow:
                reason = "done, moved or answered before it was sent"
                await uow.ledger.end(gone, self._out.owner, ReminderState.CANCELLED, reason)
                await uow.commit()
            self._out.services.measures.ended(ReminderState.CANCELLED, len(gone))
        order = {item.id: item.position for item in snapshot.schedule.milestones}
        kept = [r for r in claimed if r.key in wanted]
        back = [r for r in kept if not goes_out(snapshot, r)]
        if back:  # paused meanwhile
            async with self._out.services.storage.unit_of_work() as uow:
                await uow.ledger.release(back, self._out.owner, 0.0)
                await uow.commit()
            kept = [r for r in kept if goes_out(snapshot, r)]
        return sorted(kept, key=lambda r: (r.counted_to, order.get(r.subject, -1), r.key))

    async def _words(self, audience: str, batch: Sequence[Reminder], now: datetime) -> Message:
        services = self._out.services
        snapshot = services.snapshot
        if audience == CHANNEL:
            return await channel_words(services, batch, now)
        day = snapshot.day(now)
        chair = runs_the_plan(snapshot, services.secretariat, audience, day)
        asked = question_parts(services, audience, day)
        return brief(snapshot, batch, now, services.command, chair, asked)

    def _target(self, audience: str) -> Target:
        if audience == CHANNEL:
            return Target(channel=self._out.services.channel)
        return Target(user=audience)


def fold(batch: Sequence[Reminder]) -> tuple[list[Reminder], list[tuple[Reminder, Reminder]]]:
    """Of one ladder and audience only the last step is told; the others are folded into it.

    Returns the chosen and, for each overtaken one, the one it is folded into.
    """
    last = {ladder(r): r for r in sorted(batch, key=lambda r: (r.due_at, r.key))}
    overtaken = [(r, kept) for r in batch if (kept := last[ladder(r)]).key != r.key]
    return list(last.values()), overtaken


def _by_audience(reminders: Iterable[Reminder]) -> Mapping[str, list[Reminder]]:
    groups: dict[str, list[Reminder]] = {}
    for reminder in reminders:
        groups.setdefault(reminder.audience, []).append(reminder)
    return groups
