"""Holds: datasets that must not be released until their inputs change or someone lifts it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from warehouse.tables import HoldRow


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold. ``fingerprint`` is that of the inputs when it was put on."""

    dataset: str
    reason: str
    since: dt.datetime
    fingerprint: str

    def binds(self, fingerprint: str) -> bool:
        """True while the inputs are those for which the hold was put on."""
        return fingerprint == self.fingerprint


class HoldLedger:
    """Holds: put on, lifted, asked for."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def put(self, dataset: str, *, reason: str, fingerprint: str, at: dt.datetime) -> None:
        """Hold a dataset; replaces an older hold."""
        with self._sessions.begin() as session:
            session.merge(
                HoldRow(dataset=dataset, reason=reason, since=at, fingerprint=fingerprint)
            )

    def lift(self, dataset: str) -> bool:
        """Lift the hold; False where there was none."""
        with self._sessions.begin() as session:
            row = session.get(HoldRow, dataset)
            session.execute(delete(HoldRow).where(HoldRow.dataset == dataset))
            return row is not None

    def get(self, dataset: str) -> Hold | None:
        """The hold on a dataset, or None."""
        with self._sessions() as session:
            row = session.get(HoldRow, dataset)
            if row is None:
                return None
            return Hold(row.dataset, row.reason, row.since, row.fingerprint)

    def all(self) -> list[Hold]:
        """All holds, by dataset."""
        with self._sessions() as session:
            rows = session.scalars(select(HoldRow).order_by(HoldRow.dataset))
            return [Hold(row.dataset, row.reason, row.since, row.fingerprint) for row in rows]
