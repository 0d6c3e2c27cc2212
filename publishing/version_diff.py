"""The difference of two released versions, from their files alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from publishing.diff import DiffCounts, ReleaseDiff, RowDiff, diff_frames
from publishing.reader import ReleaseReader


def parts_by_label(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The partitions of a version, by their labels."""
    return {part["partition"]: part for part in manifest["partitions"]}


def differing_rows(reader: ReleaseReader, old: int, new: int) -> Iterator[tuple[str, RowDiff]]:
    """The rows that differ, partition by partition; equal partitions are not read.

    Fields that only one of the versions has are compared as empty in the other.
    """
    before, after = reader.manifest(old), reader.manifest(new)
    old_parts, new_parts = parts_by_label(before), parts_by_label(after)
    for label in sorted({*old_parts, *new_parts}):
        was, is_now = old_parts.get(label), new_parts.get(label)
        if was and is_now and was["rows_sha256"] == is_now["rows_sha256"]:
            continue
        some = reader.frame(label, new) if is_now else reader.frame(label, old).clear()
        other = reader.frame(label, old) if was else some.clear()
        names = list(dict.fromkeys([*some.columns, *other.columns]))
        yield (
            label,
            diff_frames(
                _with(other, some, names), _with(some, other, names), after["primary_key"], names
            ),
        )


def _with(frame: pl.DataFrame, other: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The frame with the columns that only the other has, empty."""
    missing = [name for name in names if name not in frame.columns]
    return frame.with_columns(
        pl.lit(None, dtype=other.schema[name]).alias(name) for name in missing
    ).select(names)


def diff_versions(reader: ReleaseReader, old: int, new: int) -> ReleaseDiff:
    """The counts of the difference from ``old`` to ``new``."""
    partitions = {label: rows.counts() for label, rows in differing_rows(reader, old, new)}
    new_parts = parts_by_label(reader.manifest(new))
    unread = sum(part["rows"] for label, part in new_parts.items() if label not in partitions)
    total = sum(partitions.values(), start=DiffCounts(rows_unchanged=unread))
    return ReleaseDiff(total, partitions)
