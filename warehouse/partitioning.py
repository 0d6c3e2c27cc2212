"""How rows are shared out over partitions, and what the partitions are called."""

from __future__ import annotations

import hashlib
import re

import polars as pl

from schemas.dataset import Dataset, FieldType

WHOLE = ""  # the label of the only partition of a dataset that is not partitioned
NO_VALUE = "none"
MAX_LABEL = 60
SAFE_LABEL = re.compile(rf"[\w-][\w.-]{{0,{MAX_LABEL - 1}}}")


def safe_label(value: str | None) -> str:
    """A value as part of a file name and of a URL; different values have different labels.

    Letters of any script, digits, ``_``, ``-`` and ``.`` stand as they are. Other values are
    cleaned and told apart by the beginning of their hash.
    """
    if value is None:
        return NO_VALUE
    if (
        SAFE_LABEL.fullmatch(value)
        and value != NO_VALUE
        and not re.search(r"-h[0-9a-f]{8}$", value)
    ):
        return value
    cleaned = re.sub(r"[^\w-]+", "_", value)[: MAX_LABEL - 10]
    return f"{cleaned}-h{hashlib.sha256(value.encode()).hexdigest()[:8]}"


def _period(dataset: Dataset) -> pl.Expr:
    """Year or month of the partition field, as text."""
    assert dataset.partition is not None
    field = dataset.field(dataset.partition.field)
    column = pl.col(field.name)
    match dataset.partition.by, field.type:
        case "value", _:
            return column.cast(pl.String)
        case "year", FieldType.DATE | FieldType.DATETIME:
            return column.dt.strftime("%Y")
        case "month", FieldType.DATE | FieldType.DATETIME:
            return column.dt.strftime("%Y-%m")
        case "year", FieldType.YEAR:
            return column.cast(pl.String)
        case "year", FieldType.YEARMONTH:
            return column.str.slice(0, 4)
        case "month", FieldType.YEARMONTH:
            return column
        case by, kind:
            raise ValueError(f"a field of type {kind} has no {by}")


def split(frame: pl.DataFrame, dataset: Dataset) -> dict[str, pl.DataFrame]:
    """The rows of each partition, by label in order; rows keep their order."""
    if dataset.partition is None:
        return {WHOLE: frame} if frame.height else {}
    labelled = frame.with_columns(_period(dataset).alias("_partition"))
    shares = labelled.partition_by("_partition", as_dict=True, include_key=False)
    by_label = {safe_label(value): rows for (value,), rows in shares.items()}
    return dict(sorted(by_label.items()))


def keys_stay_in_partition(dataset: Dataset) -> bool:
    """True where a key can only ever stand in one partition."""
    return dataset.partition is None or dataset.partition.field in dataset.primary_key
