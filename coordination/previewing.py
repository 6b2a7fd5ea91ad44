"""Show the channel's notices to the secretariat an hour ahead, and send what they made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from coordination.actions import Action
from coordination.messages.parts import (
    Button,
    Buttons,
    Confirm,
    Divider,
    Heading,
    Message,
    Note,
    Part,
    PickDay,
    line,
    message,
)
from coordination.messages.reminders import notice
from coordination.messages.wire import from_json, to_json
from coordination.messages.wording import moment_text
from coordination.pause import goes_out
from coordination.people_records import Preview, PreviewState
from coordination.records import Entry, OutboxItem, OutboxKind, Reminder
from coordination.services import Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.switches import PREVIEW
from workplan.steps import CHANNEL

AHEAD = timedelta(hours=1)
"""So long before its moment a notice is shown."""

MOST = 10_000


async def show_ahead(services: Services, now: datetime) -> datetime | None:
    """Show what is due within the hour, once each; returns when there is more to show."""
    snapshot = services.snapshot
    on = snapshot.switched_on(PREVIEW)
    if on is None or services.channel is None or not services.secretariat:
        return None
    async with services.storage.unit_of_work() as uow:
        coming = await uow.ledger.due(now + AHEAD, MOST)
        shown = False
        for due_at, batch in _by_moment(snapshot, coming, now).items():
            keys = tuple(r.key for r in batch)
            preview = Preview(due_at, keys, PreviewState.SHOWN, now)
            if await uow.previews.show(preview):
                shown = True
                await _send(services, uow, preview, batch)
        await uow.commit()
    if shown:
        services.wake()
    following = await services.storage.next_due(now + AHEAD)
    return following - AHEAD if following else None


def _by_moment(
    snapshot: Snapshot, reminders: Sequence[Reminder], now: datetime
) -> dict[datetime, list[Reminder]]:
    found: dict[datetime, list[Reminder]] = {}
    for reminder in reminders:
        if reminder.audience == CHANNEL and reminder.due_at > now and goes_out(snapshot, reminder):
            found.setdefault(reminder.due_at, []).append(reminder)
    return found


async def _send(
    services: Services, uow: UnitOfWork, preview: Preview, batch: Sequence[Reminder]
) -> None:
    words = notice(services.snapshot, batch, preview.due_at, services.command)
    said = to_json(shown(services.snapshot, preview, words))
    for user in sorted(services.secretariat):
        await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, said))
    detail = {"due_at": preview.due_at.isoformat(), "keys": list(preview.keys)}
    await uow.journal.add(Entry(preview.at, "bot", "notice shown beforehand", "plan", detail))


def shown(snapshot: Snapshot, preview: Preview, words: Message) -> Message:
    """A notice as the secretariat sees it beforehand; its own buttons are left out."""
    value = preview.due_at.isoformat()
    edited = preview.state is PreviewState.EDITED
    plan = "as you wrote it" if edited else "as planned"
    skip = Confirm(
        "Skip this notice?", "The channel will not be told of these items that day.", "Skip it"
    )
    parts: list[Part] = [
        Heading(f"Notice of {_when(snapshot, preview)}"),
        Note(line(f"It goes to the channel then, {plan}, unless you say otherwise.")),
        Divider(),
        *(p for p in words.parts if not isinstance(p, Buttons | PickDay)),
        Buttons(
            (
                Button(Action.PREVIEW_SEND, "Send now", value, "primary"),
                Button(Action.PREVIEW_EDIT, "Edit…", value),
                Button(Action.PREVIEW_SKIP, "Skip", value, confirm=skip),
            )
        ),
    ]
    return message(*parts)


def _when(snapshot: Snapshot, preview: Preview) -> str:
    return moment_text(preview.due_at, snapshot.plan.plan.timezone)


async def released(uow: UnitOfWork, now: datetime) -> tuple[Reminder, ...]:
    """The reminders of notices that the secretariat sends before their moment."""
    keys = [k for preview in await uow.previews.released(now) for k in preview.keys]
    return await uow.ledger.pending(keys) if keys else ()


async def channel_words(services: Services, batch: Sequence[Reminder], now: datetime) -> Message:
    """What the channel is told of claimed reminders: as the secretariat wrote it, else as planned.

    What was edited about items of which one has gone since is not sent: the notice goes out as
    planned without it, and the secretariat is told.
    """
    snapshot = services.snapshot
    keys = {r.key for r in batch}
    covered: set[str] = set()
    parts: list[Part] = []
    async with services.storage.unit_of_work() as uow:
        for due_at in sorted({r.due_at for r in batch}):
            preview = await uow.previews.get(due_at)
            if preview is None or preview.message is None:
                continue
            if keys.issuperset(preview.keys):
                parts += from_json(preview.message).parts
                covered.update(preview.keys)
            else:
                await _give_up(services, uow, preview, now)
        await uow.commit()
    rest = [r for r in batch if r.key not in covered]
    if not covered:
        return notice(snapshot, batch, now, services.command)
    if rest:
        parts += notice(snapshot, rest, now, services.command).parts
    return message(*parts)


async def _give_up(services: Services, uow: UnitOfWork, preview: Preview, now: datetime) -> None:
    """Forget the edited words, once, and say so."""
    await uow.previews.put(replace(preview, state=PreviewState.SHOWN, message=None))
    detail = {"due_at": preview.due_at.isoformat()}
    await uow.journal.add(Entry(now, "bot", "edited notice not used", "plan", detail))
    words = Message(
        f"The notice of {_when(services.snapshot, preview)} went out as planned and not as it was "
        "edited: something it told of was done, moved or left out meanwhile."
    )
    for user in sorted(services.secretariat):
        await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(words)))
