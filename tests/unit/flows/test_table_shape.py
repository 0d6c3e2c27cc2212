"""Header rows, notes and totals of tables; YAML texts that come back as they went."""

from __future__ import annotations

import polars as pl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flows.scaffolding.columns import columns_of
from flows.scaffolding.table_shape import TableShape, shape_of
from flows.scaffolding.written_definition import identifier_for
from flows.scaffolding.yaml_text import comment, flow
from schemas.raw_table import LocatorScheme, RawTable

KNOWN = {"编号", "名称", "面积", "金额", "下限", "上限"}


def table(*rows: list[str | None]) -> RawTable:
    width = max(map(len, rows))
    full = [[*row, *[None] * (width - len(row))] for row in rows]
    cells = pl.DataFrame(
        full, schema={str(index): pl.String for index in range(width)}, orient="row"
    )
    positions = pl.Series(range(1, len(rows) + 1), dtype=pl.Int64)
    return RawTable("Sheet1", LocatorScheme.SHEET, None, cells, positions)


def shaped(*rows: list[str | None]) -> TableShape:
    shape = shape_of(table(*rows), KNOWN.__contains__)
    assert shape is not None
    return shape


DATA: list[list[str | None]] = [[f"A{n}", f"厂{n}", f"{n}.5", f"{n}0"] for n in range(1, 9)]
TITLES: list[str | None] = ["编号", "名称", "面积", "金额"]


def test_plain() -> None:
    shape = shaped(TITLES, *DATA)
    assert shape.table.header.rows == 1
    assert shape.table.header.find == ("编号", "名称", "面积")
    assert shape.table.exclude == ()
    assert shape.table.ends_before is None
    assert shape.records.cells.height == 8


def test_unknown_titles_are_still_a_header() -> None:
    shape = shaped(["甲", "乙", "丙", "丁"], *DATA)
    assert shape.records.columns.names == ("甲", "乙", "丙", "丁")


def test_title_and_note_above() -> None:
    shape = shaped(["某某一览表"], ["单位：万元", None, None, "2024年"], TITLES, *DATA)
    assert shape.table.header.find
    assert shape.records.notes == ("某某一览表", "单位：万元", "2024年")
    assert shape.records.cells.height == 8


def test_two_header_rows_without_merging() -> None:
    first: list[str | None] = ["编号", "名称", "容积率", None]
    second: list[str | None] = [None, None, "下限", "上限"]
    shape = shaped(first, second, *DATA)
    assert shape.table.header.rows == 2
    assert shape.records.columns.names == ("编号", "名称", "容积率/下限", "上限")


def test_first_data_row_is_no_second_header() -> None:
    rows: list[list[str | None]] = [[f"甲{n}", "红", "圆", "大"] for n in range(5)]
    shape = shaped(TITLES, *rows)
    assert shape.table.header.rows == 1
    assert shape.records.cells.height == 5


def test_no_header_at_all() -> None:
    shape = shaped(*DATA)
    assert shape.table.header.rows == 0
    assert shape.table.header.columns == ("列1", "列2", "列3", "列4")
    assert shape.records.cells.height == 8


def test_totals_notes_and_repeated_header() -> None:
    shape = shaped(
        TITLES,
        *DATA[:4],
        ["小计", None, "10", "100"],
        TITLES,
        *DATA[4:],
        ["合 计", None, "26", "260"],
        ["注：含未开工项目"],
        ["填表人：某某"],
    )
    assert [one.reason.zh for one in shape.table.exclude] == ["合计行", "重复的表头"]
    assert shape.table.ends_before == "^(注|填表人)"
    assert shape.records.cells.height == 8
    assert shape.rows_excluded == 5


def test_row_of_column_numbers() -> None:
    shape = shaped(TITLES, ["1", "2", "3", "4"], *DATA)
    assert [one.reason.zh for one in shape.table.exclude] == ["列号行"]
    assert shape.records.cells.height == 8


def test_serial_number_one_is_a_record() -> None:
    rows: list[list[str | None]] = [[str(n), f"厂{n}", f"{n}.5", f"{n}0"] for n in range(1, 6)]
    assert shaped(TITLES, *rows).records.cells.height == 5


@pytest.mark.parametrize("word", ["备注项目", "注册处", "说明书印刷厂", "合计划一厂"])
def test_names_that_begin_like_notes_are_records(word: str) -> None:
    rows = [*DATA[:4], [word, "厂", "1.5", "10"], *DATA[4:]]
    shape = shaped(TITLES, *rows)
    assert shape.table.ends_before is None
    kept = shape.records.cells.to_series(0).to_list()
    assert word in kept or word.startswith("合计")  # totals are named, counted and shown


def test_doubled_and_empty_titles_have_references() -> None:
    shape = shaped(["编号", "名称", "名称", None], *DATA)
    assert [one.reference for one in columns_of(shape.records)] == [
        "编号",
        "名称#1",
        "名称#2",
        "@4",
    ]


def test_nothing_but_a_header_is_no_table() -> None:
    assert shape_of(table(TITLES), KNOWN.__contains__) is None


@given(st.text(max_size=30))
def test_every_text_comes_back(text: str) -> None:
    back = yaml.safe_load(f"k: {flow(text)}  # comment\nl: {flow({'a': [text]})}")
    assert back == {"k": text, "l": {"a": [text]}}


@given(st.text(max_size=30))
def test_no_text_leaves_its_comment(text: str) -> None:
    assert yaml.safe_load(f"k: v  {comment(text)}\nl: w") == {"k": "v", "l": "w"}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Land Results (2024).xls", "land_results_2024"),
        ("供地结果.xls", "land_1"),
        ("2024.csv", "land_1"),
        ("taken.csv", "taken_2"),
    ],
)
def test_identifiers(name: str, made: str) -> None:
    assert identifier_for(name, "land", {"taken"}) == made
