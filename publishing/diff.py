"""What a candidate changes against a release: keys added, changed, removed, and in which fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from schemas.dataset import Dataset
from warehouse.row_form import differing_names, differs

OLD = "__old"


@dataclass(frozen=True, slots=True)
class RowDiff:
    """The difference of two sets of rows.

    Attributes:
        added: new rows whose key is not among the old ones.
        changed: new rows with a known key and other values, with their old values (suffix
            ``__old``) and ``_fields``, the list of the fields that differ.
        removed: old rows whose key is not among the new ones.
        rows_unchanged: how many rows are the same.
    """

    added: pl.DataFrame
    changed: pl.DataFrame
    removed: pl.DataFrame
    rows_unchanged: int

    def counts(self) -> DiffCounts:
        """Only the numbers."""
        listed = self.changed.get_column("_fields").explode().drop_nulls().value_counts()
        return DiffCounts(
            rows_added=self.added.height,
            rows_changed=self.changed.height,
            rows_removed=self.removed.height,
            rows_unchanged=self.rows_unchanged,
            fields={str(name): count for name, count in sorted(listed.iter_rows())},
        )


@dataclass(frozen=True, slots=True)
class DiffCounts:
    """Numbers of a difference. ``fields``: field -> how many rows changed in it."""

    rows_added: int = 0
    rows_changed: int = 0
    rows_removed: int = 0
    rows_unchanged: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """True where nothing was added, changed or removed."""
        return not (self.rows_added or self.rows_changed or self.rows_removed)

    def __add__(self, other: DiffCounts) -> DiffCounts:
        names = sorted({*self.fields, *other.fields})
        return DiffCounts(
            self.rows_added + other.rows_added,
            self.rows_changed + other.rows_changed,
            self.rows_removed + other.rows_removed,
            self.rows_unchanged + other.rows_unchanged,
            {name: self.fields.get(name, 0) + other.fields.get(name, 0) for name in names},
        )

    def to_json(self) -> dict[str, object]:
        """As written in the manifest."""
        return {
            "rows_added": self.rows_added,
            "rows_changed": self.rows_changed,
            "rows_removed": self.rows_removed,
            "rows_unchanged": self.rows_unchanged,
            "fields": dict(self.fields),
        }


@dataclass(frozen=True, slots=True)
class ReleaseDiff:
    """The difference of a candidate and a release: in all, and per partition that differs.

    A row whose key moved to another partition counts once, as changed, in ``total``; in
    ``partitions`` it counts as removed from one and added to the other.
    """

    total: DiffCounts = field(default_factory=DiffCounts)
    partitions: Mapping[str, DiffCounts] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """True where nothing was added, changed or removed."""
        return self.total.is_empty()

    def to_json(self) -> dict[str, object]:
        """As written in the manifest."""
        counts = {label: one.to_json() for label, one in self.partitions.items() if label}
        return {**self.total.to_json(), "partitions": counts}


def diff_rows(old: pl.DataFrame, new: pl.DataFrame, dataset: Dataset) -> RowDiff:
    """Compare two frames of the dataset's fields by key. Order of rows does not matter."""
    return diff_frames(old, new, dataset.primary_key, dataset.field_names)


def diff_frames(
    old: pl.DataFrame, new: pl.DataFrame, keys: Sequence[str], fields: Sequence[str]
) -> RowDiff:
    """Compare two frames with the same fields by key."""
    values = [name for name in fields if name not in keys]
    old, new = old.select(fields), new.select(fields)
    twins = old.select(*keys, pl.col(values).name.suffix(OLD), pl.lit(True).alias("_known"))
    joined = new.join(twins, on=list(keys), how="left", nulls_equal=True, maintain_order="left")
    known = pl.col("_known").is_not_null()
    changed = joined.filter(known & differs(values, OLD)).with_columns(
        differing_names(values, OLD).alias("_fields")
    )
    added = joined.filter(~known).select(fields)
    removed = old.join(new, on=list(keys), how="anti", nulls_equal=True, maintain_order="left")
    unchanged = new.height - added.height - changed.height
    return RowDiff(added, changed.drop("_known"), removed, unchanged)
