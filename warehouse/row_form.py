"""The one form in which rows are stored and compared: columns, dtypes, order, signs of zero."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence

import polars as pl
from polars.exceptions import PolarsError

from schemas.dataset import Dataset
from schemas.message import GongkaiError, Message


class RowFormError(GongkaiError):
    """Rows do not have the form their dataset now says."""


def _changed_type(dataset: Dataset, column: str, stored: object, wanted: object) -> RowFormError:
    return RowFormError(
        Message(
            f"数据集 {dataset.id} 的字段 {column} 改了类型（{stored} → {wanted}），"
            "已接受的数据无法转换。",
            f"The field {column} of dataset {dataset.id} changed its type "
            f"({stored} -> {wanted}); rows accepted earlier cannot be turned into it.",
        ),
        where=f"dataset {dataset.id}",
        advice=Message("请重放其来源：gongkai replay。", "Replay its sources: gongkai replay."),
    )


def conform(
    frame: pl.DataFrame, dataset: Dataset, schema: Mapping[str, pl.DataType]
) -> pl.DataFrame:
    """Stored rows under the dataset's present schema.

    A field added since is null, a field taken out is dropped, a type that changed is converted
    where every value can be.

    Raises:
        RowFormError: a value cannot be converted.
    """
    columns = []
    for name, dtype in schema.items():
        stored = frame.schema.get(name)
        if stored is None:
            columns.append(pl.lit(None, dtype=dtype).alias(name))
        elif stored == dtype:
            columns.append(pl.col(name))
        else:
            try:
                columns.append(pl.lit(frame.get_column(name).cast(dtype)).alias(name))
            except PolarsError as error:
                raise _changed_type(dataset, name, stored, dtype) from error
    return frame.select(columns)


def plain_floats(frame: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Minus zero becomes zero, so that equal values are written with equal bytes.

    Raises:
        ValueError: a value is infinite or not a number. The cast refuses these, so this is a
            defect of a computation.
    """
    floats = [name for name in dataset.field_names if frame.schema[name] == pl.Float64]
    if not floats:
        return frame
    odd = frame.select((~pl.col(floats).is_finite()).any()).row(0, named=True)
    wrong = [name for name, found in odd.items() if found]
    if wrong:
        raise ValueError(f"infinite or not-a-number values in {dataset.id}: {', '.join(wrong)}")
    return frame.with_columns(
        pl.when(pl.col(name) == 0).then(0.0).otherwise(pl.col(name)).alias(name) for name in floats
    )


def in_key_order(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Rows sorted by key (texts by code point); rows that are sorted already are not moved."""
    return frame if is_in_key_order(frame, keys) else frame.sort(keys, maintain_order=True)


def is_in_key_order(frame: pl.DataFrame, keys: Sequence[str]) -> bool:
    """True where each key is greater than the one before it: sorted and unique. Null is lowest."""
    if frame.height < 2:
        return True
    before, after = frame.select(keys)[:-1], frame.select(keys)[1:]
    greater = pl.Series("greater", [False]).new_from_index(0, before.height)
    tie = ~greater
    for name in keys:
        low, high = before[name], after[name]
        rises = (low < high).fill_null(False) | (low.is_null() & high.is_not_null())
        greater = greater | (tie & rises)
        tie = tie & low.eq_missing(high)
    return bool(greater.all())


def differs(fields: Sequence[str], suffix: str) -> pl.Expr:
    """True where any of the fields differs from its twin with the suffix; null equals null."""
    if not fields:
        return pl.lit(False)
    comparisons = (pl.col(name).ne_missing(pl.col(f"{name}{suffix}")) for name in fields)
    return functools.reduce(operator.or_, comparisons)


def differing_names(fields: Sequence[str], suffix: str) -> pl.Expr:
    """The list of the fields that differ from their twins with the suffix."""
    if not fields:
        return pl.lit([], dtype=pl.List(pl.String))
    named = [
        pl.when(pl.col(name).ne_missing(pl.col(f"{name}{suffix}"))).then(pl.lit(name))
        for name in fields
    ]
    return pl.concat_list(named).list.drop_nulls()
