"""Clean numbers by the million: what polars can parse exactly, and only that.

Every text that this path takes has the value that :mod:`schemas.casting.number_text` gives it; all
others are left null for the exact path. A property test holds the two together.
"""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from schemas.batch import DECIMAL_PRECISION
from schemas.dataset import DatasetField, FieldType

WORKING_SCALE = 9
"""Digits behind the point that are parsed into scaled integers."""
CLEAN = r"^[+-]?[0-9]{1,20}(?:\.[0-9]{1,9})?$"
SURELY_SHORT = 10
"""Texts up to this many bytes cannot have more than WORKING_SCALE digits behind ``0.``."""
GROUPED = r"^[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?$"
LARGEST_MULTIPLIER = 10**8
EXACT_FLOAT = 2**53


def fast_numbers(raw: pl.Series, field: DatasetField, factor: Fraction) -> pl.Series:
    """Values times ``factor``, null where the exact path has to decide.

    Decimals come as Int128 scaled by the field's digits, the others in their own dtype.
    """
    values = _fast(raw, field, factor)
    grouped = (values.is_null() & raw.is_not_null()).arg_true()
    if not len(grouped):
        return values
    rest = raw.gather(grouped)
    commas = rest.str.contains(GROUPED).fill_null(value=False).arg_true()
    if not len(commas):
        return values
    plain = rest.gather(commas).str.replace_all(",", "", literal=True)
    return values.scatter(grouped.gather(commas), _fast(plain, field, factor))


def _fast(raw: pl.Series, field: DatasetField, factor: Fraction) -> pl.Series:
    match field.type:
        case FieldType.INTEGER if factor == 1:
            return raw.cast(pl.Int64, strict=False)
        case FieldType.NUMBER if factor == 1:
            return _floats(raw)
        case FieldType.NUMBER:
            return _converted_floats(raw, factor)
        case FieldType.INTEGER:
            return _scaled(raw, factor).cast(pl.Int64, strict=False)
        case _:
            return _scaled(raw, factor * 10 ** (field.scale or 0))


def _floats(raw: pl.Series) -> pl.Series:
    """polars parses to the nearest float; it also takes nan, inf, 1e400, ``5.`` and ``5.e3``."""
    values = raw.cast(pl.Float64, strict=False)
    frame = pl.DataFrame({"raw": raw, "value": values})
    value = pl.col("value")
    cut_off = pl.col("raw").str.ends_with(".") | pl.col("raw").str.contains_any([".e", ".E"])
    good = value.is_finite() & cut_off.not_()
    no_negative_zero = pl.when(value == 0.0).then(0.0).otherwise(value)
    return frame.select(pl.when(good).then(no_negative_zero).alias("value")).to_series()


def _integers(raw: pl.Series) -> pl.Series:
    """Clean texts times 10^WORKING_SCALE as Int128; null where they are not clean."""
    parsed = raw.cast(pl.Decimal(DECIMAL_PRECISION, WORKING_SCALE), strict=False).to_physical()
    longest = raw.str.len_bytes().max()
    if isinstance(longest, int) and longest <= SURELY_SHORT:
        unclean = raw.str.contains_any(["e", "E"]) | raw.str.ends_with(".")
    else:
        unclean = ~raw.str.contains(CLEAN)
    if not unclean.any():
        return parsed
    frame = pl.DataFrame({"unclean": unclean, "value": parsed})
    return frame.select(pl.when(pl.col("unclean").not_()).then("value")).to_series()


def _scaled(raw: pl.Series, factor: Fraction) -> pl.Series:
    """Texts times ``factor`` as whole Int128; null where that is not exact."""
    ratio = factor / 10**WORKING_SCALE
    if ratio.numerator > LARGEST_MULTIPLIER:
        return pl.repeat(None, len(raw), dtype=pl.Int128, eager=True)
    values = _integers(raw)
    if ratio.numerator != 1:
        values = values * pl.Series([ratio.numerator], dtype=pl.Int128)
    if ratio.denominator == 1:
        return values
    divisor = pl.Series([ratio.denominator], dtype=pl.Int128)
    quotient = values // divisor
    inexact = quotient * divisor != values
    if not inexact.any():
        return quotient
    frame = pl.DataFrame({"inexact": inexact, "value": quotient})
    return frame.select(pl.when(pl.col("inexact").not_()).then("value")).to_series()


def _converted_floats(raw: pl.Series, factor: Fraction) -> pl.Series:
    """One division of two exact floats gives the float nearest to the exact quotient.

    The divisor is laid out as a column: polars turns division by one number into multiplication
    by its reciprocal, which often gives another float (0.1 µg: 9.999999999999999e-05 mg).
    """
    ratio = factor / 10**WORKING_SCALE
    if ratio.numerator > LARGEST_MULTIPLIER or ratio.denominator >= EXACT_FLOAT:
        return pl.repeat(None, len(raw), dtype=pl.Float64, eager=True)
    values = _integers(raw) * pl.Series([ratio.numerator], dtype=pl.Int128)
    bound = pl.lit(EXACT_FLOAT, dtype=pl.Int128)
    small = (pl.col("value") < bound) & (pl.col("value") > -bound)
    divisors = pl.repeat(float(ratio.denominator), len(raw), dtype=pl.Float64, eager=True)
    frame = pl.DataFrame({"value": values, "divisor": divisors})
    quotient = pl.col("value").cast(pl.Float64) / pl.col("divisor")
    return frame.select(pl.when(small).then(quotient)).to_series()
