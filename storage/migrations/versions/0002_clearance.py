"""Questions, comments, evidence, kept files, people's wishes, and a chained journal.

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Instant, Json, Words

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns, and say in whose name earlier clearances were given."""
    _documents()
    _columns()
    _questions()
    _comments()
    _evidence()
    _of_people()
    op.execute(
        "UPDATE acts SET capacity = 'at working level', position = 'cleared' "
        "WHERE position = 'cleared at working level'"
    )
    _guard()


def downgrade() -> None:
    """Take everything away again; the journal's new columns go with their hashes."""
    _unguard()
    op.execute(
        "UPDATE acts SET position = 'cleared at working level' "
        "WHERE position = 'cleared' AND capacity = 'at working level'"
    )
    for name in (
        "previews",
        "interests",
        "switches",
        "snoozes",
        "preferences",
        "evidence",
        "comments",
        "questions",
    ):
        op.drop_table(name)
    for name in ("acts", "previous", "hash"):
        op.drop_column("journal", name)  # in place, as they were added
    for name in ("capacity", "effective_at"):
        op.drop_column("acts", name)
    with op.batch_alter_table("circulations") as table:
        for column in _new_columns():
            table.drop_column(column.name)
    op.drop_table("documents")


def _new_columns() -> tuple[sa.Column[Any], ...]:
    return (
    sa.Column("document", Words(), nullable=True),
    sa.Column("document_name", Words(), nullable=True),
    sa.Column("note", Words(), server_default=sa.text("''"), nullable=False),
    sa.Column("supersedes", Id, nullable=True),
    sa.Column("editorial", sa.Boolean(), server_default=sa.false(), nullable=False),
    sa.Column("struck", Json(), server_default=sa.text("'[]'"), nullable=False),
    sa.Column("reason", Words(), nullable=True),
)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("sha256", Words(), nullable=False),
        sa.Column("name", Words(), nullable=False),
        sa.Column("media_type", Words(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_by", Words(), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_documents")),
    )


def _columns() -> None:
    with op.batch_alter_table("circulations", table_kwargs={"sqlite_autoincrement": True}) as table:
        for column in _new_columns():
            table.add_column(column)
        table.create_foreign_key(
            op.f("fk_circulations_document"), "documents", ["document"], ["sha256"]
        )
        table.create_foreign_key(
            op.f("fk_circulations_supersedes"),
            "circulations",
            ["supersedes"],
            ["id"],
        )
    op.add_column("acts", sa.Column("capacity", Words(), nullable=True))
    op.add_column("acts", sa.Column("effective_at", Instant(), nullable=True))
    # Columns added to the journal in place: a rebuilt table would lose its triggers.
    op.add_column("journal", sa.Column("acts", Json(), nullable=True))
    op.add_column("journal", sa.Column("previous", Words(), nullable=True))
    op.add_column("journal", sa.Column("hash", Words(), nullable=True))


def _where(condition: sa.TextClause) -> dict[str, Any]:
    return {"sqlite_where": condition, "postgresql_where": condition}


def _of_circulation(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.ForeignKeyConstraint(
            ["circulation"], ["circulations.id"], name=op.f(f"fk_{table}_circulation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", Id, nullable=False),
        sa.Column("circulation", Id, nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("asked_of", Words(), nullable=False),
        sa.Column("agency", Words(), nullable=True),
        sa.Column("by", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("answer", Words(), nullable=True),
        sa.Column("answered_by", Words(), nullable=True),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("words", Words(), nullable=True),
        *_of_circulation("questions"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_questions_open",
        "questions",
        ["circulation", "id"],
        **_where(sa.text("state = 'open'")),
    )


def _comments() -> None:
    op.create_table(
        "comments",
        sa.Column("id", Id, nullable=False),
        sa.Column("circulation", Id, nullable=False),
        sa.Column("agency", Words(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("kind", Words(), nullable=False),
        sa.Column("text", Words(), nullable=False),
        sa.Column("place", Words(), nullable=False),
        sa.Column("wording", Words(), nullable=False),
        sa.Column("reply", Words(), nullable=False),
        sa.Column("replied_by", Words(), nullable=True),
        sa.Column("replied_at", Instant(), nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *_of_circulation("comments"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_comments_circulation", "comments", ["circulation", "id"])


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("id", Id, nullable=False),
        sa.Column("circulation", Id, nullable=False),
        sa.Column("agency", Words(), nullable=False),
        sa.Column("entered_by", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("from_whom", Words(), nullable=False),
        sa.Column("how", Words(), nullable=False),
        sa.Column("quote", Words(), nullable=False),
        sa.Column("document", Words(), nullable=True),
        sa.ForeignKeyConstraint(
            ["document"], ["documents.sha256"], name=op.f("fk_evidence_document")
        ),
        *_of_circulation("evidence"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_evidence_circulation", "evidence", ["circulation", "id"])


def _of_people() -> None:
    op.create_table(
        "preferences",
        sa.Column("user_id", Words(), nullable=False),
        sa.Column("zone", Words(), nullable=True),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("away_from", sa.Date(), nullable=True),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("deputy", Words(), nullable=True),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preferences")),
    )
    op.create_table(
        "snoozes",
        sa.Column("user_id", Words(), nullable=False),
        sa.Column("subject", Words(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", "subject", name=op.f("pk_snoozes")),
    )
    op.create_table(
        "switches",
        sa.Column("name", Words(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("by", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_switches")),
    )
    op.create_table(
        "interests",
        sa.Column("output", Words(), nullable=False),
        sa.Column("agency", Words(), nullable=False),
        sa.Column("person", Words(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("output", "agency", name=op.f("pk_interests")),
    )
    op.create_table(
        "previews",
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("keys", Json(), nullable=False),
        sa.Column("state", Words(), nullable=False),
        sa.Column("message", Words(), nullable=True),
        sa.Column("by", Words(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("due_at", name=op.f("pk_previews")),
    )


# What of a piece of evidence never changes: all but who sent it, a name that may be forgotten.
_EVIDENCE = "id, circulation, agency, entered_by, at, received_on, how, quote, document"
_GUARDED = (("acts", "UPDATE"), ("evidence", f"UPDATE OF {_EVIDENCE}"))


def _guard() -> None:
    """Acts and evidence are only ever added to; a migration that changes them must lift this."""
    if op.get_bind().dialect.name == "sqlite":
        for table, update in _GUARDED:
            for act in (update, "DELETE"):
                name = act.partition(" ")[0].lower()
                op.execute(
                    f"CREATE TRIGGER {table}_no_{name} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table}: append-only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '%: append-only', TG_TABLE_NAME; END $$"
    )
    for table, update in _GUARDED:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE {update} OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def _unguard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in ("acts", "evidence"):
            for act in ("update", "delete"):
                op.execute(f"DROP TRIGGER {table}_no_{act}")
        return
    for table in ("acts", "evidence"):
        op.execute(f"DROP TRIGGER {table}_no_change ON {table}")
    op.execute("DROP FUNCTION refuse_change()")
