"""What a candidate changes against the current release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, slots=True)
class PartitionDiff:
    """Added, changed and removed keys of one partition.

    ``changed`` holds the key columns and ``_fields``, the list of fields that differ.
    """

    partition: str
    added: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame

    def is_empty(self) -> bool:
        """True where the partition holds the same content."""
        return not (self.added.height or self.changed.height or self.removed.height)


@dataclass(frozen=True, slots=True)
class ReleaseDiff:
    """Counts over all partitions; ``fields`` counts changed values per field."""

    rows_added: int = 0
    rows_changed: int = 0
    rows_removed: int = 0
    rows_unchanged: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)
    partitions: Mapping[str, PartitionDiff] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """True where nothing was added, changed or removed."""
        return not (self.rows_added or self.rows_changed or self.rows_removed)
