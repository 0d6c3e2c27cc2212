"""Runs are ordered by a number, not by the clock, which may jump back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Number the runs there are by their time."""
    op.add_column(
        "runs", sa.Column("ordinal", sa.BigInteger(), nullable=False, server_default=sa.text("0"))
    )
    op.execute(
        sa.text(
            "UPDATE runs SET ordinal = (SELECT count(*) FROM runs AS earlier WHERE "
            "earlier.started_at < runs.started_at OR "
            "(earlier.started_at = runs.started_at AND earlier.id <= runs.id))"
        )
    )
    op.create_index("ix_runs_ordinal", "runs", ["ordinal"])
