"""Canonical texts are exact, are functions of the values alone, and read back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.canonical_text import csv_lines, json_lines

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


def decimals(scale: int) -> st.SearchStrategy[Decimal | None]:
    unscaled = st.one_of(
        st.integers(-(10**30), 10**30), st.integers(-(10**15) - 2, 10**15 + 2), st.integers(-9, 9)
    )
    return st.none() | unscaled.map(lambda number: Decimal(number).scaleb(-scale))


def frame(scale: int, numbers: list[Decimal | None], texts: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "a": pl.Series(texts, dtype=pl.String),
            "d": pl.Series(numbers, dtype=pl.Decimal(38, scale)),
        }
    )


@settings(deadline=None)
@given(data=st.data(), scale=st.sampled_from([0, 1, 2, 4, 5, 12]))
def test_json_decimals_are_exact_and_do_not_depend_on_other_rows(
    data: st.DataObject, scale: int
) -> None:
    rows = data.draw(st.lists(st.tuples(decimals(scale), st.none() | TEXTS), max_size=5))
    table = frame(scale, [number for number, _ in rows], [text for _, text in rows])
    whole = json_lines(table)
    read = [json.loads(line, parse_float=Decimal) for line in whole.split(b"\n")[:-1]]
    for (number, text), row in zip(rows, read, strict=True):
        assert list(row) == ["a", "d"]
        assert row["a"] == text
        assert row["d"] == number
        assert not isinstance(row["d"], str)
    assert whole == b"".join(json_lines(table[i : i + 1]) for i in range(len(rows)))


def test_a_text_that_looks_like_our_mark_is_not_touched() -> None:
    odd = ["\ufdd0", '"\ufdd0', "\ufdd0\ufdd01\ufdd0", None]
    table = frame(2, [Decimal("1" * 20 + ".50")] * 4, odd)
    read = [json.loads(line, parse_float=Decimal) for line in json_lines(table).splitlines()]
    assert [row["a"] for row in read] == odd
    assert {row["d"] for row in read} == {Decimal("1" * 20 + ".5")}


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | TEXTS,
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            decimals(2),
        ),
        max_size=5,
    )
)
def test_csv_reads_back(rows: list[tuple[str | None, float | None, Decimal | None]]) -> None:
    table = frame(2, [row[2] for row in rows], [row[0] for row in rows])
    table = table.with_columns(pl.Series("f", [row[1] for row in rows], dtype=pl.Float64))
    content = csv_lines(table).decode()
    read = list(csv.reader(io.StringIO(content, newline="")))
    assert len(read) == len(rows)
    for (text, number, amount), cells in zip(rows, read, strict=True):
        assert cells[0] == (text or "")
        assert cells[1] == ("" if amount is None else format(amount, ".2f"))
        assert (float(cells[2]) == number) if number is not None else cells[2] == ""
        assert "e" not in cells[2].lower()


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (dt.datetime.fromisoformat("2026-01-01T00:00:00"), "2026-01-01T00:00:00+08:00"),
        (dt.datetime.fromisoformat("2026-01-01T00:00:00.001000"), "2026-01-01T00:00:00.001+08:00"),
        (
            dt.datetime.fromisoformat("1988-07-01T12:00:00"),
            "1988-07-01T12:00:00+09:00",
        ),  # summer time of 1986–1991
    ],
)
def test_moments_carry_their_offset(moment: dt.datetime, text: str) -> None:
    values = pl.Series("t", [moment, None], dtype=pl.Datetime("ms"))
    table = pl.DataFrame(values.dt.replace_time_zone("Asia/Shanghai"))
    assert csv_lines(table).decode().splitlines()[0] == text
    assert json.loads(json_lines(table).splitlines()[0])["t"] == text
    assert json.loads(json_lines(table).splitlines()[1])["t"] is None


def test_empty_text_and_no_value_differ() -> None:
    table = pl.DataFrame({"a": ["", None], "b": ["x", "x"]})
    assert csv_lines(table) == b'"",x\n,x\n'
