"""A database with a clearance by heads in it, as the bot would have made it; and its keeper."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from coordination.clearance_records import Document, Evidence
from coordination.evidenced import pinned
from coordination.records import (
    Circulation,
    CirculationState,
    Entry,
    MessageRef,
    Person,
    Role,
)
from coordination.storage_ports import UnitOfWork
from storage.engine import Database, open_database
from workplan.clearance import Act, Capacity, Position

AT = datetime(2010, 9, 1, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LINK = "https://example.org/statement.docx?a=1&b=<2>"
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
NAMES = {"UOHCHR": "Åsa Öberg", "UUNICEF": "Maria <b>Silva</b>", "UILO": "Jean Tremblay"}
TITLE = '=Principals\' "joint" statement & <annex>'
PERMALINK = "https://example.slack.com/archives/C1/p1"


async def _fill(work: UnitOfWork) -> None:
    for user, name in NAMES.items():
        agency = user[1:].lower()
        await work.people.put(Person(user, "T1", name, agency, Role.FOCAL, "Europe/Zurich"))
    await work.documents.keep(Document(SHA, "statement.docx", "x/y", b"test", "UOHCHR", AT))
    first = await work.circulations.add(_circulation())
    await work.journal.add(Entry(AT, "UOHCHR", "circulated", first.subject, _told(first)))
    closed = replace(first, state=CirculationState.SUPERSEDED, ended_at=AT + DAY)
    await work.circulations.put(closed)
    second = await work.circulations.add(
        replace(
            _circulation(),
            version=2,
            message=MessageRef("C1", "2.1"),
            supersedes=first.id,
            editorial=True,
        )
    )
    await work.journal.add(Entry(AT + DAY, "UOHCHR", "superseded", first.subject, {"by": 2}))
    await work.journal.add(Entry(AT + DAY, "UOHCHR", "circulated", second.subject, _told(second)))
    mail = await work.evidence.add(
        Evidence(
            0,
            second.id,
            "ilo",
            "UOHCHR",
            AT + 3 * DAY,
            date(2010, 9, 3),
            "Jean Tremblay, for the Director-General",
            "e-mail",
            "We can go along with this.",
            SHA,
        )
    )
    for number, act in enumerate(_acts(mail.id)):
        await work.circulations.add_act(second.id, act)
        detail: dict[str, object] = {"agency": act.agency, "source": act.source}
        if act.agency == mail.agency:
            detail |= pinned(mail)
        ref = MessageRef("C1", "2.1")
        entry = Entry(
            AT + (2 + number) * DAY, act.person, act.position.value, second.subject, detail, ref
        )
        await work.journal.add(replace(entry, permalink=PERMALINK))
    await work.journal.add(Entry(AT + 4 * DAY, "bot", "reminded", second.subject))
    for subject in (first.subject, second.subject):
        left = {"agency": "unhcr"}
        await work.journal.add(Entry(AT + 5 * DAY, "bot", "struck", subject, left))
    await work.journal.add(Entry(AT, "UOHCHR", "named", "person:UILO", {"agency": "ilo"}))


def _told(made: Circulation) -> dict[str, object]:
    """What the entry of a circulation's beginning says, as far as it decides something."""
    return {
        "version": made.version,
        "asked": list(made.asked),
        "for": made.asks_for,
        "rule": made.rule,
        "sha256": made.document,
        "closes_at": made.closes_at.isoformat(),
    }


def _circulation() -> Circulation:
    return Circulation(
        0,
        "gfmd-statement",
        1,
        TITLE,
        LINK,
        "clearance",
        "unanimity",
        ("ohchr", "unicef", "ilo", "iom", "unhcr"),
        AT,
        "UOHCHR",
        AT + 20 * DAY,
        message=MessageRef("C1", "1.1"),
        permalink=PERMALINK,
        document=SHA,
        document_name="statement.docx",
        note="Please note\n<script>alert(1)</script>",
        struck=("unhcr",),
    )


def _acts(evidence: int) -> list[Act]:
    tick = "reaction:white_check_mark"

    def act(agency: str, day: int, position: Position, source: str, capacity: Capacity | None):
        at = AT + day * DAY
        user = "UOHCHR" if source.startswith("entered") else f"U{agency.upper()}"
        return Act(agency, user, position, source, True, at, f"{day}.1", capacity)

    return [
        act("unicef", 2, Position.CLEARED, tick, Capacity.WORKING_LEVEL),
        act("unicef", 3, Position.CLEARED, "button", Capacity.HEAD),
        act("ilo", 4, Position.CLEARED, f"entered:{evidence}", Capacity.OFFICER),
        act("iom", 5, Position.STANDS_ASIDE, "carried:1", None),
    ]


def keep(url: str, act: Callable[[Database], Awaitable[None]] | None = None) -> None:
    """Fill a database that has its tables; or do something else with it."""

    async def run() -> None:
        database = await open_database(url, real_now=time.monotonic, owner="test")
        try:
            if act is not None:
                await act(database)
                return
            async with database.unit_of_work() as work:
                await _fill(work)
                await work.commit()
        finally:
            await database.close()

    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


def file_of(url: str) -> Path | None:
    """The file of a SQLite address."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else None
