"""Which rows a table needs: all of a version, or those in which it differs from the one loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from publishing.diff import diff_frames
from publishing.targets.contract import PublishedDataset
from publishing.version_diff import parts_by_label


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to be put in, and rows to be taken out.

    Attributes:
        rows: as released: all of the version (``whole``), or the new and the changed ones.
        gone: keys of the rows to be taken out; of a whole version it is what is not in ``rows``.
    """

    rows: pl.DataFrame
    gone: pl.DataFrame
    whole: bool


def released_rows(published: PublishedDataset, version: int) -> pl.DataFrame:
    """All rows of a version in release order."""
    folder = published.index.version_folder(version)
    parts = published.index.manifest(version)["partitions"]
    frames = [
        pl.read_parquet(folder / part["formats"]["parquet"], hive_partitioning=False)
        for part in parts
    ]
    return pl.concat(frames)


def whole_version(published: PublishedDataset, rows: pl.DataFrame) -> Changes:
    """Everything."""
    return Changes(rows, rows.clear().select(published.manifest["primary_key"]), whole=True)


def changes_since(published: PublishedDataset, version: int, content_sha256: str) -> Changes | None:
    """What the current version changes against an earlier one; partitions with equal rows are not
    read. None where the earlier one is gone, was redacted since, or had other fields."""
    entry = next((one for one in published.entries if one["version"] == version), None)
    if entry is None or entry["content_sha256"] != content_sha256:
        return None
    assert published.current is not None
    old = published.index.manifest(version)
    new = published.manifest
    if old["schema_sha256"] != new["schema_sha256"]:
        return None
    keys = new["primary_key"]
    before, after = parts_by_label(old), parts_by_label(new)
    put, gone = [], []
    for label in sorted({*before, *after}):
        was, now = before.get(label), after.get(label)
        if was and now and was["rows_sha256"] == now["rows_sha256"]:
            continue
        rows = _frame(published, published.current, now)
        known = _frame(published, version, was)
        if rows is None or known is None:
            put += [rows] if rows is not None else []
            gone += [known.select(keys)] if known is not None else []
            continue
        if rows.schema != known.schema:
            return None
        found = diff_frames(known, rows, keys, rows.columns)
        put += [found.added, found.changed.select(rows.columns)]
        gone.append(found.removed.select(keys))
    if not put and not gone:
        empty = released_rows(published, published.current).clear()
        return Changes(empty, empty.select(keys), whole=False)
    rows = pl.concat(put) if put else released_rows(published, published.current).clear()
    keys_gone = pl.concat(gone) if gone else rows.clear().select(keys)
    # a row that moved to another partition is not gone
    keys_gone = keys_gone.join(rows.select(keys), on=keys, how="anti", nulls_equal=True)
    return Changes(rows, keys_gone, whole=False)


def _frame(
    published: PublishedDataset, version: int, part: dict[str, Any] | None
) -> pl.DataFrame | None:
    if part is None:
        return None
    path = published.index.version_folder(version) / part["formats"]["parquet"]
    return pl.read_parquet(path, hive_partitioning=False)
