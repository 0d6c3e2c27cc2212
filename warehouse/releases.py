"""The record of releases: an index of the public folder, derived from it and repairable."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from warehouse.tables import ReleaseRow


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """One released version. ``runs``: source -> id of the run behind its rows."""

    dataset: str
    version: int
    content_sha256: str
    manifest_sha256: str
    created_at: dt.datetime
    rows: int
    fingerprint: str = ""
    reason: str = ""
    runs: Mapping[str, str] = field(default_factory=dict)
    rolled_back_to: int | None = None


class ReleaseLedger:
    """Releases: recorded, asked for."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def record(self, release: ReleaseRecord) -> None:
        """Record a version. Repeating it changes nothing."""
        with self._sessions.begin() as session:
            session.merge(
                ReleaseRow(
                    dataset=release.dataset,
                    version=release.version,
                    content_sha256=release.content_sha256,
                    manifest_sha256=release.manifest_sha256,
                    created_at=release.created_at,
                    rows=release.rows,
                    fingerprint=release.fingerprint,
                    reason=release.reason,
                    runs=dict(release.runs),
                    rolled_back_to=release.rolled_back_to,
                )
            )

    def of_dataset(self, dataset: str) -> list[ReleaseRecord]:
        """All versions of a dataset, oldest first."""
        query = select(ReleaseRow).where(ReleaseRow.dataset == dataset).order_by(ReleaseRow.version)
        with self._sessions() as session:
            return [
                ReleaseRecord(
                    dataset=row.dataset,
                    version=row.version,
                    content_sha256=row.content_sha256,
                    manifest_sha256=row.manifest_sha256,
                    created_at=row.created_at,
                    rows=row.rows,
                    fingerprint=row.fingerprint,
                    reason=row.reason,
                    runs=row.runs,
                    rolled_back_to=row.rolled_back_to,
                )
                for row in session.scalars(query)
            ]
