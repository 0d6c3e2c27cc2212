"""Which rows of a raw table are records: blank ones are none, wherever their blanks stand."""

from __future__ import annotations

import datetime as dt

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from schemas.arrangement import Arranged, arrange
from schemas.effective_layout import EffectiveLayout
from schemas.layout import Condition, Exclusion, Table
from schemas.raw_table import LocatorScheme, RawTable
from schemas.reader_options import DelimitedReader
from schemas.strict import Text

CELLS = st.sampled_from([None, "", " ", "\u3000", "\u00a0\t", "甲", " 7 "])
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=12)


def layout(table: Table) -> EffectiveLayout:
    return EffectiveLayout(
        reader=DelimitedReader(type="delimited"),
        members=None,
        table=table,
        mapping={},
        ignore=(),
        missing=(),
        as_of=dt.date(2026, 3, 1),
    )


def raw(rows: list[tuple[str | None, ...]]) -> RawTable:
    schema = {str(index): pl.String for index in range(3)}
    return RawTable(
        container="",
        scheme=LocatorScheme.LINE,
        columns=("a", "b", "c"),
        cells=pl.DataFrame(rows, schema=schema, orient="row"),
        positions=pl.Series("position", range(1, len(rows) + 1), pl.Int64),
        continues=False,
    )


def filled(row: tuple[str | None, ...]) -> int:
    return sum(bool((cell or "").strip()) for cell in row)


@given(ROWS)
def test_rows_with_a_filled_cell_are_records(rows: list[tuple[str | None, ...]]) -> None:
    (records,) = arrange([raw(rows)], layout(Table()), Arranged())
    wanted = [place for place, row in enumerate(rows, 1) if filled(row)]
    assert records.positions.to_list() == wanted


@given(ROWS)
def test_rows_are_excluded_by_the_number_of_their_filled_cells(
    rows: list[tuple[str | None, ...]],
) -> None:
    seen = Arranged()
    few = Exclusion(when=Condition(cells_at_most=1), reason=Text(zh="说明", en="a note"))
    (records,) = arrange([raw(rows)], layout(Table(exclude=(few,))), seen)
    assert records.positions.to_list() == [n for n, row in enumerate(rows, 1) if filled(row) > 1]
    assert seen.rows_excluded == sum(filled(row) == 1 for row in rows)
