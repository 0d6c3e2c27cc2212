"""The rows of one batch, sorted out by partition, in memory or spilled to disk."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

import polars as pl

from schemas.batch import batch_schema
from schemas.dataset import Dataset
from warehouse.partitioning import split
from warehouse.row_form import plain_floats


def spool_folder(archive: Path, dataset_id: str) -> Path:
    """Where runs of a dataset spill to; removed at the next start where a run was killed."""
    return archive / "spool" / dataset_id


class BatchSpool:
    """Collects the chunks of a batch and gives them back partition by partition.

    Memory stays bounded by one partition: beyond ``rows_in_memory`` rows the chunks of a
    partitioned dataset are spilled to a temporary folder below ``folder`` (the system's, where
    None). Use as a context manager, or call :meth:`close`: spilled files are then removed.
    """

    def __init__(
        self,
        dataset: Dataset,
        timezone: str,
        *,
        folder: Path | None = None,
        rows_in_memory: int = 1_000_000,
    ) -> None:
        self.dataset = dataset
        self.timezone = timezone
        self.rows = 0
        self._schema = batch_schema(dataset, timezone)
        self._limit = rows_in_memory
        self._held = 0
        self._memory: dict[str, list[pl.DataFrame]] = {}
        self._spilled: dict[str, list[Path]] = {}
        self._base = folder
        self._numbers = itertools.count()
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def add(self, frame: pl.DataFrame) -> None:
        """Take a chunk: the dataset's fields and LINEAGE_COLUMNS, with the dtypes of
        ``batch_schema``. Raises ValueError where columns or dtypes are others."""
        wanted = frame.select(name for name in self._schema if name in frame.columns)
        if dict(wanted.schema) != self._schema:
            raise ValueError(f"not a batch of {self.dataset.id}: {frame.schema}")
        self.rows += wanted.height
        self._held += wanted.height
        for label, rows in split(plain_floats(wanted, self.dataset), self.dataset).items():
            self._memory.setdefault(label, []).append(rows)
        if self._held > self._limit and self.dataset.partition is not None:
            self._spill()

    def _spill(self) -> None:
        if self._folder is None:
            if self._base is not None:
                self._base.mkdir(parents=True, exist_ok=True)
            self._folder = tempfile.TemporaryDirectory(prefix="batch-", dir=self._base)
        for label, chunks in self._memory.items():
            known = self._spilled.setdefault(label, [])
            path = Path(self._folder.name) / f"{next(self._numbers)}.arrow"
            pl.concat(chunks).write_ipc(path, compression="lz4")
            known.append(path)
        self._memory.clear()
        self._held = 0

    @property
    def partitions(self) -> list[str]:
        """Labels of the partitions that came, in order."""
        return sorted({*self._memory, *self._spilled})

    def frame(self, partition: str) -> pl.DataFrame:
        """All rows of one partition, in the order in which they came."""
        spilled = [pl.read_ipc(path) for path in self._spilled.get(partition, ())]
        chunks = spilled + self._memory.get(partition, [])
        return pl.concat(chunks) if chunks else pl.DataFrame(schema=self._schema)

    def close(self) -> None:
        """Remove what was spilled."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def __enter__(self) -> BatchSpool:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()
