"""What follows on a reminder's post: settled with its message, looked up, given back, or failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog

from coordination.channel_waits import reminders_wait
from coordination.messages.parts import Message
from coordination.messages.reminders import is_late
from coordination.messages.wire import to_json
from coordination.outgoing import Outgoing
from coordination.ports import DeliveryError, Messenger, Target
from coordination.records import (
    Entry,
    MessageRef,
    OutboxItem,
    OutboxKind,
    Reminder,
    ReminderState,
)
from coordination.rights import told_of_trouble
from coordination.sending import holds_reminders, pause, pause_in_doubt
from coordination.snapshot import Snapshot
from coordination.storage_ports import StorageUnavailable, UnitOfWork
from coordination.twins import Twins, take_back
from workplan.steps import Topic

log = structlog.get_logger(__name__)


class Settling:
    """Brings what was claimed to its end, as far as the claim is still this process's."""

    def __init__(self, outgoing: Outgoing) -> None:
        self._out = outgoing
        self.twins = Twins(outgoing)

    async def settle(self, target: Target, batch: Sequence[Reminder], ref: MessageRef) -> None:
        """They were posted with this message. Where another process may have posted too, or has
        settled, the one message that counts is left."""
        services = self._out.services
        permalink = await _permalink(self._out.messenger, ref)
        now = services.clock.now()
        keys = [r.key for r in batch]
        try:
            async with services.storage.unit_of_work() as uow:
                settled = set(await uow.ledger.settle(batch, self._out.owner, ref, now))
                for reminder in batch:
                    if reminder.key in settled:
                        await uow.journal.add(_posted(reminder, now, ref, permalink))
                await uow.commit()
        except StorageUnavailable:
            self.twins.look_later(target, keys)  # somebody else may settle them with another one
            raise
        late = [(now - r.due_at).total_seconds() for r in batch if r.key in settled]
        services.measures.posted(late)
        log.info("posted", keys=sorted(settled), channel=ref.channel, ts=ref.ts)
        if len(settled) < len(batch) or any(r.in_doubt for r in batch):
            await self.twins.look(target, keys)

    async def not_posted(
        self, target: Target, batch: Sequence[Reminder], error: DeliveryError
    ) -> None:
        """The platform refused, or nobody knows what became of it."""
        log.warning("not posted", code=error.code, keys=[r.key for r in batch])
        if error.under_way:
            if not await holds_reminders(self._out, batch):
                self.twins.look_later(target, [r.key for r in batch])
            self._out.later(self._out.run_out)  # looked up when the claim has run out
            return
        if error.maybe_posted:
            await self.look_up(target, batch)
            return
        if await reminders_wait(self._out, target.channel, batch, error):
            return
        async with self._out.services.storage.unit_of_work() as uow:
            if error.permanent:
                failed = await self._fail(uow, batch, error.code)
                await uow.commit()
                if failed:
                    await take_back(self._out, error)
            else:
                hold = error.retry_after or pause(5.0, batch[0].attempts)
                doubt = bool(error.begun)
                await uow.ledger.release(batch, self._out.owner, hold, error.code, in_doubt=doubt)
                await uow.commit()
                self._out.services.measures.retried("reminder", len(batch))
                self._out.later(hold)
                if error.begun:  # by then they may be told in another message, with others
                    self.twins.look_later(target, [r.key for r in batch])
        self._out.services.wake()

    async def look_up(self, target: Target, batch: Sequence[Reminder]) -> None:
        """Settle what stands in the channel already, give the rest back to be posted."""
        try:
            standing = await self._out.messenger.find(target, [r.key for r in batch])
        except DeliveryError as error:
            if not error.permanent:
                log.warning("cannot look up yet; the claim runs out first", code=error.code)
                self._out.later(self._out.run_out)
                return
            standing = ()
        missing = list(batch)
        for message in standing:  # the oldest counts
            carried = [r for r in missing if message.whole and r.key in message.keys]
            if carried:
                await self.settle(target, carried, message.ref)
                missing = [r for r in missing if r not in carried]
        if missing:
            async with self._out.services.storage.unit_of_work() as uow:
                why = "in doubt whether it was posted, and not found"
                hold = pause_in_doubt(missing)
                await uow.ledger.release(missing, self._out.owner, hold, why, in_doubt=True)
                await uow.commit()
            self._out.services.measures.retried("reminder", len(missing))
            self._out.later(max(hold, 0.1))

    async def list_as_failed(self, uow: UnitOfWork, batch: Sequence[Reminder], reason: str) -> None:
        """End reminders that nobody claimed, and tell who sees to it; the caller commits."""
        await uow.ledger.finish([r.key for r in batch], ReminderState.FAILED, reason)
        await self._tell(uow, batch, reason)

    async def _fail(self, uow: UnitOfWork, batch: Sequence[Reminder], reason: str) -> bool:
        """End what is still this process's; whether that is all of it."""
        ended = await uow.ledger.end(batch, self._out.owner, ReminderState.FAILED, reason)
        if ended:  # what was taken over meanwhile is the other's to tell
            await self._tell(uow, [r for r in batch if r.key in ended], reason)
        return len(ended) == len(batch)

    async def _tell(self, uow: UnitOfWork, batch: Sequence[Reminder], reason: str) -> None:
        services = self._out.services
        now = services.clock.now()
        for reminder in batch:
            detail = {"key": reminder.key, "reason": reason}
            await uow.journal.add(
                Entry(now, "bot", "reminder not posted", _subject(reminder), detail)
            )
        services.measures.ended(ReminderState.FAILED, len(batch))
        log.error("reminders failed", reason=reason, keys=[r.key for r in batch])
        told = {r.audience for r in batch}
        day = services.snapshot.day(now)
        for user in told_of_trouble(services.snapshot, services.secretariat, day):
            if user in told:
                continue
            names = ", ".join(sorted({_title(services.snapshot, r) for r in batch}))
            words = f"I could not send a reminder about {names}. The reason: {reason}."
            await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(Message(words))))


def _subject(reminder: Reminder) -> str:
    if reminder.topic is Topic.POSITION:
        return reminder.subject
    return f"milestone:{reminder.subject}"


def _title(snapshot: Snapshot, reminder: Reminder) -> str:
    item = snapshot.schedule.get(reminder.subject)
    return f"“{item.title}”" if item else reminder.subject


def _posted(reminder: Reminder, now: datetime, ref: MessageRef, permalink: str | None) -> Entry:
    detail = {"key": reminder.key, "due_at": reminder.due_at.isoformat()}
    if is_late(reminder, now):
        detail["late_by"] = str(now - reminder.due_at)
    return Entry(now, "bot", "reminded", _subject(reminder), detail, ref, permalink)


async def _permalink(messenger: Messenger, ref: MessageRef) -> str | None:
    """The message's address for the journal; that it cannot be had holds nothing up."""
    try:
        return await messenger.permalink(ref)
    except DeliveryError:
        return None
