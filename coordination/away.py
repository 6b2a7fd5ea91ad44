"""`away`: somebody is away for some days; a deputy gets their brief and questions meanwhile."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from coordination.actions import Action
from coordination.briefed import briefed, may_stand_in
from coordination.messages.forms import (
    Answers,
    DayField,
    Form,
    FormName,
    Incomplete,
    PersonField,
)
from coordination.messages.parts import Button, Buttons, Message, Paragraph, line, message
from coordination.messages.wire import to_json
from coordination.messages.wording import day_text, listed
from coordination.people_records import Preferences
from coordination.records import Entry, OutboxItem, OutboxKind, Person
from coordination.rights import chair_short
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.write import Repeated, writing
from workplan.phrases import Dated, PlanYear, UnreadablePhrase, read_phrase

LONGEST = timedelta(days=366)
_MENTION = re.compile(r"<@([UW][A-Z0-9_]+)(?:\|[^>]*)?>")
_ENDS = frozenset({"none", "off", "end", "back"})
_BETWEEN = re.compile(r"^(?:to|until|till|and|-|–)\s+", re.IGNORECASE)


async def away(services: Services, asker: Asker, words: str) -> Reply:
    """`away FROM TO [@deputy]`, `away none`; without anything, how it stands."""
    snapshot = await services.snapshots.refresh()
    person = _person(services, asker)
    said = words.strip()
    if not said:
        return _state(services, snapshot.wishes(asker.user))
    if said.lower().rstrip(".!") in _ENDS:
        return await _back(services, asker, person)
    found = _MENTION.findall(said)
    if len(found) > 1:
        raise Refused("Name one deputy only.")
    dates = " ".join(_MENTION.sub(" ", said).split())
    start, end = _read(services, dates)
    return await _go(services, asker, person, start, end, found[0] if found else None)


async def away_pressed(services: Services, asker: Asker, _value: str) -> Form:
    """The form, from the answer of `away` and from Home."""
    snapshot = await services.snapshots.refresh()
    _person(services, asker)
    wishes = snapshot.wishes(asker.user)
    hint = "Somebody of your agency; they get your brief and questions meanwhile."
    return Form(
        FormName.AWAY,
        "Away",
        "Keep",
        (
            DayField("from", "From", wishes.away_from),
            DayField("until", "Until, this day included", wishes.away_until),
            PersonField("deputy", "Deputy", wishes.deputy, optional=True, hint=hint),
        ),
    )


async def away_submitted(services: Services, asker: Asker, _about: str, answers: Answers) -> Reply:
    """The form."""
    await services.snapshots.refresh()
    person = _person(services, asker)
    start, end = answers.day("from"), answers.day("until")
    if start is None or end is None:
        which = "from" if start is None else "until"
        raise Incomplete({which: "Please choose a day."})
    try:
        return await _go(services, asker, person, start, end, answers.text("deputy") or None)
    except Refused as no:
        field = "deputy" if "deputy" in no.sentence.lower() else "until"
        raise Incomplete({field: no.sentence}) from None


def _person(services: Services, asker: Asker) -> Person:
    person = services.snapshot.people.get(asker.user)
    if person is None:
        raise Refused(
            "You represent no agency here, so nobody has to stand in for you. To ask the Chair to "
            f"name you: {services.command} join AGENCY"
        )
    return person


def _state(services: Services, wishes: Preferences) -> Reply:
    words = _told_away(services.snapshot, wishes)
    today = services.snapshot.day(services.clock.now())
    if wishes.away_until is not None and wishes.away_until < today:
        words = ""
    text = (
        f"{words} {services.command} away none ends it."
        if words
        else f"You are not away. For example: {services.command} away {_example(services)}"
    )
    buttons = Buttons((Button(Action.AWAY, "Choose days…", "away"),))
    return Reply(message(Paragraph(line(text)), buttons))


def _told_away(snapshot: Snapshot, wishes: Preferences) -> str:
    if wishes.away_from is None or wishes.away_until is None:
        return ""
    year = snapshot.plan.plan.first_day.year
    days = f"{day_text(wishes.away_from, year)} to {day_text(wishes.away_until, year)}"
    deputy = snapshot.people.get(wishes.deputy or "")
    return f"You are away from {days}" + (f"; {deputy.name} stands in." if deputy else ".")


def _example(services: Services) -> str:
    day = services.snapshot.day(services.clock.now()) + timedelta(days=7)
    last = day + timedelta(days=10)
    return f"{day.day} {day:%B} {last.day} {last:%B} @deputy"


def _read(services: Services, words: str) -> tuple[date, date]:
    """The first and the last day of what was typed; raises Refused."""
    words = words.strip()
    if words.lower().startswith("from "):
        words = words[5:]
    if len(words) <= 200:
        year = PlanYear.of(services.snapshot.plan)
        parts = words.split()
        one = _days(" ".join(parts), year) or _days(re.sub(r"\s+to\s+", "-", words), year)
        if one is not None:
            return one
        for cut in range(1, len(parts)):
            first = _days(" ".join(parts[:cut]), year)
            second = _days(_BETWEEN.sub("", " ".join(parts[cut:])), year)
            if first is not None and second is not None:
                return first[0], second[1]
    raise Refused(
        f"From when until when? For example: {services.command} away {_example(services)}"
    )


def _days(words: str, year: PlanYear) -> tuple[date, date] | None:
    try:
        phrase = read_phrase(words, year)
    except UnreadablePhrase:
        return None
    if not isinstance(phrase, Dated) or len(phrase.window.alternatives) > 1:
        return None
    last = phrase.window.latest
    return (phrase.window.earliest, last) if last is not None else None


async def _go(
    services: Services, asker: Asker, person: Person, start: date, end: date, user: str | None
) -> Reply:
    snapshot = services.snapshot
    year = snapshot.plan.plan.first_day.year
    if end < start:
        raise Refused(
            f"That ends before it begins: {day_text(start, year)} to {day_text(end, year)}."
        )
    if end < snapshot.day(asker.at):
        raise Refused(f"{day_text(end, year)} is past already.")
    if end - start > LONGEST:
        raise Refused("That is longer than a year; the Chair can name somebody else: focal")
    # What was due before is told or missed already, whoever is away.
    start = max(start, snapshot.day(asker.at))
    deputy = _deputy(services, person, user)
    try:
        async with writing(services, asker) as uow:
            wishes = await uow.wishes.preferences(asker.user)
            wanted = replace(
                wishes, away_from=start, away_until=end, deputy=deputy.user if deputy else None
            )
            await uow.wishes.prefer(wanted)
            detail = {"from": start.isoformat(), "until": end.isoformat(), "deputy": wanted.deputy}
            await uow.journal.add(
                Entry(asker.at, asker.user, "away", f"person:{asker.user}", detail)
            )
            if deputy is not None:
                said = Message(
                    f"{person.name} is away from {day_text(start, year)} to "
                    f"{day_text(end, year)} and named you to stand in: their brief and the "
                    f"questions to {snapshot.agency_short(person.agency)} come to you meanwhile."
                )
                item = OutboxItem(OutboxKind.DIRECT, deputy.user, to_json(said))
                await uow.outbox.add(item)
    except Repeated:
        pass
    said_so = _told_away(services.snapshot, services.snapshot.wishes(asker.user))
    return Reply(Message(f"{said_so} {_instead(services, person, start, end, deputy)}"))


def _deputy(services: Services, person: Person, user: str | None) -> Person | None:
    """The deputy named; raises Refused where they cannot stand in."""
    if user is None:
        return None
    snapshot = services.snapshot
    short = snapshot.agency_short(person.agency)
    if user == person.user:
        raise Refused("Your deputy has to be somebody else.")
    deputy = snapshot.people.get(user)
    if deputy is None or deputy.agency != person.agency:
        raise Refused(
            f"Your deputy has to be one of the people of {short}. The Chair names them: "
            f"{services.command} focal @name {short} alternate"
        )
    if not may_stand_in(snapshot, person, user):
        raise Refused("Heads are not written to in this group; please name another deputy.")
    return deputy


def _instead(
    services: Services, person: Person, start: date, end: date, deputy: Person | None
) -> str:
    """Who gets the agency's brief meanwhile, in a sentence."""
    snapshot = services.snapshot
    short = snapshot.agency_short(person.agency)
    told = briefed(snapshot, person.agency, max(start, snapshot.day(services.clock.now())))
    if not told:
        why = (
            f"{deputy.name} is away or muted then" if deputy else f"nobody else of {short} is here"
        )
        return (
            f"As {why}, its reminders go to {chair_short(snapshot, start)} meanwhile. A deputy of "
            f"{short} can be named: {services.command} away FROM TO @deputy"
        )
    if deputy is not None and deputy in told:
        own = snapshot.wishes(deputy.user)
        if own.away_from and own.away_until and own.away_from <= end and own.away_until >= start:
            return f"Mind that {deputy.name} is away for a part of it too."
        return f"Your brief and the questions to {short} go to {deputy.name} meanwhile."
    names = listed([p.name for p in told])
    return f"Your brief and the questions to {short} go to {names} meanwhile."


async def _back(services: Services, asker: Asker, person: Person) -> Reply:
    wishes = services.snapshot.wishes(asker.user)
    if wishes.away_from is None:
        return Reply(Message("You are not away."))
    try:
        async with writing(services, asker) as uow:
            kept = await uow.wishes.preferences(asker.user)
            await uow.wishes.prefer(replace(kept, away_from=None, away_until=None, deputy=None))
            await uow.journal.add(Entry(asker.at, asker.user, "back", f"person:{asker.user}"))
            if kept.deputy is not None:
                said = Message(f"{person.name} is back; you do not stand in any more.")
                item = OutboxItem(OutboxKind.DIRECT, kept.deputy, to_json(said))
                await uow.outbox.add(item)
    except Repeated:
        pass
    return Reply(Message("Welcome back: your brief and questions come to you again."))
