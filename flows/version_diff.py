"""What one released version changed against another, key by key and field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from flows.opened_site import OpenedSite
from publishing.diff import OLD, DiffCounts, RowDiff
from publishing.version_diff import diff_versions, differing_rows
from schemas.dataset import Dataset


def version_diff(opened: OpenedSite, dataset_id: str, old: int, new: int) -> dict[str, Any]:
    """Added, changed and removed rows. ``old`` 0 is the empty dataset before the first version."""
    dataset = opened.definitions.datasets[dataset_id].model
    reader = opened.reader(dataset_id)
    if not old:
        added = reader.scan(new).select(dataset.primary_key).collect()
        total = DiffCounts(rows_added=added.height)
        changes = list(_whole_rows("ADD", added, dataset))
    else:
        total = diff_versions(reader, old, new).total
        changes = [
            change
            for _, rows in differing_rows(reader, old, new)
            for change in _changes(rows, dataset)
        ]
    return {"dataset": dataset_id, "old": old, "new": new, **total.to_json(), "changes": changes}


def _changes(rows: RowDiff, dataset: Dataset) -> Iterator[dict[str, str]]:
    yield from _whole_rows("ADD", rows.added, dataset)
    for row in rows.changed.iter_rows(named=True):
        for name in row["_fields"]:
            yield _change("MOD", _key(row, dataset), name, row[f"{name}{OLD}"], row[name])
    yield from _whole_rows("DEL", rows.removed, dataset)


def _whole_rows(operation: str, rows: pl.DataFrame, dataset: Dataset) -> Iterator[dict[str, str]]:
    for row in rows.iter_rows(named=True):
        yield _change(operation, _key(row, dataset), "", None, None)


def _key(row: dict[str, Any], dataset: Dataset) -> str:
    return "|".join(str(row[name]) for name in dataset.primary_key)


def _change(operation: str, key: str, field: str, old: Any, new: Any) -> dict[str, str]:
    return {
        "operation": operation,
        "key": key,
        "field": field,
        "old": "" if old is None else str(old),
        "new": "" if new is None else str(new),
    }
