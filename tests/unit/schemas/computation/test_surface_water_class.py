from __future__ import annotations

import operator
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.computation import compute
from schemas.computation.surface_water_class import CLASSES, ITEM_NAMES
from schemas.dataset import Computation, DatasetField, FieldType
from schemas.strict import Text

LIMITS = {
    "dissolved_oxygen": [7.5, 6, 5, 3, 2],
    "permanganate_index": [2, 4, 6, 10, 15],
    "ammonia_nitrogen": [0.15, 0.5, 1.0, 1.5, 2.0],
    "river": [0.02, 0.1, 0.2, 0.3, 0.4],
    "lake": [0.01, 0.025, 0.05, 0.1, 0.2],
}
GOOD = {
    "ph": 8.1,
    "dissolved_oxygen": 8.2,
    "permanganate_index": 1.0,
    "ammonia_nitrogen": 0.1,
    "total_phosphorus": 0.005,
}


def judge(body: str | None, values: dict[str, float | None], **options: Any) -> Any:
    kind = FieldType.INTEGER if options.get("output") == "items" else FieldType.STRING
    field = DatasetField(name="out", title=Text(zh="类别", en="class"), type=kind)
    frame = pl.DataFrame(
        {"body": [body], **{name: [values.get(name)] for name in ITEM_NAMES}},
        schema={"body": pl.String, **dict.fromkeys(ITEM_NAMES, pl.Float64)},
    )
    computation = Computation(
        by="surface_water_class", inputs=("body", *ITEM_NAMES), options=options
    )
    return compute(frame, field, computation, (Path(),)).to_list()[0]


def obvious(body: str | None, values: dict[str, float | None]) -> str | None:
    if body not in ("river", "lake"):
        return None
    places = []
    for name, value in values.items():
        if value is None:
            continue
        if name == "ph":
            places.append(0 if 6 <= value <= 9 else 5)
            continue
        limits = LIMITS[body if name == "total_phosphorus" else name]
        met = operator.ge if name == "dissolved_oxygen" else operator.le
        places.append(next((at for at, limit in enumerate(limits) if met(value, limit)), 5))
    return CLASSES[max(places)] if places else None


@pytest.mark.parametrize(
    ("body", "change", "expected"),
    [
        ("river", {"permanganate_index": 2.1, "total_phosphorus": 0.03}, "Ⅱ"),
        ("river", {"ammonia_nitrogen": 1.01}, "Ⅳ"),
        ("river", {"dissolved_oxygen": 1.9}, "劣Ⅴ"),
        ("river", {"ph": 9.1}, "劣Ⅴ"),
        ("lake", {"total_phosphorus": 0.06}, "Ⅳ"),
        ("river", {"total_phosphorus": 0.06}, "Ⅱ"),
        ("river", {}, "Ⅰ"),
        (None, {}, None),
        ("canal", {}, None),
    ],
)
def test_vectors(body: str | None, change: dict[str, float], expected: str | None) -> None:
    assert judge(body, {**GOOD, **change}) == expected


@pytest.mark.parametrize("body", ["river", "lake"])
@pytest.mark.parametrize("name", ["permanganate_index", "ammonia_nitrogen", "total_phosphorus"])
@pytest.mark.parametrize("place", range(5))
def test_both_sides_of_every_upper_limit(body: str, name: str, place: int) -> None:
    limit = LIMITS[body if name == "total_phosphorus" else name][place]
    assert judge(body, {name: limit}) == CLASSES[place]
    assert judge(body, {name: round(limit + 0.001, 4)}) == CLASSES[place + 1]


@pytest.mark.parametrize("place", range(5))
def test_both_sides_of_every_oxygen_limit(place: int) -> None:
    limit = LIMITS["dissolved_oxygen"][place]
    assert judge("river", {"dissolved_oxygen": limit}) == CLASSES[place]
    assert judge("river", {"dissolved_oxygen": limit - 0.01}) == CLASSES[place + 1]


@pytest.mark.parametrize(("ph", "expected"), [(6, "Ⅰ"), (5.99, "劣Ⅴ"), (9, "Ⅰ"), (9.01, "劣Ⅴ")])
def test_both_sides_of_the_ph_range(ph: float, expected: str) -> None:
    assert judge("river", {"ph": ph}) == expected


def test_missing_items_are_left_out_and_counted() -> None:
    values = {"ph": 7.0, "dissolved_oxygen": 5.5}
    assert judge("river", values) == "Ⅲ"
    assert judge("river", values, output="items") == 2
    assert judge("river", values, minimum_items=2) == "Ⅲ"
    assert judge("river", values, minimum_items=3) is None
    assert judge("river", {}) is None
    assert judge("river", {}, output="items") == 0


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_impossible_values_are_not_judged(value: float) -> None:
    assert judge("river", {**GOOD, "ammonia_nitrogen": value}) == "Ⅰ"
    assert judge("river", {**GOOD, "ammonia_nitrogen": value}, output="items") == 4


def test_deciding_items() -> None:
    values = {**GOOD, "permanganate_index": 5.0, "total_phosphorus": 0.15}
    assert judge("river", values, output="deciding_items") == "permanganate_index,total_phosphorus"
    assert judge("river", GOOD, output="deciding_items") is None
    assert judge(None, values, output="deciding_items") is None


@given(
    st.sampled_from(["river", "lake", None]),
    st.fixed_dictionaries(
        {
            "ph": st.none() | st.decimals(0, 14, places=2).map(float),
            "dissolved_oxygen": st.none() | st.decimals(0, 20, places=2).map(float),
            "permanganate_index": st.none() | st.decimals(0, 20, places=2).map(float),
            "ammonia_nitrogen": st.none() | st.decimals(0, 3, places=3).map(float),
            "total_phosphorus": st.none() | st.decimals(0, 1, places=3).map(float),
        }
    ),
)
def test_agrees_with_the_obvious_reading(body: str | None, values: dict[str, float | None]) -> None:
    assert judge(body, values) == obvious(body, values)
