"""What the platform told of the group's channels lasts: new ids, and where nothing can be posted.

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Instant, Words

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; what was told before is not known any more."""
    op.create_table(
        "channels",
        sa.Column("id", Words(), nullable=False),
        sa.Column("kept_as", Words(), nullable=False),
        sa.Column("since", Instant(), nullable=True),
        sa.Column("away", Words(), nullable=True),
        sa.Column("told_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("channels")
