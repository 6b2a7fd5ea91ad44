"""Each hour: what plan and state say should have been posted, beside what the ledger says was.

Derived anew and asked of the ledger key by key, so that what the ledger lost from its own list of
what waits is found as well. What differs is told to the secretariat and journalled, once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from coordination.messages.parts import Bullets, Line, Mention, Message, Paragraph, line, message
from coordination.messages.wire import to_json
from coordination.messages.wording import count, moment_text
from coordination.overdue import Overdue
from coordination.records import (
    Entry,
    OutboxItem,
    OutboxKind,
    Reminder,
    ReminderState,
)
from coordination.remind import UNREACHED, day_start, derive, ladder
from coordination.rights import told_of_trouble
from coordination.services import Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import Round, StorageUnavailable
from coordination.watch_ports import FOUND as FOUND
from coordination.watch_ports import Notes, Watch
from workplan.steps import CHANNEL

log = structlog.get_logger(__name__)

HOUR = 3600.0
ROUND, AUDITED = "audit", "audited until"
LEASE = 300.0
"""Real seconds that whoever audits has for it, before another process may."""

KEPT = timedelta(days=30)
"""Plan time for which it is known which requests were processed. The platform repeats an event for
some minutes; a month is enough for a clock that is sped up as well."""

SETTLES = 5.0
"""Real seconds between the two looks that must show a difference: an act that is just being
committed calls for reminders the ledger learns of a moment later."""

MOST_TOLD = 20
"""Differences told in one message; all are journalled."""

_WORDS = {
    "missing": "I have no record of it",
    "cancelled": "it was taken off my list, though the plan calls for it",
    "waiting": "it still waits to be sent",
    "in doubt": "it was to be sent, and I cannot find out whether it was",
    "folded": "it was left out for a later reminder that never came",
    "no message": "it counts as sent, but I do not know in which message",
}
"""What can differ, and how people are told of it."""

_UNDER_WAY = (ReminderState.PENDING, ReminderState.CLAIMED)

Differences = Mapping[str, tuple[Reminder, str]]
"""By the reminder's key: what should have been posted, and which of `_WORDS` it is."""


class Audit:
    """Looks every hour, one process for all."""

    def __init__(
        self,
        services: Services,
        watch: Watch,
        notes: Notes,
        late: Overdue,
        settles: float = SETTLES,
    ) -> None:
        """`settles`: real seconds between the two looks."""
        self._services = services
        self._watch = watch
        self._notes = notes
        self._late = late
        self._settles = settles

    async def run(self, every: float = HOUR) -> None:
        """Look, if nobody did in the last `every` real seconds, and forget old requests; raises
        StorageUnavailable.

        What is due since the last look is looked at, and what was not settled then.
        """
        until, storage = self._late.then, self._services.storage
        if until is None:
            return
        if await storage.begin_round(ROUND, every, LEASE) is not Round.OURS:
            return
        well = False
        try:
            await self._compare(until)
            await self._notes.forget_events(until - KEPT)
            well = True
        finally:
            with suppress(StorageUnavailable):  # then another may when the lease has run out
                await storage.end_round(ROUND, well)

    async def _compare(self, until: datetime) -> None:
        """Hold the ledger against what was called for up to an instant of plan time."""
        snapshot = await self._services.snapshots.refresh()
        since = await self._watch.instant(AUDITED) or day_start(snapshot, until)
        found, settled = await self._look(snapshot, since, until)
        if found:
            await asyncio.sleep(self._settles)
            snapshot = await self._services.snapshots.refresh()
            again, later = await self._look(snapshot, since, until)
            settled = min(settled, later)
            found = {k: again[k] for k in found.keys() & again.keys()}
        new = await self._tell(snapshot, found) if found else 0
        await self._notes.note_instant(AUDITED, max(since, settled))
        log.info("audited", since=str(since), until=str(until), differ=len(found), new=new)

    async def _look(
        self, snapshot: Snapshot, since: datetime, until: datetime
    ) -> tuple[dict[str, tuple[Reminder, str]], datetime]:
        """What differs, and until when all is settled."""
        # All of it, and not what lies within sight alone (coordination/calling.py): the audit
        # shares no short cut with what it looks after. Beside the loop, for it may take a while.
        secretariat = sorted(self._services.secretariat)
        called_for = await asyncio.to_thread(derive, snapshot, secretariat)
        wanted = [r for r in called_for if since < r.due_at <= until]
        rows = await self._watch.standing([r.key for r in wanted])
        late = {r.key for r in await self._late.look(snapshot)}
        found: dict[str, tuple[Reminder, str]] = {}
        settled = until
        for reminder in wanted:
            row = rows.get(reminder.key)
            what = _differs(reminder, row, rows, wanted, late)
            if what is not None:
                found[reminder.key] = (reminder, what)
            if row is not None and row.state in _UNDER_WAY:
                settled = min(settled, reminder.due_at - timedelta(microseconds=1))
        return found, settled

    async def _tell(self, snapshot: Snapshot, found: Differences) -> int:
        """Journal what was not told before and write to the secretariat; how many that are."""
        services = self._services
        now = services.clock.now()
        new: list[tuple[Reminder, str]] = []
        async with services.storage.unit_of_work() as uow:
            for key, (reminder, what) in sorted(found.items()):
                subject = f"reminder:{key}"
                told = await uow.journal.of(subject)
                if any(e.verb == FOUND and e.detail.get("what") == what for e in told):
                    continue
                new.append((reminder, what))
                detail = {"what": what, "due_at": reminder.due_at.isoformat()}
                await uow.journal.add(Entry(now, "bot", FOUND, subject, detail))
            said = to_json(_message(snapshot, new))
            day = snapshot.day(now)
            for user in told_of_trouble(snapshot, services.secretariat, day) if new else ():
                await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, said))
            await uow.commit()
        if new:
            log.error("ledger differs", keys=[r.key for r, _ in new], what=[w for _, w in new])
            services.measures.differed(len(new))
            services.wake()
        return len(new)


def _differs(
    reminder: Reminder,
    row: Reminder | None,
    rows: Mapping[str, Reminder],
    wanted: Sequence[Reminder],
    late: set[str],
) -> str | None:
    """Which of `_WORDS` a reminder that was called for is; None where all is well.

    What failed was told when it failed. What is expired was not to be sent: it was past when it
    first became known, or the secretariat skipped it.
    """
    if row is None:
        return "missing"
    if row.state is ReminderState.CANCELLED:
        return "cancelled"
    if row.state in _UNDER_WAY and row.key in late:
        return "waiting" if row.state is ReminderState.PENDING else "in doubt"
    if row.state is ReminderState.POSTED and row.message is None:
        return "no message"
    if row.state is ReminderState.FOLDED:
        after = [r for r in wanted if _later_step(reminder, r)]
        ends = [rows[r.key].state for r in after if r.key in rows]
        if after and all(s in (ReminderState.CANCELLED, ReminderState.EXPIRED) for s in ends):
            return "folded"
    return None


def _later_step(reminder: Reminder, other: Reminder) -> bool:
    """Whether the other is a later step of the same ladder for the same people."""
    later = (other.due_at, other.key) > (reminder.due_at, reminder.key)
    return later and other.audience == reminder.audience and ladder(other) == ladder(reminder)


def _message(snapshot: Snapshot, found: Sequence[tuple[Reminder, str]]) -> Message:
    shown = [_line(snapshot, reminder, what) for reminder, what in found[:MOST_TOLD]]
    if len(found) > MOST_TOLD:
        shown.append(
            line(f"and {count(len(found) - MOST_TOLD, 'other')}; the journal has them all")
        )
    return message(
        Paragraph(
            line(
                "Each hour I compare what I should have sent with what I did. "
                f"{count(len(found), 'reminder does', 'reminders do')} not agree:"
            )
        ),
        Bullets(tuple(shown)),
        Paragraph(
            line(
                "You will be told of each once. Please tell the group yourself where it matters, "
                "and whoever runs the bot: gmg export --only journal lists them all."
            )
        ),
    )


def _line(snapshot: Snapshot, reminder: Reminder, what: str) -> Line:
    item = snapshot.schedule.get(reminder.subject)
    title = f"“{item.title}”" if item else reminder.subject
    due = moment_text(reminder.due_at, snapshot.plan.plan.timezone)
    if reminder.audience in (CHANNEL, UNREACHED):
        to = "the channel" if reminder.audience == CHANNEL else "nobody"
        return line(f"{title}, for {to}, due {due}: {_WORDS[what]}.")
    person = snapshot.known.get(reminder.audience)
    named = Mention(reminder.audience, person.name if person else reminder.audience)
    return line(f"{title}, for ", named, f", due {due}: {_WORDS[what]}.")
