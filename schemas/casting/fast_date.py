"""Clean dates and times: the forms polars can parse, on the distinct texts of a column."""

from __future__ import annotations

import datetime as dt

import polars as pl

from schemas.casting.date_text import SENTINEL_DAYS, SENTINEL_MONTH, hour_shift
from schemas.casting.reading import Reading
from schemas.dataset import DatasetField

DAY = r"^([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})$"
DAY_ZH = r"^([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日$"
INSTANT = r"^([0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2})[ T]([0-9]{1,2}:[0-5][0-9])(:[0-5][0-9])?$"
FIRST_FAST, LAST_FAST = dt.date(1902, 1, 1), dt.date(2099, 12, 31)
"""Outside these the exact path looks for sentinel dates."""
assert max(SENTINEL_DAYS) < FIRST_FAST
assert dt.date(*SENTINEL_MONTH, 31) < FIRST_FAST


def _ordinary(day: pl.Expr) -> pl.Expr:
    return day.is_between(pl.lit(FIRST_FAST), pl.lit(LAST_FAST))


def fast_days(texts: pl.Series) -> pl.Series:
    """Days since 1970-01-01; null where the exact path has to decide."""
    text = pl.col("text")
    same_signs = text.str.contains("-", literal=True) != text.str.contains("/", literal=True)
    western = text.str.contains(DAY) & same_signs
    chinese = text.str.contains(DAY_ZH)
    iso = (
        pl.when(western)
        .then(text.str.replace_all("/", "-", literal=True))
        .when(chinese)
        .then(text.str.replace(DAY_ZH, "${1}-${2}-${3}"))
    )
    day = iso.str.to_date("%Y-%m-%d", strict=False)
    return (
        texts.alias("text")
        .to_frame()
        .select(pl.when(_ordinary(day)).then(day.cast(pl.Int32)).cast(pl.Int64))
        .to_series()
    )


def fast_instants(texts: pl.Series, field: DatasetField, reading: Reading) -> pl.Series:
    """Milliseconds since 1970-01-01 UTC, labelled as published; null where the exact path has
    to decide."""
    text = pl.col("text")
    same_signs = text.str.contains("-", literal=True) != text.str.contains("/", literal=True)
    clean = text.str.contains(INSTANT) & same_signs
    iso = pl.when(clean).then(
        text.str.replace_all("/", "-", literal=True).str.replace("T", " ", literal=True)
    )
    local = pl.coalesce(
        iso.str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False, time_unit="ms"),
        iso.str.to_datetime("%Y-%m-%d %H:%M", strict=False, time_unit="ms"),
    )
    moment = local.dt.replace_time_zone(reading.timezone, ambiguous="earliest", non_existent="null")
    shifted = moment.dt.epoch("ms") + hour_shift(field, reading)
    return (
        texts.alias("text")
        .to_frame()
        .select(pl.when(_ordinary(local.dt.date())).then(shifted))
        .to_series()
    )
