"""The control database: one object with a small ledger per theme."""

from __future__ import annotations

from pathlib import Path


class Warehouse:
    """The control database of a site, migrated on opening.

    ``url`` is an SQLAlchemy URL; a relative sqlite path is relative to ``folder``, the site's.

    Ledgers: ``runs`` (:class:`~warehouse.runs.RunLedger`), ``fetches``
    (:class:`~warehouse.fetches.FetchLedger`), ``batches``
    (:class:`~warehouse.accepted_batches.BatchLedger`), ``cases``
    (:class:`~warehouse.cases.CaseLedger`), ``releases``
    (:class:`~warehouse.releases.ReleaseLedger`), ``holds`` (:class:`~warehouse.holds.HoldLedger`),
    ``replays`` (:class:`~warehouse.replays.ReplayLedger`).
    """

    def __init__(self, url: str, folder: Path) -> None:
        raise NotImplementedError

    def close(self) -> None:
        """Give connections back."""
        raise NotImplementedError
