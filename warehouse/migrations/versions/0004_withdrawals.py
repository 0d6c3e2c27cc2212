"""Withdrawals, and under which of them a batch was accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the table, add the column."""
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("dataset", sa.String(255), nullable=False),
        sa.Column("row_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("cause", sa.Integer()),
        sa.Column("description", sa.JSON(), nullable=False),
        sa.Column("reason_zh", sa.Text(), nullable=False),
        sa.Column("reason_en", sa.Text(), nullable=False),
        sa.Column("revoked_on", sa.Date()),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("redacted_at", MOMENT),
        sa.Column("completed_at", MOMENT),
        sa.Column("lifted_at", MOMENT),
        sa.Column("lift_reason", sa.Text(), nullable=False),
    )
    op.create_index("ix_withdrawals_dataset", "withdrawals", ["dataset", "id"])
    op.add_column(
        "accepted_batches",
        sa.Column("withdrawals", sa.String(64), nullable=False, server_default=""),
    )
