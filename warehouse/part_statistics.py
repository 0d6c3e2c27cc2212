"""What a part says about itself, so that gates need not read it."""

from __future__ import annotations

import datetime as dt

import polars as pl

from schemas.dataset import Dataset, FieldType
from schemas.exact_sums import exact_sum
from warehouse.grace import first_missed
from warehouse.state import Part


def describe(
    rows: pl.DataFrame, dataset: Dataset, partition: str, sha256: str, logical_date: dt.date
) -> Part:
    """Rows, empty values per field, exact sum per decimal field."""
    nulls = rows.select(pl.col(dataset.field_names).null_count()).row(0, named=True)
    amounts = [field.name for field in dataset.fields if field.type is FieldType.DECIMAL]
    sums = {name: exact_sum(rows[name]) for name in amounts}
    return Part(
        partition=partition,
        sha256=sha256,
        rows=rows.height,
        logical_date=logical_date,
        nulls=nulls,
        sums=sums,
        missing_since=first_missed(rows),
    )
