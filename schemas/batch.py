"""The typed batch: rows of one dataset made from the raw tables of one run of one source.

A batch is a polars frame with the dataset's fields (in order, with the dtypes of
:func:`polars_dtype`) and the lineage columns of :data:`LINEAGE_COLUMNS`, plus a
:class:`BatchOrigin` that says what the lineage columns count in.
"""

from __future__ import annotations

from dataclasses import dataclass, field

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
