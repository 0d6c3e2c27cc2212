"""The control database: one object with a small ledger per theme."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from warehouse.accepted_batches import BatchLedger
from warehouse.cases import CaseLedger
from warehouse.database import open_engine
from warehouse.deliveries import DeliveryLedger
from warehouse.fetches import FetchLedger
from warehouse.holds import HoldLedger
from warehouse.releases import ReleaseLedger
from warehouse.replays import ReplayLedger
from warehouse.reports import ReportLedger
from warehouse.runs import RunLedger
from warehouse.withdrawals import WithdrawalLedger


class Warehouse:
    """The control database of a site, migrated on opening.

    ``url`` is an SQLAlchemy URL; a relative sqlite path is relative to ``folder``, the site's.
    Safe to share between threads. Usable as a context manager.

    Attributes:
        runs: attempts to take a source to a release.
        fetches: snapshots got, with what conditional requests need.
        batches: accepted batches.
        cases: findings with one cause.
        releases: index of the released versions.
        holds: datasets that must not be released.
        replays: requests to replay a source.
        deliveries: what targets were brought and told, and what waits.
        reports: what readers of the portal report as wrong, and the answers.
        withdrawals: rows and versions taken out of what is published.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self._engine = open_engine(url, folder)
        sessions: sessionmaker[Session] = sessionmaker(self._engine, expire_on_commit=False)
        self.runs = RunLedger(sessions)
        self.fetches = FetchLedger(sessions)
        self.batches = BatchLedger(sessions)
        self.cases = CaseLedger(sessions)
        self.releases = ReleaseLedger(sessions)
        self.holds = HoldLedger(sessions)
        self.replays = ReplayLedger(sessions)
        self.deliveries = DeliveryLedger(sessions)
        self.reports = ReportLedger(sessions, self.cases)
        self.withdrawals = WithdrawalLedger(sessions)

    def close(self) -> None:
        """Give connections back."""
        self._engine.dispose()

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
