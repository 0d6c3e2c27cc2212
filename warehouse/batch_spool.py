"""The rows of one batch, sorted out by partition, in memory or spilled to disk."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.dataset import Dataset


class BatchSpool:
    """Collects the chunks of a batch and gives them back partition by partition.

    Memory stays bounded by one partition: beyond ``rows_in_memory`` rows the chunks of a
    partitioned dataset are spilled to ``folder``. Use as a context manager; spilled files are
    removed on exit.
    """

    def __init__(
        self,
        dataset: Dataset,
        timezone: str,
        *,
        folder: Path | None = None,
        rows_in_memory: int = 1_000_000,
    ) -> None:
        raise NotImplementedError

    def add(self, frame: pl.DataFrame) -> None:
        """Take a chunk: fields of the dataset and LINEAGE_COLUMNS."""
        raise NotImplementedError

    @property
    def rows(self) -> int:
        """Rows taken so far."""
        raise NotImplementedError

    @property
    def partitions(self) -> list[str]:
        """Labels of the partitions that came, in order."""
        raise NotImplementedError

    def frame(self, partition: str) -> pl.DataFrame:
        """All rows of one partition, in the order in which they came."""
        raise NotImplementedError
