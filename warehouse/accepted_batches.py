"""The record of accepted batches: immutable, one per run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from warehouse.state import AcceptedState
from warehouse.tables import AcceptedBatchRow


@dataclass(frozen=True, slots=True)
class AcceptedBatch:
    """An accepted batch, with the whole state of its source after it.

    ``withdrawals`` names the withdrawals (their digest) under which its rows were counted.
    """

    run: str
    load: str
    logical_date: dt.date
    fingerprint: str
    high_mark: str | None
    accepted_at: dt.datetime
    state: AcceptedState
    withdrawals: str = ""


def _batch(row: AcceptedBatchRow) -> AcceptedBatch:
    return AcceptedBatch(
        run=row.run,
        load=row.load,
        logical_date=row.logical_date,
        fingerprint=row.fingerprint,
        high_mark=row.high_mark,
        accepted_at=row.accepted_at,
        state=AcceptedState.from_json(row.description),
        withdrawals=row.withdrawals,
    )


class BatchLedger:
    """Accepted batches: accepted, asked for."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def accept(
        self,
        state: AcceptedState,
        *,
        run: str,
        load: str,
        logical_date: dt.date,
        at: dt.datetime,
        fingerprint: str = "",
        high_mark: str | None = None,
        withdrawals: str = "",
    ) -> None:
        """Commit the state a batch was folded into. A run accepts once: repeating it does
        nothing, and a second, different state of the same run is a ValueError."""
        description = state.to_json()
        with self._sessions.begin() as session:
            known = session.scalars(
                select(AcceptedBatchRow).where(AcceptedBatchRow.run == run)
            ).first()
            if known is not None:
                if known.description != description:
                    raise ValueError(f"run {run} has accepted another batch already")
                return
            session.add(
                AcceptedBatchRow(
                    run=run,
                    dataset=state.dataset,
                    source=state.source,
                    logical_date=logical_date,
                    load=load,
                    fingerprint=fingerprint,
                    description=description,
                    high_mark=high_mark,
                    accepted_at=at,
                    withdrawals=withdrawals,
                )
            )

    def latest(self, dataset: str, source: str) -> AcceptedBatch | None:
        """The last accepted batch of a source, or None."""
        query = (
            select(AcceptedBatchRow)
            .where(AcceptedBatchRow.dataset == dataset, AcceptedBatchRow.source == source)
            .order_by(AcceptedBatchRow.id.desc())
            .limit(1)
        )
        with self._sessions() as session:
            row = session.scalars(query).first()
            return None if row is None else _batch(row)

    def latest_of_dataset(self, dataset: str) -> dict[str, AcceptedBatch]:
        """The last accepted batch of each source of a dataset, in the order of source ids."""
        newest = (
            select(func.max(AcceptedBatchRow.id))
            .where(AcceptedBatchRow.dataset == dataset)
            .group_by(AcceptedBatchRow.source)
        )
        query = (
            select(AcceptedBatchRow)
            .where(AcceptedBatchRow.id.in_(newest))
            .order_by(AcceptedBatchRow.source)
        )
        with self._sessions() as session:
            return {row.source: _batch(row) for row in session.scalars(query)}

    def objects(self) -> frozenset[str]:
        """sha256 of every object that any accepted batch names, old ones too."""
        with self._sessions() as session:
            states = session.scalars(select(AcceptedBatchRow.description))
            return frozenset(
                part.sha256 for state in states for part in AcceptedState.from_json(state).parts
            )

    def of_run(self, run: str) -> AcceptedBatch | None:
        """The batch a run accepted, or None."""
        query = select(AcceptedBatchRow).where(AcceptedBatchRow.run == run)
        with self._sessions() as session:
            row = session.scalars(query).first()
            return None if row is None else _batch(row)
