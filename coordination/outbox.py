"""Tell the platform what was decided in a transaction: post, write to people, redraw, edit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import structlog

from coordination.cards import card
from coordination.cause import under
from coordination.channel_waits import channel_of, posted_to, row_waits
from coordination.comments_file import not_sent, one_table, tell_table
from coordination.copies import put_away_late
from coordination.lanes import TWINS, Lanes
from coordination.messages.parts import Message
from coordination.messages.wire import to_json
from coordination.outgoing import Outgoing
from coordination.placing import (
    card_placed,
    circulation_of,
    document_refused,
    one_copy,
    tell_document,
)
from coordination.ports import DeliveryError
from coordination.queued import card_key, is_message, key_of, target_of, words_of
from coordination.records import Circulation, MessageRef, OutboxItem, OutboxKind
from coordination.rights import told_of_trouble
from coordination.sending import (
    GIVEN_UP,
    ClaimLost,
    holds_row,
    pause,
    pause_in_doubt,
    row_sent,
    sending_row,
    unharmed,
)
from coordination.storage_ports import StorageUnavailable
from coordination.twins import Look, Twins, take_back

log = structlog.get_logger(__name__)

REST = 0.1
"""Real seconds between two looks at what is queued while something is being sent: each of many
acts at once asks for one."""


class OutboxWorker:
    """The way of an outbox row: claimed, sent, marked sent; looked up where that is in doubt.

    Targets are written to side by side; one target's rows keep their order.
    """

    def __init__(self, outgoing: Outgoing) -> None:
        self._out = outgoing
        self._news = asyncio.Event()
        self._twins = Twins(outgoing)

    async def recover(self) -> None:
        """Settle or give up all rows that others claimed, where there are none but of an earlier
        process."""
        async with Lanes() as lanes:
            await self._recover(lanes, all_others=True)

    def look(self) -> None:
        """There may be more to send: a run under way looks for it at once."""
        self._news.set()

    async def run(self) -> None:
        """Send all that is waiting, in order per target, and what is queued meanwhile."""
        async with Lanes() as lanes:
            self._news.set()
            while True:
                if self._news.is_set():
                    self._news.clear()
                    await self._recover(lanes, all_others=False)
                await self._begin(lanes)
                if not lanes.busy:
                    return
                news = asyncio.ensure_future(self._news.wait())
                try:
                    await lanes.ended(news)
                finally:
                    news.cancel()
                if lanes.busy and self._news.is_set():
                    await asyncio.sleep(REST)

    async def _recover(self, lanes: Lanes, all_others: bool) -> None:
        async with self._out.services.storage.unit_of_work() as uow:
            left = await uow.outbox.taken_over(self._out.owner, self._out.lease, all_others)
            await uow.commit()
        for item in left:
            await lanes.begin(item.target, self._alone(item, self._look_up))
        if self._twins.ripe and not lanes.taken(TWINS):
            await lanes.begin(TWINS, self._twins.run())

    async def _begin(self, lanes: Lanes) -> None:
        """Claim as many rows as there are places, one per target."""
        if lanes.free <= 0 or self._out.turns.closed:
            return
        async with self._out.services.storage.unit_of_work() as uow:
            claimed = await uow.outbox.claim(self._out.owner, self._out.lease, lanes.free)
            await uow.commit()
        for item in claimed:
            await lanes.begin(item.target, self._alone(item, self._send))

    async def _alone(self, item: OutboxItem, work: Callable[[OutboxItem], Awaitable[None]]) -> None:
        """Do it under the row's cause; where that fails by a fault of the bot's own, later again,
        though not for ever: what is queued behind it waits."""

        async def failed(error: Exception) -> None:
            self._out.services.measures.retried("outbox")
            self._out.later(self._out.run_out)
            if item.doubts > GIVEN_UP:
                name = type(error).__name__
                await self._not_sent(item, DeliveryError(name, permanent=True))

        await under(item.cause, lambda: unharmed(partial(work, item), failed))

    async def _send(self, item: OutboxItem) -> None:
        try:
            if await self._turn(item):
                await self._tell(item)
        except ClaimLost:
            log.warning("claim lost before sending", outbox=item.id)
        except DeliveryError as error:
            await self._not_sent(item, error)

    async def _tell(self, item: OutboxItem) -> None:
        out = self._out
        if item.kind in (OutboxKind.FILE, OutboxKind.TABLE):
            tell = tell_document if item.kind is OutboxKind.FILE else tell_table
            sent = await tell(out, item)
            await self._one_left(item, sent)
        elif item.kind is OutboxKind.CARD:
            await self._draw(item)
        elif item.kind is OutboxKind.EDIT:
            words, ref = words_of(item), MessageRef(item.target, item.ts or "")
            async with sending_row(out, item):
                await out.messenger.update(ref, words, [item.key])
            await self._sent(item, None)
        else:
            words = words_of(item)
            async with sending_row(out, item):
                ref = await out.messenger.post(target_of(item), words, [item.key])
            await self._sent(item, ref)
            await posted_to(out.services, channel_of(out.services, item))

    async def _turn(self, item: OutboxItem) -> bool:
        """Wait for the target's turn. What was redrawn just now is given back for so long, so that
        what comes until then is drawn with it: False."""
        if item.kind is OutboxKind.FILE:
            return True  # its turn is its thread's
        if item.kind is not OutboxKind.CARD or not await self._drawn(item):
            await self._out.turns.turn(item.target)
            return True
        wait = self._out.turns.redraw(f"{item.kind} {item.subject}")
        if wait > 0:
            async with self._out.services.storage.unit_of_work() as uow:
                await uow.outbox.release(item, self._out.owner, wait)
                await uow.commit()
            self._out.later(wait)
        return wait <= 0

    async def _draw(self, item: OutboxItem) -> None:
        out = self._out
        circulation = await self._circulation(item)
        key, ref = card_key(circulation), None
        words = card(out.services.snapshot, circulation, out.services.clock.now())
        async with sending_row(out, item):
            if circulation.message is None:
                ref = await out.messenger.post(target_of(item), words, [key])
            else:
                await out.messenger.update(circulation.message, words, [key])
        await self._sent(item, ref)
        if ref is not None:
            await posted_to(out.services, item.target)

    async def _circulation(self, item: OutboxItem) -> Circulation:
        """The circulation as it stands now, so that several redraws become one."""
        snapshot = await self._out.services.snapshots.refresh()
        return snapshot.circulations[circulation_of(item)]

    async def _sent(self, item: OutboxItem, ref: MessageRef | None) -> None:
        permalink = None
        if ref is not None and item.kind is OutboxKind.CARD:
            try:
                permalink = await self._out.messenger.permalink(ref)
            except DeliveryError as error:
                log.warning("no permalink", code=error.code)
        try:
            sent = await self._kept(item, ref, permalink)
        except StorageUnavailable:
            if ref is not None:  # somebody else may keep it with another message
                self._twins.later(self._look_of(item))
            raise
        if item.kind is OutboxKind.CARD:
            await self._out.services.snapshots.refresh()
        if ref is not None:
            await self._one_left(item, sent)

    async def _kept(self, item: OutboxItem, ref: MessageRef | None, permalink: str | None) -> bool:
        """Keep that it was sent, and a card's place; False when the claim is another's by now."""
        async with self._out.services.storage.unit_of_work() as uow:
            sent = await uow.outbox.sent(item, self._out.owner, ref)
            if sent and ref is not None and item.kind is OutboxKind.CARD:
                kept = await uow.circulations.get(circulation_of(item))
                if kept is not None:
                    placed = replace(kept, message=ref, permalink=permalink)
                    await uow.circulations.put(placed)
                    await card_placed(self._out.services, uow, placed)
            if not sent and item.kind is OutboxKind.CARD:
                # What was drawn late may be older than what stood there: it is drawn once more.
                await uow.outbox.add(OutboxItem(item.kind, item.target, subject=item.subject))
            if sent and ref is not None:
                await put_away_late(self._out.services.snapshot, uow, item, ref)
            await uow.commit()
        if sent:
            row_sent(self._out, item)
        return sent

    async def _one_left(self, item: OutboxItem, sent: bool) -> None:
        """Where another process may have sent it too, or has: leave one."""
        if item.in_doubt or not sent:
            await self._twins.do(self._look_of(item))

    def _look_of(self, item: OutboxItem) -> Look:
        if item.kind is OutboxKind.FILE:
            return partial(one_copy, self._out, item)
        if item.kind is OutboxKind.TABLE:
            return partial(one_table, self._out, item)
        return partial(self._twins.one_each, target_of(item), [key_of(item)])

    async def _not_sent(self, item: OutboxItem, error: DeliveryError) -> None:
        log.warning("not sent", code=error.code, kind=item.kind, outbox=item.id)
        if error.under_way:
            if item.kind is not OutboxKind.EDIT and not await holds_row(self._out, item):
                self._twins.later(self._look_of(item))
            self._out.later(self._out.run_out)  # looked up when the claim has run out
            return
        # A file is looked up by its port each time, and before the next try it has a pause.
        if error.maybe_posted and item.kind not in (OutboxKind.FILE, OutboxKind.TABLE):
            await self._look_up(item)
            return
        if await row_waits(self._out, item, error):
            return
        async with self._out.services.storage.unit_of_work() as uow:
            failed = False
            if error.permanent:
                failed = await uow.outbox.fail(item, self._out.owner, error.code)
                if failed and item.kind is OutboxKind.TABLE:
                    said = to_json(not_sent(error))
                    await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, item.target, said))
            else:
                hold = error.retry_after or pause(2.0, item.fence - 1)
                self._out.services.measures.retried("outbox")
                doubt = error.maybe_posted
                await uow.outbox.release(item, self._out.owner, hold, error.code, in_doubt=doubt)
                self._out.later(hold)
            await uow.commit()
        if failed:
            await take_back(self._out, error)
        if failed and item.kind is OutboxKind.FILE:
            await document_refused(self._out, item, error.code)
        elif failed and item.kind not in (OutboxKind.DIRECT, OutboxKind.TABLE):
            await self._tell_secretariat(item, error)

    async def _look_up(self, item: OutboxItem) -> None:
        """Mark what stands already as sent, give the rest back; updates are simply repeated."""
        found = None
        if is_message(item) and not await self._drawn(item):
            try:
                standing = await self._out.messenger.find(target_of(item), [key_of(item)])
            except DeliveryError as error:
                if not error.permanent:
                    log.warning("cannot look up yet; the claim runs out first", code=error.code)
                    self._out.later(self._out.run_out)
                    return
                # Where nothing can be read any more the next attempt tells what becomes of it.
                log.warning("cannot look up; trying to send", code=error.code, outbox=item.id)
                standing = ()
            found = next((message.ref for message in standing if message.whole), None)
        if found is not None:
            await self._sent(item, found)
            return
        async with self._out.services.storage.unit_of_work() as uow:
            why, hold = "in doubt whether it was sent, and not found", pause_in_doubt([item])
            await uow.outbox.release(item, self._out.owner, hold, why, in_doubt=True)
            await uow.commit()
        self._out.services.measures.retried("outbox")
        self._out.later(max(hold, 0.1))

    async def _drawn(self, item: OutboxItem) -> bool:
        """Whether it is a card that stands already and was to be drawn anew."""
        if item.kind is not OutboxKind.CARD:
            return False
        return (await self._circulation(item)).message is not None

    async def _tell_secretariat(self, item: OutboxItem, error: DeliveryError) -> None:
        words = Message(
            f"I could not post a message to the channel. The reason: {error.code}. "
            "It is kept; please see that I am a member of the channel and that it is open."
        )
        services = self._out.services
        day = services.snapshot.day(services.clock.now())
        async with services.storage.unit_of_work() as uow:
            for user in told_of_trouble(services.snapshot, services.secretariat, day):
                await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(words)))
            await uow.commit()
        self._out.services.wake()
