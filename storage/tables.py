"""The tables. Rows are not domain values: storage/rows.py turns one into the other.

Instants are plan time, but for `lease_until`, `hold_until`, the rounds in `meta` and those of
`channels`, which are real time. Indexes that the scheduler lives on are partial, so that they hold
only what still waits.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
)

from storage.types import Id, Instant, Json, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
    }
)

people = Table(
    "people",
    metadata,
    Column("user_id", Words, primary_key=True),
    Column("team", Words, nullable=False),
    Column("name", Words, nullable=False),
    Column("agency", Words, nullable=False),
    Column("role", Words, nullable=False),
    Column("zone", Words),
    Column("active", Boolean, nullable=False),
)

milestone_changes = Table(
    "milestone_changes",
    metadata,
    Column("milestone", Words, primary_key=True),
    Column("words", Words),
    Column("date_window", Json),  # [[start, end or null, occupied], …]
    Column("confirmed", Boolean, nullable=False),
    Column("done_on", Date),
    Column("activated", Boolean, nullable=False),
    Column("cancelled", Boolean, nullable=False),
    Column("postponed", Boolean, nullable=False),
    Column("was", Json),  # like date_window
    Column("told_at", Instant),
)

documents = Table(
    "documents",
    metadata,
    Column("sha256", Words, primary_key=True),
    Column("name", Words, nullable=False),
    Column("media_type", Words, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_by", Words, nullable=False),
    Column("kept_at", Instant, nullable=False),
)

circulations = Table(
    "circulations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("milestone", Words, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Words, nullable=False),
    Column("link", Words, nullable=False),
    Column("asks_for", Words, nullable=False),
    Column("rule", Words, nullable=False),
    Column("asked", Json, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("opened_by", Words, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("state", Words, nullable=False),
    Column("ended_at", Instant),
    Column("message_channel", Words),
    Column("message_ts", Words),
    Column("permalink", Words),
    Column("document", ForeignKey("documents.sha256")),
    Column("document_name", Words),
    Column("note", Words, nullable=False, server_default=text("''")),
    Column("supersedes", ForeignKey("circulations.id")),
    Column("editorial", Boolean, nullable=False, server_default=false()),
    Column("struck", Json, nullable=False, server_default=text("'[]'")),
    Column("reason", Words),
    UniqueConstraint("milestone", "version", name="uq_circulations_version"),
    sqlite_autoincrement=True,  # ids stand in messages: never given twice
)
_open = text("state = 'open'")
Index(
    "ix_circulations_closing",
    circulations.c.closes_at,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index(
    "uq_circulations_message",
    circulations.c.message_channel,
    circulations.c.message_ts,
    unique=True,
)

acts = Table(  # append-only like the journal
    "acts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("circulation", ForeignKey("circulations.id"), nullable=False),
    Column("agency", Words, nullable=False),
    Column("person", Words, nullable=False),
    Column("position", Words, nullable=False),
    Column("source", Words, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("event_order", Words, nullable=False),
    Column("capacity", Words),
    Column("effective_at", Instant),
    UniqueConstraint(
        "circulation", "source", "person", "event_order", "given", name="uq_acts_same"
    ),
    sqlite_autoincrement=True,
)

acknowledgements = Table(
    "acknowledgements",
    metadata,
    Column("milestone", Words, primary_key=True),
    Column("counted_to", Date, primary_key=True),
    Column("agency", Words, primary_key=True),
    Column("person", Words, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("how", Words, nullable=False),
)

reminders = Table(
    "reminders",
    metadata,
    Column("key", Words, primary_key=True),
    Column("subject", Words, nullable=False),
    Column("counted_to", Date, nullable=False),
    Column("step", Words, nullable=False),
    Column("audience", Words, nullable=False),
    Column("topic", Words, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("agency", Words),
    Column("for_empty", Boolean, nullable=False),
    Column("state", Words, nullable=False),
    Column("reason", Words),
    Column("derived_at", Instant, nullable=False),  # when it was last derived from the plan
    Column("posted_at", Instant),
    Column("message_channel", Words),
    Column("message_ts", Words),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", Words),
    Column("lease_until", Instant),
    Column("hold_until", Instant),
)
_pending = text("state = 'pending'")
_claimed = text("state = 'claimed'")
_held = text("hold_until IS NOT NULL")
_posted = text("posted_at IS NOT NULL")
_placed = text("message_ts IS NOT NULL")
Index(
    "ix_reminders_due",
    reminders.c.due_at,
    reminders.c.key,
    sqlite_where=_pending,
    postgresql_where=_pending,
)
Index(
    "ix_reminders_lease",
    reminders.c.lease_until,
    sqlite_where=_claimed,
    postgresql_where=_claimed,
)
Index("ix_reminders_hold", reminders.c.hold_until, sqlite_where=_held, postgresql_where=_held)
Index("ix_reminders_posted", reminders.c.posted_at, sqlite_where=_posted, postgresql_where=_posted)
Index(
    "ix_reminders_message",
    reminders.c.message_ts,
    reminders.c.message_channel,
    sqlite_where=_placed,
    postgresql_where=_placed,
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("target", Words, nullable=False),
    Column("message", Words),
    Column("thread_ts", Words),
    Column("ts", Words),
    Column("subject", Words),
    Column("cause", Words),  # the id under which logs tell of what it answers
    Column("state", Words, nullable=False),  # waiting, claimed, sent, failed
    Column("reason", Words),
    Column("sent_channel", Words),
    Column("sent_ts", Words),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_by", Words),
    Column("lease_until", Instant),
    Column("hold_until", Instant),
    sqlite_autoincrement=True,  # ids are keys in messages' metadata: never given twice
)
_unsent = text("state IN ('waiting', 'claimed')")
Index(
    "ix_outbox_target",
    outbox.c.target,
    outbox.c.id,
    sqlite_where=_unsent,
    postgresql_where=_unsent,
)
Index("ix_outbox_subject", outbox.c.subject, sqlite_where=_unsent, postgresql_where=_unsent)
_copies = text(
    "kind = 'direct' AND subject IS NOT NULL"
)  # of questions, found when they are closed
Index("ix_outbox_copies", outbox.c.subject, sqlite_where=_copies, postgresql_where=_copies)
Index(
    "ix_outbox_lease",
    outbox.c.lease_until,
    sqlite_where=_claimed,
    postgresql_where=_claimed,
)
Index("ix_outbox_hold", outbox.c.hold_until, sqlite_where=_held, postgresql_where=_held)

processed_events = Table(
    "processed_events",
    metadata,
    Column("event_id", Words, primary_key=True),
    Column("at", Instant, nullable=False),
)

journal = Table(  # triggers refuse UPDATE, DELETE and TRUNCATE (migrations 0001 and 0002)
    "journal",
    metadata,
    Column("id", Id, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", Words, nullable=False),
    Column("verb", Words, nullable=False),
    Column("subject", Words, nullable=False),
    Column("detail", Json, nullable=False),
    Column("evidence_channel", Words),
    Column("evidence_ts", Words),
    Column("permalink", Words),
    Column("acts", Json),  # the hashes of the acts it records
    Column("previous", Words),  # the hash of the subject's entry before
    Column("hash", Words),  # None in entries made before entries were chained
    sqlite_autoincrement=True,
)
Index("ix_journal_subject", journal.c.subject, journal.c.id)
Index("ix_journal_at", journal.c.at)

meta = Table(  # what the bot knows about itself, such as the last instant it lived through
    "meta",
    metadata,
    Column("name", Words, primary_key=True),
    Column("instant", Instant),
)
