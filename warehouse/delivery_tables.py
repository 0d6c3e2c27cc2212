"""Tables of the control database about deliveries to targets."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from warehouse.tables import Base


class DeliveryRow(Base):
    """What one target is to be brought or told: the state of a dataset, or one event."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    target: Mapped[str]
    dataset: Mapped[str]
    event: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(default=0)
    queued_at: Mapped[dt.datetime]
    asked: Mapped[int] = mapped_column(default=1)
    next_attempt_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    error_zh: Mapped[str] = mapped_column(Text, default="")
    error_en: Mapped[str] = mapped_column(Text, default="")
    done: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fingerprint: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        Index("uq_deliveries_event", "target", "dataset", "event", unique=True),
        Index("ix_deliveries_state", "state", "next_attempt_at"),
    )


class DeliveryAttemptRow(Base):
    """One attempt at a delivery, as it ended. Never changed."""

    __tablename__ = "delivery_attempts"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    delivery: Mapped[int] = mapped_column(index=True)
    began_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime]
    succeeded: Mapped[bool]
    done: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error_zh: Mapped[str] = mapped_column(Text, default="")
    error_en: Mapped[str] = mapped_column(Text, default="")
