"""The typed batch: rows of one dataset made from the raw tables of one run of one source.

A batch is a polars frame with the dataset's fields (in order, with the dtypes of
:func:`polars_dtype`) and the lineage columns of :data:`LINEAGE_COLUMNS`, plus a
:class:`BatchOrigin` that says what the lineage columns count in.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.raw_table import LocatorScheme, locate
from schemas.snapshot import Snapshot

LINEAGE_COLUMNS: dict[str, pl.DataType] = {
    "_snapshot": pl.Int32(),  # index into BatchOrigin.snapshots
    "_container": pl.Int32(),  # index into BatchOrigin.containers
    "_position": pl.Int64(),  # row position in the container (see RawTable.positions)
    "_places": pl.String(),  # JSON {field: place} where cells carry their own place, else null
}
DECIMAL_PRECISION = 38


def polars_dtype(field: DatasetField, timezone: str) -> pl.DataType:
    """The dtype in which values of a field are held, from cast to release."""
    match field.type:
        case FieldType.STRING | FieldType.YEARMONTH:
            return pl.String()
        case FieldType.INTEGER | FieldType.YEAR:
            return pl.Int64()
        case FieldType.DECIMAL:
            return pl.Decimal(DECIMAL_PRECISION, field.scale or 0)
        case FieldType.NUMBER:
            return pl.Float64()
        case FieldType.BOOLEAN:
            return pl.Boolean()
        case FieldType.DATE:
            return pl.Date()
        case FieldType.DATETIME:
            return pl.Datetime("ms", timezone)


def batch_schema(dataset: Dataset, timezone: str) -> dict[str, pl.DataType]:
    """Field and lineage columns of a batch, in order."""
    fields = {item.name: polars_dtype(item, timezone) for item in dataset.fields}
    return {**fields, **LINEAGE_COLUMNS}


@dataclass(frozen=True, slots=True)
class Container:
    """One sheet, page table, text file or array of one snapshot."""

    snapshot: int
    name: str
    scheme: LocatorScheme
    columns: dict[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)
    """field -> the physical columns (0-based index, native name) its value was made from."""

    def locate(self, position: int, field_name: str = "") -> str:
        """Write the place of a field's first cell, or of the whole row."""
        cells = self.columns.get(field_name, ())
        if not cells:
            return locate(self.name, self.scheme, position)
        index, native = cells[0]
        return locate(self.name, self.scheme, position, index, native)


@dataclass(frozen=True, slots=True)
class BatchOrigin:
    """What the lineage columns of a batch point into."""

    snapshots: tuple[Snapshot, ...]
    containers: tuple[Container, ...]


def origin_to_json(origin: BatchOrigin, archive: Path) -> dict[str, Any]:
    """An origin as JSON values, for storage beside the rows.

    Column maps that many containers share are written once. Paths of snapshots are written
    relative to the archive, so that a site can be moved.
    """
    maps: dict[str, int] = {}
    containers = []
    for container in origin.containers:
        written = json.dumps(container.columns, ensure_ascii=False, sort_keys=True)
        containers.append(
            {
                "snapshot": container.snapshot,
                "name": container.name,
                "scheme": str(container.scheme),
                "columns": maps.setdefault(written, len(maps)),
            }
        )
    return {
        "snapshots": [
            {
                "sha256": item.sha256,
                "path": _below(item.path, archive),
                "name": item.name,
                "url": item.url,
                "fetched_at": item.fetched_at.isoformat(),
                "size": item.size,
                "status": item.status,
                "headers": dict(item.headers),
            }
            for item in origin.snapshots
        ],
        "containers": containers,
        "column_maps": [json.loads(written) for written in maps],
    }


def origin_from_json(data: Mapping[str, Any], archive: Path) -> BatchOrigin:
    """The inverse of :func:`origin_to_json`."""
    maps = [
        {name: tuple((index, native) for index, native in cells) for name, cells in one.items()}
        for one in data["column_maps"]
    ]
    return BatchOrigin(
        snapshots=tuple(
            Snapshot(
                sha256=item["sha256"],
                path=archive / item["path"],
                name=item["name"],
                url=item["url"],
                fetched_at=dt.datetime.fromisoformat(item["fetched_at"]),
                size=item["size"],
                status=item["status"],
                headers=item["headers"],
            )
            for item in data["snapshots"]
        ),
        containers=tuple(
            Container(
                snapshot=item["snapshot"],
                name=item["name"],
                scheme=LocatorScheme(item["scheme"]),
                columns=maps[item["columns"]],
            )
            for item in data["containers"]
        ),
    )


def _below(path: Path, archive: Path) -> str:
    """The path relative to the archive where it lies in it, else as it is."""
    if path.is_relative_to(archive):
        return path.relative_to(archive).as_posix()
    return path.as_posix()
