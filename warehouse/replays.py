"""Replay requests: written by people or stewardship, served by flows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from warehouse.tables import ReplayRequestRow


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """A wish to replay a source from its archived snapshots."""

    id: int
    dataset: str
    source: str
    reason: str
    requested_at: dt.datetime


class ReplayLedger:
    """Replay requests: asked, served."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def request(self, dataset: str, source: str, *, reason: str, at: dt.datetime) -> int:
        """Ask for a replay; one that is open already is enough, and its id is returned."""
        query = select(ReplayRequestRow).where(
            ReplayRequestRow.dataset == dataset,
            ReplayRequestRow.source == source,
            ReplayRequestRow.served_by.is_(None),
        )
        with self._sessions.begin() as session:
            row = session.scalars(query).first()
            if row is None:
                row = ReplayRequestRow(
                    dataset=dataset, source=source, reason=reason, requested_at=at
                )
                session.add(row)
                session.flush()
            return row.id

    def waiting(self) -> list[ReplayRequest]:
        """Requests not yet served, oldest first."""
        query = (
            select(ReplayRequestRow)
            .where(ReplayRequestRow.served_by.is_(None))
            .order_by(ReplayRequestRow.id)
        )
        with self._sessions() as session:
            return [
                ReplayRequest(row.id, row.dataset, row.source, row.reason, row.requested_at)
                for row in session.scalars(query)
            ]

    def served(self, request: int, run: str) -> None:
        """Record which run served a request. Raises KeyError for an unknown one."""
        with self._sessions.begin() as session:
            row = session.get(ReplayRequestRow, request)
            if row is None:
                raise KeyError(request)
            row.served_by = run
