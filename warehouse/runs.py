"""The record of runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from schemas.message import Message
from schemas.run import RunState
from warehouse.tables import RunRow

NO_MESSAGE = Message("", "")
NEWEST_FIRST = (RunRow.ordinal.desc(), RunRow.started_at.desc(), RunRow.id.desc())


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run as the control database knows it. ``state`` is None while it runs (or was killed)."""

    id: str
    dataset: str
    source: str
    logical_date: dt.date
    started_at: dt.datetime
    state: RunState | None = None
    finished_at: dt.datetime | None = None
    fingerprint: str = ""
    version: int | None = None
    counts: Mapping[str, object] = field(default_factory=dict)
    findings: Mapping[str, int] = field(default_factory=dict)
    message: Message = NO_MESSAGE


def _record(row: RunRow) -> RunRecord:
    return RunRecord(
        id=row.id,
        dataset=row.dataset,
        source=row.source,
        logical_date=row.logical_date,
        started_at=row.started_at,
        state=RunState(row.state) if row.state else None,
        finished_at=row.finished_at,
        fingerprint=row.fingerprint,
        version=row.version,
        counts=row.counts,
        findings=row.findings,
        message=Message(row.message_zh, row.message_en),
    )


class RunLedger:
    """Runs: started, finished, asked for."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def start(
        self, run: str, *, dataset: str, source: str, logical_date: dt.date, at: dt.datetime
    ) -> None:
        """Record that a run began. The same run may be started again (a retried task).

        Runs are numbered as they begin: the clock may have jumped back since the last one.
        """
        with self._sessions.begin() as session:
            newest = session.scalar(select(func.max(RunRow.ordinal))) or 0
            session.merge(
                RunRow(
                    id=run,
                    dataset=dataset,
                    source=source,
                    logical_date=logical_date,
                    started_at=at,
                    state=None,
                    finished_at=None,
                    ordinal=newest + 1,
                )
            )

    def finish(
        self,
        run: str,
        *,
        state: RunState,
        at: dt.datetime,
        fingerprint: str = "",
        version: int | None = None,
        counts: Mapping[str, object] | None = None,
        findings: Mapping[str, int] | None = None,
        message: Message = NO_MESSAGE,
    ) -> None:
        """Record how a run ended. Raises KeyError for a run that was never started."""
        with self._sessions.begin() as session:
            row = session.get(RunRow, run)
            if row is None:
                raise KeyError(run)
            row.state = state.value
            row.finished_at = at
            row.fingerprint = fingerprint
            row.version = version
            row.counts = dict(counts or {})
            row.findings = dict(findings or {})
            row.message_zh, row.message_en = message.zh, message.en

    def get(self, run: str) -> RunRecord | None:
        """The run of that id, or None."""
        with self._sessions() as session:
            row = session.get(RunRow, run)
            return None if row is None else _record(row)

    def latest(
        self, *, dataset: str | None = None, source: str | None = None, limit: int = 50
    ) -> list[RunRecord]:
        """The newest runs, newest first."""
        query = select(RunRow).order_by(*NEWEST_FIRST).limit(limit)
        if dataset is not None:
            query = query.where(RunRow.dataset == dataset)
        if source is not None:
            query = query.where(RunRow.source == source)
        with self._sessions() as session:
            return [_record(row) for row in session.scalars(query)]

    def unfinished(self) -> list[RunRecord]:
        """Runs without an end, oldest first: under way, or killed."""
        query = select(RunRow).where(RunRow.state.is_(None)).order_by(RunRow.ordinal)
        with self._sessions() as session:
            return [_record(row) for row in session.scalars(query)]

    def last_finished(self, dataset: str, source: str) -> RunRecord | None:
        """The newest run of a source that ended, or None."""
        query = (
            select(RunRow)
            .where(RunRow.dataset == dataset, RunRow.source == source, RunRow.state.is_not(None))
            .order_by(*NEWEST_FIRST)
            .limit(1)
        )
        with self._sessions() as session:
            row = session.scalars(query).first()
            return None if row is None else _record(row)
