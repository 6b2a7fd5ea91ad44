"""Circulate a document: a form, or the plan's values after one confirmation."""

from __future__ import annotations

import json
from datetime import date

from coordination.absent import absent, absent_words
from coordination.actions import Action
from coordination.answer_period import AnswerPeriod, answer_period, closing_on, told
from coordination.asked import (
    asked_of,
    interested_words,
    next_version,
    planned,
    require_circulable,
    versions_of,
)
from coordination.cards import closing_text
from coordination.circulate_form import choose_form, circulate_form
from coordination.circulated import receipt
from coordination.find import find_milestone, require_milestone, split_item
from coordination.links import checked_link
from coordination.messages.forms import Form
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
from coordination.messages.wording import count, day_text
from coordination.opening import Opening, open_circulation, require_channel
from coordination.rights import require_chair
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.write import Repeated
from workplan.schedule import ScheduledMilestone


async def circulate(services: Services, asker: Asker, words: str) -> Reply | Form:
    """`circulate`, `circulate ITEM`: the form; `circulate ITEM LINK`: one confirmation."""
    snapshot = await services.snapshots.refresh()
    require_chair(snapshot, services.secretariat, asker.user, snapshot.day(asker.at))
    require_channel(services)
    if not words.strip():
        return choose_form(services, asker)
    whole = find_milestone(snapshot, words).item
    item_words, link = split_item(snapshot, words)
    if whole is not None or not link:
        item = whole or require_milestone(snapshot, "circulate {}", item_words)
        return circulate_form(services, asker, item)
    item = require_milestone(snapshot, f"circulate {{}} {link}"[:1900], item_words)
    return _proposal(snapshot, asker, item, checked_link(link))


def _proposal(snapshot: Snapshot, asker: Asker, item: ScheduledMilestone, link: str) -> Reply:
    """What would be circulated to whom until when, and a button."""
    require_circulable(item)
    asks, earlier = planned(item), versions_of(snapshot, item.id)
    asked = _asked(snapshot, asker, item)
    period = answer_period(snapshot, item, asker.at)
    closes = closing_on(snapshot, period.full)
    number = next_version(earlier)
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
    notes = [told(snapshot, period)]
    if asks.of == "interested":
        notes.append(interested_words(snapshot, item, asker.at))
    notes += absent_words(snapshot, absent(snapshot, asked, snapshot.day(asker.at)))
    if any(c.state.takes_answers for c in earlier):
        notes.append("The version that is open now will be superseded.")
    parts += [Note(line(note)) for note in notes if note]
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
    require_channel(services)
    milestone, link, number, closes = _read(value)
    item = snapshot.schedule.get(milestone)
    if item is None:
        raise Refused("That milestone is not in the plan any more.")
    require_circulable(item)
    period = answer_period(snapshot, item, asker.at)
    if closes not in (None, period.shorter):
        raise Refused("That closing time does not hold any more; please circulate again.")
    asks = planned(item)
    opening = Opening(
        item,
        number,
        asks.for_,
        asks.rule_in_force,
        _asked(snapshot, asker, item),
        closing_on(snapshot, closes or period.full),
        link,
    )
    try:
        opened = await open_circulation(services, asker, opening)
    except Repeated:
        return Reply(Message("That was circulated already."), replace=True)
    return Reply(receipt(services.snapshot, opened), replace=True)


def _asked(snapshot: Snapshot, asker: Asker, item: ScheduledMilestone) -> tuple[str, ...]:
    """Who the plan asks, of the members of the day; refused when there are none."""
    asked = asked_of(snapshot, item, planned(item).of, asker.at)
    if not asked:
        raise Refused("Nobody could answer: none of the agencies it would go to is a member today.")
    return asked


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
    return milestone, checked_link(link), number, closes
