"""Forms as Slack's modals, read back as answers; where one cannot be opened, a button opens it."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256
from typing import Any

import structlog

from bot.slack.blocks import Block, literal
from bot.slack.cleaning import shorten
from bot.slack.fields import field_block
from bot.slack.incoming import entered
from bot.slack.views import MOST_BLOCKS, MOST_BYTES, part_blocks, size
from coordination.actions import Action
from coordination.messages.forms import Answers, Entered, Field, FileRef, Form
from coordination.messages.parts import Button, Buttons, Divider, Note, Paragraph, line, message
from coordination.records import MessageRef
from coordination.services import Refused, Reply

log = structlog.get_logger(__name__)

FORM = "gmg_form"
"""The callback id of every form; which one it is stands in its metadata."""

SAID = "gmg_said"
"""The id of the block in which a form without fields says why it was not taken."""

MOST_VALUE = 1_900
MOST_METADATA = 3_000
MOST_ERROR = 1_000
"""Characters of a sentence beside a field; Slack names no limit."""


def reply_thread(thread: str | None, message: str | None) -> str | None:
    """The thread that a message is a reply in.

    Slack gives the message that a thread begins with its own time as the thread's; what is told to
    somebody who acted on it belongs beside it, not into a thread that they may not have open.
    """
    return None if thread == message else thread


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a form was opened: ids only, for they travel through Slack and back.

    Without a channel it was opened from the person's Home.
    """

    channel: str | None = None
    thread: str | None = None
    message: str | None = None

    @property
    def ref(self) -> MessageRef | None:
        """The message whose button or shortcut opened it."""
        return MessageRef(self.channel, self.message) if self.channel and self.message else None


def opener(form: Form, words: str) -> Reply:
    """A message whose button asks the same again; a press can open the form, words cannot."""
    return reopener(form.title, Action.ASK, words)


def reopener(title: str, action: str, value: str) -> Reply:
    """A message whose button asks for a form again."""
    button = Button(action, "Open the form", value[:MOST_VALUE], "primary")
    asked = Paragraph(line(f"{title}: this takes a form."))
    return Reply(message(asked, Buttons((button,))))


def form_view(form: Form, origin: Origin) -> dict[str, Any]:
    """The form as a modal. Raises Refused where it is more than one can hold."""
    return {
        "type": "modal",
        "callback_id": FORM,
        "title": literal(form.title or "–"),
        "submit": literal(form.submit or "Send"),
        "close": literal("Cancel"),
        "private_metadata": metadata(form.name, form.about, origin),
        "blocks": _blocks(form),
    }


def metadata(name: str, about: str, origin: Origin) -> str:
    """What a form carries along, in two lines: what it is and where from; what it is about."""
    ids = {
        "form": str(name),
        "channel": origin.channel,
        "thread": origin.thread,
        "message": origin.message,
    }
    # The second line is left as it is: escaped once more it could outgrow what Slack takes.
    return f"{json.dumps({k: v for k, v in ids.items() if v})}\n{about}"


def read_metadata(view: Mapping[str, Any]) -> tuple[str, str, Origin]:
    """The form's name, what it is about, and where it was opened."""
    first, _, about = str(view.get("private_metadata") or "").partition("\n")
    try:
        ids = json.loads(first) if first else {}
    except (ValueError, RecursionError):
        ids = {}
    known = ids if isinstance(ids, dict) else {}
    texts = {key: value for key, value in known.items() if isinstance(value, str)}
    origin = Origin(texts.get("channel"), texts.get("thread"), texts.get("message"))
    return texts.get("form", ""), about, origin


def _blocks(form: Form) -> list[Block]:
    """All fields, and of the parts between them as many as there is room for."""
    numbers, step = itertools.count(), _step(form)
    rows: list[tuple[object, list[Block]]] = []
    for item in form.items:
        if isinstance(item, Field):
            block = field_block(item, f"{step}:{item.name}")
            rows.append((item, [block] if block else []))
        else:
            rows.append((item, part_blocks(item, numbers)))
    for spared in (Divider, Note, object):
        for number in range(len(rows) - 1, -1, -1):
            row, blocks = rows[number]
            if not _too_much(rows):
                break
            if isinstance(row, spared) and not isinstance(row, Field) and blocks:
                log.warning("a part of a form left out", form=form.name)
                rows[number] = (row, [])
    if _too_much(rows):
        log.error("a form is too long", form=form.name, fields=len(form.fields))
        raise Refused("That is more than one form can hold. Please choose fewer at a time.")
    found = [block for _, blocks in rows for block in blocks]
    return found or [{"type": "section", "text": literal(form.title or "–")}]


def _too_much(rows: list[tuple[object, list[Block]]]) -> bool:
    blocks = [block for _, some in rows for block in some]
    return len(blocks) > MOST_BLOCKS or size(blocks) > MOST_BYTES


def _step(form: Form) -> str:
    """What tells the fields of one step from those of the next: Slack keeps what was entered
    where the ids stay the same."""
    return sha256(f"{form.name}\n{form.about}".encode()).hexdigest()[:8]


def read_answers(view: Mapping[str, Any]) -> Answers:
    """What was entered, by the names of the fields."""
    values = (view.get("state") or {}).get("values") or {}
    found: dict[str, Entered] = {}
    for block in _inputs(view):
        name = str(block["element"]["action_id"])
        state = (values.get(block["block_id"]) or {}).get(name) or {}
        found[name] = _read(str(block["element"]["type"]), state)
    return Answers(found)


def errors_at(view: Mapping[str, Any], errors: Mapping[str, str]) -> dict[str, str]:
    """The sentences by the blocks they belong to; of a field that is not there, at the first."""
    blocks = {str(b["element"]["action_id"]): str(b["block_id"]) for b in _inputs(view)}
    first = next(iter(blocks.values()), None)
    found: dict[str, str] = {}
    for name, sentence in errors.items():
        block = blocks.get(name, first)
        if block is not None:
            said = f"{found[block]} {sentence}" if block in found else sentence
            found[block] = shorten(said.strip() or "This cannot be taken.", MOST_ERROR)
    return found


def with_sentence(view: Mapping[str, Any], sentence: str) -> dict[str, Any]:
    """A form without fields again, saying above all else why it was not taken."""
    said = {
        "type": "section",
        "block_id": SAID,
        "text": literal(shorten(sentence, MOST_ERROR) or "–"),
    }
    blocks = [b for b in view.get("blocks") or () if b.get("block_id") != SAID]
    kept = ("type", "callback_id", "title", "submit", "close", "private_metadata")
    again = {key: view[key] for key in kept if view.get(key)}
    return {**again, "blocks": [said, *blocks[: MOST_BLOCKS - 1]]}


def _inputs(view: Mapping[str, Any]) -> list[Block]:
    return [b for b in view.get("blocks") or () if b.get("type") == "input"]


def _read(kind: str, state: Mapping[str, Any]) -> Entered:
    match kind:
        case "static_select" | "radio_buttons":
            chosen = state.get("selected_option")
            return str(chosen["value"]) if chosen else None
        case "multi_static_select" | "checkboxes":
            return tuple(str(o["value"]) for o in state.get("selected_options") or ())
        case "datepicker":
            day = state.get("selected_date")
            return date.fromisoformat(day) if day else None
        case "timepicker":
            moment = state.get("selected_time")
            return time.fromisoformat(moment) if moment else None
        case "users_select":
            return state.get("selected_user")
        case "file_input":
            files = state.get("files") or ()
            return FileRef(str(files[0]["id"]), str(files[0].get("name") or "")) if files else None
        case _:
            return entered(str(state.get("value") or ""))
