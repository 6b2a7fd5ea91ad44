"""The author replies to a comment; the agency that wrote it is told."""

from __future__ import annotations

from dataclasses import replace

from coordination.actions import Action
from coordination.briefed import reachable
from coordination.clearance_records import Comment
from coordination.comments import cells, readable, require_reader
from coordination.comments_view import require_circulation
from coordination.messages.forms import (
    MOST_TEXT,
    Answers,
    ChoiceField,
    Form,
    FormName,
    Incomplete,
    Option,
    TextField,
)
from coordination.messages.legible import one_line
from coordination.messages.parts import (
    Button,
    Buttons,
    Message,
    Paragraph,
    Quote,
    bold,
    line,
    message,
)
from coordination.messages.wire import to_json
from coordination.records import Circulation, Entry, OutboxItem, OutboxKind
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.write import Repeated, writing

MOST_OPTIONS = 100
MOST_LABEL = 75
MOST_QUOTED = 300


async def reply_pressed(services: Services, asker: Asker, value: str) -> Form:
    """The form in which the author replies; `value` is the circulation's id."""
    snapshot = await services.snapshots.refresh()
    circulation = require_circulation(snapshot, value)
    found = await _repliable(services, snapshot, circulation, asker)
    if not found:
        raise Refused("There is no comment to reply to.")
    first = sorted(found, key=lambda c: bool(c.reply))[:MOST_OPTIONS]
    options = tuple(Option(str(c.id), _label(snapshot, c)) for c in first)
    hint = "Those without a reply come first; another reply takes an earlier one’s place."
    return Form(
        FormName.REPLY,
        "Reply to a comment",
        "Send the reply",
        (
            Paragraph(line(bold(circulation.title), f", version {circulation.version}")),
            ChoiceField("comment", "Comment", options, options[0].value, hint=hint),
            TextField("reply", "The author’s reply", multiline=True),
        ),
        str(circulation.id),
    )


async def reply_given(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """Keep the reply and tell the agency; `about` is the circulation's id."""
    snapshot = await services.snapshots.refresh()
    circulation = require_circulation(snapshot, about)
    known = {str(c.id): c for c in await _repliable(services, snapshot, circulation, asker)}
    comment = known.get(answers.text("comment"))
    text = answers.text("reply")
    if comment is None:
        raise Incomplete({"comment": "That comment is not there any more; please choose one."})
    if not text:
        raise Incomplete({"reply": "Please write the reply."})
    if len(text) > MOST_TEXT:
        raise Incomplete({"reply": f"Please keep it to {MOST_TEXT} characters."})
    try:
        async with writing(services, asker) as uow:
            kept = await uow.comments.get(comment.id)
            if kept is None or kept.withdrawn:
                raise Incomplete({"comment": "That comment was taken back meanwhile."})
            replied = replace(kept, reply=text, replied_by=asker.user, replied_at=asker.at)
            await uow.comments.put(replied)
            detail = {"comment": kept.id, "agency": kept.agency}
            await uow.journal.add(
                Entry(asker.at, asker.user, "replied to a comment", circulation.subject, detail)
            )
            told = to_json(_told(circulation, replied))
            for person in reachable(snapshot, kept.agency, snapshot.day(asker.at)):
                if person.user != asker.user:
                    await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, person.user, told))
    except Repeated:
        pass
    short = snapshot.agency_short(comment.agency)
    another = Button(Action.REPLY, "Reply to another…", str(circulation.id))
    return Reply(
        message(
            Paragraph(line(f"Your reply to the comment of {short} is noted, and {short} is told.")),
            Buttons((another,)),
        )
    )


async def _repliable(
    services: Services, snapshot: Snapshot, circulation: Circulation, asker: Asker
) -> tuple[Comment, ...]:
    """The comments that the person may reply to; raises Refused when they may to none."""
    day = snapshot.day(asker.at)
    reader = require_reader(services, snapshot, circulation, asker.user, day)
    if not reader.may_reply:
        raise Refused(f"Only the authors of “{circulation.title}” and the Chair reply to comments.")
    everything = await services.storage.comments(circulation.id)
    if not reader.chair:
        # An author's own agency reads its own reasons as well; those are the chair's to answer.
        everything = tuple(c for c in everything if c.kind in ("comment", "suggestion"))
    return readable(circulation, everything, reader)


def _label(snapshot: Snapshot, comment: Comment) -> str:
    agency, place, words, wording, _ = map(one_line, cells(snapshot, comment))
    where = f", {place}" if place else ""
    label = f"{agency}{where}: {words or wording}"
    return label if len(label) <= MOST_LABEL else label[: MOST_LABEL - 1].rstrip() + "…"


def _told(circulation: Circulation, comment: Comment) -> Message:
    return message(
        Paragraph(
            line(
                "The author’s reply to your comment on ",
                bold(circulation.title),
                f", version {circulation.version}:",
            )
        ),
        Quote(line(_brief(comment.text or comment.wording))),
        Paragraph(line(comment.reply)),
    )


def _brief(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= MOST_QUOTED else words[: MOST_QUOTED - 1].rstrip() + "…"
