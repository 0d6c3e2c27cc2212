"""What one released version changed against another, key by key and field by field."""

from __future__ import annotations

from typing import Any

import polars as pl

from flows.opened_site import OpenedSite
from publishing.reader import ReleaseReader
from schemas.dataset import Dataset


def version_diff(opened: OpenedSite, dataset_id: str, old: int, new: int) -> dict[str, Any]:
    """Added, changed and removed rows. ``old`` 0 is the empty dataset before the first version."""
    dataset = opened.definitions.datasets[dataset_id].model
    reader = opened.reader(dataset_id)
    counts = {"ADD": 0, "MOD": 0, "DEL": 0}
    unchanged = 0
    changes: list[dict[str, Any]] = []
    labels = dict.fromkeys([*(reader.partitions(old) if old else []), *reader.partitions(new)])
    for label in labels:
        before = _frame(reader, dataset, label, old)
        after = _frame(reader, dataset, label, new)
        found, same = _partition_changes(before, after, dataset)
        unchanged += same
        for change in found:
            counts[change["operation"]] += 1 if change.pop("first") else 0
        changes += found
    return {
        "dataset": dataset_id,
        "old": old,
        "new": new,
        "rows_added": counts["ADD"],
        "rows_changed": counts["MOD"],
        "rows_removed": counts["DEL"],
        "rows_unchanged": unchanged,
        "changes": changes,
    }


def _frame(reader: ReleaseReader, dataset: Dataset, label: str, version: int) -> pl.DataFrame:
    if not version or label not in reader.partitions(version):
        return pl.DataFrame(schema=dict.fromkeys(dataset.field_names, pl.String()))
    frame = reader.frame(label, version)
    return frame.select(
        pl.col(name).cast(pl.String) if name in frame.columns else pl.lit(None).alias(name)
        for name in dataset.field_names
    )


def _partition_changes(
    before: pl.DataFrame, after: pl.DataFrame, dataset: Dataset
) -> tuple[list[dict[str, Any]], int]:
    key = list(dataset.primary_key)
    both = before.join(
        after,
        on=key,
        how="full",
        suffix="\x00new",
        nulls_equal=True,
        coalesce=True,
        maintain_order="left_right",
    ).with_columns(
        pl.struct(key).is_in(before.select(pl.struct(key)).to_series().implode()).alias("_old"),
        pl.struct(key).is_in(after.select(pl.struct(key)).to_series().implode()).alias("_new"),
    )
    others = [name for name in dataset.field_names if name not in key]
    changes: list[dict[str, Any]] = []
    same = 0
    for row in both.iter_rows(named=True):
        shown = "|".join(str(row[name]) for name in key)
        if row["_old"] and row["_new"]:
            fields = [name for name in others if row[name] != row[f"{name}\x00new"]]
            same += not fields
            for number, name in enumerate(fields):
                changes.append(
                    _change("MOD", shown, name, row[name], row[f"{name}\x00new"], first=number == 0)
                )
        else:
            operation = "ADD" if row["_new"] else "DEL"
            changes.append(_change(operation, shown, "", None, None, first=True))
    return changes, same


def _change(
    operation: str, key: str, field: str, old: str | None, new: str | None, *, first: bool
) -> dict[str, Any]:
    return {
        "operation": operation,
        "key": key,
        "field": field,
        "old": old or "",
        "new": new or "",
        "first": first,
    }
