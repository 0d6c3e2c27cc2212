from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from air_quality_reference import ITEMS, item_index, overall, year_of_standard
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.computation import Derived, derive
from schemas.computation.air_quality_daily import DAILY_FIELDS, HOURLY_FIELDS
from schemas.dataset import Dataset
from schemas.definitions import BUILT_IN
from schemas.validation import read_model
from schemas.yaml_file import load_yaml

UNITS = {item: Decimal("0.1") if item == "co" else Decimal(1) for item in ITEMS}


@pytest.fixture(scope="module")
def daily() -> Dataset:
    return _daily()


def _daily() -> Dataset:
    path = Path(BUILT_IN) / "datasets" / "environment" / "air_quality_daily.yml"
    dataset, problems = read_model(load_yaml(path), Dataset)
    assert dataset is not None, problems
    return dataset


DAILY = _daily()
Hours = dict[int, dict[str, float | None]]


def hourly(day: dt.date, hours: Hours, station: str | None = "A1") -> pl.DataFrame:
    """Rows of one station's day; hours are labelled with their end, 1 to 24."""
    start = dt.datetime.combine(day, dt.time())
    rows = [
        {
            "station_code": station,
            "station_name": "一号站",
            "city_name": "某市",
            "observed_at": start + dt.timedelta(hours=hour),
            **{HOURLY_FIELDS[item]: values.get(item) for item in ITEMS},
        }
        for hour, values in hours.items()
    ]
    return pl.DataFrame(
        rows,
        schema={
            "station_code": pl.String,
            "station_name": pl.String,
            "city_name": pl.String,
            "observed_at": pl.Datetime("ms"),
            **dict.fromkeys(HOURLY_FIELDS.values(), pl.Float64),
        },
    ).with_columns(pl.col("observed_at").dt.replace_time_zone("Asia/Shanghai"))


def one_day(day: dt.date, hours: Hours) -> dict[str, Any]:
    derived = derive(hourly(day, hours), DAILY)
    assert derived.frame.height == 1
    return derived.frame.row(0, named=True)


def steady(hours: range, **values: float | None) -> Hours:
    given = {"pm25": 30, "pm10": 60, "so2": 9, "no2": 30, "co": 0.5, "o3": 90, **values}
    return {hour: dict(given) for hour in hours}


def exact_mean(values: list[float], unit: Decimal) -> Decimal:
    total = sum((Decimal(repr(value)) for value in values), Decimal(0))
    # the quotient itself rounds half to even; scale first so that it rounds at the unit
    return (total / len(values)).quantize(unit, ROUND_HALF_EVEN)


def obvious(day: dt.date, hours: Hours) -> dict[str, Any]:
    """The day by the letter of the rules, item by item and window by window."""
    year = year_of_standard(day)
    usable = {
        item: {
            hour: values[item]
            for hour, values in hours.items()
            if values.get(item) is not None and values[item] >= 0
        }
        for item in ITEMS
    }
    means: dict[str, Decimal | None] = {}
    for item in ITEMS:
        enough = len(usable[item]) >= 20
        means[item] = exact_mean(list(usable[item].values()), UNITS[item]) if enough else None
    windows = []
    for end in range(8, 25):
        inside = [usable["o3"][hour] for hour in range(end - 7, end + 1) if hour in usable["o3"]]
        if len(inside) >= 6:
            windows.append(exact_mean(inside, Decimal(1)))
    largest = max(windows, default=None)
    valid = largest is not None and (len(windows) >= 14 or largest > 160)
    means["o3"] = largest if valid else None
    indexes = {
        item: None if mean is None else item_index(float(mean), item, "daily", year)
        for item, mean in means.items()
    }
    if means["o3"] is not None and means["o3"] > 800 and year == 2012:
        indexes["o3"] = item_index(max(usable["o3"].values()), "o3", "hourly", year)
    aqi, primary = overall(indexes, year)
    return {
        **{DAILY_FIELDS[item]: mean for item, mean in means.items()},
        **{f"{item}_valid_hours": len(usable[item]) for item in ITEMS},
        "o3_8h_valid_windows": len(windows),
        **{("o3_8h" if item == "o3" else item) + "_iaqi": one for item, one in indexes.items()},
        "aqi": aqi,
        "primary_pollutants": primary,
    }


concentration = st.one_of(
    st.none(),
    st.decimals(0, 400, places=1).map(float),
    st.integers(-5, 1300).map(float),
)


@settings(max_examples=60)
@given(
    st.sampled_from([dt.date(2025, 6, 1), dt.date(2026, 2, 28), dt.date(2026, 3, 1)]),
    st.lists(st.fixed_dictionaries(dict.fromkeys(ITEMS, concentration)), min_size=24, max_size=24),
    st.sets(st.integers(1, 24), max_size=8),
    st.sampled_from([0, 1, 2, 3]),
)
def test_agrees_with_the_letter_of_the_rules(
    day: dt.date, values: list[dict[str, float | None]], gaps: set[int], fill: int
) -> None:
    hours: Hours = {}
    for hour, row in enumerate(values, start=1):
        if hour not in gaps:  # few nulls, so that many days are valid
            hours[hour] = {
                item: 50.0 if value is None and hour % 4 < fill else value
                for item, value in row.items()
            }
    found = one_day(day, hours)
    for name, expected in obvious(day, hours).items():
        assert found[name] == expected, name


@pytest.mark.parametrize(("count", "valid"), [(20, True), (19, False)])
def test_a_24_hour_mean_needs_20_hours(count: int, valid: bool) -> None:
    row = one_day(dt.date(2025, 6, 1), steady(range(1, count + 1)))
    assert row["pm25_valid_hours"] == count
    assert (row["pm25_ug_m3"] == 30) == valid
    assert (row["pm25_iaqi"] is not None) == valid


@pytest.mark.parametrize(("count", "windows"), [(5, 0), (6, 1), (8, 3)])
def test_an_8_hour_mean_needs_6_hours(count: int, windows: int) -> None:
    row = one_day(dt.date(2025, 6, 1), steady(range(1, count + 1)))
    assert row["o3_8h_valid_windows"] == windows


@pytest.mark.parametrize(
    ("last", "o3", "expected"),
    [(19, 90, 90), (18, 90, None), (18, 160, None), (18, 161, 161), (18, 160.4, None)],
)
def test_the_ozone_maximum_needs_14_windows_or_must_exceed_the_limit(
    last: int, o3: float, expected: int | None
) -> None:
    row = one_day(dt.date(2025, 6, 1), steady(range(1, last + 1), o3=o3))
    assert row["o3_8h_valid_windows"] == last - 5
    assert row["o3_8h_max_ug_m3"] == expected


def test_windows_do_not_reach_into_the_day_before() -> None:
    hours = steady(range(1, 25), o3=10)
    before = hourly(dt.date(2025, 5, 31), steady(range(1, 25), o3=500))
    frame = pl.concat([before, hourly(dt.date(2025, 6, 1), hours)])
    assert derive(frame, DAILY).frame["o3_8h_max_ug_m3"].to_list() == [500, 10]


def test_midnight_belongs_to_the_day_before() -> None:
    frame = derive(hourly(dt.date(2026, 2, 28), steady(range(1, 25))), DAILY).frame
    assert frame["date"].to_list() == [dt.date(2026, 2, 28)]
    assert frame["pm25_valid_hours"].to_list() == [24]


def test_days_are_those_of_beijing_whatever_the_zone_of_the_column() -> None:
    rows = hourly(dt.date(2026, 2, 28), steady(range(1, 25)))
    elsewhere = rows.with_columns(pl.col("observed_at").dt.convert_time_zone("UTC"))
    assert derive(elsewhere, DAILY).frame.equals(derive(rows, DAILY).frame)


@pytest.mark.parametrize(("day", "index"), [(dt.date(2026, 2, 28), 82), (dt.date(2026, 3, 1), 100)])
def test_the_standard_of_the_day_is_used(day: dt.date, index: int) -> None:
    assert one_day(day, steady(range(1, 25), pm25=60))["pm25_iaqi"] == index


@pytest.mark.parametrize(
    ("day", "index"), [(dt.date(2026, 2, 28), 305), (dt.date(2026, 3, 1), 300)]
)
def test_ozone_above_800(day: dt.date, index: int) -> None:
    """Until 2026-02-28 such ozone is reported by its 1-h mean, then with IAQI 300."""
    assert one_day(day, steady(range(1, 25), o3=810))["o3_8h_iaqi"] == index


def test_every_row_is_used_or_has_a_reason() -> None:
    day = dt.date(2025, 6, 1)
    good = hourly(day, steady(range(1, 21)))
    empty = hourly(day, {21: {}, 22: {"pm25": -1.0}})
    late = hourly(day, steady(range(23, 24))).with_columns(
        pl.col("observed_at").dt.offset_by("15m")
    )
    nameless = hourly(day, steady(range(24, 25)), station=None)
    timeless = good.head(1).with_columns(
        pl.lit(None, good.schema["observed_at"]).alias("observed_at")
    )
    derived = derive(pl.concat([good, empty, late, nameless, timeless, good.head(1)]), DAILY)
    assert derived.used == 20
    assert dict(derived.not_used) == {
        "no_station": 1,
        "no_time": 1,
        "no_value": 2,
        "not_on_the_hour": 1,
        "repeated_hour": 1,
    }
    assert sorted(derived.sources.to_list()[0]) == list(range(20))


def test_a_day_without_values_is_a_row_without_values() -> None:
    derived = derive(hourly(dt.date(2025, 6, 1), {1: {}, 2: {}}), DAILY)
    row = derived.frame.row(0, named=True)
    assert (row["pm25_valid_hours"], row["pm25_ug_m3"], row["aqi"]) == (0, None, None)
    assert derived.sources.to_list() == [[]]


def test_sources_stand_beside_their_day() -> None:
    day = dt.date(2025, 6, 1)
    parts = [hourly(day, steady(range(1, 3)), "B"), hourly(day, steady(range(1, 2)), "A")]
    derived: Derived = derive(pl.concat(parts), DAILY)
    found = dict(zip(derived.frame["station_code"], derived.sources.to_list(), strict=True))
    assert found == {"A": [2], "B": [0, 1]}


def test_numbers_of_the_rules_are_options() -> None:
    options = {**DAILY.derived.options, "minimum_hours": 4} if DAILY.derived else {}
    easier = DAILY.model_copy(
        update={"derived": DAILY.derived.model_copy(update={"options": options})}  # type: ignore[union-attr]
    )
    rows = hourly(dt.date(2025, 6, 1), steady(range(1, 5)))
    assert derive(rows, easier).frame["pm25_ug_m3"].to_list() == [30]


def test_nothing_gives_nothing() -> None:
    derived = derive(hourly(dt.date(2025, 6, 1), {}), DAILY)
    assert (derived.frame.height, derived.used) == (0, 0)
    assert derived.frame.columns == DAILY.field_names
