"""Computed values: what a dataset file may name under ``computed.by`` and ``derived.by``.

Row-wise computations fill one field from other fields of the same row, after casting. Derived
ones make all rows of a dataset from another dataset's release.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from schemas.batch import polars_dtype
from schemas.computation.checks import (
    ComputationProblem,
    computation_problems,
    derivation_problems,
)
from schemas.computation.contract import (
    Derived,
    DerivedComputation,
    RowComputation,
    RowContext,
    read_options,
)
from schemas.computation.registry import (
    DERIVED_COMPUTATIONS,
    ROW_COMPUTATIONS,
    in_order_of_need,
    known_computations,
)
from schemas.dataset import Computation, Dataset, DatasetField


def compute_fields(
    frame: pl.DataFrame,
    dataset: Dataset,
    vocabulary_folders: tuple[Path, ...] = (),
    absent: frozenset[str] = frozenset(),
) -> pl.DataFrame:
    """Fill the computed fields of a batch, in field order; a field's inputs come before it.

    ``frame`` holds the dataset's other fields, cast; further columns are left as they are.
    ``absent`` are fields to which the source has no column.
    """
    for field in in_order_of_need(dataset):
        if field.computed is not None:
            values = compute(frame, field, field.computed, vocabulary_folders, absent)
            frame = frame.with_columns(values.alias(field.name))
    return frame


def compute(
    frame: pl.DataFrame,
    field: DatasetField,
    computation: Computation,
    vocabulary_folders: tuple[Path, ...] = (),
    absent: frozenset[str] = frozenset(),
) -> pl.Series:
    """The values of one field, computed from the columns that ``computation`` names."""
    kind = ROW_COMPUTATIONS[computation.by]
    context = RowContext(
        inputs=tuple(frame.get_column(name) for name in computation.inputs),
        field=field,
        options=read_options(kind.options, computation.options),
        height=frame.height,
        vocabulary_folders=vocabulary_folders,
        absent=absent.intersection(computation.inputs),
    )
    values = kind.compute(context)
    wanted = polars_dtype(field, "UTC")
    return values if isinstance(wanted, pl.Datetime) else values.cast(wanted)


def derive(upstream: pl.DataFrame, dataset: Dataset) -> Derived:
    """Make the rows of a derived dataset. Raises where an upstream row is not accounted for."""
    if dataset.derived is None:
        raise AssertionError(f"{dataset.id} is not a derived dataset")
    kind = DERIVED_COMPUTATIONS[dataset.derived.by]
    derived = kind.derive(upstream, dataset, read_options(kind.options, dataset.derived.options))
    accounted = derived.used + sum(derived.not_used.values())
    if accounted != upstream.height:
        raise AssertionError(f"{upstream.height} upstream rows, {accounted} accounted for")
    return derived


__all__ = [
    "DERIVED_COMPUTATIONS",
    "ROW_COMPUTATIONS",
    "ComputationProblem",
    "Derived",
    "DerivedComputation",
    "RowComputation",
    "computation_problems",
    "compute",
    "compute_fields",
    "derivation_problems",
    "derive",
    "in_order_of_need",
    "known_computations",
]
