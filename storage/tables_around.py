"""The tables of what is kept around circulations and people, beside those of storage/tables.py."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Table, Time, text

from storage.tables import metadata as metadata
from storage.types import Id, Instant, Json, Words

_waiting = text("state = 'open'")
questions = Table(
    "questions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("circulation", ForeignKey("circulations.id"), nullable=False),
    Column("kind", Words, nullable=False),
    Column("asked_of", Words, nullable=False),
    Column("agency", Words),
    Column("by", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("detail", Json, nullable=False),
    Column("state", Words, nullable=False),  # open, answered, dropped
    Column("answer", Words),
    Column("answered_by", Words),
    Column("answered_at", Instant),
    Column("words", Words),
    sqlite_autoincrement=True,  # ids stand in messages: never given twice
)
Index(
    "ix_questions_open",
    questions.c.circulation,
    questions.c.id,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)

comments = Table(
    "comments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("circulation", ForeignKey("circulations.id"), nullable=False),
    Column("agency", Words, nullable=False),
    Column("person", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("place", Words, nullable=False),
    Column("wording", Words, nullable=False),
    Column("reply", Words, nullable=False),
    Column("replied_by", Words),
    Column("replied_at", Instant),
    Column("withdrawn", Boolean, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_comments_circulation", comments.c.circulation, comments.c.id)

evidence = Table(  # append-only but for `from_whom`, a name that may have to be forgotten
    "evidence",
    metadata,
    Column("id", Id, primary_key=True),
    Column("circulation", ForeignKey("circulations.id"), nullable=False),
    Column("agency", Words, nullable=False),
    Column("entered_by", Words, nullable=False),
    Column("at", Instant, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("from_whom", Words, nullable=False),
    Column("how", Words, nullable=False),
    Column("quote", Words, nullable=False),
    Column("document", ForeignKey("documents.sha256")),
    sqlite_autoincrement=True,  # ids stand in the sources of acts
)
Index("ix_evidence_circulation", evidence.c.circulation, evidence.c.id)

preferences = Table(
    "preferences",
    metadata,
    Column("user_id", Words, primary_key=True),
    Column("zone", Words),
    Column("quiet_from", Time),
    Column("quiet_until", Time),
    Column("muted", Boolean, nullable=False),
    Column("away_from", Date),
    Column("away_until", Date),
    Column("deputy", Words),
)

snoozes = Table(
    "snoozes",
    metadata,
    Column("user_id", Words, primary_key=True),
    Column("subject", Words, primary_key=True),
    Column("until", Date, nullable=False),
)

switches = Table(  # what the secretariat turned on or off for the whole group
    "switches",
    metadata,
    Column("name", Words, primary_key=True),
    Column("is_on", Boolean, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

interests = Table(  # agencies that said they take part in an output
    "interests",
    metadata,
    Column("output", Words, primary_key=True),
    Column("agency", Words, primary_key=True),
    Column("person", Words, nullable=False),
    Column("at", Instant, nullable=False),
)

channels = Table(  # what the platform told of the group's channels; its instants are real time
    "channels",
    metadata,
    Column("id", Words, primary_key=True),
    Column("kept_as", Words, nullable=False),  # the channel's first id
    Column("since", Instant),
    Column("away", Words),
    Column("told_at", Instant),
)

previews = Table(  # channel notices shown beforehand to the secretariat
    "previews",
    metadata,
    Column("due_at", Instant, primary_key=True),
    Column("keys", Json, nullable=False),  # of the reminders that were shown
    Column("state", Words, nullable=False),  # shown, released, edited, skipped
    Column("message", Words),  # what is sent instead, as coordination.messages.wire JSON
    Column("by", Words),
    Column("at", Instant, nullable=False),
)
