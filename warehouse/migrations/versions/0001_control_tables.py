"""Runs, fetches, accepted batches, cases, releases, holds and replay requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def _text(name: str, length: int | None = 255, *, nullable: bool = False) -> sa.Column[str]:
    kind = sa.Text() if length is None else sa.String(length)
    return sa.Column(name, kind, nullable=nullable)


def upgrade() -> None:
    """Create the tables of the first version."""
    op.create_table(
        "runs",
        sa.Column("id", sa.String(255), primary_key=True),
        _text("dataset"),
        _text("source"),
        sa.Column("logical_date", sa.Date(), nullable=False),
        _text("state", nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        _text("fingerprint"),
        sa.Column("version", sa.Integer()),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        _text("message_zh", None),
        _text("message_en", None),
    )
    op.create_index("ix_runs_source", "runs", ["dataset", "source", "started_at"])
    op.create_table(
        "fetches",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        _text("run"),
        _text("source"),
        _text("url", None),
        _text("name", None),
        _text("sha256", 64),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        _text("etag", None),
        _text("last_modified", None),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("fetched_at", MOMENT, nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
    )
    op.create_index("ix_fetches_source_run", "fetches", ["source", "run"])
    op.create_index("uq_fetches_run_ordinal", "fetches", ["run", "source", "ordinal"], unique=True)
    op.create_table(
        "accepted_batches",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("run", sa.String(255), nullable=False, unique=True),
        _text("dataset"),
        _text("source"),
        sa.Column("logical_date", sa.Date(), nullable=False),
        _text("load"),
        _text("fingerprint"),
        sa.Column("description", sa.JSON(), nullable=False),
        _text("high_mark", None, nullable=True),
        sa.Column("accepted_at", MOMENT, nullable=False),
    )
    op.create_index("ix_accepted_batches_source", "accepted_batches", ["dataset", "source", "id"])
    op.create_table(
        "cases",
        sa.Column("key", sa.String(64), primary_key=True),
        _text("dataset"),
        _text("source"),
        _text("rule"),
        _text("column"),
        _text("pattern", None),
        _text("severity"),
        sa.Column("count", sa.Integer(), nullable=False),
        _text("first_run"),
        _text("last_run"),
        _text("state"),
        _text("message_zh", None),
        _text("message_en", None),
    )
    op.create_index("ix_cases_source", "cases", ["dataset", "source", "state"])
    op.create_table(
        "releases",
        sa.Column("dataset", sa.String(255), primary_key=True),
        sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
        _text("content_sha256", 64),
        _text("manifest_sha256", 64),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        _text("fingerprint"),
        _text("reason", None),
        sa.Column("runs", sa.JSON(), nullable=False),
        sa.Column("rolled_back_to", sa.Integer()),
    )
    op.create_table(
        "holds",
        sa.Column("dataset", sa.String(255), primary_key=True),
        _text("reason", None),
        sa.Column("since", MOMENT, nullable=False),
        _text("fingerprint"),
    )
    op.create_table(
        "replay_requests",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        _text("dataset"),
        _text("source"),
        _text("reason", None),
        sa.Column("requested_at", MOMENT, nullable=False),
        _text("served_by", nullable=True),
    )
