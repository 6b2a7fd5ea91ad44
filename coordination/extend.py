"""More time for all: the chair sets a later closing time, and is told what it makes late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from coordination.answer_period import closing_at, closing_on, closing_refusal, closing_zone
from coordination.cards import closing_text
from coordination.chair_acts import locked, meant, require_going_on
from coordination.clearance_records import Question, QuestionKind
from coordination.ending import announce, redraw
from coordination.messages.forms import Answers, DayField, Form, FormName, Incomplete, TimeField
from coordination.messages.parts import Message, Note, Paragraph, Part, bold, line, message
from coordination.messages.wire import to_json
from coordination.messages.wording import city, count, listed
from coordination.questions import settle_all
from coordination.records import Circulation, CirculationState, Entry, OutboxItem, OutboxKind
from coordination.rights import represents
from coordination.services import Asker, Refused, Reply, Services
from coordination.snapshot import Snapshot
from coordination.storage_ports import UnitOfWork
from coordination.write import Repeated, writing
from workplan.lead_time import lead_time, too_late
from workplan.plan import Length

PROPOSED = Length.parse("5wd")
"""How much longer is proposed, where the date that hangs on it does not say less."""


async def extend_pressed(services: Services, asker: Asker, value: str) -> Form:
    """The chair's button; `value` is the circulation's id."""
    return extend_form(services, await meant(services, asker, value), asker.at)


def extend_form(services: Services, circulation: Circulation, at: datetime) -> Form:
    """Day and time of the new closing, proposed; raises Refused when it has ended."""
    require_going_on(circulation, at)
    snapshot = services.snapshot
    notes = [f"Open until now: {closing_text(snapshot, circulation.closes_at)}. "]
    notes[0] += "A new closing time holds for all agencies."
    asking = _asking(snapshot, circulation)
    if asking:
        names = listed([snapshot.agency_short(a) for a in asking])
        notes.append(f"{names} {'asks' if len(asking) == 1 else 'ask'} for more time.")
    lead = lead_time(snapshot.schedule, circulation.milestone, snapshot.day(at))
    if lead is not None:
        latest = closing_text(snapshot, closing_on(snapshot, lead.latest))
        notes.append(
            f"“{lead.needs.title}” needs the answers; it is on time if they close by {latest}."
        )
    return Form(
        FormName.EXTEND,
        "More time",
        "Extend",
        (
            Paragraph(line(bold(circulation.title), f", version {circulation.version}")),
            *(Note(line(words)) for words in notes),
            DayField("day", "New closing day", _proposed(snapshot, circulation, at)),
            TimeField(
                "time",
                f"Closing time ({city(closing_zone(snapshot))})",
                snapshot.plan.calendar.closing_time.time,
            ),
        ),
        f"{circulation.id}|{circulation.closes_at.isoformat()}",
    )


async def extended(services: Services, asker: Asker, about: str, answers: Answers) -> Reply:
    """The form: the new closing time holds for all, and everybody is told."""
    known = await meant(services, asker, about)
    snapshot = services.snapshot
    _require_as_shown(snapshot, known, about)
    closes = _closing(snapshot, known, asker.at, answers)
    change = Extension(snapshot, known, closes, asker.at)
    try:
        async with writing(services, asker) as uow:
            kept = await locked(uow, known, asker.at)
            _require_as_shown(snapshot, kept, about)
            await _extend(services, uow, asker, kept, change)
    except Repeated:
        pass
    told = f"Extended: {known.named}, open until {closing_text(snapshot, closes)} for all."
    return Reply(Message(" ".join([told, *change.late()])))


def _require_as_shown(snapshot: Snapshot, circulation: Circulation, about: str) -> None:
    """Raise Refused when its closing time is not the one the form was filled in on."""
    if circulation.closes_at.isoformat() != about.partition("|")[2]:
        until = closing_text(snapshot, circulation.closes_at)
        raise Refused(f"{circulation.named} was extended meanwhile; it is open until {until}.")


@dataclass(frozen=True)
class Extension:
    """A later closing time, seen at `at`, and what it means for what needs the circulation."""

    snapshot: Snapshot
    circulation: Circulation
    closes_at: datetime
    at: datetime

    @property
    def missed(self) -> tuple[tuple[str, str, int], ...]:
        """Id and title of what can no longer be on time, and by how many working days."""
        last = (
            (self.closes_at - timedelta(minutes=1))
            .astimezone(ZoneInfo(closing_zone(self.snapshot)))
            .date()
        )
        schedule, day = self.snapshot.schedule, self.snapshot.day(self.at)
        found = too_late(schedule, self.circulation.milestone, day, last)
        return tuple((item.id, item.title, days) for item, days in found)

    def late(self) -> list[str]:
        """The same in one sentence; none where nothing is missed."""
        if not self.missed:
            return []
        items = [f"“{title}” (by {count(days, 'working day')})" for _, title, days in self.missed]
        return [f"{listed(items)} can no longer be on time."]


async def _extend(
    services: Services, uow: UnitOfWork, asker: Asker, kept: Circulation, change: Extension
) -> None:
    longer = replace(kept, closes_at=change.closes_at, state=CirculationState.OPEN)
    await uow.circulations.put(longer)
    detail = {
        "version": kept.version,
        "was": kept.closes_at.isoformat(),
        "closes_at": change.closes_at.isoformat(),
        "late": {id: days for id, _, days in change.missed},
    }
    await uow.journal.add(
        Entry(asker.at, asker.user, "extended", kept.subject, detail, asker.message, kept.permalink)
    )
    kinds = (QuestionKind.TIME, QuestionKind.CLOSING)
    asked = await settle_all(services, uow, asker, longer, "extended", *kinds)
    until = closing_text(services.snapshot, change.closes_at)
    for user in _who_asked(services.snapshot, asked):
        words = f"There is more time for {kept.named}: it is open until {until} for all agencies."
        await uow.outbox.add(OutboxItem(OutboxKind.DIRECT, user, to_json(Message(words))))
    was = closing_text(services.snapshot, kept.closes_at)
    said: list[Part] = [
        Paragraph(
            line(
                f"{kept.named}: ",
                bold("More time"),
                f" for all agencies, open until {until}. It was to close on {was}.",
            )
        ),
        *(Paragraph(line(words)) for words in change.late()),
    ]
    await announce(services, uow, longer, message(*said))
    await redraw(services, uow, longer)


def _who_asked(snapshot: Snapshot, questions: Sequence[Question]) -> tuple[str, ...]:
    """The people who asked for more time and still represent the agency they asked for."""
    asked = (q for q in questions if q.kind is QuestionKind.TIME)
    return tuple(dict.fromkeys(q.by for q in asked if represents(snapshot, q.by) == q.agency))


def _asking(snapshot: Snapshot, circulation: Circulation) -> tuple[str, ...]:
    return tuple(
        q.agency
        for q in snapshot.state.questions
        if q.circulation == circulation.id and q.kind is QuestionKind.TIME and q.agency
    )


def _proposed(snapshot: Snapshot, circulation: Circulation, at: datetime) -> date:
    """Some working days longer, or until what needs the answers is still on time."""
    zone = ZoneInfo(closing_zone(snapshot))
    start = max(circulation.closes_at, at).astimezone(zone).date()
    proposed = snapshot.schedule.calendar.answer_end(start, PROPOSED)
    lead = lead_time(snapshot.schedule, circulation.milestone, snapshot.day(at))
    if lead is not None and start < lead.latest < proposed:
        return lead.latest
    return proposed


def _closing(
    snapshot: Snapshot, circulation: Circulation, at: datetime, answers: Answers
) -> datetime:
    """The closing time entered, in UTC; raises Incomplete that says what is wrong with it."""
    day, hour = answers.day("day"), answers.time("time")
    if day is None or hour is None:
        name = "day" if day is None else "time"
        raise Incomplete({name: "Please choose one."})
    wrong = closing_refusal(snapshot, day, hour, at)
    if wrong is not None:
        name, sentence = wrong
        raise Incomplete({name: sentence})
    closes = closing_at(snapshot, day, hour)
    if closes <= circulation.closes_at:
        until = closing_text(snapshot, circulation.closes_at)
        raise Incomplete({"day": f"It is open until {until} already; choose a later time."})
    return closes
