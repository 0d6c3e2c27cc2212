"""Ranks tell of every condition what DuckDB tells, or leave it to DuckDB."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.queries.columns import Column, quoted
from publishing.queries.conditions import selected
from publishing.queries.operators import Operator, operators_of
from publishing.queries.query import Filter, Selection
from publishing.queries.ranked_columns import (
    ALWAYS_RANKED,
    RankedColumn,
    most_ranks,
    ranked_columns,
)
from publishing.queries.ranked_rows import MOST_FILTERS, RankedRows
from schemas.dataset import DatasetField, FieldType

TABLE = "rows_of_version"
PARIS = ZoneInfo("Europe/Paris")
CLOCKS_BACK = dt.datetime(2025, 10, 26, 0, 0, tzinfo=dt.UTC)
TEXTS = st.text("aÀ甲🙂\x7f \ud7ff\uffff", max_size=3)
VALUES: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.STRING: TEXTS,
    FieldType.YEARMONTH: st.sampled_from(["2025-01", "2025-02", "2026-01"]),
    FieldType.INTEGER: st.integers(-5, 5) | st.integers(-(2**63), 2**63 - 1),
    FieldType.YEAR: st.integers(1949, 1955),
    FieldType.DECIMAL: st.integers(-500, 500).map(lambda one: Decimal(one).scaleb(-2)),
    FieldType.NUMBER: st.floats() | st.sampled_from([0.1, 0.2, 0.1 + 0.2, 0.3, -0.0, 0.0]),
    FieldType.BOOLEAN: st.booleans(),
    FieldType.DATE: st.dates(dt.date(2025, 1, 1), dt.date(2025, 1, 9)) | st.dates(),
    FieldType.DATETIME: st.integers(0, 24).map(
        lambda one: CLOCKS_BACK + dt.timedelta(minutes=10 * one)
    ),
}
OTHERS: dict[FieldType, st.SearchStrategy[Any]] = {
    FieldType.INTEGER: st.sampled_from([2**70, -(2**70)]),
    FieldType.YEAR: st.sampled_from([2**70, -5]),
    FieldType.DECIMAL: st.decimals(-6, 6, places=4) | st.just(Decimal("9e40")),
    FieldType.NUMBER: st.floats(allow_nan=False, allow_infinity=False),
}


def field_of(kind: FieldType) -> DatasetField:
    told: dict[str, Any] = {"name": "one", "type": kind.value, "title": {"zh": "一", "en": "one"}}
    if kind is FieldType.DECIMAL:
        told["scale"] = 2
    return DatasetField.model_validate_json(json.dumps(told))


def table_of(kind: FieldType, values: Sequence[Any]) -> tuple[duckdb.DuckDBPyConnection, Column]:
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute("SET TimeZone = 'Europe/Paris'")
    column = Column(field_of(kind))
    connection.execute(f"CREATE TABLE {TABLE} ({quoted('one')} {column.type})")
    if values:
        slots = ", ".join(["(?)"] * len(values))
        bound = [str(one) if isinstance(one, Decimal) else one for one in values]
        connection.execute(f"INSERT INTO {TABLE} VALUES {slots}", bound)
    return connection, column


def ranked(
    connection: duckdb.DuckDBPyConnection, column: Column, rows: int, most_bytes: int = 10**9
) -> dict[str, RankedColumn]:
    return ranked_columns(connection, TABLE, {"one": column}, rows, most_bytes)


@pytest.mark.parametrize("kind", list(FieldType), ids=str)
@given(st.data())
@settings(max_examples=30)
def test_ranks_tell_what_duckdb_tells(kind: FieldType, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.none() | VALUES[kind], min_size=1, max_size=12))
    connection, column = table_of(kind, values)
    kept = ranked(connection, column, len(values))
    stored = connection.execute(f"SELECT one FROM {TABLE} ORDER BY rowid").fetchall()
    if not kept:  # only of numbers, where they have infinities, no number or a negative zero
        assert kind is FieldType.NUMBER
        assert {repr(one) for (one,) in stored} & {"nan", "inf", "-inf", "-0.0"}
        return
    rows = RankedRows(kept, len(values))
    everything = np.ones(len(values), np.bool_)
    page = rows.page(["one"], everything, start=0, offset=0, most=99)
    assert repr([row[0] for row in page]) == repr([one for (one,) in stored])
    asked = st.sampled_from([one for one in values if one is not None] or [None])
    finite = VALUES[kind].filter(lambda one: one == one and abs(one) != float("inf"))
    drawn = finite if kind is FieldType.NUMBER else VALUES[kind]
    sought = asked.filter(lambda one: one is not None) if any(values) else drawn
    choice = st.one_of(drawn, OTHERS.get(kind, drawn), sought)
    for operator in operators_of(kind):
        if operator in (Operator.CONTAINS, Operator.STARTS_WITH):
            continue
        many = 12 if operator is Operator.IN else 1
        wanted = data.draw(st.lists(choice, min_size=1, max_size=many))
        if operator is Operator.EMPTY:
            wanted = [data.draw(st.booleans())]
        selection = Selection((Filter("one", operator, tuple(wanted)),))
        condition = selected(selection, {"one": column})
        told = connection.execute(
            f"SELECT ({condition.sql}) IS TRUE FROM {TABLE} ORDER BY rowid",
            list(condition.values),
        ).fetchall()
        mask = rows.selected(selection)
        assert mask is not None
        assert mask.tolist() == [one for (one,) in told], (operator, wanted)
    connection.close()


def test_an_hour_that_the_clock_shows_twice_stays_two_hours() -> None:
    hours = [CLOCKS_BACK + dt.timedelta(minutes=30 * step) for step in (3, 1, 2, 0, 4)]
    connection, column = table_of(FieldType.DATETIME, hours)
    kept = ranked(connection, column, len(hours))["one"]
    assert kept.ranks.tolist() == [4, 2, 3, 1, 5]
    assert [value.isoformat() for value in kept.values[1:]] == [
        one.astimezone(PARIS).isoformat() for one in sorted(hours)
    ]
    for at, hour in enumerate(sorted(hours), 1):
        (found,) = np.flatnonzero(kept.meeting(Filter("one", Operator.EQ, (hour,))))
        assert kept.ranks[found] == at


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -0.0])
def test_numbers_that_ranks_cannot_give_back_have_none(value: float) -> None:
    connection, column = table_of(FieldType.NUMBER, [1.5, value, None])
    assert not ranked(connection, column, 3)


@pytest.mark.parametrize(
    ("rows", "most"), [(10, ALWAYS_RANKED), (40_000, 10_000), (10**6, 65_535), (10**9, 65_535)]
)
def test_only_values_that_come_again_and_again_have_ranks(rows: int, most: int) -> None:
    assert most_ranks(rows) == most


def test_too_many_values_or_too_little_memory_leave_a_column_to_duckdb() -> None:
    count = 2 * ALWAYS_RANKED
    connection = duckdb.connect(":memory:", config={"threads": 1})
    connection.execute(f"CREATE TABLE {TABLE} AS SELECT range AS one FROM range({count})")
    column = Column(field_of(FieldType.INTEGER))
    assert not ranked(connection, column, count)
    connection.execute(f"UPDATE {TABLE} SET one = one % 1000")
    kept = ranked(connection, column, count)["one"]
    assert not ranked(connection, column, count, kept.memory_bytes - 1)
    assert ranked(connection, column, count, kept.memory_bytes)
    left = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    assert left == [(TABLE,)]


def test_pages_of_a_mask_over_many_rows() -> None:
    count = 200_000
    ranks = (np.arange(count) % 250 + 1).astype(np.uint8)
    values = (None, *range(250))
    column = RankedColumn(ranks, values, values, is_text=False)
    rows = RankedRows({"one": column}, count)
    mask = rows.selected(Selection((Filter("one", Operator.LT, (2,)),)))
    assert mask is not None
    places = [at for at in range(count) if at % 250 < 2]
    for start, offset, most in ((0, 0, 5), (249, 700, 101), (65_536, 0, 2_000), (count, 0, 9)):
        expected = [at for at in places if at >= start][offset : offset + most]
        page = rows.page(["one"], mask, start=start, offset=offset, most=most)
        assert page == [(at % 250, at) for at in expected]
    assert rows.page(["one"], mask, start=2**62, offset=0, most=9) == []


def test_what_ranks_do_not_tell_is_left_to_duckdb() -> None:
    connection, column = table_of(FieldType.STRING, ["a", "b"])
    rows = RankedRows(ranked(connection, column, 2), 2)
    one = Filter("one", Operator.NE, ("c",))
    assert rows.selected(Selection((one,) * MOST_FILTERS)) is not None
    assert rows.selected(Selection((one,) * (MOST_FILTERS + 1))) is None
    assert rows.selected(Selection(search="a")) is None
    assert rows.selected(Selection((Filter("other", Operator.EQ, ("a",)),))) is None
    assert rows.selected(Selection((Filter("one", Operator.CONTAINS, ("a",)),))) is None
