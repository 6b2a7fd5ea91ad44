"""Tell the platform what was decided in a transaction: post, write to people, redraw, edit."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from coordination.cards import card
from coordination.comments_file import not_sent, place_table
from coordination.lanes import Lanes
from coordination.messages.parts import Message
from coordination.messages.wire import from_json, to_json
from coordination.outgoing import LEASE, Outgoing
from coordination.placing import (
    card_placed,
    circulation_of,
    document_placed,
    document_refused,
    place_document,
)
from coordination.ports import DeliveryError, Target
from coordination.records import Circulation, MessageRef, OutboxItem, OutboxKind

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

    async def recover(self, all_others: bool) -> None:
        """Settle or give up rows that somebody had claimed and left."""
        async with Lanes() as lanes:
            await self._recover(lanes, all_others)

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
            left = await uow.outbox.taken_over(self._out.owner, LEASE, all_others)
            await uow.commit()
        for item in left:
            await lanes.begin(item.target, self._look_up(item))

    async def _begin(self, lanes: Lanes) -> None:
        """Claim as many rows as there are places, one per target."""
        if lanes.free <= 0 or self._out.turns.closed:
            return
        async with self._out.services.storage.unit_of_work() as uow:
            claimed = await uow.outbox.claim(self._out.owner, LEASE, lanes.free)
            await uow.commit()
        for item in claimed:
            await lanes.begin(item.target, self._send(item))

    async def _send(self, item: OutboxItem) -> None:
        if item.kind is OutboxKind.FILE:
            await self._place(item)
            return
        try:
            if not await self._turn(item):
                return
            ref = await self._say(item)
        except DeliveryError as error:
            await self._not_sent(item, error)
        else:
            await self._sent(item, ref)

    async def _turn(self, item: OutboxItem) -> bool:
        """Wait for the target's turn. What was redrawn just now is given back for so long, so that
        what comes until then is drawn with it: False."""
        if item.kind is not OutboxKind.CARD or (await self._circulation(item)).message is None:
            await self._out.turns.turn(item.target)
            return True
        wait = self._out.turns.redraw(f"{item.kind} {item.subject}")
        if wait > 0:
            async with self._out.services.storage.unit_of_work() as uow:
                await uow.outbox.release(item, self._out.owner, wait)
                await uow.commit()
            self._out.later(wait)
        return wait <= 0

    async def _place(self, item: OutboxItem) -> None:
        """The copy of a document; what stands already is found again by the port itself."""
        try:
            address = await place_document(self._out, item)
        except DeliveryError as error:
            await self._not_sent(item, error)
        else:
            await document_placed(self._out, item, address)

    async def _say(self, item: OutboxItem) -> MessageRef | None:
        if item.kind is OutboxKind.CARD:
            circulation = await self._circulation(item)
            words = card(self._out.services.snapshot, circulation, self._out.services.clock.now())
            if circulation.message is None:
                target = Target(channel=item.target)
                return await self._out.messenger.post(target, words, [_card_key(circulation)])
            await self._out.messenger.update(circulation.message, words, [_card_key(circulation)])
            return None
        if item.kind is OutboxKind.TABLE:
            await place_table(self._out.services, item)
            return None
        words = _words(item)
        if item.kind is OutboxKind.EDIT:
            ref = MessageRef(item.target, item.ts or "")
            await self._out.messenger.update(ref, words, [item.key])
            return None
        return await self._out.messenger.post(_target(item), words, [item.key])

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
        async with self._out.services.storage.unit_of_work() as uow:
            sent = await uow.outbox.sent(item, self._out.owner, ref)
            if sent and ref is not None and item.kind is OutboxKind.CARD:
                kept = await uow.circulations.get(circulation_of(item))
                if kept is not None:
                    placed = replace(kept, message=ref, permalink=permalink)
                    await uow.circulations.put(placed)
                    await card_placed(self._out.services, uow, placed)
            await uow.commit()
        if item.kind is OutboxKind.CARD:
            await self._out.services.snapshots.refresh()

    async def _not_sent(self, item: OutboxItem, error: DeliveryError) -> None:
        log.warning("not sent", code=error.code, kind=item.kind, outbox=item.id)
        if error.under_way:
            self._out.later(LEASE + 1)  # looked up when the claim has run out
            return
        # A file is looked up by its port each time, and before the next try it has a pause.
        if error.maybe_posted and item.kind not in (OutboxKind.FILE, OutboxKind.TABLE):
            await self._look_up(item)
            return
        async with self._out.services.storage.unit_of_work() as uow:
            if error.permanent:
                await uow.outbox.fail(item, self._out.owner, error.code)
                if item.kind is OutboxKind.TABLE:
                    said = to_json(not_sent(error))
                    await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, item.target, said))
            else:
                hold = error.retry_after or min(300.0, 2.0 * 2**item.attempts)
                await uow.outbox.release(item, self._out.owner, hold)
                self._out.later(hold)
            await uow.commit()
        if error.permanent and item.kind is OutboxKind.FILE:
            await document_refused(self._out, item, error.code)
        elif error.permanent and item.kind not in (OutboxKind.DIRECT, OutboxKind.TABLE):
            await self._tell_secretariat(item, error)

    async def _look_up(self, item: OutboxItem) -> None:
        """Mark what stands already as sent, give the rest back; updates are simply repeated."""
        key, found = item.key, None
        if item.kind is OutboxKind.CARD:
            circulation = await self._circulation(item)
            key = _card_key(circulation)
        if item.kind in (OutboxKind.POST, OutboxKind.DIRECT) or (
            item.kind is OutboxKind.CARD and circulation.message is None
        ):
            try:
                found = (await self._out.messenger.find(_target(item), [key])).get(key)
            except DeliveryError as error:
                if not error.permanent:
                    log.warning("cannot look up yet; the claim runs out first", code=error.code)
                    self._out.later(LEASE + 1)
                    return
                # Where nothing can be read any more the next attempt tells what becomes of it.
                log.warning("cannot look up; trying to send", code=error.code, outbox=item.id)
        if found is not None:
            await self._sent(item, found)
            return
        async with self._out.services.storage.unit_of_work() as uow:
            await uow.outbox.release(item, self._out.owner, 0.0)
            await uow.commit()
        self._out.later(0.1)

    async def _tell_secretariat(self, item: OutboxItem, error: DeliveryError) -> None:
        words = Message(
            f"I could not post a message to the channel. The reason: {error.code}. "
            "It is kept; please see that I am a member of the channel and that it is open."
        )
        async with self._out.services.storage.unit_of_work() as uow:
            for user in sorted(self._out.services.secretariat):
                await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(words)))
            await uow.commit()
        self._out.services.wake()


def _words(item: OutboxItem) -> Message:
    """What it says; raises DeliveryError when this version cannot read what another one queued."""
    try:
        return from_json(item.message or "")
    except ValueError as error:
        raise DeliveryError("unreadable", permanent=True) from error


def _card_key(circulation: Circulation) -> str:
    """The same for every drawing of a card, so that it is found whatever row posted it."""
    return f"circulation:{circulation.id}"


def _target(item: OutboxItem) -> Target:
    if item.kind is OutboxKind.DIRECT:
        return Target(user=item.target)
    return Target(channel=item.target, thread_ts=item.thread_ts)
