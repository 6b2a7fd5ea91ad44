"""Open a circulation: who must answer is fixed, and the version before is superseded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from coordination.asked import AskedFor, next_version
from coordination.clearance_records import Document
from coordination.ending import redraw
from coordination.messages.milestones import document_title
from coordination.records import Circulation, Entry
from coordination.services import Asker, Refused, Services
from coordination.storage_ports import UnitOfWork
from coordination.versions import carry, editorial_refusal, previous, supersede
from coordination.went_out import count_as_done
from coordination.write import writing
from workplan.clearance import Rule
from workplan.schedule import ScheduledMilestone


@dataclass(frozen=True, slots=True)
class Opening:
    """A circulation as it shall be opened: of a link, or of a file that is kept."""

    item: ScheduledMilestone
    version: int
    asks_for: AskedFor
    rule: Rule
    asked: tuple[str, ...]
    closes_at: datetime  # aware
    link: str = ""
    document: Document | None = None
    note: str = ""
    editorial: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened, the agencies whose answers to the version before carried over, and what
    there is to tell of its milestone."""

    circulation: Circulation
    carried: tuple[str, ...] = ()
    milestone: str | None = None


async def open_circulation(services: Services, asker: Asker, opening: Opening) -> Opened:
    """Open it, with all that follows, in one transaction.

    Raises Refused where that version was circulated already or nothing can carry over, and
    Repeated and StorageUnavailable.
    """
    async with writing(services, asker) as uow:
        await uow.milestones.get(opening.item.id)  # its lock lets one circulation begin at a time
        earlier = await uow.circulations.of_milestone(opening.item.id)
        if next_version(earlier) != opening.version:  # pressed twice, or by somebody else meanwhile
            raise Refused(
                f"Version {opening.version} of “{document_title(opening.item)}” was circulated "
                "already. To send out another one, circulate again."
            )
        old = previous(earlier)
        if old is not None:  # locked: no answer to it may come in while its answers are looked at
            old = await uow.circulations.get(old.id) or old
        await _require_editorial(uow, opening, old)
        if opening.document is not None:
            await uow.documents.keep(opening.document)
        made = await uow.circulations.add(_made(asker, opening, old))
        await uow.journal.add(_entry(asker, made))
        for one in earlier:
            await supersede(services, uow, asker, one, made)
        carried: tuple[str, ...] = ()
        if opening.editorial and old is not None:
            carried = await carry(services, uow, asker, old, made)
        done = await count_as_done(services, uow, asker, opening.item, made)
        await redraw(services, uow, made)
    return Opened(made, carried, done)


async def _require_editorial(uow: UnitOfWork, opening: Opening, old: Circulation | None) -> None:
    if not opening.editorial:
        return
    acts = await uow.circulations.acts(old.id) if old is not None else ()
    no = editorial_refusal(old, acts, opening.asks_for, opening.rule)
    if no is not None:
        raise Refused(no)


def _made(asker: Asker, opening: Opening, old: Circulation | None) -> Circulation:
    document = opening.document
    return Circulation(
        id=0,
        milestone=opening.item.id,
        version=opening.version,
        title=document_title(opening.item),
        link=opening.link,
        asks_for=opening.asks_for,
        rule=opening.rule,
        asked=opening.asked,
        opened_at=asker.at,
        opened_by=asker.user,
        closes_at=opening.closes_at,
        document=document.sha256 if document else None,
        document_name=document.name if document else None,
        note=opening.note,
        supersedes=old.id if old else None,
        editorial=opening.editorial,
    )


def _entry(asker: Asker, made: Circulation) -> Entry:
    detail = {
        "milestone": made.milestone,
        "version": made.version,
        "asked": list(made.asked),
        "for": made.asks_for,
        "rule": made.rule,
        "closes_at": made.closes_at.isoformat(),
    }
    if made.document is None:
        detail["link"] = made.link
    else:
        detail["sha256"] = made.document
    if made.supersedes is not None:
        detail |= {"supersedes": made.supersedes, "editorial": made.editorial}
    return Entry(asker.at, asker.user, "circulated", made.subject, detail)


def require_channel(services: Services) -> str:
    """The channel that circulations go to; raises Refused where none is set."""
    channel = services.clearance_channel or services.channel
    if channel is None:
        raise Refused("There is no channel to circulate in yet: set GMG_CHANNEL to its id.")
    return channel
