"""`preview`: the secretariat sees each notice an hour ahead, and sends, edits or skips it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from coordination.actions import Action
from coordination.messages.forms import MOST_TEXT, Answers, Form, FormName, Incomplete, TextField
from coordination.messages.parts import Button, Buttons, Message, Paragraph, Part, line, message
from coordination.messages.reminders import notice
from coordination.messages.wire import from_json, to_json
from coordination.messages.wording import moment_text
from coordination.people_records import Preview, PreviewState
from coordination.previewing import shown
from coordination.records import Entry, Reminder, ReminderState
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.switches import PREVIEW, on_or_off, turn
from coordination.write import Repeated, writing
from workplan.steps import Topic

_GONE = "That preview is not of this plan any more."
SKIPPED = "skipped by the secretariat, who saw it beforehand"
MOST_SHOWN = 5


async def preview(services: Services, asker: Asker, words: str) -> Reply:
    """`preview` and `preview off`."""
    await services.snapshots.refresh()
    _require_secretariat(services, asker)
    if on_or_off(services, PREVIEW, words):
        await turn(services, asker, PREVIEW, True, "previews on")
        return Reply(
            Message(
                "The secretariat now sees each notice an hour before the channel does, to send, "
                "edit or skip it. Unanswered, it goes out as planned."
            )
        )
    if not await turn(services, asker, PREVIEW, False, "previews off"):
        return Reply(Message("Notices are not shown beforehand."))
    return Reply(Message("Notices are no longer shown beforehand; they go out as planned."))


async def send_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """Send it now; `value` is the moment it is due, like that of the two below."""
    found = await _decide(services, asker, value, PreviewState.RELEASED, "notice sent early")
    return Reply(Message(f"The notice of {_when(services, found)} is sent now."), replace=True)


async def skip_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """Leave it out: its reminders are listed as not sent, with the reason."""
    found = await _decide(services, asker, value, PreviewState.SKIPPED, "notice skipped")
    told = f"Skipped: the notice of {_when(services, found)} is not sent."
    return Reply(Message(told), replace=True)


async def edit_pressed(services: Services, asker: Asker, value: str) -> Form:
    """The form with the notice's text."""
    snapshot = await services.snapshots.refresh()
    _require_secretariat(services, asker)
    async with services.storage.unit_of_work() as uow:
        kept, waiting = await _waiting(uow, _moment(value))
    text = notice(snapshot, waiting, kept.due_at, services.command).text
    if kept.message is not None:
        text = from_json(kept.message).text
    if len(text) > MOST_TEXT:
        raise Refused(
            f"That notice is longer than a form takes ({MOST_TEXT} characters). "
            "Please send or skip it."
        )
    field = TextField("text", "What the channel is told", text, multiline=True)
    intro = Paragraph(line(f"The notice of {_when(services, kept)}."))
    return Form(FormName.PREVIEW, "Edit the notice", "Keep it", (intro, field), value)


async def edited(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """The form: the words are sent at the notice's moment in place of its own."""
    text = answers.text("text")
    if not text:
        raise Incomplete({"text": "Please write what is sent, or close this and press Skip."})
    if len(text) > MOST_TEXT:
        raise Incomplete({"text": f"At most {MOST_TEXT} characters."})
    found = await _decide(
        services, asker, about, PreviewState.EDITED, "notice edited", text.splitlines()
    )
    words = from_json(found.message or "")
    return Reply(shown(services.snapshot, found, words))


async def _decide(
    services: Services,
    asker: Asker,
    value: str,
    state: PreviewState,
    verb: str,
    lines: list[str] | None = None,
) -> Preview:
    """Keep what was decided, as long as the notice has not been sent; raises Refused after."""
    snapshot = await services.snapshots.refresh()
    _require_secretariat(services, asker)
    due_at = _moment(value)
    try:
        async with writing(services, asker) as uow:
            kept, waiting = await _waiting(uow, due_at)
            said = to_json(_written(snapshot, lines, waiting)) if lines is not None else None
            decided = replace(
                kept, state=state, message=said or kept.message, by=asker.user, at=asker.at
            )
            if lines is not None:
                decided = replace(decided, keys=tuple(r.key for r in waiting))
            await uow.previews.put(decided)
            if state is PreviewState.SKIPPED:
                keys = [r.key for r in waiting]
                await uow.ledger.finish(keys, ReminderState.EXPIRED, SKIPPED)
            for reminder in waiting:
                await uow.journal.add(_entry(asker, verb, reminder))
    except Repeated:
        async with services.storage.unit_of_work() as uow:
            before = await uow.previews.get(due_at)
        if before is None:
            raise Refused(_GONE) from None
        return before
    return decided


async def _waiting(uow: UnitOfWork, due_at: datetime) -> tuple[Preview, tuple[Reminder, ...]]:
    """The preview of that moment and its reminders that are not sent yet; raises Refused."""
    kept = await uow.previews.get(due_at)
    if kept is None:
        raise Refused(_GONE)
    if kept.state is PreviewState.SKIPPED:
        raise Refused("That notice was skipped already.")
    waiting = await uow.ledger.pending(kept.keys)
    if not waiting:
        raise Refused("That notice was sent already, or nothing is left of it.")
    return kept, waiting


def _written(snapshot: Snapshot, lines: list[str], reminders: tuple[Reminder, ...]) -> Message:
    """The edited words, with buttons that show what they are about."""
    parts: list[Part] = [Paragraph(line(words)) for words in lines if words.strip()]
    items = [snapshot.schedule.get(r.subject) for r in reminders if r.topic is not Topic.CHANGE]
    buttons = tuple(
        Button(Action.SHOW, f"Show {item.title}"[:75], item.id)
        for item in items[:MOST_SHOWN]
        if item is not None
    )
    if buttons:
        parts.append(Buttons(buttons))
    return message(*parts)


def _entry(asker: Asker, verb: str, reminder: Reminder) -> Entry:
    detail = {"key": reminder.key}
    return Entry(asker.at, asker.user, verb, f"milestone:{reminder.subject}", detail)


def _require_secretariat(services: Services, asker: Asker) -> None:
    if asker.user not in services.secretariat:
        raise Refused("Only the secretariat can do that.")


def _moment(value: str) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(_GONE) from None
    if found.tzinfo is None:
        raise Refused(_GONE)
    return found


def _when(services: Services, kept: Preview) -> str:
    return moment_text(kept.due_at, services.snapshot.plan.plan.timezone)
