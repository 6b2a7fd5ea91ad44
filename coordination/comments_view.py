"""The table of comments in chat: for the chair, the author, and each agency its own."""

from __future__ import annotations

from collections.abc import Sequence

from coordination.actions import Action
from coordination.briefed import reachable
from coordination.clearance_records import Comment
from coordination.comments import (
    HEADER,
    Reader,
    authors,
    cells,
    readable,
    reader_of,
    require_reader,
)
from coordination.messages.legible import one_line
from coordination.messages.parts import (
    Button,
    Buttons,
    Heading,
    Message,
    Note,
    Paragraph,
    Part,
    Table,
    line,
    message,
)
from coordination.messages.wording import count
from coordination.records import Circulation
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot

MOST_ROWS = 99
"""With the header 100, which is what a table in Slack takes."""

MOST_CELL = 200
MOST_TABLE = 7_500
"""Characters of a cell, and of all cells together."""

FORMATS = {"docx": "As Word", "xlsx": "As Excel"}
"""The files that are offered, by their endings."""


def comments_button(
    services: Services, snapshot: Snapshot, circulation: Circulation, asker: Asker
) -> tuple[Button, ...]:
    """The button that opens the table, for those who may read anything in it."""
    day = snapshot.day(asker.at)
    if reader_of(services, snapshot, circulation, asker.user, day) is None:
        return ()
    return (Button(Action.COMMENTS, "Comments", str(circulation.id)),)


async def comments_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """The table of a circulation's comments; `value` is its id."""
    snapshot = await services.snapshots.refresh()
    circulation = require_circulation(snapshot, value)
    day = snapshot.day(asker.at)
    reader = require_reader(services, snapshot, circulation, asker.user, day)
    found = readable(circulation, await services.storage.comments(circulation.id), reader)
    if not found:
        whose = "" if reader.may_reply else " of your agency"
        return Reply(
            Message(
                f"There are no comments{whose} on “{circulation.title}”, version "
                f"{circulation.version}{', yet' if circulation.state.takes_answers else ''}."
            )
        )
    return Reply(_table(services, snapshot, circulation, found, reader))


def comments_for_author(
    services: Services, snapshot: Snapshot, circulation: Circulation, comments: Sequence[Comment]
) -> Message:
    """What an author is sent when the time for comments is over; `comments` are all of them."""
    author = Reader(author=True)
    found = readable(circulation, comments, author)
    if not found:
        return Message(
            f"The time for comments on “{circulation.title}”, version {circulation.version}, is "
            "over. There are none."
        )
    return _table(services, snapshot, circulation, found, author)


def author_people(snapshot: Snapshot, circulation: Circulation) -> tuple[str, ...]:
    """The user ids of those whose text it is, as of the day it closes."""
    day = snapshot.day(circulation.closes_at)
    people = [
        p.user for a in authors(snapshot, circulation, day) for p in reachable(snapshot, a, day)
    ]
    return tuple(dict.fromkeys(people))


def require_circulation(snapshot: Snapshot, value: str) -> Circulation:
    """The circulation of a button's value; raises Refused for one that we do not know."""
    found = snapshot.circulations.get(int(value)) if value.isdecimal() else None
    if found is None:
        raise Refused("That is not of a circulation that I know. Please ask again.")
    return found


def _table(
    services: Services,
    snapshot: Snapshot,
    circulation: Circulation,
    found: Sequence[Comment],
    reader: Reader,
) -> Message:
    title = f"Comments on {circulation.named}"
    agencies = len({c.agency for c in found})
    said = f"{count(len(found), 'comment')} of {count(agencies, 'agency', 'agencies')}"
    left = sum(not c.reply for c in found)
    waiting = f"; the author’s reply is still to come on {left}" if left else ""
    rows, cut = _shortened(snapshot, found)
    parts: list[Part] = [
        Heading(title),
        Paragraph(line(f"{said}{waiting}.")),
        Table(HEADER, rows),
    ]
    if cut:
        more = f"Shown are {len(rows)} of {len(found)}" if len(rows) < len(found) else "Shown"
        parts.append(Note(line(f"{more}, long ones cut short; {_whole(services, circulation)}.")))
    buttons = []
    if reader.may_reply:
        buttons.append(Button(Action.REPLY, "Reply…", str(circulation.id)))
    for ending, label in FORMATS.items():
        if ending in services.writers:
            buttons.append(Button(Action.EXPORT, label, f"{circulation.id}|{ending}"))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    return message(*parts)


def _whole(services: Services, circulation: Circulation) -> str:
    if any(ending in services.writers for ending in FORMATS):
        return "the files have all of it"
    return f"`gmg comments {circulation.milestone}` in the terminal prints all of it"


def _shortened(
    snapshot: Snapshot, found: Sequence[Comment]
) -> tuple[tuple[tuple[str, ...], ...], bool]:
    """The rows that fit, each cell on one line, and whether anything is missing."""
    rows: list[tuple[str, ...]] = []
    left, cut = MOST_TABLE, False
    for comment in found[:MOST_ROWS]:
        whole = [one_line(text) for text in cells(snapshot, comment)]
        row = tuple(t if len(t) <= MOST_CELL else t[: MOST_CELL - 1].rstrip() + "…" for t in whole)
        left -= sum(map(len, row))
        if left < 0:
            break
        rows.append(row)
        cut = cut or list(row) != whole
    return tuple(rows), cut or len(rows) < len(found)
