"""Comparing a candidate with the current release, reading only what may differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import polars as pl

from publishing.candidate import Candidate
from publishing.diff import DiffCounts, ReleaseDiff, diff_rows
from publishing.gates import Statistics
from schemas.batch import batch_schema
from schemas.dataset import Dataset
from schemas.finding import Finding
from warehouse.partitioning import WHOLE, keys_stay_in_partition
from warehouse.row_form import conform


class Fate(StrEnum):
    """What becomes of a partition in the new version."""

    SHARED = "shared"  # the same content: its files are linked
    WRITTEN = "written"
    GONE = "gone"  # no rows are left in it


@dataclass(slots=True)
class Comparison:
    """A candidate against the current release.

    Attributes:
        fates: partition -> what becomes of it, in release order.
        diff: the counts.
        removed: rows that are gone (all fields).
        added: rows that came, where that is needed later (all fields).
        conflicts: keys that two sources give with different values, per partition that was read.
        rows_by_source: rows each source gives, per partition that was read.
        statistics: what gates compare, per partition of the candidate.
    """

    fates: dict[str, Fate] = field(default_factory=dict)
    diff: ReleaseDiff = field(default_factory=ReleaseDiff)
    removed: pl.DataFrame = field(default_factory=pl.DataFrame)
    added: pl.DataFrame = field(default_factory=pl.DataFrame)
    conflicts: dict[str, tuple[Finding, ...]] = field(default_factory=dict)
    rows_by_source: dict[str, dict[str, int]] = field(default_factory=dict)
    statistics: dict[str, Statistics] = field(default_factory=dict)


class _Comparer:
    """One comparison under way."""

    def __init__(
        self,
        dataset: Dataset,
        candidate: Candidate,
        timezone: str,
        folder: Path | None,
        current: Mapping[str, Any] | None,
        keep_added: bool,
    ) -> None:
        schema = batch_schema(dataset, timezone)
        self._fields = {name: schema[name] for name in dataset.field_names}
        self._dataset = dataset
        self._candidate = candidate
        self._folder = folder
        self._parts = {part["partition"]: part for part in (current or {}).get("partitions", ())}
        self._keep_added = current is not None and (
            keep_added or not keys_stay_in_partition(dataset)
        )
        self._counts: dict[str, DiffCounts] = {}
        self._removed: list[pl.DataFrame] = []
        self._added: list[pl.DataFrame] = []
        self.found = Comparison()

    def compare(self) -> Comparison:
        """Compare partition by partition."""
        labels = {*self._candidate.partitions, *self._parts}
        if self._dataset.partition is None:
            labels.add(WHOLE)
        for label in sorted(labels):
            self.found.fates[label] = self._compare_partition(label)
        empty = pl.DataFrame(schema=self._fields)
        self.found.removed = pl.concat([empty, *self._removed])
        self.found.added = pl.concat([empty, *self._added])
        self._settle_moves()
        return self.found

    def _old(self, label: str) -> pl.DataFrame:
        part = self._parts.get(label)
        if part is None or self._folder is None:
            return pl.DataFrame(schema=self._fields)
        path = self._folder / part["formats"]["parquet"]
        stored = pl.read_parquet(path, hive_partitioning=False)
        return conform(stored, self._dataset, self._fields)

    def _known_statistics(self, label: str, part: Mapping[str, Any]) -> Statistics:
        """As the manifest tells them; counted where an earlier program wrote none."""
        if "statistics" in part:
            return Statistics.from_json(part["statistics"])
        return Statistics.of_rows(self._old(label), self._dataset)

    def _compare_partition(self, label: str) -> Fate:
        part = self._parts.get(label)
        if part is not None and part["inputs"] == self._candidate.inputs(label):
            self._counts[label] = DiffCounts(rows_unchanged=part["rows"])
            self.found.statistics[label] = self._known_statistics(label, part)
            return Fate.SHARED
        new = self._candidate.partition(label)
        self.found.statistics[label] = Statistics.of_rows(new.frame, self._dataset)
        self.found.conflicts[label] = new.conflicts
        self.found.rows_by_source[label] = new.rows_by_source()
        if part is None:
            self._counts[label] = DiffCounts(rows_added=new.frame.height)
            if self._keep_added:
                self._added.append(new.frame.select(list(self._fields)))
            stays = new.frame.height or self._dataset.partition is None
            return Fate.WRITTEN if stays else Fate.GONE
        rows = diff_rows(self._old(label), new.frame, self._dataset)
        self._counts[label] = rows.counts()
        self._removed.append(rows.removed)
        if self._keep_added:
            self._added.append(rows.added)
        if not new.frame.height and self._dataset.partition is not None:
            return Fate.GONE
        return Fate.SHARED if self._counts[label].is_empty() else Fate.WRITTEN

    def _settle_moves(self) -> None:
        """Rows that left one partition for another are changed, not removed and added."""
        total = sum(self._counts.values(), start=DiffCounts())
        differing = {label: one for label, one in self._counts.items() if not one.is_empty()}
        if not keys_stay_in_partition(self._dataset):
            moved = diff_rows(self.found.removed, self.found.added, self._dataset)
            shift = moved.counts()
            came_and_went = self.found.removed.height - moved.removed.height
            total += DiffCounts(
                rows_added=-came_and_went,
                rows_removed=-came_and_went,
                rows_changed=shift.rows_changed,
                rows_unchanged=shift.rows_unchanged,
                fields=shift.fields,
            )
            self.found.removed, self.found.added = moved.removed, moved.added
        self.found.diff = ReleaseDiff(total, differing)


def compare_with_current(
    dataset: Dataset,
    candidate: Candidate,
    *,
    timezone: str,
    folder: Path | None,
    current: Mapping[str, Any] | None,
    keep_added: bool,
) -> Comparison:
    """Compare a candidate with the version whose manifest is ``current`` and whose files lie in
    ``folder`` (both None for a first release). ``keep_added``: hand back the added rows too."""
    return _Comparer(dataset, candidate, timezone, folder, current, keep_added).compare()
