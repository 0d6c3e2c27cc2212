"""The days that the rows of a version speak of.

Which field says when a row happened is written in the dataset file (``time_field``); failing that
it is the field by whose time rows are partitioned. A dataset with neither states no period: the
first date field that comes along (a deadline, a day of delivery) would be a guess.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from schemas.dataset import TEMPORAL_TYPES, Dataset


def time_field(dataset: Dataset) -> str | None:
    """The field that says when what a row tells of happened."""
    if dataset.time_field is not None:
        return dataset.time_field
    if dataset.partition is None:
        return None
    field = dataset.field(dataset.partition.field)
    return field.name if field.type in TEMPORAL_TYPES else None


def temporal_coverage(dataset: Dataset, files: Sequence[Path]) -> dict[str, str] | None:
    """First and last day (ISO dates, in the site's time) in the Parquet files of a version.

    None where the dataset says no time or no row has one. Years and months are whole: a row of
    2025 covers 2025-01-01 to 2025-12-31.
    """
    name = time_field(dataset)
    if name is None or not files:
        return None
    column = pl.scan_parquet(list(files), hive_partitioning=False).select(name)
    found = column.select(pl.min(name).alias("first"), pl.max(name).alias("last")).collect()
    first, last = found.row(0)
    if first is None or last is None:
        return None
    return {"field": name, "start": _day(first, end=False), "end": _day(last, end=True)}


def _day(value: Any, *, end: bool) -> str:
    """A value of any temporal type as the first or the last day it covers."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    year, _, month = str(value).partition("-")
    number = int(month) if month else (12 if end else 1)
    day = calendar.monthrange(int(year), number)[1] if end else 1
    return dt.date(int(year), number, day).isoformat()
