"""The fast path and the exact path agree, whatever the texts."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from casting_case import a_field, a_reading
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.casting import Reading, cast_column, rules
from schemas.casting.date_text import read_date
from schemas.casting.fast_date import fast_days, fast_instants
from schemas.casting.fast_number import fast_numbers
from schemas.casting.plain_text import SUSPECT, read_text
from schemas.casting.quantity import plan_units, read_quantity
from schemas.casting.rules import CASTING_RULES
from schemas.dataset import DatasetField

COLUMNS = {
    "number": (a_field(type="number"), a_reading()),
    "converted number": (a_field(type="number", unit="mg/m3"), a_reading("ug/m3")),
    "number in thirds": (a_field(type="number", unit="m2"), a_reading("mu")),
    "integer": (a_field(type="integer"), a_reading()),
    "converted integer": (a_field(type="integer", unit="CNY"), a_reading("CNY_10k")),
    "decimal": (a_field(type="decimal", scale=2), a_reading()),
    "money": (a_field(type="decimal", scale=2, unit="CNY"), a_reading("CNY_10k")),
    "much money": (a_field(type="decimal", scale=4, unit="CNY"), a_reading("CNY_100M")),
    "area": (a_field(type="decimal", scale=2, unit="m2"), a_reading("ha")),
    "area in mu": (a_field(type="decimal", scale=2, unit="m2"), a_reading("mu")),
    "large area": (a_field(type="decimal", scale=6, unit="km2"), a_reading("m2")),
}

number_like = st.one_of(
    st.from_regex(r"[+-]?[0-9]{0,22}(\.[0-9]{0,12})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,3}(,[0-9]{3}){0,3}(\.[0-9]{1,3})?", fullmatch=True),
    st.text("0123456789.,+-eE_ infaN∞٣１", max_size=12),
    st.floats(allow_nan=True, allow_infinity=True).map(str),
    st.integers(-(10**25), 10**25).map(str),
)


@pytest.mark.parametrize("name", COLUMNS)
@settings(max_examples=120, deadline=None)
@given(texts=st.lists(number_like, min_size=1, max_size=8))
@example(
    texts=["0.1", "599.7", "-0", "5.", "nan", "1e-12", "1e400", "1_0", "9" * 20, "0.0000000001"]
)
def test_fast_numbers_are_exact_numbers(name: str, texts: list[str]) -> None:
    field, reading = COLUMNS[name]
    plan = plan_units(field, reading)
    assert plan.factor is not None
    fast = fast_numbers(pl.Series(texts, dtype=pl.String), field, plan.factor)
    for text, value in zip(texts, fast.to_list(), strict=True):
        if value is None:
            continue
        exact = read_quantity(text, field, reading, plan)
        assert exact.told == (), f"{text!r} has to be told of"
        assert exact.value == value
        if isinstance(value, float):
            assert math.copysign(1, value) == math.copysign(1, exact.value or 0.0)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("number", ["1", "-1.5", "1e3", "599.7", "0"]),
        ("converted number", ["1300", "599.7", "0.1", "-3"]),
        ("integer", ["1", "-5", "007"]),
        ("area", ["5.292804", "45.5", "0.000001"]),
        ("money", ["10484.0000", "3.9477", "1,234.50"]),
    ],
)
def test_clean_numbers_do_take_the_fast_path(name: str, texts: list[str]) -> None:
    field, reading = COLUMNS[name]
    factor = plan_units(field, reading).factor
    assert factor is not None
    assert fast_numbers(pl.Series(texts), field, factor).null_count() == 0


def test_factor_too_large_for_the_fast_path_is_left_alone() -> None:
    field = a_field(type="decimal", scale=12)
    fast = fast_numbers(pl.Series(["1", "2"]), field, Fraction(10**12))
    assert fast.null_count() == 2


date_like = st.one_of(
    st.from_regex(
        r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?([ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?)?",
        fullmatch=True,
    ),
    st.datetimes().map(str),
    st.dates().map(str),
    st.text("0123456789-/: T年月日", max_size=20),
)


@settings(deadline=None)
@given(texts=st.lists(date_like, min_size=1, max_size=8))
@example(texts=["2024-12-31 23:59:60", "1988-04-17 02:30", "1901-01-05", "2100-01-01", "2024-1/1"])
def test_fast_dates_are_exact_dates(texts: list[str]) -> None:
    day, instant = a_field(type="date"), a_field(type="datetime", hour_label="start")
    reading = a_reading(hour_label="end")
    raw = pl.Series(texts, dtype=pl.String)
    for field, fast in ((day, fast_days(raw)), (instant, fast_instants(raw, instant, reading))):
        for text, value in zip(texts, fast.to_list(), strict=True):
            if value is not None:
                exact = read_date(text, field, reading)
                assert (exact.value, exact.told) == (value, ())


def test_clean_dates_do_take_the_fast_path() -> None:
    days = ["2024-01-01", "2024/1/1", "2016年02月27日"]
    assert fast_days(pl.Series(days)).null_count() == 0
    field = a_field(type="datetime")
    instants = ["2024-01-01 00:00:00", "2018-02-20T07:00:00", "2013-3-1 0:00", "2007/9/7 0:00:00"]
    assert fast_instants(pl.Series(instants), field, a_reading()).null_count() == 0


@settings(deadline=None)
@given(texts=st.lists(st.text(max_size=12), min_size=1, max_size=8))
@example(texts=["=1", "市财政局".encode("gb18030").decode("latin-1"), "甲\ue000", "a\u2028b"])
def test_texts_without_a_suspect_sign_need_nothing(texts: list[str]) -> None:
    clean = ~pl.Series(texts, dtype=pl.String).str.contains(SUSPECT)
    for text, is_clean in zip(texts, clean.to_list(), strict=True):
        if is_clean:
            outcome = read_text(text, None, None)
            assert (outcome.value, outcome.told) == (text, ())


# -- the whole column -----------------------------------------------------------------------


def each_alone(texts: list[str | None], field: DatasetField, reading: Reading) -> list[Any]:
    return [
        cast_column(pl.Series("raw", [text], dtype=pl.String), field, reading).values[0]
        for text in texts
    ]


mixed = st.one_of(
    st.none(), number_like, date_like, st.sampled_from(["NA", "-", "是", "优", "万元"])
)
FIELDS = [
    a_field(type="string"),
    a_field(type="string", code_list="air_quality_level"),
    a_field(type="boolean"),
    a_field(type="date"),
    a_field(type="datetime"),
    a_field(type="yearmonth"),
    a_field(type="year"),
    *(field for field, _ in COLUMNS.values() if field.unit is None),
]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.type} {field.code_list or ''}")
@settings(max_examples=40, deadline=None)
@given(texts=st.lists(mixed, max_size=10))
def test_a_column_is_its_cells_and_nothing_is_dropped_silently(
    field: DatasetField, texts: list[str | None]
) -> None:
    reading = a_reading(missing=frozenset({"NA"}))
    column = cast_column(pl.Series("raw", texts, dtype=pl.String), field, reading)
    assert column.values.to_list() == each_alone(texts, field, reading)
    told = {problem.row for problem in column.problems}
    for row, (text, value) in enumerate(zip(texts, column.values.to_list(), strict=True)):
        if value is None and text is not None and text.strip() and text != "NA":
            assert row in told
    for problem in column.problems:
        assert problem.rule in CASTING_RULES
        assert problem.value == (texts[problem.row] or "").strip()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.type} {field.code_list or ''}")
@pytest.mark.parametrize("texts", [[], [None], [None, None]])
def test_empty_columns(field: DatasetField, texts: list[None]) -> None:
    column = cast_column(pl.Series("raw", texts, dtype=pl.String), field, a_reading())
    assert column.values.to_list() == texts
    assert column.problems == []


def test_rules_are_complete_in_both_languages() -> None:
    named = {
        value
        for name, value in vars(rules).items()
        if name.isupper() and isinstance(value, str) and value.startswith("CAST-")
    }
    assert named == set(CASTING_RULES)
    for rule in CASTING_RULES.values():
        for message in (rule.what, rule.advice):
            assert message.zh
            assert message.en
        assert "{value" in rule.what.zh
        assert "{value" in rule.what.en
