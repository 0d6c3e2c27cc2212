"""Delimited text of every shape (kinds 13 to 28): nothing is lost, nothing is shifted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from schemas.run import RunState

HEADER = "编号,名称,金额（元）,日期"
GOOD = [f"H-{n},某某工程队{n},{n}00.50,2026-03-{n:02d}" for n in range(1, 10)]
OTHERS = (1, 2, 3, 5, 6, 7, 8, 9)
ALL = tuple(range(1, 10))


def text(*rows: str, header: str = HEADER, end: str = "\n") -> str:
    return "".join(line + end for line in (header, *rows))


def with_fourth(row: str) -> str:
    """The nine good rows with another one in the place of ``H-4``."""
    return text(*GOOD[:3], row, *GOOD[4:])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            HEADER + "\r\n" + "\n".join(GOOD[:3]) + "\r" + "\r\n".join(GOOD[3:]) + "\r\n",
            id="19 mixed line ends",
        ),
        pytest.param(text(*GOOD[:3], "", ",,,", "   ", *GOOD[3:]), id="27 blank lines"),
        pytest.param(
            text(*[row + "," for row in GOOD], header=HEADER + ","), id="27 trailing commas"
        ),
        pytest.param(text(*[f'"{row}"'.replace(",", '","') for row in GOOD]), id="all quoted"),
    ],
)
def test_odd_but_right_shapes_are_read(bureau: Any, content: str) -> None:
    ended = bureau.delivers(content)
    assert ended.state is RunState.RELEASED
    assert ended.told() == set()
    assert ended.ledger.rows_read == 9
    ended.assert_good(*ALL)


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "，"])
def test_other_delimiters_are_read_when_allowed_and_named_when_not(
    bureau: Any, delimiter: str
) -> None:
    """Kind 18."""
    content = text(*GOOD).replace(",", delimiter)
    refused = bureau.delivers(content)
    assert refused.state is RunState.FAILED
    assert f"reader.delimiter: {delimiter!r}" in refused.message
    bureau.reads("{type: delimited, delimiter: auto}")
    ended = bureau.delivers(content)
    assert ended.told() == set()
    ended.assert_good(*ALL)


@pytest.mark.parametrize(
    ("row", "rule", "locator", "says"),
    [
        pytest.param("H-4,甲,乙,4,2026-03-04", "READ-01", "line 5", "5 个单元格", id="14 extra"),
        pytest.param("H-4,甲", "READ-02", "line 5 column 3", "只有 2 个单元格", id="15 missing"),
        pytest.param('H-4,"某某,4,2026-03-04', "READ-03", "line 5", "引号", id="16 open quote"),
        pytest.param("H-4,甲\0乙,4,2026-03-04", "READ-04", "line 5 column 2", "NUL", id="20 NUL"),
        pytest.param('H-4, "某某" ,4,2026-03-04', "READ-03", "line 5", "引号", id="27 quote"),
    ],
)
def test_one_bad_row_costs_one_row(
    bureau: Any, row: str, rule: str, locator: str, says: str
) -> None:
    ended = bureau.delivers(with_fourth(row))
    assert ended.state is RunState.RELEASED
    found = ended.finding(rule)
    assert (found["severity"], found["locator"]) == ("error", locator)
    assert says in found["what_zh"]
    assert (ended.ledger.rows_read, ended.ledger.rows_quarantined) == (9, 1)
    assert "H-4" in ended.quarantine.row(0, named=True)["raw_record"]
    ended.assert_good(*OTHERS)


def test_an_open_quote_near_the_top_does_not_swallow_ten_thousand_rows(bureau: Any) -> None:
    """Kind 16."""
    rows = [f"K-{n},某某,{n}.00,2026-03-01" for n in range(1, 10_001)]
    rows[1] = 'K-2,"某某,2.00,2026-03-01'
    ended = bureau.delivers(text(*rows))
    assert ("READ-03", "error", "line 3") in ended.told()
    assert (ended.ledger.rows_read, ended.ledger.rows_quarantined) == (10_000, 1)
    assert len(ended.released) == 9_999
    assert ended.row("K-10000")[2] == Decimal("10000.00")


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([row + ",x" for row in GOOD], id="13 an extra cell everywhere"),
        pytest.param([row.rpartition(",")[0] for row in GOOD], id="15 a cell missing everywhere"),
    ],
)
def test_a_table_that_does_not_fit_its_header_is_held(bureau: Any, rows: list[str]) -> None:
    ended = bureau.delivers(text(*rows))
    assert ended.state is RunState.HELD
    assert "表头行有问题" in ended.message
    assert ended.ledger.rows_read == 9
    assert ended.released == {}


def test_line_breaks_commas_and_quotes_inside_cells(bureau: Any) -> None:
    """Kind 17: a line break in a one-line field becomes a blank."""
    ended = bureau.delivers(with_fourth('H-4,"甲,乙\n""丙""",4,2026-03-04'))
    assert ended.row("H-4")[:3] == ("H-4", '甲,乙 "丙"', Decimal("4.00"))
    assert len(ended.released) == 9
    assert ended.told() == set()


def test_a_field_of_200_000_characters(bureau: Any) -> None:
    """Kind 21."""
    ended = bureau.delivers(text(*GOOD, f"X,{'甲' * 200_000},1,2026-01-01"))
    assert ended.row("X")[1] == "甲" * 200_000


def test_two_columns_of_one_name_are_never_chosen_between(bureau: Any) -> None:
    """Kind 22."""
    content = text(*[row + ",别家" for row in GOOD], header=HEADER + ",名称")
    held = bureau.delivers(content)
    assert held.state is RunState.HELD
    assert "名称#1" in held.finding("LAY-06")["advice_zh"]
    bureau.reads(
        "{type: delimited}",
        mapping="{number: 编号, party: '名称#2', price_cny: 金额, signed_on: 日期}",
    )
    ended = bureau.delivers(content)
    assert {row["party"] for row in ended.released.values()} == {"别家"}


def test_a_column_without_a_name_is_told(bureau: Any) -> None:
    """Kind 22."""
    ended = bureau.delivers(text(*[row + ",5" for row in GOOD], header=HEADER + ","))
    assert "@5" in ended.finding("LAY-01")["what_zh"]
    ended.assert_good(*ALL)


def test_a_header_of_two_rows(bureau: Any) -> None:
    """Kind 22."""
    bureau.reads(
        "{type: delimited}",
        table="{header: {rows: 2}}",
        mapping="{number: 编号, party: 名称, price_cny: 合同/金额, signed_on: 合同/日期}",
    )
    ended = bureau.delivers(text(*GOOD, header="编号,名称,合同,合同\n,,金额（元）,日期"))
    ended.assert_good(*ALL)


def test_titles_totals_and_notes_that_the_layout_declares(bureau: Any) -> None:
    """Kind 23: the note above the table says 万元."""
    bureau.reads(
        "{type: delimited}",
        table="{header: {find: [编号, 金额]}, exclude: "
        "[{when: {column: 编号, matches: '^(小计|合计)$'}, reason: {zh: 合计行, en: totals}}], "
        "ends_before: '^注'}",
    )
    head = "合同一览,,,\n单位：万元,,,\n" + HEADER.replace("（元）", "")
    ended = bureau.delivers(text(*GOOD, "小计,,4500.5,", "合计,,4500.5,", "注：略,,,", header=head))
    assert ended.told() == set()
    assert (ended.ledger.rows_read, ended.ledger.rows_excluded) == (12, 3)
    assert ended.outcome.ledger.excluded_reasons["合计行"] == 2
    assert len(ended.released) == 9
    assert ended.row("H-1")[2] == Decimal("1005000.00")


def test_totals_and_notes_that_nobody_declared_are_no_records(bureau: Any) -> None:
    """Kind 23."""
    ended = bureau.delivers(text(*GOOD, "合 计,,4500.5,", "注：本表为初步数。,,,"))
    assert {("LAY-12", "error", "line 11"), ("LAY-13", "error", "line 12")} <= ended.told()
    assert "table.exclude" in ended.finding("LAY-12")["advice_zh"]
    assert "table.ends_before" in ended.finding("LAY-13")["advice_en"]
    assert (ended.ledger.rows_read, ended.ledger.rows_quarantined) == (11, 2)
    ended.assert_good(*ALL)


def test_a_category_called_total_is_published_and_told(bureau: Any) -> None:
    """A row filled like the others may be data; it is never dropped without a person's word."""
    ended = bureau.delivers(text(*GOOD, "合计,各队,4504.50,2026-12-31"))
    assert ended.told() == {("LAY-12", "warning", "line 11")}
    assert ended.row("合计")[2] == Decimal("4504.50")


def test_titles_above_the_header_that_nobody_declared_hold_the_file(bureau: Any) -> None:
    ended = bureau.delivers(text(HEADER, *GOOD, header="某局公开,,,"))
    assert ended.state is RunState.HELD
    assert "table.header.find" in ended.message
    assert ended.released == {}


@pytest.mark.parametrize(
    ("content", "state", "zh", "en"),
    [
        pytest.param(text(), RunState.HELD, "没有任何数据行", "no data row", id="24"),
        pytest.param("", RunState.PARTIAL, "0 字节", "0 bytes", id="25"),
    ],
)
def test_files_without_rows(bureau: Any, content: str, state: RunState, zh: str, en: str) -> None:
    ended = bureau.delivers(content)
    assert ended.state is state
    assert zh in ended.message
    assert en in ended.outcome.message.en


def test_a_row_that_comes_twice_and_a_key_with_two_values(bureau: Any) -> None:
    """Kind 26: the repeat is dropped and counted, the contradiction held on both sides."""
    ended = bureau.delivers(text(*GOOD, GOOD[0], "H-4,别家,1,2026-01-01"))
    assert ended.told() == {("KEY-02", "error", f"line {n} column 1") for n in (5, 12)}
    assert ended.ledger.rows_duplicate == 1
    assert ended.ledger.rows_quarantined == 2
    ended.assert_good(*OTHERS)


def test_ten_thousand_columns(bureau: Any) -> None:
    """Kind 28: one finding for all of them, and the columns that are used are right."""
    names = ",".join(f"c{n}" for n in range(10_000))
    rows = [row + ",1" * 10_000 for row in GOOD]
    ended = bureau.delivers(text(*rows, header=f"{HEADER},{names}"))
    assert ended.told() == {("LAY-14", "warning", "")}
    assert "10000 列" in ended.finding("LAY-14")["what_zh"]
    ended.assert_good(*ALL)
