"""Between rows of tables and domain values, both ways; knows no SQL.

The functions take any mapping whose values are Python's (dates, aware instants, parsed JSON), so
that the terminal's reader can use them without importing SQLAlchemy.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

from coordination.chain import JournalLine
from coordination.records import (
    Acknowledgement,
    Circulation,
    CirculationState,
    Entry,
    MessageRef,
    MilestoneChange,
    OutboxItem,
    OutboxKind,
    Person,
    Reminder,
    ReminderState,
    Role,
    Topic,
)
from workplan.clearance import Act, Capacity, Position
from workplan.window import Span, Window

Values = dict[str, Any]


class Row(Protocol):
    """A row by column name: a mapping of SQLAlchemy's, or a plain one."""

    def __getitem__(self, name: str, /) -> Any:
        """The column's value."""
        ...


def _ref(channel: str | None, ts: str | None) -> MessageRef | None:
    return None if channel is None or ts is None else MessageRef(channel, ts)


def person(row: Row) -> Person:
    """A row of `people`."""
    return Person(
        user=row["user_id"],
        team=row["team"],
        name=row["name"],
        agency=row["agency"],
        role=Role(row["role"]),
        zone=row["zone"],
        active=bool(row["active"]),
    )


def person_values(value: Person) -> Values:
    """What `people` keeps of a person."""
    return {
        "user_id": value.user,
        "team": value.team,
        "name": value.name,
        "agency": value.agency,
        "role": value.role.value,
        "zone": value.zone,
        "active": value.active,
    }


def window(spans: list[list[Any]] | None) -> Window | None:
    """A window from its list of [start, end or null, occupied]."""
    if spans is None:
        return None
    return Window(
        tuple(
            Span(date.fromisoformat(start), date.fromisoformat(end) if end else None, occupied)
            for start, end, occupied in spans
        )
    )


def window_values(value: Window | None) -> list[list[Any]] | None:
    """A window as a list of [start, end or null, occupied], days in ISO form."""
    if value is None:
        return None
    return [
        [s.start.isoformat(), s.end.isoformat() if s.end else None, s.occupied]
        for s in value.alternatives
    ]


def change(row: Row) -> MilestoneChange:
    """A row of `milestone_changes`."""
    return MilestoneChange(
        milestone=row["milestone"],
        words=row["words"],
        window=window(row["date_window"]),
        confirmed=bool(row["confirmed"]),
        done_on=row["done_on"],
        activated=bool(row["activated"]),
        cancelled=bool(row["cancelled"]),
        postponed=bool(row["postponed"]),
        was=window(row["was"]),
        told_at=row["told_at"],
    )


def change_values(value: MilestoneChange) -> Values:
    """What `milestone_changes` keeps."""
    return {
        "milestone": value.milestone,
        "words": value.words,
        "date_window": window_values(value.window),
        "confirmed": value.confirmed,
        "done_on": value.done_on,
        "activated": value.activated,
        "cancelled": value.cancelled,
        "postponed": value.postponed,
        "was": window_values(value.was),
        "told_at": value.told_at,
    }


def circulation(row: Row) -> Circulation:
    """A row of `circulations`."""
    return Circulation(
        id=row["id"],
        milestone=row["milestone"],
        version=row["version"],
        title=row["title"],
        link=row["link"],
        asks_for=row["asks_for"],
        rule=row["rule"],
        asked=tuple(row["asked"]),
        opened_at=row["opened_at"],
        opened_by=row["opened_by"],
        closes_at=row["closes_at"],
        state=CirculationState(row["state"]),
        ended_at=row["ended_at"],
        message=_ref(row["message_channel"], row["message_ts"]),
        permalink=row["permalink"],
        document=row["document"],
        document_name=row["document_name"],
        note=row["note"],
        supersedes=row["supersedes"],
        editorial=bool(row["editorial"]),
        struck=tuple(row["struck"]),
        reason=row["reason"],
    )


def circulation_values(value: Circulation) -> Values:
    """What `circulations` keeps, without the id, which the database gives."""
    return {
        "milestone": value.milestone,
        "version": value.version,
        "title": value.title,
        "link": value.link,
        "asks_for": value.asks_for,
        "rule": value.rule,
        "asked": list(value.asked),
        "opened_at": value.opened_at,
        "opened_by": value.opened_by,
        "closes_at": value.closes_at,
        "state": value.state.value,
        "ended_at": value.ended_at,
        "message_channel": value.message.channel if value.message else None,
        "message_ts": value.message.ts if value.message else None,
        "permalink": value.permalink,
        "document": value.document,
        "document_name": value.document_name,
        "note": value.note,
        "supersedes": value.supersedes,
        "editorial": value.editorial,
        "struck": list(value.struck),
        "reason": value.reason,
    }


def act(row: Row) -> Act:
    """A row of `acts`."""
    return Act(
        agency=row["agency"],
        person=row["person"],
        position=Position(row["position"]),
        source=row["source"],
        given=bool(row["given"]),
        at=row["at"],
        order=row["event_order"],
        capacity=Capacity(row["capacity"]) if row["capacity"] else None,
        effective_at=row["effective_at"],
    )


def act_values(circulation_id: int, value: Act) -> Values:
    """What `acts` keeps."""
    return {
        "circulation": circulation_id,
        "agency": value.agency,
        "person": value.person,
        "position": value.position.value,
        "source": value.source,
        "given": value.given,
        "at": value.at,
        "event_order": value.order,
        "capacity": value.capacity.value if value.capacity else None,
        "effective_at": value.effective_at,
    }


def acknowledgement(row: Row) -> Acknowledgement:
    """A row of `acknowledgements`."""
    return Acknowledgement(
        milestone=row["milestone"],
        counted_to=row["counted_to"],
        agency=row["agency"],
        person=row["person"],
        at=row["at"],
        how=row["how"],
    )


def acknowledgement_values(value: Acknowledgement) -> Values:
    """What `acknowledgements` keeps."""
    return {
        "milestone": value.milestone,
        "counted_to": value.counted_to,
        "agency": value.agency,
        "person": value.person,
        "at": value.at,
        "how": value.how,
    }


def reminder(row: Row) -> Reminder:
    """A row of `reminders`."""
    return Reminder(
        subject=row["subject"],
        counted_to=row["counted_to"],
        step=row["step"],
        audience=row["audience"],
        topic=Topic(row["topic"]),
        due_at=row["due_at"],
        agency=row["agency"],
        for_empty=bool(row["for_empty"]),
        state=ReminderState(row["state"]),
        reason=row["reason"],
        message=_ref(row["message_channel"], row["message_ts"]),
        fence=row["fence"],
        attempts=row["attempts"],
    )


def outbox_item(row: Row) -> OutboxItem:
    """A row of `outbox`."""
    return OutboxItem(
        kind=OutboxKind(row["kind"]),
        target=row["target"],
        message=row["message"],
        thread_ts=row["thread_ts"],
        ts=row["ts"],
        subject=row["subject"],
        id=row["id"],
        fence=row["fence"],
        attempts=row["attempts"],
        cause=row["cause"],
    )


def entry(row: Row) -> Entry:
    """A row of `journal`."""
    return Entry(
        at=row["at"],
        actor=row["actor"],
        verb=row["verb"],
        subject=row["subject"],
        detail=row["detail"],
        evidence=_ref(row["evidence_channel"], row["evidence_ts"]),
        permalink=row["permalink"],
    )


def entry_values(value: Entry) -> Values:
    """What `journal` keeps."""
    return {
        "at": value.at,
        "actor": value.actor,
        "verb": value.verb,
        "subject": value.subject,
        "detail": dict(value.detail),
        "evidence_channel": value.evidence.channel if value.evidence else None,
        "evidence_ts": value.evidence.ts if value.evidence else None,
        "permalink": value.permalink,
    }


def journal_line(row: Row) -> JournalLine:
    """A row of `journal` with its number and its hashes."""
    return JournalLine(
        row["id"], entry(row), row["previous"], row["hash"], tuple(row["acts"] or ())
    )
