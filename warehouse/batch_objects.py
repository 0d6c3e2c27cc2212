"""Content-addressed Parquet objects that hold accepted rows, under ``<archive>/batches/``."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.batch import BatchOrigin


class BatchObjects:
    """The store of accepted rows. Objects are written once and never changed."""

    def __init__(self, archive: Path) -> None:
        raise NotImplementedError

    def write(self, frame: pl.DataFrame, origin: BatchOrigin) -> str:
        """Store rows with their origin; returns the sha256."""
        raise NotImplementedError

    def read(self, sha256: str) -> pl.DataFrame:
        """The rows: fields, LINEAGE_COLUMNS and ``_logical_date``."""
        raise NotImplementedError

    def origin(self, sha256: str) -> BatchOrigin:
        """What the lineage columns of that object point into."""
        raise NotImplementedError
