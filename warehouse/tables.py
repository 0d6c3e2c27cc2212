"""Tables of the control database. It holds state; rows of data live in Parquet objects."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Index, String, Text, TypeDecorator, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A moment, stored in UTC; SQLite has no time zones of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a moment without a zone: nobody could say later which one was meant."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        """Give the zone back to what SQLite stored without one."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Base(DeclarativeBase):
    """The base of all tables."""

    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy as a class attribute
        dt.datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        str: String(255),
    }


class RunRow(Base):
    """One attempt to take a source to an accepted batch, and its dataset to a release."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(primary_key=True)
    dataset: Mapped[str]
    source: Mapped[str]
    logical_date: Mapped[dt.date]
    state: Mapped[str | None]
    started_at: Mapped[dt.datetime]
    finished_at: Mapped[dt.datetime | None]
    fingerprint: Mapped[str] = mapped_column(default="")
    version: Mapped[int | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    findings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message_zh: Mapped[str] = mapped_column(Text, default="")
    message_en: Mapped[str] = mapped_column(Text, default="")
    ordinal: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))

    __table_args__ = (
        Index("ix_runs_source", "dataset", "source", "started_at"),
        Index("ix_runs_ordinal", "ordinal"),
    )


class FetchRow(Base):
    """One snapshot got by one fetch, with what a conditional request needs."""

    __tablename__ = "fetches"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    run: Mapped[str]
    source: Mapped[str]
    url: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[int]
    etag: Mapped[str] = mapped_column(Text, default="")
    last_modified: Mapped[str] = mapped_column(Text, default="")
    headers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fetched_at: Mapped[dt.datetime]
    ordinal: Mapped[int]

    __table_args__ = (
        Index("ix_fetches_source_run", "source", "run"),
        Index("uq_fetches_run_ordinal", "run", "source", "ordinal", unique=True),
    )


class AcceptedBatchRow(Base):
    """An accepted batch. Never changed; the newest of a source holds its whole state."""

    __tablename__ = "accepted_batches"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    run: Mapped[str] = mapped_column(unique=True)
    dataset: Mapped[str]
    source: Mapped[str]
    logical_date: Mapped[dt.date]
    load: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(default="")
    description: Mapped[dict[str, Any]]
    high_mark: Mapped[str | None] = mapped_column(Text)
    accepted_at: Mapped[dt.datetime]
    withdrawals: Mapped[str] = mapped_column(String(64), default="", server_default="")

    __table_args__ = (Index("ix_accepted_batches_source", "dataset", "source", "id"),)


class CaseRow(Base):
    """Findings with one cause: rule, column, pattern and source."""

    __tablename__ = "cases"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    dataset: Mapped[str]
    source: Mapped[str]
    rule: Mapped[str]
    column: Mapped[str]
    pattern: Mapped[str] = mapped_column(Text)
    severity: Mapped[str]
    count: Mapped[int]
    first_run: Mapped[str]
    last_run: Mapped[str]
    state: Mapped[str]
    message_zh: Mapped[str] = mapped_column(Text)
    message_en: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_cases_source", "dataset", "source", "state"),)


class ReleaseRow(Base):
    """A released version: an index of what lies in the public folder, derived from it."""

    __tablename__ = "releases"

    dataset: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    content_sha256: Mapped[str] = mapped_column(String(64))
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[dt.datetime]
    rows: Mapped[int]
    fingerprint: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    runs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rolled_back_to: Mapped[int | None]


class HoldRow(Base):
    """A dataset that must not be released until its inputs change or someone lifts the hold."""

    __tablename__ = "holds"

    dataset: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[dt.datetime]
    fingerprint: Mapped[str]


class WithdrawalRow(Base):
    """What was taken out of every version: one row, or one version (see ``withdrawals``)."""

    __tablename__ = "withdrawals"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    dataset: Mapped[str]
    row_id: Mapped[str] = mapped_column(String(64), default="")
    version: Mapped[int | None]
    cause: Mapped[int | None]
    description: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason_zh: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str] = mapped_column(Text)
    revoked_on: Mapped[dt.date | None]
    requested_at: Mapped[dt.datetime]
    redacted_at: Mapped[dt.datetime | None]
    completed_at: Mapped[dt.datetime | None]
    lifted_at: Mapped[dt.datetime | None]
    lift_reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (Index("ix_withdrawals_dataset", "dataset", "id"),)


class ErrorReportRow(Base):
    """What a reader of the portal reports as wrong; never published."""

    __tablename__ = "error_reports"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    reference: Mapped[str]
    dataset: Mapped[str]
    version: Mapped[int]
    row_id: Mapped[str]
    row_key: Mapped[str] = mapped_column(Text)
    source: Mapped[str]
    field: Mapped[str]
    value: Mapped[str] = mapped_column(Text)
    told: Mapped[str] = mapped_column(Text)
    wanted: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    received_at: Mapped[dt.datetime]
    answered_at: Mapped[dt.datetime | None]

    __table_args__ = (
        Index("uq_error_reports_reference", "reference", unique=True),
        Index("ix_error_reports_state", "dataset", "state"),
    )


class ReplayRequestRow(Base):
    """A wish to replay a source from its archived snapshots; written by people, served by flows."""

    __tablename__ = "replay_requests"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    dataset: Mapped[str]
    source: Mapped[str]
    reason: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[dt.datetime]
    served_by: Mapped[str | None]


__all__ = [
    "AcceptedBatchRow",
    "Base",
    "CaseRow",
    "ErrorReportRow",
    "FetchRow",
    "HoldRow",
    "ReleaseRow",
    "ReplayRequestRow",
    "RunRow",
    "UtcDateTime",
    "WithdrawalRow",
]
