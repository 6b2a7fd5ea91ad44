"""Tables of the first version.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant, Json, Words

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_REFUSED = "the journal is append-only"


def upgrade() -> None:
    """Make all tables, and the triggers that keep the journal append-only."""
    _acknowledgements()
    _circulations()
    _journal()
    _meta()
    _milestone_changes()
    _outbox()
    _people()
    _processed_events()
    _reminders()
    _acts()
    _guard_journal()


def downgrade() -> None:
    """Drop everything."""
    for table in (
        "acts",
        "reminders",
        "processed_events",
        "people",
        "outbox",
        "milestone_changes",
        "meta",
        "journal",
        "circulations",
        "acknowledgements",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION journal_refuse()")


def _acknowledgements() -> None:
    """Who has seen what."""
    op.create_table(
        "acknowledgements",
        sa.Column("milestone", Words(), nullable=False),
        sa.Column("counted_to", sa.Date(), nullable=False),
        sa.Column("agency", Words(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("how", Words(), nullable=False),
        sa.PrimaryKeyConstraint(
            "milestone", "counted_to", "agency", "person", name=op.f("pk_acknowledgements")
        ),
    )


def _circulations() -> None:
    """Versions of documents sent to agencies."""
    op.create_table(
        "circulations",
        sa.Column("id", Id, nullable=False),
        sa.Column("milestone", Words(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", Words(), nullable=False),
        sa.Column("link", Words(), nullable=False),
        sa.Column("asks_for", Words(), nullable=False),
        sa.Column("rule", Words(), nullable=False),
        sa.Column("asked", Json(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("opened_by", Words(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.Column("message_channel", Words()),
        sa.Column("message_ts", Words()),
        sa.Column("permalink", Words()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circulations")),
        sa.UniqueConstraint("milestone", "version", name="uq_circulations_version"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_circulations_closing",
        "circulations",
        ["closes_at"],
        **_where("state = 'open'"),
    )
    op.create_index(
        "uq_circulations_message", "circulations", ["message_channel", "message_ts"], unique=True
    )


def _journal() -> None:
    """The append-only record."""
    op.create_table(
        "journal",
        sa.Column("id", Id, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", Words(), nullable=False),
        sa.Column("verb", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("evidence_channel", Words()),
        sa.Column("evidence_ts", Words()),
        sa.Column("permalink", Words()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_at", "journal", ["at"])
    op.create_index("ix_journal_subject", "journal", ["subject", "id"])


def _meta() -> None:
    """What the bot knows about itself."""
    op.create_table(
        "meta",
        sa.Column("name", Words(), nullable=False),
        sa.Column("instant", Instant()),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_meta")),
    )


def _milestone_changes() -> None:
    """The state kept beside the plan."""
    op.create_table(
        "milestone_changes",
        sa.Column("milestone", Words(), nullable=False),
        sa.Column("words", Words()),
        sa.Column("date_window", Json()),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("activated", sa.Boolean(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("postponed", sa.Boolean(), nullable=False),
        sa.Column("was", Json()),
        sa.Column("told_at", Instant()),
        sa.PrimaryKeyConstraint("milestone", name=op.f("pk_milestone_changes")),
    )


def _outbox() -> None:
    """What is to be told after a commit."""
    op.create_table(
        "outbox",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("target", Words(), nullable=False),
        sa.Column("message", Words()),
        sa.Column("thread_ts", Words()),
        sa.Column("ts", Words()),
        sa.Column("subject", Words()),
        sa.Column("state", Words(), nullable=False),
        sa.Column("reason", Words()),
        sa.Column("sent_channel", Words()),
        sa.Column("sent_ts", Words()),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", Words()),
        sa.Column("lease_until", Instant()),
        sa.Column("hold_until", Instant()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_hold", "outbox", ["hold_until"], **_where("hold_until IS NOT NULL"))
    op.create_index("ix_outbox_lease", "outbox", ["lease_until"], **_where("state = 'claimed'"))
    op.create_index(
        "ix_outbox_subject",
        "outbox",
        ["subject"],
        **_where("state IN ('waiting', 'claimed')"),
    )
    op.create_index(
        "ix_outbox_target",
        "outbox",
        ["target", "id"],
        **_where("state IN ('waiting', 'claimed')"),
    )


def _people() -> None:
    """Who represents which agency."""
    op.create_table(
        "people",
        sa.Column("user_id", Words(), nullable=False),
        sa.Column("team", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("agency", Words(), nullable=False),
        sa.Column("role", Words(), nullable=False),
        sa.Column("zone", Words()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_people")),
    )


def _processed_events() -> None:
    """Slack's requests that had their effect."""
    op.create_table(
        "processed_events",
        sa.Column("event_id", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_processed_events")),
    )


def _reminders() -> None:
    """The ledger."""
    op.create_table(
        "reminders",
        sa.Column("key", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("counted_to", sa.Date(), nullable=False),
        sa.Column("step", Words(), nullable=False),
        sa.Column("audience", Words(), nullable=False),
        sa.Column("topic", Words(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("agency", Words()),
        sa.Column("for_empty", sa.Boolean(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("reason", Words()),
        sa.Column("derived_at", Instant(), nullable=False),
        sa.Column("posted_at", Instant()),
        sa.Column("message_channel", Words()),
        sa.Column("message_ts", Words()),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_by", Words()),
        sa.Column("lease_until", Instant()),
        sa.Column("hold_until", Instant()),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_reminders")),
    )
    op.create_index(
        "ix_reminders_due", "reminders", ["due_at", "key"], **_where("state = 'pending'")
    )
    op.create_index(
        "ix_reminders_hold",
        "reminders",
        ["hold_until"],
        **_where("hold_until IS NOT NULL"),
    )
    op.create_index(
        "ix_reminders_lease", "reminders", ["lease_until"], **_where("state = 'claimed'")
    )
    op.create_index(
        "ix_reminders_message",
        "reminders",
        ["message_ts", "message_channel"],
        **_where("message_ts IS NOT NULL"),
    )
    op.create_index(
        "ix_reminders_posted",
        "reminders",
        ["posted_at"],
        **_where("posted_at IS NOT NULL"),
    )


def _acts() -> None:
    """Answers given and taken back."""
    op.create_table(
        "acts",
        sa.Column("id", Id, nullable=False),
        sa.Column("circulation", Id, nullable=False),
        sa.Column("agency", Words(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("position", Words(), nullable=False),
        sa.Column("source", Words(), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("event_order", Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["circulation"], ["circulations.id"], name=op.f("fk_acts_circulation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acts")),
        sa.UniqueConstraint(
            "circulation", "source", "person", "event_order", "given", name="uq_acts_same"
        ),
        sqlite_autoincrement=True,
    )


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _guard_journal() -> None:
    """A later migration that rebuilds the table on SQLite must make its triggers anew."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER journal_no_{act.lower()} BEFORE {act} ON journal "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON journal "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"
    )
