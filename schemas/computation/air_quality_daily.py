"""Daily air quality of stations from hourly values, with the validity rules for averages.

GB 3095-2012 table 4 and HJ 663-2013: a 24-h mean needs 20 hourly values; an 8-h running mean of
ozone 6 of its 8 hours; the daily maximum of the 8-h means, whose windows end at 08:00 … 24:00,
14 valid windows, or it must exceed the limit. HJ 663-2026 may have changed the numbers, so they
are options. Days are those of Beijing time; the hour ending at 00:00 belongs to the day before.

Sums are taken in millionths of the unit as integers, so a mean is rounded once (GB/T 8170), from
its exact value.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import polars as pl
from pydantic import Field

from schemas.computation.air_quality_index import (
    AirQualityIndex,
    index_level,
    item_index,
    overall_index,
    primary_pollutants,
)
from schemas.computation.air_quality_standard import (
    BEIJING,
    IN_FORCE_2026,
    O3,
    POLLUTANTS,
    Period,
    Pollutant,
    Standard,
    break_points,
)
from schemas.computation.contract import NUMERIC, TEXT, Derived, DerivedComputation
from schemas.computation.rounding import divide_half_even, scaled_integers
from schemas.dataset import Dataset, ExactDecimal, FieldType
from schemas.message import Message
from schemas.strict import StrictModel

EXACT_DECIMALS = 6
"""Hourly values are summed in units of 10**-6; published values have no more digits."""

WINDOW_HOURS = 8
FIRST_WINDOW_END = 8
HOURS = tuple(range(1, 25))

HOURLY_FIELDS = {
    "pm25": "pm25_ug_m3",
    "pm10": "pm10_ug_m3",
    "so2": "so2_ug_m3",
    "no2": "no2_ug_m3",
    "co": "co_mg_m3",
    "o3": "o3_ug_m3",
}
DAILY_FIELDS = {**HOURLY_FIELDS, "o3": "o3_8h_max_ug_m3"}
NAMES = ("station_name", "city_name")

REASONS = {
    "no_station": Message("没有站点编码", "no station code"),
    "no_time": Message("没有观测时间", "no time of observation"),
    "not_on_the_hour": Message("观测时间不是整点", "the time is not a full hour"),
    "repeated_hour": Message("同一站点同一小时重复", "the station's hour is there already"),
    "no_value": Message("六项都没有可用的值", "none of the six items has a usable value"),
}


class AirQualityDailyOptions(StrictModel):
    """Numbers of the validity rules, and how upstream hours are labelled."""

    minimum_hours: Annotated[int, Field(ge=1, le=24)] = 20
    minimum_hours_of_eight: Annotated[int, Field(ge=1, le=8)] = 6
    minimum_eight_hour_means: Annotated[int, Field(ge=1, le=17)] = 14
    o3_8h_limit_ug_m3: ExactDecimal = Decimal(160)
    hour_label: Literal["start", "end"] = "end"


def _derive(upstream: pl.DataFrame, dataset: Dataset, options: AirQualityDailyOptions) -> Derived:
    hours = _station_hours(upstream, options)
    days = _station_days(hours)
    fields = _daily_fields(days, options)
    frame = fields.select(*(name for name in dataset.field_names if name in fields.columns))
    not_used = hours.group_by("reason").len().drop_nulls().sort("reason")
    return Derived(
        frame=frame,
        sources=days.get_column("sources"),
        used=hours.get_column("reason").null_count(),
        not_used=dict(not_used.iter_rows()),
    )


def _station_hours(upstream: pl.DataFrame, options: AirQualityDailyOptions) -> pl.DataFrame:
    """Every upstream row with its day, hour 1–24, exact values, and why it is not used."""
    time = pl.col("observed_at")
    end = time.dt.offset_by("1h") if options.hour_label == "start" else time
    values = [_exact(upstream, one) for one in POLLUTANTS]
    frame = (
        upstream.with_columns(_beijing(upstream.get_column("observed_at")))
        .with_row_index("row")
        .select("row", "station_code", *NAMES, time, end.alias("end"))
        .with_columns(values)
        .with_columns(
            pl.col("end").dt.offset_by("-1ms").dt.date().alias("date"),
            ((pl.col("end").dt.hour().cast(pl.Int32) + 23) % 24 + 1).alias("hour"),
            (pl.col("end") != pl.col("end").dt.truncate("1h")).alias("off_hour"),
        )
    )
    repeated = pl.struct("station_code", "end").is_first_distinct().not_()
    reason = (
        pl.when(pl.col("station_code").is_null())
        .then(pl.lit("no_station"))
        .when(pl.col("end").is_null())
        .then(pl.lit("no_time"))
        .when(pl.col("off_hour"))
        .then(pl.lit("not_on_the_hour"))
        .when(repeated)
        .then(pl.lit("repeated_hour"))
        .when(pl.all_horizontal(pl.col(one.code).is_null() for one in POLLUTANTS))
        .then(pl.lit("no_value"))
    )
    return frame.with_columns(reason.alias("reason"))


def _beijing(time: pl.Series) -> pl.Series:
    """Times in Beijing time; a time without a zone is taken for it."""
    zone = time.dtype.time_zone if isinstance(time.dtype, pl.Datetime) else None
    return time.dt.convert_time_zone(BEIJING) if zone else time


def _exact(upstream: pl.DataFrame, pollutant: Pollutant) -> pl.Series:
    """Hourly values in units of 10**-6; null where missing or impossible (negative)."""
    values = upstream.get_column(HOURLY_FIELDS[pollutant.code])
    exact = scaled_integers(values, EXACT_DECIMALS).alias(pollutant.code)
    return exact.to_frame().select(pl.when(pl.all() >= 0).then(pl.all())).to_series()


def _station_days(hours: pl.DataFrame) -> pl.DataFrame:
    """One row per station and day: sums and counts of items, ozone of every hour, sources."""
    in_a_day = pl.col("reason").is_null() | (pl.col("reason") == "no_value")
    ozone = pl.col(O3.code)
    return (
        hours.filter(in_a_day)
        .sort("station_code", "end")
        .group_by("station_code", "date", maintain_order=True)
        .agg(
            *(pl.col(name).drop_nulls().last() for name in NAMES),
            *(pl.col(one.code).sum().alias(f"{one.code}_sum") for one in POLLUTANTS),
            *(pl.col(one.code).count().alias(f"{one.code}_hours") for one in POLLUTANTS),
            *(ozone.filter(pl.col("hour") == hour).first().alias(f"h{hour}") for hour in HOURS),
            pl.col("row").filter(pl.col("reason").is_null()).alias("sources"),
        )
    )


def _mean(total: pl.Series, count: pl.Series, decimals: int) -> pl.Series:
    """Mean of ``count`` values with the exact sum ``total``, in units of 10**-decimals."""
    return divide_half_even(total, count.cast(pl.Int64) * 10 ** (EXACT_DECIMALS - decimals))


def _ozone_maximum(
    days: pl.DataFrame, options: AirQualityDailyOptions
) -> tuple[pl.Series, pl.Series]:
    """The largest 8-h mean of each day where it is valid, and how many windows were."""
    means: dict[str, pl.Series] = {}
    for end in range(FIRST_WINDOW_END, 25):
        window = days.select(f"h{hour}" for hour in range(end - WINDOW_HOURS + 1, end + 1))
        total = window.select(pl.sum_horizontal(pl.all())).to_series()
        count = window.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
        enough = count >= options.minimum_hours_of_eight
        means[f"w{end}"] = _mean(total, count, O3.decimals).set(enough.not_(), None)
    windows = pl.DataFrame(means)
    summary = windows.select(
        pl.max_horizontal(pl.all()).alias("largest"),
        pl.sum_horizontal(pl.all().is_not_null()).alias("windows"),
    )
    valid = (pl.col("windows") >= options.minimum_eight_hour_means) | (
        pl.col("largest").cast(pl.Decimal(38, 6)) > options.o3_8h_limit_ug_m3
    )
    largest = summary.select(pl.when(valid).then("largest")).to_series()
    return largest, summary.get_column("windows").cast(pl.Int64)


def _daily_fields(days: pl.DataFrame, options: AirQualityDailyOptions) -> pl.DataFrame:
    values: dict[str, pl.Series] = {}
    hours: dict[str, pl.Series] = {}
    for one in POLLUTANTS:
        count = days.get_column(f"{one.code}_hours").cast(pl.Int64)
        hours[one.code] = count
        mean = _mean(days.get_column(f"{one.code}_sum"), count, one.decimals)
        values[one.code] = _in_units(mean.set(count < options.minimum_hours, None), one)
    values[O3.code], windows = _ozone_maximum(days, options)
    index = _daily_index(values, days)
    return pl.DataFrame(
        {
            **{name: days.get_column(name) for name in ("station_code", *NAMES, "date")},
            **{DAILY_FIELDS[code]: series for code, series in values.items()},
            **{f"{code}_valid_hours": series for code, series in hours.items()},
            "o3_8h_valid_windows": windows,
            **{_index_field(code): series for code, series in index.items.items()},
            "aqi": index.aqi,
            "aqi_level": index_level(index.aqi),
            "primary_pollutants": primary_pollutants(index),
        }
    )


def _index_field(code: str) -> str:
    return "o3_8h_iaqi" if code == O3.code else f"{code}_iaqi"


def _in_units(rounded: pl.Series, pollutant: Pollutant) -> pl.Series:
    if pollutant.decimals == 0:
        return rounded
    unit = pl.lit(Decimal(1).scaleb(-pollutant.decimals))
    return (
        rounded.alias("value")
        .to_frame()
        .select(pl.col("value").cast(pl.Decimal(38, 0)) * unit)
        .to_series()
    )


def _daily_index(values: Mapping[str, pl.Series], days: pl.DataFrame) -> AirQualityIndex:
    is_2026 = days.get_column("date") >= IN_FORCE_2026
    items = {
        one.code: item_index(values[one.code], one, Period.DAILY, is_2026) for one in POLLUTANTS
    }
    # HJ 633-2012: above 800 µg/m³ ozone has no index by its 8-h mean, but by its 1-h mean
    above = values[O3.code] > break_points(O3, Period.DAILY, Standard.HJ633_2012)[-1]
    hourly = days.select(pl.max_horizontal(f"h{hour}" for hour in HOURS)).to_series()
    largest = _mean(hourly, pl.repeat(1, days.height, dtype=pl.Int64, eager=True), O3.decimals)
    by_hour = item_index(largest, O3, Period.HOURLY, is_2026)
    instead = (above & is_2026.not_()).fill_null(False)
    items[O3.code] = by_hour.zip_with(instead, items[O3.code])
    return AirQualityIndex(items, overall_index(items, is_2026))


def _gives() -> dict[str, FieldType]:
    codes = [one.code for one in POLLUTANTS]
    return {
        "station_code": FieldType.STRING,
        **dict.fromkeys(NAMES, FieldType.STRING),
        "date": FieldType.DATE,
        **{
            DAILY_FIELDS[one.code]: FieldType.DECIMAL if one.decimals else FieldType.INTEGER
            for one in POLLUTANTS
        },
        **{f"{code}_valid_hours": FieldType.INTEGER for code in codes},
        "o3_8h_valid_windows": FieldType.INTEGER,
        **{_index_field(code): FieldType.INTEGER for code in codes},
        "aqi": FieldType.INTEGER,
        "aqi_level": FieldType.INTEGER,
        "primary_pollutants": FieldType.STRING,
    }


def _checked(upstream: pl.DataFrame, dataset: Dataset, options: Any) -> Derived:
    if not isinstance(options, AirQualityDailyOptions):
        raise AssertionError("options of another computation")
    return _derive(upstream, dataset, options)


AIR_QUALITY_DAILY = DerivedComputation(
    name="air_quality_daily",
    purpose=Message(
        "由小时值按数据有效性规定得出日均值、臭氧日最大 8 小时平均、AQI 和首要污染物",
        "daily means, largest 8-h mean of ozone, AQI and primary pollutants of hourly values",
    ),
    needs={
        "station_code": TEXT,
        **dict.fromkeys(NAMES, TEXT),
        "observed_at": frozenset({FieldType.DATETIME}),
        **dict.fromkeys(HOURLY_FIELDS.values(), NUMERIC),
    },
    gives=_gives(),
    derive=_checked,
    reasons=REASONS,
    options=AirQualityDailyOptions,
)
