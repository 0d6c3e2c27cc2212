from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from air_quality_reference import ITEMS, overall, year_of_standard
from air_quality_reference import item_index as slow_item_index
from hypothesis import given
from hypothesis import strategies as st

from schemas.computation.air_quality_index import (
    air_quality_index,
    index_level,
    item_index,
    judged_by_2026,
    primary_pollutants,
)
from schemas.computation.air_quality_standard import LEVELS, POLLUTANTS, Period

BY_CODE = {one.code: one for one in POLLUTANTS}

# item, period, concentration, IAQI by the text of 2026, IAQI by that of 2012
VECTORS = [
    *[
        ("pm25", "daily", concentration, new, old)
        for concentration, new, old in [
            (0, 0, 0), (35, 50, 50), (36, 52, 52), (48, 76, 67), (60, 100, 82), (61, 101, 83),
            (75, 114, 100), (115, 150, 150), (116, 152, 152), (150, 200, 200), (151, 201, 201),
            (250, 300, 300), (500, 500, 500), (501, 500, 500), (60.5, 100, 82), (60.6, 101, 83),
        ]
    ],
    *[
        ("pm10", "daily", concentration, new, old)
        for concentration, new, old in [
            (50, 50, 50), (51, 51, 51), (85, 75, 68), (120, 100, 85), (121, 101, 86),
            (150, 112, 100), (250, 150, 150), (351, 202, 202),
        ]
    ],
    ("so2", "daily", 50, 50, 50),
    ("so2", "daily", 51, 51, 51),
    ("so2", "daily", 150, 100, 100),
    ("so2", "daily", 151, 101, 101),
    ("so2", "daily", 475, 150, 150),
    ("so2", "daily", 800, 200, 200),
    ("so2", "hourly", 500, 100, 100),
    ("so2", "hourly", 800, 200, 200),
    ("so2", "hourly", 801, 200, 200),
    ("no2", "daily", 40, 50, 50),
    ("no2", "daily", 41, 52, 52),
    ("no2", "daily", 80, 100, 100),
    ("no2", "daily", 81, 101, 101),
    ("co", "daily", 2, 50, 50),
    ("co", "daily", 2.1, 53, 53),
    ("co", "daily", 2.2, 55, 55),
    ("co", "daily", 4, 100, 100),
    ("co", "daily", 4.1, 101, 101),
    ("co", "hourly", 65.4, 218, 218),
    ("o3", "daily", 100, 50, 50),
    ("o3", "daily", 101, 51, 51),
    ("o3", "daily", 160, 100, 100),
    ("o3", "daily", 161, 101, 101),
    ("o3", "daily", 265, 200, 200),
    ("o3", "daily", 800, 300, 300),
    ("o3", "daily", 801, 300, None),
    ("o3", "hourly", 200, 100, 100),
    ("o3", "hourly", 201, 101, 101),
    ("o3", "hourly", 1200, 500, 500),
    ("o3", "hourly", 1201, 500, 500),
]  # fmt: skip


def one_index(item: str, period: str, value: float | None, is_2026: bool) -> int | None:
    column = pl.Series([value], dtype=pl.Float64)
    found = item_index(column, BY_CODE[item], Period(period), pl.Series([is_2026]))
    return found.to_list()[0]


@pytest.mark.parametrize(("item", "period", "concentration", "new", "old"), VECTORS)
def test_published_vectors(
    item: str, period: str, concentration: float, new: int, old: int | None
) -> None:
    assert one_index(item, period, concentration, True) == new
    assert one_index(item, period, concentration, False) == old


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("value", [-1, -0.3, -0.04, float("nan"), float("inf"), None])
def test_impossible_values_have_no_index_and_are_never_zero(item: str, value: float | None) -> None:
    assert one_index(item, "hourly", value, True) is None
    assert one_index(item, "daily", value, False) is None


@pytest.mark.parametrize("period", ["hourly", "daily"])
@pytest.mark.parametrize("item", ITEMS)
def test_every_tenth_agrees_with_the_reference(item: str, period: str) -> None:
    values = [tenth / 10 for tenth in range(45_000)]
    for year in (2012, 2026):
        standard = pl.repeat(year == 2026, len(values), eager=True)
        found = item_index(pl.Series(values), BY_CODE[item], Period(period), standard)
        assert found.to_list() == [slow_item_index(one, item, period, year) for one in values]


concentrations = st.one_of(
    st.none(),
    st.floats(-10, 5000),
    st.decimals(0, 700, places=2).map(float),
    st.integers(0, 1500).map(float),
)
days = st.dates(dt.date(2025, 12, 1), dt.date(2026, 6, 1))


@given(
    st.lists(
        st.tuples(days, *[concentrations] * 6),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(["hourly", "daily"]),
)
def test_index_of_rows_agrees_with_the_reference(
    rows: list[tuple[dt.date, *tuple[float | None, ...]]], period: str
) -> None:
    columns = list(zip(*rows, strict=True))
    values = {
        item: pl.Series(list(column), dtype=pl.Float64)
        for item, column in zip(ITEMS, columns[1:], strict=True)
    }
    is_2026 = pl.Series(list(columns[0])) >= dt.date(2026, 3, 1)
    found = air_quality_index(values, is_2026, Period(period))
    primary = primary_pollutants(found).to_list()
    for place, (day, *concentration) in enumerate(rows):
        year = year_of_standard(day)
        items = {
            item: slow_item_index(value, item, period, year)
            for item, value in zip(ITEMS, concentration, strict=True)
        }
        assert {item: found.items[item][place] for item in ITEMS} == items
        assert (found.aqi[place], primary[place]) == overall(items, year)


def six(**values: float | None) -> dict[str, pl.Series]:
    return {item: pl.Series([values.get(item)], dtype=pl.Float64) for item in ITEMS}


COMPLETE = {"pm25": 20, "pm10": 20, "so2": 5, "no2": 5, "co": 0.5, "o3": 50}


@pytest.mark.parametrize("is_2026", [False, True])
@pytest.mark.parametrize(("pm25", "reported"), [(60, False), (61, True)])
def test_incomplete_items_are_reported_only_above_100_from_2026_on(
    is_2026: bool, pm25: float, reported: bool
) -> None:
    values = six(**{**COMPLETE, "pm25": pm25, "pm10": None})
    found = air_quality_index(values, pl.Series([is_2026]), Period.HOURLY)
    assert found.items["pm25"].to_list() == [
        slow_item_index(pm25, "pm25", "hourly", 2026 if is_2026 else 2012)
    ]
    assert (found.aqi[0] is not None) == (reported or not is_2026)


def test_complete_items_up_to_100_are_reported_in_2026() -> None:
    found = air_quality_index(six(**COMPLETE), pl.Series([True]), Period.HOURLY)
    assert found.aqi.to_list() == [29]
    assert primary_pollutants(found).to_list() == [None]


def test_no_primary_pollutant_at_50_and_one_at_51() -> None:
    for pm25, expected in [(35, None), (36, "PM2.5")]:
        found = air_quality_index(
            six(**{**COMPLETE, "pm25": pm25}), pl.Series([True]), Period.HOURLY
        )
        assert primary_pollutants(found).to_list() == [expected]


def test_ties_are_all_named() -> None:
    values = six(**{**COMPLETE, "pm25": 115, "pm10": 250})
    found = air_quality_index(values, pl.Series([True]), Period.HOURLY)
    assert primary_pollutants(found).to_list() == ["PM2.5,PM10"]


def test_a_row_without_time_has_no_index() -> None:
    found = air_quality_index(six(**COMPLETE), pl.Series([None], dtype=pl.Boolean), Period.HOURLY)
    assert found.aqi.to_list() == [None]
    assert found.items["pm25"].to_list() == [None]


@pytest.mark.parametrize(
    ("aqi", "level"),
    [(0, 1), (50, 1), (51, 2), (100, 2), (101, 3), (150, 3), (151, 4), (200, 4), (201, 5),
     (300, 5), (301, 6), (500, 6), (None, None)],
)  # fmt: skip
def test_levels(aqi: int | None, level: int | None) -> None:
    assert index_level(pl.Series([aqi], dtype=pl.Int64)).to_list() == [level]
    assert [one.number for one in LEVELS] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("local", "label", "expected"),
    [
        ("2026-03-01T00:00", "end", False),  # the last hour of February
        ("2026-03-01T01:00", "end", True),
        ("2026-02-28T23:00", "start", False),
        ("2026-03-01T00:00", "start", True),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", None])
def test_midnight_belongs_to_the_day_before_where_hours_are_labelled_with_their_end(
    local: str, label: str, expected: bool, zone: str | None
) -> None:
    column = pl.Series([local]).str.to_datetime("%Y-%m-%dT%H:%M", time_unit="ms")
    if zone is not None:
        column = column.dt.replace_time_zone("Asia/Shanghai").dt.convert_time_zone(zone)
    assert judged_by_2026(column, label).to_list() == [expected]  # type: ignore[arg-type]
