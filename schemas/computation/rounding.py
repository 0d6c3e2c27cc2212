"""Rounding of measured values by GB/T 8170, exactly and a million at a time.

GB/T 8170-2008 rounds the exact decimal once, and a tie goes to the even digit. Binary floats
hold ``0.35`` as a little less, so ``round(0.35, 1)`` gives 0.3 where the standard wants 0.4
(facts 0.16). Here a float stands for its shortest decimal, the digits that were published.
"""

from __future__ import annotations

import polars as pl


def scaled_integers(values: pl.Series, decimals: int) -> pl.Series:
    """Round to ``decimals`` places, half to even, and return value × 10**decimals as Int64.

    Takes floats (by their shortest decimal), decimals and integers. Null, NaN and infinite values
    give null.

    Why the comparison is exact for floats: ``(2k+1) / (2·10**decimals)``, one correctly rounded
    division, is the float whose shortest decimal is the tie between k and k+1; shortest decimals
    are ordered as their floats are, so ``x < tie``, ``x == tie`` and ``x > tie`` decide as the
    written digits would. (Holds while the digits of the tie fit a float: 15 of them.)
    """
    if values.dtype.is_integer():
        whole: pl.Series = values.cast(pl.Int64) * 10**decimals
        return whole
    if values.dtype.is_decimal():
        return _scaled_decimals(values, decimals)
    power = 10**decimals
    given = pl.col("given")
    below = pl.col("below")
    # by a column: polars divides by a constant through its reciprocal, which is not exact
    tie = (below * 2 + 1) / (below * 0 + float(2 * power))
    frame = values.cast(pl.Float64).alias("given").to_frame()
    return (
        frame.select(pl.when(given.is_finite()).then(given).alias("given"))
        .with_columns((given * float(power)).floor().alias("below"))
        .select(
            pl.when((given < tie) | ((given == tie) & (below % 2 == 0)))
            .then(below)
            .otherwise(below + 1)
            .cast(pl.Int64, strict=False)
            .alias(values.name)
        )
        .to_series()
    )


def _scaled_decimals(values: pl.Series, decimals: int) -> pl.Series:
    scale = values.dtype.scale if isinstance(values.dtype, pl.Decimal) else 0
    digits = values.to_physical().cast(pl.Int128)
    if scale <= decimals:
        power = pl.Series([10 ** (decimals - scale)], dtype=pl.Int128)
        return (digits * power).cast(pl.Int64).alias(values.name)
    divisor = pl.Series([10 ** (scale - decimals)] * len(values), dtype=pl.Int128)
    return divide_half_even(digits, divisor).cast(pl.Int64).alias(values.name)


def divide_half_even(numerator: pl.Series, denominator: pl.Series) -> pl.Series:
    """Integer division rounded to the nearest, ties to even. The denominator is positive.

    Null where either side is null or the denominator is not positive.
    """
    frame = pl.DataFrame({"n": numerator, "d": denominator}).select(
        "n", pl.when(pl.col("d") > 0).then(pl.col("d")).alias("d")
    )
    quotient = pl.col("n").floordiv(pl.col("d"))
    rest = (pl.col("n") - pl.col("q") * pl.col("d")) * 2
    up = (rest > pl.col("d")) | ((rest == pl.col("d")) & (pl.col("q") % 2 != 0))
    return (
        frame.with_columns(quotient.alias("q"))
        .select((pl.col("q") + up.cast(frame.schema["n"])).alias(numerator.name))
        .to_series()
    )
