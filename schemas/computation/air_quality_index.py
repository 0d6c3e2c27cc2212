"""Air quality index of rows: IAQI per item, AQI, level, primary pollutants (HJ 633).

By the standard in force on the observation date: HJ 633-2012 before 2026-03-01, HJ 633-2026
from then on. Concentrations are first rounded by GB/T 8170 to 1 µg/m³ (CO 0.1 mg/m³); every
IAQI is rounded up; AQI is the largest IAQI.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

from schemas.computation.air_quality_standard import (
    BEIJING,
    IN_FORCE_2026,
    LEVELS,
    POLLUTANTS,
    Period,
    Pollutant,
    Standard,
    index_table,
)
from schemas.computation.contract import NUMERIC, Input, RowComputation, RowContext
from schemas.computation.rounding import scaled_integers
from schemas.dataset import FieldType
from schemas.message import Message
from schemas.strict import StrictModel

NO_PRIMARY_UP_TO = 50
INCOMPLETE_NOT_REPORTED_UP_TO = 100
SEPARATOR = ","

HourLabel = Literal["start", "end"]


@dataclass(frozen=True, slots=True)
class AirQualityIndex:
    """The index of many rows.

    ``items`` holds the IAQI of each pollutant by its code, null where its value is missing or
    impossible (negative, not a number); ``aqi`` is null where no item is known, or where HJ
    633-2026 does not let an index of incomplete items be reported.
    """

    items: Mapping[str, pl.Series]
    aqi: pl.Series


def judged_by_2026(observed_at: pl.Series, hour_label: HourLabel) -> pl.Series:
    """True where HJ 633-2026 judges the hour, false where HJ 633-2012 does, null without a time.

    Labelled with its end, the hour of 00:00 belongs to the day before.
    """
    zone = observed_at.dtype.time_zone if isinstance(observed_at.dtype, pl.Datetime) else None
    first = pl.lit(IN_FORCE_2026).cast(pl.Datetime("ms"))
    if zone is not None:
        first = first.dt.replace_time_zone(BEIJING).dt.convert_time_zone(zone)
    time = pl.col("observed_at")
    return (
        observed_at.alias("observed_at")
        .to_frame()
        .select(time > first if hour_label == "end" else time >= first)
        .to_series()
    )


def item_index(
    values: pl.Series, pollutant: Pollutant, period: Period, is_2026: pl.Series
) -> pl.Series:
    """The IAQI of concentrations of one item; ``is_2026`` chooses the standard row by row."""
    tables = [index_table(pollutant, period, standard) for standard in Standard]
    frame = pl.DataFrame(
        {
            "given": values,
            "rounded": scaled_integers(values, pollutant.decimals),
            "is_2026": is_2026,
        }
    )
    # the sign is looked at before rounding: -0.3 is as impossible as -1, and no zero
    possible = pl.col("is_2026").is_not_null() & (pl.col("given") >= 0)
    places = frame.select(
        pl.when(possible)
        .then(pl.col("rounded").clip(upper_bound=max(len(table) for table in tables) - 1))
        .cast(pl.UInt32)
    ).to_series()
    old, new = (_look_up(places, table) for table in tables)
    return old if tables[0].equals(tables[1]) else new.zip_with(is_2026.fill_null(False), old)


def _look_up(places: pl.Series, table: pl.Series) -> pl.Series:
    return table.gather(places.clip(upper_bound=len(table) - 1))


def air_quality_index(
    values: Mapping[str, pl.Series], is_2026: pl.Series, period: Period
) -> AirQualityIndex:
    """IAQI and AQI of rows; ``values`` by pollutant code. A row without a date has no index."""
    items = {one.code: item_index(values[one.code], one, period, is_2026) for one in POLLUTANTS}
    return AirQualityIndex(items, overall_index(items, is_2026))


def overall_index(items: Mapping[str, pl.Series], is_2026: pl.Series) -> pl.Series:
    """The largest IAQI, or null where the six items are incomplete and the law says not to report.

    HJ 633-2026, 5.3.1 (from 2026-03-01 only): with items missing, an AQI up to 100 is not
    reported, since the missing item might be the worst; above 100 it is.
    """
    frame = pl.DataFrame(dict(items))
    names = pl.col(*items)
    largest = pl.max_horizontal(names)
    incomplete = pl.any_horizontal(names.is_null())
    unreported = pl.lit(is_2026) & incomplete & (largest <= INCOMPLETE_NOT_REPORTED_UP_TO)
    return frame.select(
        pl.when(unreported.fill_null(False)).then(None).otherwise(largest).alias("aqi")
    ).to_series()


def index_level(aqi: pl.Series) -> pl.Series:
    """The level 1 (优) … 6 (严重污染) of an AQI."""
    index = pl.col("aqi")
    level = pl.lit(LEVELS[-1].number)
    for one in reversed(LEVELS[:-1]):
        level = pl.when(index <= one.highest).then(one.number).otherwise(level)
    return (
        aqi.alias("aqi").to_frame().select(pl.when(index.is_not_null()).then(level)).to_series()
    ).cast(pl.Int64)


def primary_pollutants(index: AirQualityIndex) -> pl.Series:
    """The item or items with the largest IAQI, where AQI > 50: ``PM2.5``, ``PM2.5,PM10`` …

    Ties are all named, in the order of :data:`POLLUTANTS`. Null where AQI ≤ 50 or unknown.
    """
    frame = pl.DataFrame({**index.items, "aqi": index.aqi})
    bits = [
        (pl.col(one.code) == pl.col("aqi")).fill_null(False).cast(pl.UInt32) * 2**place
        for place, one in enumerate(POLLUTANTS)
    ]
    which = frame.select(
        pl.when(pl.col("aqi") > NO_PRIMARY_UP_TO).then(pl.sum_horizontal(bits))
    ).to_series()
    return _combinations().gather(which).alias("primary_pollutants")


@cache
def _combinations() -> pl.Series:
    """The names of every set of pollutants, by the bits of its number."""
    return pl.Series(
        [
            SEPARATOR.join(one.label for place, one in enumerate(POLLUTANTS) if number >> place & 1)
            for number in range(2 ** len(POLLUTANTS))
        ]
    )


class AirQualityIndexOptions(StrictModel):
    """Options of ``air_quality_index``.

    ``output`` is what the field holds; ``hour_label`` says which end of the hour the time field
    holds (that of the dataset).
    """

    output: Literal["aqi", "level", "primary_pollutants"] = "aqi"
    hour_label: HourLabel = "end"


class ItemIndexOptions(StrictModel):
    """Options of ``air_quality_item_index``: which pollutant, and how hours are labelled."""

    item: Literal["pm25", "pm10", "so2", "no2", "co", "o3"]
    hour_label: HourLabel = "end"


def _index(context: RowContext) -> pl.Series:
    options: AirQualityIndexOptions = context.options
    is_2026 = judged_by_2026(context.inputs[0], options.hour_label)
    values = {one.code: series for one, series in zip(POLLUTANTS, context.inputs[1:], strict=True)}
    index = air_quality_index(values, is_2026, Period.HOURLY)
    match options.output:
        case "aqi":
            return index.aqi
        case "level":
            return index_level(index.aqi)
        case "primary_pollutants":
            return primary_pollutants(index)


def _item_index(context: RowContext) -> pl.Series:
    options: ItemIndexOptions = context.options
    observed_at, values = context.inputs
    pollutant = next(one for one in POLLUTANTS if one.code == options.item)
    is_2026 = judged_by_2026(observed_at, options.hour_label)
    return item_index(values, pollutant, Period.HOURLY, is_2026)


def _level(context: RowContext) -> pl.Series:
    return index_level(context.inputs[0])


_TIME = Input(Message("观测时间", "time of observation"), frozenset({FieldType.DATETIME}))
_INTEGER = frozenset({FieldType.INTEGER})

AIR_QUALITY_INDEX = RowComputation(
    name="air_quality_index",
    purpose=Message(
        "由六项 1 小时浓度按观测日期有效的 HJ 633 计算 AQI、级别或首要污染物",
        "AQI, level or primary pollutants of six 1-h values, by the HJ 633 in force that day",
    ),
    result=frozenset({FieldType.INTEGER, FieldType.STRING}),
    compute=_index,
    inputs=(
        _TIME,
        *(
            Input(Message(f"{one.label} 1 小时浓度", f"1-h value of {one.label}"), NUMERIC)
            for one in POLLUTANTS
        ),
    ),
    options=AirQualityIndexOptions,
)
AIR_QUALITY_ITEM_INDEX = RowComputation(
    name="air_quality_item_index",
    purpose=Message("一项 1 小时浓度的空气质量分指数（IAQI）", "IAQI of one 1-h value"),
    result=_INTEGER,
    compute=_item_index,
    inputs=(_TIME, Input(Message("1 小时浓度", "1-h value"), NUMERIC)),
    options=ItemIndexOptions,
)
AIR_QUALITY_LEVEL = RowComputation(
    name="air_quality_level",
    purpose=Message("由 AQI 得出级别 1–6", "level 1 to 6 of an AQI"),
    result=_INTEGER,
    compute=_level,
    inputs=(Input(Message("AQI", "AQI"), _INTEGER),),
)
