"""Circulate a document: one confirmation, then a message with its live state."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from urllib.parse import urlsplit

from coordination.actions import Action
from coordination.answer_period import AnswerPeriod, answer_period, closing_on, told
from coordination.cards import closing_text
from coordination.ending import redraw
from coordination.find import require_milestone, split_item
from coordination.messages.milestones import document_title
from coordination.messages.parts import (
    Button,
    Buttons,
    Link,
    Message,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.wording import count, day_text, listed
from coordination.records import Circulation, CirculationState, Entry
from coordination.remind import briefed
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.membership import members_on
from workplan.plan import Asks, Kind
from workplan.schedule import ScheduledMilestone

LONGEST_LINK = 1500


async def propose(services: Services, asker: Asker, words: str) -> Reply:
    """`circulate ITEM LINK`: what would be circulated to whom until when, and a button."""
    snapshot = await services.snapshots.refresh()
    day = snapshot.day(asker.at)
    require_chair(snapshot, services.secretariat, asker.user, day)
    _channel(services)
    item_words, link = split_item(snapshot, words)
    item = require_milestone(snapshot, f"circulate {{}} {link}"[:1900], item_words)
    link = _checked(link)
    _circulable(item)
    asks = item.milestone.asks or Asks()
    asked = _asked(snapshot, asks, asker.at)
    period = answer_period(snapshot, item, asker.at)
    closes = closing_on(snapshot, period.full)
    number = _next_version(_earlier(snapshot, item.id))
    parts: list[Part] = [
        Paragraph(
            line(
                bold(document_title(item)),
                f": shall version {number}, ",
                Link(link, "this document"),
                f", go out for {asks.for_} by {count(len(asked), 'agency', 'agencies')}, open "
                f"until {closing_text(snapshot, closes)}?",
            )
        )
    ]
    needed = told(snapshot, period)
    if needed:
        parts.append(Note(line(needed)))
    silent = [a for a in asked if not briefed(snapshot, a, snapshot.day(asker.at))]
    if silent:
        names = listed([snapshot.agency_short(a) for a in silent])
        parts.append(Note(line(f"Nobody here represents {names}; please reach them by e-mail.")))
    if any(c.state.takes_answers for c in _earlier(snapshot, item.id)):
        parts.append(Note(line("The version that is open now will be superseded.")))
    parts.append(Buttons(_choices(snapshot, item.id, link, number, period)))
    return Reply(message(*parts))


def _choices(
    snapshot: Snapshot, milestone: str, link: str, number: int, period: AnswerPeriod
) -> tuple[Button, ...]:
    """The full period, the shorter one where the full one is too long, or not now."""

    value = {"milestone": milestone, "link": link, "version": number}
    full = Button(Action.CIRCULATE, "Circulate", json.dumps(value), "primary")
    not_now = Button(Action.DISMISS, "Not now", "")
    if period.shorter is None:
        return (full, not_now)
    day = day_text(period.shorter, snapshot.plan.plan.first_day.year)
    value["closes"] = period.shorter.isoformat()
    return (full, Button(Action.CIRCULATE, f"Only until {day}", json.dumps(value)), not_now)


async def circulate_pressed(services: Services, asker: Asker, value: str) -> Reply:
    """Circulate it: rights, values and closing time are worked out afresh."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    _channel(services)
    milestone, link, number, closes = _read(value)
    item = snapshot.schedule.get(milestone)
    if item is None:
        raise Refused("That milestone is not in the plan any more.")
    _circulable(item)
    period = answer_period(snapshot, item, asker.at)
    if closes not in (None, period.shorter):
        raise Refused("That closing time does not hold any more; please circulate again.")
    try:
        made = await _open(services, asker, snapshot, item, link, number, closes or period.full)
    except Repeated:
        return Reply(Message("That was circulated already."), replace=True)
    return Reply(
        Message(
            f"Circulated: “{made.title}”, version {made.version}, open until "
            f"{closing_text(snapshot, made.closes_at)}."
        ),
        replace=True,
    )


async def _open(
    services: Services,
    asker: Asker,
    snapshot: Snapshot,
    item: ScheduledMilestone,
    link: str,
    number: int,
    closes: date,
) -> Circulation:
    asks = item.milestone.asks or Asks()
    async with writing(services, asker) as uow:
        await uow.milestones.get(item.id)  # its lock lets one circulation begin at a time
        earlier = await uow.circulations.of_milestone(item.id)
        if _next_version(earlier) != number:  # pressed twice, or by somebody else meanwhile
            raise Refused(
                f"Version {number} of “{document_title(item)}” was circulated already. "
                "To send out another one, circulate again."
            )
        made = await uow.circulations.add(
            Circulation(
                id=0,
                milestone=item.id,
                version=number,
                title=document_title(item),
                link=link,
                asks_for=asks.for_,
                rule=asks.rule_in_force,
                asked=_asked(snapshot, asks, asker.at),
                opened_at=asker.at,
                opened_by=asker.user,
                closes_at=closing_on(snapshot, closes),
            )
        )
        for old in earlier:
            if old.state.takes_answers:
                await _supersede(services, uow, asker, old, made)
        detail = {
            "milestone": item.id,
            "version": made.version,
            "link": link,
            "asked": list(made.asked),
            "for": made.asks_for,
            "rule": made.rule,
            "closes_at": made.closes_at.isoformat(),
        }
        entry = Entry(asker.at, asker.user, "circulated", f"circulation:{made.id}", detail)
        await uow.journal.add(entry)
        await redraw(services, uow, made)
    return made


async def _supersede(
    services: Services, uow: UnitOfWork, asker: Asker, old: Circulation, made: Circulation
) -> None:
    ended = replace(old, state=CirculationState.SUPERSEDED, ended_at=asker.at)
    await uow.circulations.put(ended)
    await uow.journal.add(
        Entry(
            asker.at,
            asker.user,
            "superseded",
            f"circulation:{old.id}",
            {"by": made.id, "version": made.version},
        )
    )
    await redraw(services, uow, ended)


def _asked(snapshot: Snapshot, asks: Asks, opened: datetime) -> tuple[str, ...]:
    """Who must answer: members of the day the circulation opens; refused when there are none.

    `interested` asks all of them until agencies can say that they take part.
    """
    members = tuple(a.id for a in members_on(snapshot.plan, snapshot.day(opened)))
    named = asks.of if isinstance(asks.of, tuple) else members
    asked = tuple(a for a in named if a in members)
    if not asked:
        raise Refused("Nobody could answer: none of the agencies it would go to is a member today.")
    return asked


def _channel(services: Services) -> str:
    channel = services.clearance_channel or services.channel
    if channel is None:
        raise Refused("There is no channel to circulate in yet: set GMG_CHANNEL to its id.")
    return channel


def _circulable(item: ScheduledMilestone) -> None:
    """Only what is circulated, or asks for answers, can be; not what waits for a condition."""
    if item.kind is not Kind.CIRCULATION and item.milestone.asks is None:
        raise Refused(
            f"“{item.title}” is a {item.kind.value}, not something the plan circulates. "
            "Give it an `asks` in the plan file if it should be."
        )
    if item.pending:
        raise Refused(
            f"“{item.title}” waits for {item.pending}. The Chair can activate it first: "
            f"activate {item.id}."
        )


def _checked(link: str) -> str:
    link = link.strip().strip("<>").partition("|")[0]
    if not link:
        raise Refused("Which document? Add its link: circulate ITEM https://…")
    if not _is_web(link):
        shown = link if len(link) <= 80 else link[:80] + "…"
        raise Refused(f"“{shown}” is not a link to a document; it begins with https://.")
    if len(link) > LONGEST_LINK:
        raise Refused(f"That link has over {LONGEST_LINK} characters; please use a shorter one.")
    return link


def _is_web(link: str) -> bool:
    """Whether it is the address of a page, every character of which can be shown."""
    try:
        parts = urlsplit(link)
    except ValueError:  # such as a bracket that begins an address of IPv6
        return False
    whole = link.isprintable() and " " not in link
    return whole and parts.scheme in ("http", "https") and bool(parts.netloc)


def _read(value: str) -> tuple[str, str, int, date | None]:
    """The milestone, link, version and shorter closing day (None: the full period) of a button.

    Raises Refused for a value we never wrote.
    """
    try:
        data = json.loads(value)
        milestone, link, number = str(data["milestone"]), str(data["link"]), int(data["version"])
        closes = date.fromisoformat(data["closes"]) if "closes" in data else None
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise Refused("That button does not work any more; please circulate again.") from None
    return milestone, _checked(link), number, closes


def _earlier(snapshot: Snapshot, milestone: str) -> list[Circulation]:
    return [c for c in snapshot.circulations.values() if c.milestone == milestone]


def _next_version(earlier: Iterable[Circulation]) -> int:
    return max((c.version for c in earlier), default=0) + 1
