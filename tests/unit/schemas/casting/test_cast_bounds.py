"""Bounds of planning conditions."""

from __future__ import annotations

from decimal import Decimal

import pytest
from casting_case import a_field, a_reading, one

from schemas.casting import rules

RATIO = a_field(type="decimal", scale=2, unit="1")
PERCENT = a_field(type="decimal", scale=2, unit="percent")


@pytest.mark.parametrize(
    ("text", "lower", "upper"),
    [
        ("1.3≤容积率≤1.5", "1.3", "1.5"),
        ("1.3<容积率≤1.5", "1.3", "1.5"),
        ("1.0＜容积率≤2.5", "1.0", "2.5"),
        ("1.5≥R≥1.0", "1.0", "1.5"),
        ("≤50", None, "50"),
        ("≥10", "10", None),
        ("<=2.5", None, "2.5"),
        (">1.0且≤2.5", "1.0", "2.5"),
        ("容积率≥1.0且≤3.0", "1.0", "3.0"),
        ("大于等于1.0，小于等于2.0", "1.0", "2.0"),
        ("大于或等于1.0，并且小于或等于2.0", "1.0", "2.0"),
        ("不小于1.0，不大于2.0", "1.0", "2.0"),
        ("不大于2.5", None, "2.5"),
        ("不低于1.2", "1.2", None),
        ("不超过3", None, "3"),
        ("2.0以下", None, "2.0"),
        ("1.0以上", "1.0", None),
        ("1.0-2.0", "1.0", "2.0"),
        ("1.0～2.0", "1.0", "2.0"),
        ("1.0~2.0", "1.0", "2.0"),
        ("1.0—2.0", "1.0", "2.0"),
        ("1.0至2.0", "1.0", "2.0"),
        ("2.0≥容积率", None, "2.0"),
        ("容积率=1.8", "1.8", "1.8"),
        ("2.0", "2.0", "2.0"),
        ("１．５", "1.5", "1.5"),
        ("/", None, None),
        ("不限", None, None),
    ],
)
def test_bounds_are_read(text: str, lower: str | None, upper: str | None) -> None:
    for bound, expected in (("lower", lower), ("upper", upper)):
        value, found = one(text, RATIO, a_reading(bound=bound))
        assert value == (None if expected is None else Decimal(expected))
        assert found == []


def test_only_takes_the_one_bound_there_is() -> None:
    reading = a_reading("percent", bound="only")
    assert one("≤50", PERCENT, reading) == (Decimal(50), [])
    assert one("≥10", PERCENT, reading) == (Decimal(10), [])
    assert one("不低于30%", PERCENT, reading) == (Decimal(30), [])
    assert one("35", PERCENT, reading) == (Decimal(35), [])
    assert one("20%-30%", PERCENT, reading) == (None, [rules.TWO_BOUNDS])
    assert one("20-30%", PERCENT, a_reading("percent", bound="lower")) == (Decimal(20), [])


@pytest.mark.parametrize(
    "text", ["乱", "≤", "≥1且≥2", "1≤x≥2", "2.5-1.0", "2.5≤R≤1.0", "约定", "1.0≤", "按规划"]
)
def test_what_sets_no_bound_is_refused(text: str) -> None:
    for bound in ("lower", "upper", "only"):
        assert one(text, RATIO, a_reading(bound=bound)) == (None, [rules.NOT_A_BOUND])


def test_bounds_keep_the_rules_of_numbers() -> None:
    assert one("≤1,23", RATIO, a_reading(bound="only")) == (None, [rules.WRONG_GROUPING])
    assert one("≤24米", RATIO, a_reading(bound="only")) == (None, [rules.OTHER_DIMENSION])
