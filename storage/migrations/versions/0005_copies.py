"""The copies of a question in people's direct messages are found when it is closed.

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index them; those sent before name no question and stay as they are."""
    copies = sa.text("kind = 'direct' AND subject IS NOT NULL")
    op.create_index(
        "ix_outbox_copies",
        "outbox",
        ["subject"],
        unique=False,
        sqlite_where=copies,
        postgresql_where=copies,
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_outbox_copies", table_name="outbox")
