"""The AQI that the played departments publish, against the vectors of the domain facts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from examples.qingshui.department_files.air_index import individual_index, published_index

OLD, NEW = dt.date(2026, 2, 28), dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("item", "concentration", "new", "old"),
    [
        ("pm25", "0", 0, 0),
        ("pm25", "35", 50, 50),
        ("pm25", "36", 52, 52),
        ("pm25", "48", 76, 67),
        ("pm25", "60", 100, 82),
        ("pm25", "61", 101, 83),
        ("pm25", "75", 114, 100),
        ("pm25", "501", 500, 500),
        ("pm10", "85", 75, 68),
        ("pm10", "120", 100, 85),
        ("pm10", "121", 101, 86),
        ("pm10", "351", 202, 202),
        ("so2", "500", 100, 100),
        ("so2", "801", 200, 200),
        ("co", "65.4", 218, 218),
        ("o3", "200", 100, 100),
        ("o3", "201", 101, 101),
        ("o3", "1201", 500, 500),
    ],
)
def test_vectors(item: str, concentration: str, new: int, old: int) -> None:
    assert individual_index(item, Decimal(concentration), NEW) == new
    assert individual_index(item, Decimal(concentration), OLD) == old


def _hour(**given: str | None) -> dict[str, Decimal | None]:
    clean: dict[str, str | None] = {
        "pm25": "10", "pm10": "20", "so2": "5", "no2": "9", "co": "0.5", "o3": "60",
    }  # fmt: skip
    return {
        item: None if value is None else Decimal(value)
        for item, value in {**clean, **given}.items()
    }


def test_no_primary_pollutant_up_to_fifty() -> None:
    assert published_index(_hour(pm25="35"), NEW) == (50, "")
    assert published_index(_hour(pm25="36"), NEW) == (52, "细颗粒物(PM2.5)")


def test_equal_pollutants_are_both_named() -> None:
    assert published_index(_hour(pm25="60", pm10="120"), NEW) == (
        100,
        "细颗粒物(PM2.5),颗粒物(PM10)",
    )


def test_an_incomplete_hour_has_no_index() -> None:
    assert published_index(_hour(so2=None), NEW) == (None, "")
