"""The record of fetches: what came from where, for conditional requests and for replays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from schemas.snapshot import Snapshot
from warehouse.tables import FetchRow


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """One snapshot got by one fetch. The bytes lie in the archive under ``sha256``."""

    run: str
    source: str
    url: str
    name: str
    sha256: str
    size: int
    status: int
    fetched_at: dt.datetime
    etag: str = ""
    last_modified: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def _header(headers: Mapping[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


def _record(row: FetchRow) -> FetchRecord:
    return FetchRecord(
        run=row.run,
        source=row.source,
        url=row.url,
        name=row.name,
        sha256=row.sha256,
        size=row.size,
        status=row.status,
        fetched_at=row.fetched_at,
        etag=row.etag,
        last_modified=row.last_modified,
        headers=row.headers,
    )


class FetchLedger:
    """Fetches: recorded, asked for."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def record(self, run: str, source: str, snapshots: Sequence[Snapshot]) -> None:
        """Record the snapshots of a run's fetch, in reading order. Repeating it changes nothing."""
        with self._sessions.begin() as session:
            session.execute(delete(FetchRow).where(FetchRow.run == run, FetchRow.source == source))
            session.add_all(
                FetchRow(
                    run=run,
                    source=source,
                    ordinal=ordinal,
                    url=snapshot.url,
                    name=snapshot.name,
                    sha256=snapshot.sha256,
                    size=snapshot.size,
                    status=snapshot.status,
                    etag=_header(snapshot.headers, "etag"),
                    last_modified=_header(snapshot.headers, "last-modified"),
                    headers=dict(snapshot.headers),
                    fetched_at=snapshot.fetched_at,
                )
                for ordinal, snapshot in enumerate(snapshots)
            )

    def latest_of_url(self, source: str, url: str) -> FetchRecord | None:
        """The newest fetch of an address, for If-None-Match and If-Modified-Since."""
        query = (
            select(FetchRow)
            .where(FetchRow.source == source, FetchRow.url == url)
            .order_by(FetchRow.id.desc())
            .limit(1)
        )
        with self._sessions() as session:
            row = session.scalars(query).first()
            return None if row is None else _record(row)

    def of_run(self, run: str, source: str) -> list[FetchRecord]:
        """The snapshots of a run, in reading order."""
        query = (
            select(FetchRow)
            .where(FetchRow.run == run, FetchRow.source == source)
            .order_by(FetchRow.ordinal)
        )
        with self._sessions() as session:
            return [_record(row) for row in session.scalars(query)]

    def latest_of_source(self, source: str) -> list[FetchRecord]:
        """The snapshots of the newest fetch of a source, in reading order."""
        newest = (
            select(FetchRow.run)
            .where(FetchRow.source == source)
            .order_by(FetchRow.id.desc())
            .limit(1)
        )
        with self._sessions() as session:
            run = session.scalars(newest).first()
        return [] if run is None else self.of_run(run, source)
