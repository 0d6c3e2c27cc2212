"""The number that a chart takes of a group of rows, exact.

Whole numbers and decimals are added in decimals. Doubles are added as the decimals they are
published as, so that the result depends neither on the order of the rows nor on threads.
"""

from __future__ import annotations

import decimal
import statistics
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from schemas.chart import Take
from schemas.exact_sums import EXACT, sum_fits, total
from schemas.units import Unit, convert_fraction

MORE_PLACES = 2
"""A mean, or a value whose unit has no end in decimals (1 亩 in ㎡), gets this many places more
than the values have."""

ROWS, VALUES, TAKEN = "rows", "values", "taken"


def grouped(frame: pl.DataFrame, by: Sequence[str], value: str, take: Take) -> pl.DataFrame:
    """One line per group: ``rows``, ``values`` (rows that have one) and ``taken`` (Decimal).

    ``taken`` of a group without values is null, but for ``count``.
    """
    groups = frame.group_by(by) if by else frame.group_by(pl.lit(0).alias("\0"))
    if take == "count":
        return groups.agg(
            pl.len().alias(ROWS),
            pl.len().alias(VALUES),
            pl.len().cast(pl.Decimal(38, 0)).alias(TAKEN),
        )
    column = pl.col(value)
    dtype = frame.schema[value]
    if dtype.is_integer():
        column, dtype = column.cast(pl.Decimal(38, 0)), pl.Decimal(38, 0)
    counts = [pl.len().alias(ROWS), pl.col(value).count().alias(VALUES)]
    added = take in ("sum", "mean") and dtype.is_decimal() and sum_fits(frame[value].cast(dtype))
    if take in ("min", "max") or added:
        native = {"min": column.min(), "max": column.max()}.get(take, column.sum())
        found = groups.agg(*counts, native.alias(TAKEN))
        numbers = [_decimal(number) for number in found[TAKEN]]
        scale = dtype.scale if isinstance(dtype, pl.Decimal) else _places(numbers)
        if take == "mean":
            pairs = zip(numbers, found[VALUES], strict=True)
            numbers = [n and _rounded(Fraction(n) / c, scale + MORE_PLACES) for n, c in pairs]
    else:
        found = groups.agg(*counts, column.drop_nulls().alias(TAKEN))
        numbers = [_of_list(list(values), take) for values in found[TAKEN]]
    kept = [n if c else None for n, c in zip(numbers, found[VALUES], strict=True)]
    return found.with_columns(pl.Series(TAKEN, kept, dtype=pl.Object))


def in_unit(value: Decimal, given: Unit | None, wanted: Unit | None) -> Decimal:
    """The same amount in another unit of its dimension."""
    if given is None or wanted is None or given == wanted:
        return value
    places = max(0, _exponent(value)) + 6
    return _rounded(convert_fraction(value, given, wanted), places)


def plain_text(value: Decimal) -> str:
    """The digits, without exponent and superfluous zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _of_list(values: list[Any], take: Take) -> Decimal | None:
    if not values:
        return None
    numbers = [Decimal(str(value)) for value in values]
    if take == "median":
        with decimal.localcontext(EXACT):
            return statistics.median(numbers)
    added = total(numbers)
    if take == "sum":
        return added
    return _rounded(Fraction(added) / len(numbers), _places(numbers) + MORE_PLACES)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _places(numbers: Sequence[Decimal | None]) -> int:
    return max((_exponent(number) for number in numbers if number is not None), default=0)


def _rounded(value: Fraction, places: int) -> Decimal:
    """Half to even at so many places; exact where the value has no more."""
    scaled = round(value * 10 ** max(places, 0))
    digits = tuple(int(digit) for digit in str(abs(scaled)))
    return Decimal((int(scaled < 0), digits, -max(places, 0)))
