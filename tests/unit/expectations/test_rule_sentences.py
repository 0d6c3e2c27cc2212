"""Sentences that look for a cause: AIR-03, and working days beyond the known calendar."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from rule_examples import Example
from rule_running import compiled

from expectations.working_days import is_working_day, last_known_day, working_days_between
from schemas.message import Message

HOUR = "2018-02-20T07:00:00"


def sentence(
    rule: str, columns: dict[str, list[Any]], params: dict[str, Any] | None = None
) -> Message:
    example = Example(rule, columns, set(), params or {})
    findings = compiled(example).evaluate(example.frame(), example.context)
    return findings[0].what


def index_sentence(published: int, aqi: int, hour: str = HOUR, **values: float | None) -> Message:
    items = ("pm25_ug_m3", "pm10_ug_m3", "so2_ug_m3", "no2_ug_m3", "co_mg_m3", "o3_ug_m3")
    given = {one.split("_")[0]: one for one in items}
    columns: dict[str, list[Any]] = {
        "aqi_published int": [published],
        "aqi int": [aqi],
        "observed_at time": [hour],
        **{f"{name} num": [values.get(short, 1.0)] for short, name in given.items()},
    }
    none = ("primary_published", "primary_computed", "category_published", "level_computed")
    return sentence("ExpectPublishedAirQualityIndexAgrees", columns, dict.fromkeys(none))


def test_ozone_that_decides_alone_is_named() -> None:
    # O3 112 µg/m³ by the hour: IAQI 35. Without it the largest index is PM10's 7.
    what = index_sentence(26, 35, o3=112.0, pm10=7.0)
    assert "公布的 AQI 是 26，由公布的浓度重算是 35（由 O3 决定）" in what.zh
    assert "臭氧" in what.zh
    assert "without ozone" in what.en


@pytest.mark.parametrize(
    ("published", "aqi", "values", "said"),
    [
        # ozone decides, but another item is above the published index: no matter of ozone
        (26, 35, {"o3": 112.0, "pm10": 27.0}, "not evident"),
        (27, 35, {"o3": 112.0, "pm10": 27.0}, "without ozone"),
        # the published index is higher: a value seen then may be missing now
        (40, 35, {"o3": 112.0, "pm10": None}, "an item is missing"),
        (40, 35, {"o3": 112.0}, "not evident"),
        # ozone does not decide
        (26, 27, {"o3": 10.0, "pm10": 27.0}, "not evident"),
        # PM2.5 60: 82 by HJ 633-2012, 100 by HJ 633-2026
        (100, 82, {"pm25": 60.0}, "other edition"),
    ],
)
def test_hints(published: int, aqi: int, values: dict[str, float], said: str) -> None:
    assert said in index_sentence(published, aqi, **values).en


def test_the_standard_of_the_day_is_the_one_in_force() -> None:
    what = index_sentence(82, 100, "2026-03-02T07:00:00", pm25=60.0)
    assert "other edition" in what.en
    assert "decided by PM2.5" in what.en


def test_several_deciding_items_are_all_named() -> None:
    what = index_sentence(51, 50, pm25=35.0, pm10=50.0)
    assert "decided by PM2.5, PM10" in what.en


def test_working_days_beyond_the_calendar_are_provisional() -> None:
    year = last_known_day().year + 1
    params = {"start": "a", "end": "b", "maximum": 0, "kind": "working_days"}
    late = {"a date": [f"{year}-03-01"], "b date": [f"{year}-03-31"]}
    what = sentence("ExpectPeriodAtMost", late, params)
    assert "节假日安排未公布" in what.zh
    assert "Monday to Friday" in what.en
    known = {"a date": ["2024-09-28"], "b date": ["2024-10-08"]}
    assert sentence("ExpectPeriodAtMost", known, params).en.endswith(
        "3 working days; 0 are allowed"
    )


def test_days_are_counted_by_the_holiday_calendar() -> None:
    dates = pl.Series(["2024-09-27", "2024-10-08", None]).str.to_date()
    count, provisional = working_days_between(
        dates, pl.Series(["2024-10-08", "2024-09-27", "2024-01-01"]).str.to_date()
    )
    assert count.to_list() == [3, -3, None]
    assert provisional.to_list() == [False, False, None] or provisional.to_list() == [
        False,
        False,
        False,
    ]
    import datetime as dt

    assert is_working_day(dt.date(2024, 9, 29))  # a Sunday, worked
    assert not is_working_day(dt.date(2024, 10, 4))  # a Friday, off
    assert not is_working_day(dt.date(2003, 12, 27))  # a Saturday, before the calendar
    assert is_working_day(dt.date(2003, 12, 26))
