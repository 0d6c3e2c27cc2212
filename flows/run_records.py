"""What a run leaves behind beside its batch: findings and quarantine, as Parquet per run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

FINDINGS = "findings.parquet"
QUARANTINE = "quarantine.parquet"


@dataclass(frozen=True, slots=True)
class RunRecords:
    """The folder of runs of a site: ``<archive>/runs/<run>/``."""

    folder: Path

    def write(self, run: str, findings: pl.DataFrame, quarantine: pl.DataFrame) -> None:
        """Keep all findings and all records held back of a run."""
        folder = self.folder / run
        folder.mkdir(parents=True, exist_ok=True)
        for name, frame in ((FINDINGS, findings), (QUARANTINE, quarantine)):
            unfinished = folder / f".{name}"
            frame.write_parquet(unfinished, compression="zstd")
            unfinished.replace(folder / name)

    def findings(self, run: str) -> pl.DataFrame | None:
        """All findings of a run; None where it left none behind."""
        path = self.folder / run / FINDINGS
        return pl.read_parquet(path) if path.is_file() else None

    def quarantine(self, run: str) -> pl.DataFrame | None:
        """All records a run held back, with their raw records."""
        path = self.folder / run / QUARANTINE
        return pl.read_parquet(path) if path.is_file() else None
