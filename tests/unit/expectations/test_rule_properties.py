"""Properties of every rule, on rows that mix the boundary values of its examples at random."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rule_examples import EXAMPLES, Example
from rule_running import built, compiled, in_chunks, whole

from schemas.finding import Scope

FIRST: dict[str, Example] = {}
for _one in EXAMPLES:
    FIRST.setdefault(_one.rule, _one)
Row = dict[str, Any]


def mixed(example: Example, data: st.DataObject) -> Example:
    """Rows whose values are drawn, column by column, from those of the example."""
    size = data.draw(st.integers(1, 12), label="rows")
    columns = {
        head: data.draw(
            st.lists(st.sampled_from([*dict.fromkeys(values), None]), min_size=size, max_size=size),
            label=head,
        )
        for head, values in example.columns.items()
    }
    return replace(example, columns=columns, fails=set())


@pytest.mark.parametrize("rule", sorted(FIRST))
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_order_and_chunks_do_not_matter(rule: str, data: st.DataObject) -> None:
    """A failing row fails wherever it stands; a rule of scope row judges it by itself."""
    example = mixed(FIRST[rule], data)
    if rule == "ExpectAirValueNotStuck":  # a station has one row an hour: see its own property
        return
    rules, frame, context = compiled(example), example.frame(), example.context
    found = whole(rules, frame, context)
    order = data.draw(st.permutations(range(frame.height)), label="order")
    shuffled = whole(rules, frame[list(order)], context)
    assert {(order[row], column, pattern) for row, column, pattern in shuffled} == found
    assert in_chunks(rules, frame, context, data.draw(st.integers(1, 5), label="size")) == found
    if built(example).scope is Scope.ROW:
        row = data.draw(st.integers(0, frame.height - 1), label="alone")
        alone = {one[1:] for one in whole(rules, frame.slice(row, 1), context)}
        assert alone == {one[1:] for one in found if one[0] == row}


def outside(low: str | None, high: str | None) -> Callable[[Any], bool]:
    """Below the lowest or above the highest allowed value."""

    def fails(value: Any) -> bool:
        if value is None:
            return False
        below = low is not None and value < Decimal(low)
        return below or (high is not None and value > Decimal(high))

    return fails


def less(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one < other


def use_limit(row: Row) -> int | None:
    name, code = row["land_use_name"] or "", row["land_use_code"]
    if re.search("住宅|住房", name):
        return 70
    if code is not None and row["land_use_scheme"] == "GB/T 21010-2017":
        return {"07": 70, "05": 40}.get(code[:2], 50)
    return None if row["land_use_name"] is None else 40 if re.search("商|零售", name) else 50


def real(day: dt.date | None) -> dt.date | None:
    return day if day is not None and 1902 <= day.year < 2100 else None


def ordered(row: Row, names: tuple[str, ...]) -> set[str]:
    days = {name: real(row[name]) for name in names}
    return {
        name
        for place, name in enumerate(names)
        if any(less(days[name], days[before]) for before in names[:place])
    }


def missing_or_not_above_zero(value: Any) -> bool:
    return value is None or value <= 0


ORACLES: dict[str, Callable[[Row], set[str]]] = {
    "ExpectLandAreaWithinBounds": lambda row: {
        "area_m2" for area in [row["area_m2"]] if area is not None and not 0 < area < 5_000_000
    },
    "ExpectLandAreaPlausible": lambda row: {
        "area_m2" for area in [row["area_m2"]] if area is not None and 500_000 < area < 5_000_000
    },
    "ExpectPriceNotNegative": lambda row: {
        "price_cny" for _ in [0] if outside("0", None)(row["price_cny"])
    },
    "ExpectAllocatedLandWithoutPrice": lambda row: {
        name
        for name in ("price_cny", "term_years")
        if row["supply_method"] == "划拨" and (row[name] or 0) > 0
    },
    "ExpectTransferredLandWithPrice": lambda row: {
        name
        for name in ("price_cny", "term_years")
        if (row["supply_method"] or "").endswith("出让") and missing_or_not_above_zero(row[name])
    },
    "ExpectLandTermPossible": lambda row: {
        "term_years" for _ in [0] if outside("0", "70")(row["term_years"])
    },
    "ExpectLandTermWithinUseLimit": lambda row: {
        "term_years" for _ in [0] if less(use_limit(row), row["term_years"])
    },
    "ExpectPlotRatiosInOrder": lambda row: (
        {name for name in ("plot_ratio_min", "plot_ratio_max") if outside("0", "15")(row[name])}
        | ({"plot_ratio_min"} if less(row["plot_ratio_max"], row["plot_ratio_min"]) else set())
    ),
    "ExpectDatesInOrder": lambda row: ordered(row, ("a", "b", "c")),
    "ExpectAirConcentrationWithinRange": lambda row: {
        name
        for name, high in {
            "pm25_ug_m3": "2000",
            "pm10_ug_m3": "2000",
            "so2_ug_m3": "2620",
            "no2_ug_m3": "3840",
            "co_mg_m3": "150",
            "o3_ug_m3": "1200",
        }.items()
        if outside("0", high)(row[name])
    },
    "ExpectFineParticlesNotAboveCoarse": lambda row: {
        "pm25_ug_m3" for _ in [0] if less(row["pm10_ug_m3"], row["pm25_ug_m3"])
    },
    "ExpectCarbonMonoxideInMilligrams": lambda row: {
        "co_mg_m3" for _ in [0] if outside(None, "60")(row["co_mg_m3"])
    },
    "ExpectAirQualityDaysAddUp": lambda row: {
        "aqi_level"
        for _ in [0]
        if row["aqi_level"]
        != (
            None
            if row["aqi"] is None
            else 1 + sum(row["aqi"] > end for end in (50, 100, 150, 200, 300))
        )
    },
    "ExpectWaterMeasurementUsual": lambda row: {
        name
        for name, (low, high) in {
            "ph": ("6", "9.5"),
            "dissolved_oxygen_mg_l": (None, "20"),
        }.items()
        if outside(low, high)(row[name])
    },
    "ExpectTotalNitrogenNotBelowAmmonia": lambda row: {
        "total_nitrogen_mg_l"
        for _ in [0]
        if less(row["total_nitrogen_mg_l"], row["ammonia_nitrogen_mg_l"])
    },
    "ExpectPublishedWaterClassAgrees": lambda row: {
        "class_published"
        for _ in [0]
        if None not in row.values() and row["class_published"] != row["class_computed"]
    },
}


@pytest.mark.parametrize("rule", sorted(ORACLES))
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_rows_fail_as_plain_python_finds(rule: str, data: st.DataObject) -> None:
    example = mixed(FIRST[rule], data)
    frame = example.frame()
    found = {(row, column) for row, column, _ in whole(compiled(example), frame, example.context)}
    rows = list(frame.iter_rows(named=True))
    assert found == {(at, column) for at, row in enumerate(rows) for column in ORACLES[rule](row)}
