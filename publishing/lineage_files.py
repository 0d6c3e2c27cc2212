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
    stem = f"lineage.{partition}" if partition else "lineage"
    rows, origin = folder / f"{stem}.parquet", folder / f"{stem}.json"
    columns = [SOURCE, *LINEAGE_COLUMNS]
    part.frame.select(columns).write_parquet(rows, compression="zstd", compression_level=3)
    described = PlainFile(origin)
    described.write(json_document(public_origin(part, archive)))
    files = {rows.name: finished_file(rows), origin.name: described.close()}
    return LineageFiles({"rows": rows.name, "origin": origin.name}, files)


def used_by_source(lineage: pl.DataFrame, sources: Sequence[str]) -> dict[str, list[int]]:
    """Which snapshots stand behind the rows of each source."""
    used = lineage.select(SOURCE, "_snapshot").unique().drop_nulls().sort(SOURCE, "_snapshot")
    found: dict[str, list[int]] = {source: [] for source in sources}
    for source, snapshot in used.iter_rows():
        found[sources[source]].append(snapshot)
    return found
