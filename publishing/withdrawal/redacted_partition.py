"""One partition of a version, written again without what is withdrawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from publishing.candidate import SOURCE
from publishing.gates import Statistics
from publishing.json_text import read_document
from publishing.lineage_files import store_lineage, without_unused
from publishing.version_build import VersionBuild
from publishing.writers import write_partition
from schemas.dataset import Dataset
from warehouse.withdrawn_rows import WithdrawnRows


@dataclass(frozen=True, slots=True)
class Found:
    """A partition that holds withdrawn rows: its rows, and per row its id where it is one."""

    frame: pl.DataFrame
    marks: pl.Series

    @property
    def row_ids(self) -> list[str]:
        """The withdrawn rows it holds."""
        return self.marks.drop_nulls().to_list()


def look_for(
    withdrawn: WithdrawnRows, folder: Path, part: Mapping[str, Any], keys: list[str]
) -> Found | None:
    """What a partition holds of withdrawn rows; None where it holds nothing of them.

    A row whose withdrawn fields are empty already holds nothing.
    """
    file = folder / part["formats"]["parquet"]
    marks = withdrawn.found(pl.read_parquet(file, columns=keys, hive_partitioning=False), keys)
    if marks.null_count() == len(marks):
        return None
    frame = pl.read_parquet(file, hive_partitioning=False)
    whole = withdrawn.whole(marks)
    told = frame.with_columns(marks).filter(~whole & marks.is_not_null())
    empty = [
        row["_withdrawn"]
        for row in told.iter_rows(named=True)
        if all(row.get(name) is None for name in withdrawn.rows[row["_withdrawn"]])
    ]
    if empty:
        marks = marks.set(marks.is_in(empty).fill_null(value=False), None)
        if marks.null_count() == len(marks):
            return None
    return Found(frame, marks)


def write_redacted(
    build: VersionBuild,
    dataset: Dataset,
    manifest: Mapping[str, Any],
    folder: Path,
    part: Mapping[str, Any],
    found: Found,
    withdrawn: WithdrawnRows,
) -> dict[str, Any] | None:
    """Write tables and lineage of a partition; its entry in the manifest, None where no row is
    left in one of several partitions."""
    whole = withdrawn.whole(found.marks)
    rows = withdrawn.emptied(found.frame, found.marks).filter(~whole)
    if not rows.height and len(manifest["partitions"]) > 1:
        return None
    label = part["partition"]
    written = write_partition(build.folder, rows, dataset, label, manifest["formats"])
    names = part["lineage"]
    lineage = pl.read_parquet(folder / names["rows"], hive_partitioning=False)
    lineage = _without_places(lineage, found.marks, withdrawn).filter(~whole)
    lineage, origin = without_unused(lineage, read_document(folder / names["origin"]))
    stored = store_lineage(build.folder, lineage, origin, label)
    build.keep({**written.files, **stored.files})
    given = dict(lineage.group_by(SOURCE).len().iter_rows())
    return {
        **part,
        "rows": written.rows,
        "rows_sha256": written.rows_sha256,
        "inputs": "",  # of nothing that could be compared: the next release reads it
        "rows_by_source": {
            source: given.get(index, 0) for index, source in enumerate(origin["sources"])
        },
        "formats": dict(written.formats),
        "left_out": dict(written.left_out),
        "statistics": Statistics.of_rows(rows, dataset).to_json(),
        "lineage": dict(stored.names),
    }


def _without_places(
    lineage: pl.DataFrame, marks: pl.Series, withdrawn: WithdrawnRows
) -> pl.DataFrame:
    """Lineage without the places of single cells whose values are withdrawn."""
    places = []
    for row_id, told in zip(marks, lineage["_places"], strict=True):
        if row_id is not None and told:
            fields = withdrawn.rows[row_id]
            kept = {name: at for name, at in json.loads(told).items() if name not in fields}
            places.append(json.dumps(kept, ensure_ascii=False, separators=(",", ":")))
        else:
            places.append(told)
    return lineage.with_columns(pl.Series("_places", places, dtype=pl.String))
