"""Lineage beside the rows: where each released row stood in which snapshot.

``lineage.parquet`` is row-aligned with the release; ``lineage.json`` says what its indexes count.
Both are per partition, so that untouched partitions are shared between versions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from publishing.candidate import SOURCE, CandidatePartition
from publishing.hashed_file import FileFacts, PlainFile, finished_file
from publishing.json_text import json_document
from schemas.batch import LINEAGE_COLUMNS, origin_to_json
from schemas.snapshot import public_address


@dataclass(frozen=True, slots=True)
class LineageFiles:
    """Names and facts of the two files of a partition."""

    names: Mapping[str, str]  # "rows" and "origin" -> file name
    files: Mapping[str, FileFacts]


def public_origin(part: CandidatePartition, archive: Path) -> dict[str, Any]:
    """What the lineage columns of a partition point into, as published."""
    origin = origin_to_json(part.origin, archive)
    for snapshot in origin["snapshots"]:
        snapshot["url"] = public_address(snapshot["url"], snapshot["name"])
        del snapshot["headers"], snapshot["status"]
        if Path(snapshot["path"]).is_absolute():  # not in the archive: a path of this machine
            snapshot["path"] = ""
    return {"sources": list(part.sources), **origin}


def write_lineage(
    folder: Path, part: CandidatePartition, partition: str, archive: Path
) -> LineageFiles:
    """Write the lineage of a partition."""
    columns = [SOURCE, *LINEAGE_COLUMNS]
    return store_lineage(
        folder, part.frame.select(columns), public_origin(part, archive), partition
    )


def store_lineage(
    folder: Path, lineage: pl.DataFrame, origin: Mapping[str, Any], partition: str
) -> LineageFiles:
    """Write lineage columns and the published origin they point into."""
    stem = f"lineage.{partition}" if partition else "lineage"
    rows, described = folder / f"{stem}.parquet", folder / f"{stem}.json"
    lineage.write_parquet(rows, compression="zstd", compression_level=3)
    document = PlainFile(described)
    document.write(json_document(origin))
    files = {rows.name: finished_file(rows), described.name: document.close()}
    return LineageFiles({"rows": rows.name, "origin": described.name}, files)


def without_unused(
    lineage: pl.DataFrame, origin: Mapping[str, Any]
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Lineage and origin without the snapshots and containers to which no row points any more:
    their names and addresses may speak of rows that are gone."""
    containers = sorted(lineage.get_column("_container").drop_nulls().unique().to_list())
    used = set(lineage.get_column("_snapshot").drop_nulls().unique().to_list())
    used |= {origin["containers"][one]["snapshot"] for one in containers}
    snapshots = {old: new for new, old in enumerate(sorted(used))}
    kept = [origin["containers"][one] for one in containers]
    maps = {old: new for new, old in enumerate(sorted({one["columns"] for one in kept}))}
    moved = {old: new for new, old in enumerate(containers)}
    columns = [_moved("_container", moved), _moved("_snapshot", snapshots)]
    return lineage.with_columns(columns), {
        **origin,
        "snapshots": [origin["snapshots"][one] for one in snapshots],
        "containers": [
            {**one, "snapshot": snapshots[one["snapshot"]], "columns": maps[one["columns"]]}
            for one in kept
        ],
        "column_maps": [origin["column_maps"][one] for one in maps],
    }


def used_by_source(lineage: pl.DataFrame, sources: Sequence[str]) -> dict[str, list[int]]:
    """Which snapshots stand behind the rows of each source."""
    used = lineage.select(SOURCE, "_snapshot").unique().drop_nulls().sort(SOURCE, "_snapshot")
    found: dict[str, list[int]] = {source: [] for source in sources}
    for source, snapshot in used.iter_rows():
        found[sources[source]].append(snapshot)
    return found


def _moved(name: str, places: Mapping[int, int]) -> pl.Expr:
    if not places:  # no row points anywhere
        return pl.lit(None, dtype=pl.Int32).alias(name)
    return pl.col(name).replace_strict(dict(places), default=None, return_dtype=pl.Int32)
