from __future__ import annotations

import polars as pl
import pytest
from air_quality_reference import ITEMS

from schemas.computation.air_quality_comparison import (
    disagreement,
    published_levels,
    published_pollutants,
)
from schemas.computation.air_quality_index import air_quality_index
from schemas.computation.air_quality_standard import Period


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("细颗粒物(PM2.5)", "PM2.5"),
        ("颗粒物(PM10),细颗粒物(PM2.5)", "PM2.5,PM10"),
        ("臭氧8小时、二氧化氮", "NO2,O3"),
        ("ＰＭ１０", "PM10"),
        ("无", None),
        ("—", None),
        ("氨气", "氨气"),
        (None, None),
    ],
)
def test_published_pollutants(text: str | None, expected: str | None) -> None:
    assert published_pollutants(pl.Series([text], dtype=pl.String)).to_list() == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("优", 1), ("良", 2), ("轻度污染", 3), ("四级", 4), ("重度污染", 5), ("严重污染", 6),
     ("未知", None), (None, None)],
)  # fmt: skip
def test_published_levels(text: str | None, expected: int | None) -> None:
    assert published_levels(pl.Series([text], dtype=pl.String)).to_list() == [expected]


def rows(o3: list[float]) -> dict[str, pl.Series]:
    size = len(o3)
    return {item: pl.Series([20.0] * size if item != "co" else [0.5] * size) for item in ITEMS} | {
        "o3": pl.Series(o3)
    }


def test_the_leading_item_of_the_disagreements_is_named() -> None:
    old = pl.Series([False] * 4)
    index = air_quality_index(rows([160.0, 150.0, 30.0, 170.0]), old, Period.HOURLY)
    assert index.aqi.to_list() == [50, 47, 29, 63]
    found = disagreement(pl.Series([29, 29, 29, 40]), index)
    assert found is not None
    assert (found.compared, found.different) == (4, 3)
    assert (found.led_by.label, found.leading, found.cured) == ("O3", 3, 2)
    assert "O3" in found.message().zh
    assert "3 of 4" in found.message().en


def test_agreement_and_missing_values_give_nothing() -> None:
    index = air_quality_index(rows([160.0, 30.0]), pl.Series([False, None]), Period.HOURLY)
    assert disagreement(pl.Series([50, 12]), index) is None
    assert disagreement(pl.Series([None, None], dtype=pl.Int64), index) is None
