"""Sums of decimals to their last digit, however large they become.

A column of decimals has 38 digits. Polars refuses a sum that has more, or, in groups, returns a
wrong one; Python's decimals round to 28 unless they are told otherwise.
"""

from __future__ import annotations

import decimal
from collections.abc import Iterable
from decimal import Decimal

import polars as pl

from schemas.batch import DECIMAL_PRECISION

EXACT = decimal.Context(prec=1_000, traps=[decimal.Inexact, decimal.InvalidOperation])
"""Wide enough for the sum of the largest and the smallest double; it never rounds in silence."""


def sum_fits(column: pl.Series) -> bool:
    """Whether no sum of values of a decimal column, of all or of some, needs more digits than the
    column has."""
    least, most = column.min(), column.max()
    if not isinstance(least, Decimal) or not isinstance(most, Decimal):  # no value
        return True
    dtype = column.dtype
    scale = dtype.scale if isinstance(dtype, pl.Decimal) else 0
    largest = EXACT.max_mag(least, most).copy_abs()
    bound = EXACT.multiply(largest, Decimal(len(column)))
    return bound < EXACT.scaleb(Decimal(1), DECIMAL_PRECISION - scale)


def exact_sum(column: pl.Series) -> Decimal:
    """The sum of a decimal column; empty values count as nothing."""
    if not sum_fits(column):
        return total(column.drop_nulls())
    added = column.sum()
    return added if isinstance(added, Decimal) else Decimal(0)


def total(values: Iterable[Decimal]) -> Decimal:
    """The sum of some numbers."""
    added = Decimal(0)
    for value in values:
        added = EXACT.add(added, value)
    return added
