"""Home: what waits for a person, what comes next, where they stand; for somebody unknown, how to
join."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from coordination.actions import Action
from coordination.answers.common import item_line, show_buttons
from coordination.answers.owner import agency_line
from coordination.cards import card
from coordination.clearance_view import standing_line
from coordination.messages.milestones import not_listed
from coordination.messages.parts import (
    Bullets,
    Button,
    Buttons,
    Divider,
    Heading,
    Line,
    Link,
    Message,
    Note,
    Paragraph,
    Part,
    bold,
    line,
    message,
)
from coordination.messages.wording import city, day_text
from coordination.mute import gets_briefs
from coordination.pause import pause_note
from coordination.people_records import Preferences
from coordination.ports import DeliveryError
from coordination.services import Asker, Services
from coordination.snapshot import Snapshot
from coordination.stored_about import stored_about
from coordination.waiting import acts_for, due_parts, not_answered, question_parts
from workplan.membership import members_on

MOST_COMING = 5
MOST_TO_ANSWER = 3
"""Circulations whose buttons stand on Home; the others are linked to."""

MOST_CIRCULATIONS = 10


async def home(services: Services, asker: Asker) -> Message:
    """What a person finds on the bot's page; what they may not see is not on it."""
    snapshot = services.snapshot
    day = snapshot.day(asker.at)
    agency, runs = acts_for(services, asker.user, day)
    known = asker.user in snapshot.people
    about = await _about_person(services, asker.user)
    if agency is None and not await _in_group(services, asker.user):
        return message(*_stranger(services), *about)
    paused = pause_note(snapshot, services.command)
    parts: list[Part] = [Note(line(paused))] if paused else []
    parts += _waiting(services, asker, agency, runs, day)
    if not known:
        parts += _join(services, day)
    parts += [Divider(), *_next(services, asker.at)]
    parts += _circulations(services, asker)
    if agency is not None:
        short = snapshot.agency_short(agency)
        parts += [Divider(), Heading(f"Who represents {short}"[:150])]
        parts.append(Bullets((agency_line(snapshot, agency),)))
    return message(*parts, *about)


async def _in_group(services: Services, user: str) -> bool:
    try:
        return await services.directory.in_group(user)
    except DeliveryError:
        return False


def _waiting(
    services: Services, asker: Asker, agency: str | None, runs: bool, day: date
) -> Sequence[Part]:
    snapshot = services.snapshot
    asked = question_parts(services, asker.user, day)
    if agency is None:
        if not asked:
            return ()
        return (Heading("What waits for you"), *asked)
    due, late, _ = due_parts(services, agency, runs, day, services.command)
    parts: list[Part] = [Heading(f"What waits for {snapshot.agency_short(agency)}"[:150])]
    parts += [*asked, *due]
    if late:
        parts.append(show_buttons(tuple(late)))
    for circulation in not_answered(snapshot, agency)[:MOST_TO_ANSWER]:
        shown = card(snapshot, circulation, asker.at).parts
        buttons = [part for part in shown if isinstance(part, Buttons)]
        if buttons:
            title = f"{circulation.title}, version {circulation.version}"
            parts += [Paragraph(line("Your answer to ", bold(title), ":")), *buttons]
    if len(parts) == 1:
        parts.append(Paragraph(line("Nothing at the moment.")))
    return parts


def _next(services: Services, now: datetime) -> Sequence[Part]:
    snapshot = services.snapshot
    day = snapshot.day(now)
    items = snapshot.schedule.coming(day)[:MOST_COMING]
    parts: list[Part] = [Heading("What comes next")]
    if items:
        parts += [Bullets(tuple(item_line(snapshot, i, now) for i in items)), show_buttons(items)]
    elif day > snapshot.plan.plan.last_day:
        over = f"The {snapshot.plan.plan.name} is over: its last day was "
        parts.append(Paragraph(line(f"{over}{day_text(snapshot.plan.plan.last_day)}.")))
    else:
        parts.append(Paragraph(line("Nothing with a date is still to come.")))
    parts.append(Note(line(not_listed(snapshot.schedule, day, services.command))))
    return parts


def _circulations(services: Services, asker: Asker) -> Sequence[Part]:
    """Those open, with the answer of the person's own agency."""
    snapshot = services.snapshot
    found = [c for c in snapshot.circulations.values() if c.state.takes_answers]
    if not found:
        return ()
    rows: list[Line] = []
    for circulation in found[:MOST_CIRCULATIONS]:
        row = standing_line(snapshot, asker, circulation)
        if circulation.permalink:
            row += line(" ", Link(circulation.permalink, "The message"))
        rows.append(row)
    parts: list[Part] = [Divider(), Heading("Open circulations"), Bullets(tuple(rows))]
    if len(found) > MOST_CIRCULATIONS:
        more = len(found) - MOST_CIRCULATIONS
        parts.append(Note(line(f"and {more} more: {services.command} clearance")))
    return parts


def _join(services: Services, day: date) -> Sequence[Part]:
    """How somebody who represents nobody yet asks to."""
    snapshot = services.snapshot
    members = members_on(snapshot.plan, day)
    return (
        Heading("Do you represent an agency?"),
        Paragraph(line("Press it, and I ask the Chair to name you as its focal point.")),
        Buttons(tuple(Button(Action.ASK, a.short, f"join {a.id}") for a in members)),
    )


def _stranger(services: Services) -> Sequence[Part]:
    """For somebody who is in none of the group's channels."""
    header = services.snapshot.plan.plan
    return (
        Heading(header.name[:150]),
        Paragraph(
            line(
                f"I keep the work plan of the {header.group} for the people in its channels. If "
                "you represent one of its agencies, please ask the Chair to add you to the "
                "channel; then you can join here."
            )
        ),
    )


async def _about_person(services: Services, user: str) -> Sequence[Part]:
    """Their settings, and what is stored about them."""
    snapshot = services.snapshot
    wishes = snapshot.wishes(user)
    parts: list[Part] = [
        Divider(),
        Heading("Your settings"),
        Bullets(_settings(services, snapshot, wishes, await _zone(services, wishes))),
    ]
    buttons = []
    if gets_briefs(services, user):
        buttons.append(Button(Action.SETTINGS, "Change…", "settings"))
    if user in snapshot.people:
        buttons.append(Button(Action.AWAY, "Away…", "away"))
    if buttons:
        parts.append(Buttons(tuple(buttons)))
    stored = Bullets(stored_about(snapshot, user))
    return (*parts, Divider(), Heading("What is stored about you"), stored)


async def _zone(services: Services, wishes: Preferences) -> tuple[str, str]:
    """The person's zone and where it is from."""
    if wishes.zone:
        return wishes.zone, "as you set it"
    person = services.snapshot.people.get(wishes.user)
    zone = person.zone if person else None
    if zone is None:
        try:
            profile = await services.directory.profile(wishes.user)
        except DeliveryError:
            profile = None
        zone = profile.zone if profile else None
    if zone:
        return zone, "from your profile"
    return services.snapshot.plan.plan.timezone, "the plan's"


def _settings(
    services: Services, snapshot: Snapshot, wishes: Preferences, zone: tuple[str, str]
) -> tuple[Line, ...]:
    rows = [line(bold("Time zone: "), f"{city(zone[0])} ({zone[1]})")]
    if wishes.quiet_from is not None and wishes.quiet_until is not None:
        hours = f"{wishes.quiet_from:%H:%M} to {wishes.quiet_until:%H:%M}"
    else:
        hours = "none"
    rows.append(line(bold("Quiet hours: "), hours))
    reminders = "muted" if wishes.muted else "on, in one direct message a day at most"
    rows.append(line(bold("Reminders: "), reminders))
    today = snapshot.day(services.clock.now())
    if wishes.away_from and wishes.away_until and wishes.away_until >= today:
        year = snapshot.plan.plan.first_day.year
        until = day_text(wishes.away_until, year)
        deputy = snapshot.people.get(wishes.deputy or "")
        stands_in = f"; {deputy.name} stands in" if deputy else ""
        rows.append(
            line(bold("Away: "), f"{day_text(wishes.away_from, year)} to {until}{stands_in}")
        )
    return tuple(rows)
