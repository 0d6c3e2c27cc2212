from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.computation.rounding import divide_half_even, scaled_integers

AS_PUBLISHED = [
    (60.5, 0, 60),
    (61.5, 0, 62),
    (60.500001, 0, 61),
    (12.1498, 1, 121),
    (15.4546, 0, 15),
    (0.25, 1, 2),
    (0.35, 1, 4),
    (2.675, 2, 268),
    (-0.35, 1, -4),
    (1.005, 2, 100),
    (1.015, 2, 102),
]


def exactly(value: Decimal, decimals: int) -> int:
    unit = Decimal(1).scaleb(-decimals)
    return int(value.quantize(unit, ROUND_HALF_EVEN).scaleb(decimals))


@pytest.mark.parametrize(("value", "decimals", "expected"), AS_PUBLISHED)
def test_rounds_the_written_digits_half_to_even(value: float, decimals: int, expected: int) -> None:
    assert scaled_integers(pl.Series([value]), decimals).to_list() == [expected]


@given(
    st.lists(
        st.one_of(
            st.floats(-5000, 5000, allow_nan=False),
            st.decimals(-5000, 5000, places=3).map(float),
            st.integers(-100_000, 100_000).map(lambda number: number / 20),
            st.integers(-100_000, 100_000).map(lambda number: number / 200),
        ),
        min_size=1,
    ),
    st.integers(0, 4),
)
def test_agrees_with_decimal_arithmetic(values: list[float], decimals: int) -> None:
    expected = [exactly(Decimal(repr(value)), decimals) for value in values]
    assert scaled_integers(pl.Series(values), decimals).to_list() == expected


@given(st.lists(st.decimals(-5000, 5000, places=4), min_size=1), st.integers(0, 6))
def test_decimals_and_floats_round_alike(values: list[Decimal], decimals: int) -> None:
    column = pl.Series(values, dtype=pl.Decimal(38, 4))
    expected = [exactly(value, decimals) for value in values]
    assert scaled_integers(column, decimals).to_list() == expected


def test_what_is_no_number_gives_null() -> None:
    column = pl.Series([None, float("nan"), float("inf"), float("-inf"), 1.0])
    assert scaled_integers(column, 1).to_list() == [None, None, None, None, 10]


def test_integers_are_scaled() -> None:
    assert scaled_integers(pl.Series([3, None, -2]), 2).to_list() == [300, None, -200]


@given(st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(1, 1000)), min_size=1))
def test_division_is_half_even(pairs: list[tuple[int, int]]) -> None:
    numerators, denominators = (pl.Series(list(one)) for one in zip(*pairs, strict=True))
    expected = [round(Fraction(top, bottom)) for top, bottom in pairs]
    assert divide_half_even(numerators, denominators).to_list() == expected


def test_division_by_nothing_is_null() -> None:
    result = divide_half_even(pl.Series([5, 5, None, 5]), pl.Series([0, None, 2, -1]))
    assert result.to_list() == [None, None, None, None]
