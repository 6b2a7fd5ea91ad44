"""Rows of the outbox say what they answer, by the id under which the logs tell of it.

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Words

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; rows from before have no cause."""
    op.add_column("outbox", sa.Column("cause", Words(), nullable=True))


def downgrade() -> None:
    """Take it away again."""
    op.drop_column("outbox", "cause")
