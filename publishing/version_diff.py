"""The difference of two released versions, from their files alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from publishing.diff import DiffCounts, ReleaseDiff, RowDiff, diff_frames
from publishing.reader import ReleaseReader


@dataclass(frozen=True, slots=True)
class VersionFiles:
    """A version by its manifest and the folder of its files, in place or still being built."""

    manifest: Mapping[str, Any]
    folder: Path

    def frame(self, part: Mapping[str, Any]) -> pl.DataFrame:
        """The rows of one of its partitions."""
        return pl.read_parquet(self.folder / part["formats"]["parquet"], hive_partitioning=False)


def parts_by_label(manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The partitions of a version, by their labels."""
    return {part["partition"]: part for part in manifest["partitions"]}


def differing_rows(reader: ReleaseReader, old: int, new: int) -> Iterator[tuple[str, RowDiff]]:
    """The rows that differ, partition by partition; equal partitions are not read.

    Fields that only one of the versions has are compared as empty in the other.
    """
    return differing_rows_of(_files(reader, old), _files(reader, new))


def differing_rows_of(old: VersionFiles, new: VersionFiles) -> Iterator[tuple[str, RowDiff]]:
    """As :func:`differing_rows`, of versions wherever they lie."""
    old_parts, new_parts = parts_by_label(old.manifest), parts_by_label(new.manifest)
    for label in sorted({*old_parts, *new_parts}):
        was, is_now = old_parts.get(label), new_parts.get(label)
        if was and is_now and was["rows_sha256"] == is_now["rows_sha256"]:
            continue
        some = new.frame(is_now) if is_now else old.frame(old_parts[label]).clear()
        other = old.frame(was) if was else some.clear()
        names = list(dict.fromkeys([*some.columns, *other.columns]))
        yield (
            label,
            diff_frames(
                _with(other, some, names),
                _with(some, other, names),
                new.manifest["primary_key"],
                names,
            ),
        )


def _files(reader: ReleaseReader, version: int) -> VersionFiles:
    return VersionFiles(reader.manifest(version), reader.version_folder(version))


def _with(frame: pl.DataFrame, other: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """The frame with the columns that only the other has, empty."""
    missing = [name for name in names if name not in frame.columns]
    return frame.with_columns(
        pl.lit(None, dtype=other.schema[name]).alias(name) for name in missing
    ).select(names)


def diff_versions(reader: ReleaseReader, old: int, new: int) -> ReleaseDiff:
    """The counts of the difference from ``old`` to ``new``."""
    return diff_of(_files(reader, old), _files(reader, new))


def diff_of(old: VersionFiles, new: VersionFiles) -> ReleaseDiff:
    """As :func:`diff_versions`, of versions wherever they lie."""
    partitions: dict[str, DiffCounts] = {}
    went, came = [], []
    for label, rows in differing_rows_of(old, new):
        partitions[label] = rows.counts()
        went.append(rows.removed)
        came.append(rows.added)
    new_parts = parts_by_label(new.manifest)
    unread = sum(part["rows"] for label, part in new_parts.items() if label not in partitions)
    total = sum(partitions.values(), start=DiffCounts(rows_unchanged=unread))
    return ReleaseDiff(total + _moves(went, came, new.manifest["primary_key"]), partitions)


def _moves(went: list[pl.DataFrame], came: list[pl.DataFrame], keys: list[str]) -> DiffCounts:
    """Rows that left one partition for another are changed, not removed and added."""
    if len(went) < 2:
        return DiffCounts()
    names = list(dict.fromkeys(name for frame in came for name in frame.columns))
    removed = pl.concat([frame.select(names) for frame in went])
    added = pl.concat([frame.select(names) for frame in came])
    moved = diff_frames(removed, added, keys, names)
    again = removed.height - moved.removed.height
    shift = moved.counts()
    return DiffCounts(-again, shift.rows_changed, -again, shift.rows_unchanged, shift.fields)


def diff_from_nothing(new: VersionFiles) -> ReleaseDiff:
    """The counts of a version that has none before it."""
    partitions = {
        label: DiffCounts(rows_added=part["rows"])
        for label, part in parts_by_label(new.manifest).items()
    }
    return ReleaseDiff(sum(partitions.values(), start=DiffCounts()), partitions)
