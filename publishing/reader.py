"""Reading releases: for derived datasets, rules with history, ``explain`` and tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from schemas.batch import Container
from schemas.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Trace:
    """Where one released row came from. ``locators``: field -> places in the snapshot."""

    dataset: str
    version: int
    partition: str
    source: str
    row: dict[str, Any]
    snapshot: Snapshot
    container: Container
    position: int
    locators: dict[str, str]


class ReleaseReader:
    """The versions of one dataset. ``version`` None = the current one."""

    def __init__(self, public: Path, archive: Path, dataset_id: str) -> None:
        raise NotImplementedError

    def versions(self) -> list[int]:
        """All versions, oldest first; empty where nothing was released."""
        raise NotImplementedError

    def current(self) -> int | None:
        """The current version, or None."""
        raise NotImplementedError

    def manifest(self, version: int | None = None) -> dict[str, Any]:
        """manifest.json."""
        raise NotImplementedError

    def partitions(self, version: int | None = None) -> list[str]:
        """Labels of the partitions, in release order."""
        raise NotImplementedError

    def frame(self, partition: str = "", version: int | None = None) -> pl.DataFrame:
        """Rows of a partition, with the dtypes of a batch, in release order."""
        raise NotImplementedError

    def scan(self, version: int | None = None) -> pl.LazyFrame:
        """All rows, lazily, in release order."""
        raise NotImplementedError

    def row_by_id(self, row_id: str, version: int | None = None) -> dict[str, Any] | None:
        """The row of that id, or None."""
        raise NotImplementedError

    def trace(self, row_id: str, version: int | None = None) -> Trace | None:
        """Walk from a released row to its cells, or None where no row has that id."""
        raise NotImplementedError
