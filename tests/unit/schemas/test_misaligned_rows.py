"""Rows whose cells stand one column too far left or right: told once, with the shift, not made."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.casting import Reading
from schemas.dataset import DatasetField
from schemas.finding import Finding, Severity
from schemas.misaligned_rows import MappedColumn, TableColumns, misaligned_rows

NAMES = ["序号", "单位", "项目", "概况", "金额", "预留", "月份", "备注", "网址"]
READING = Reading(as_of=dt.date(2026, 2, 4), timezone="Asia/Shanghai")


def a_field(**keys: Any) -> DatasetField:
    content = {"name": "value", "title": {"zh": "值", "en": "Value"}, **keys}
    return DatasetField.model_validate(content, strict=False)


TYPED = {
    4: [MappedColumn(a_field(type="decimal", scale=2), READING)],
    5: [MappedColumn(a_field(type="boolean"), READING)],
    6: [MappedColumn(a_field(type="yearmonth"), READING)],
}
COLUMNS = TableColumns(NAMES, TYPED, missing=("",))


def a_row(number: int, **changed: str | None) -> list[str | None]:
    row: list[str | None] = [
        str(number), "某局", f"项目{'甲乙丙丁'[number % 4]}", "购置设备一批", f"{number}.50", "是",
        "2026年03月", None, f"http://example.org/{number}",
    ]  # fmt: skip
    for name, text in changed.items():
        row[NAMES.index(name)] = text
    return row


def one_left(row: list[str | None], first: int, last: int) -> list[str | None]:
    """The values of columns first+1 … last stand in first … last-1; ``last`` is blank."""
    return [*row[:first], *row[first + 1 : last + 1], None, *row[last + 1 :]]


def one_right(row: list[str | None], first: int, last: int) -> list[str | None]:
    """The values of columns first … last-1 stand in first+1 … last; ``first`` is blank."""
    return [*row[:first], None, *row[first:last], *row[last + 1 :]]


def told(
    rows: list[list[str | None]], suspects: list[int], columns: TableColumns = COLUMNS
) -> list[Finding]:
    cells = pl.DataFrame(
        {str(at): [row[at] for row in rows] for at in range(len(NAMES))},
        schema={str(at): pl.String for at in range(len(NAMES))},
    )
    positions = pl.Series(range(2, len(rows) + 2), dtype=pl.Int64)
    return list(misaligned_rows(cells, positions, suspects, columns, (0, 0)))


GOOD = [a_row(number) for number in range(4)]


def test_a_row_too_far_left_is_told_with_the_column_and_the_cells_as_they_would_be() -> None:
    (found,) = told([*GOOD, one_left(a_row(9), 2, 7)], [4])

    assert (found.rule, found.severity) == ("LAY-16", Severity.ERROR)
    assert found.place is not None
    assert found.place.position == 6
    assert "从“概况”列起" in found.what.zh  # the project's own name is lost: 概况 now stands there
    assert "左错开了一列" in found.what.zh
    assert "金额=9.50" in found.what.zh
    assert "one column to the right" in found.what.en


def test_a_row_too_far_right_is_told_alike() -> None:
    (found,) = told([*GOOD, one_right(a_row(9), 2, 7)], [4])

    assert "右错开了一列" in found.what.zh
    assert "从“项目”列起" in found.what.zh
    assert "项目=项目乙、概况=购置设备一批、金额=9.50" in found.what.zh
    assert "to the left they would read" in found.what.en


def test_rows_of_one_shift_make_one_pattern() -> None:
    shifted = [one_left(a_row(number), 2, 7) for number in range(5, 9)]
    found = told([*GOOD, *shifted], [4, 5, 6, 7])
    assert len({one.pattern for one in found}) == 1
    assert len(found) == 4


@pytest.mark.parametrize(
    "changed",
    [
        {"金额": "详见附件"},
        {"金额": "是"},
        {"预留": "待定"},
        {"月份": "待定"},
        {"金额": "详见附件", "预留": "待定", "月份": "另行通知"},
        {"金额": "1.5", "预留": "2.5", "月份": "3.5"},
        {"金额": "2026年03月", "月份": "9.50"},
        {"金额": "是", "预留": "9.50"},
    ],
)
def test_wrong_cells_that_no_shift_puts_right_are_no_shift(changed: dict[str, str]) -> None:
    assert told([*GOOD, a_row(9, **changed)], [4]) == []


def test_a_shift_that_would_push_a_cell_out_of_the_row_is_none() -> None:
    full = one_left(a_row(9), 2, 7)
    full[6] = full[7] = "补充说明"
    assert told([*GOOD, full], [4]) == []


def test_one_cell_is_too_little_to_tell_a_shift_by() -> None:
    assert told([*GOOD, a_row(9, 金额="是", 预留="")], [4]) == []


def test_columns_without_a_type_are_told_by_the_shapes_of_other_rows() -> None:
    """The serial number's column holds numbers in all other rows, so the shift begins there."""
    row = [None if at == 7 else text for at, text in enumerate(a_row(9))]
    shifted = one_left(row, 0, 7)
    (found,) = told([*GOOD, shifted], [4])
    assert "从“序号”列起" in found.what.zh


def test_cells_that_may_name_persons_are_not_shown() -> None:
    columns = TableColumns(NAMES, TYPED, missing=("",), personal=(3,))
    (found,) = told([*GOOD, one_left(a_row(9), 2, 7)], [4], columns)
    assert "购置设备" not in found.what.zh + found.value + found.what.en


texts = st.sampled_from(
    ["", "甲", "2026年03月", "9.50", "是", "http://example.org", "详见附件", "-"]
)


@settings(deadline=None, max_examples=150)
@given(cell=texts, column=st.integers(0, 8), number=st.integers(10, 99))
def test_a_single_wrong_cell_is_never_a_shift(cell: str, column: int, number: int) -> None:
    row = a_row(number)
    row[column] = cell
    assert told([*GOOD, row], [4]) == []


@settings(deadline=None, max_examples=60)
@given(first=st.integers(0, 3), number=st.integers(10, 99), right=st.booleans())
def test_every_whole_shift_is_told(first: int, number: int, *, right: bool) -> None:
    shift = one_right if right else one_left
    (found,) = told([*GOOD, shift(a_row(number), first, 7)], [4])
    assert found.pattern.partition(" ")[0] == ("right" if right else "left")
