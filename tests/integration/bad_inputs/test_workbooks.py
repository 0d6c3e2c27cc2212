"""Workbooks that lie, hide, lose digits or are something else (kinds 29 to 36, 39 and 40)."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt

from schemas.run import RunState

HEADER = ("编号", "名称", "金额（元）", "日期")
ALL = tuple(range(1, 10))
CSV = "编号,名称,金额（元）,日期\n" + "".join(
    f"H-{n},某某工程队{n},{n}00.50,2026-03-{n:02d}\n" for n in ALL
)
Change = Callable[[Any, Any, Any], None]


def nothing(_book: Any, _sheet: Any, _day: Any) -> None:
    """Leave the workbook as it is."""


def workbook(change: Change = nothing, **options: Any) -> bytes:
    """A workbook with the nine good rows in the sheet 合同, and what ``change`` does to it."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **options})
    sheet = book.add_worksheet("合同")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, HEADER)
    for n in ALL:
        sheet.write_string(n, 0, f"H-{n}")
        sheet.write_string(n, 1, f"某某工程队{n}")
        sheet.write_number(n, 2, n * 100 + 0.5)
        sheet.write_datetime(n, 3, dt.date(2026, 3, n), day)
    change(book, sheet, day)
    book.close()
    return file.getvalue()


def old_workbook() -> bytes:
    """The same as .xls, all cells text."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("合同")
    for row, line in enumerate(CSV.splitlines()):
        for column, cell in enumerate(line.split(",")):
            sheet.write(row, column, cell)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def spreadsheet(bureau: Any, more: str = "") -> None:
    bureau.reads(f"{{type: spreadsheet{more}}}")


def hide(book: Any, sheet: Any, _day: Any) -> None:
    sheet.set_row(3, None, None, {"hidden": True})
    other = book.add_worksheet("底稿")
    other.write(0, 0, "x")
    other.hide()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(workbook(), "a.xlsx", id="plain"),
        pytest.param(old_workbook(), "a.xlsx", id="29 xls named xlsx"),
        pytest.param(workbook(date_1904=True), "a.xlsx", id="35 a 1904 workbook"),
    ],
)
def test_workbooks_that_are_right(bureau: Any, content: bytes, name: str) -> None:
    spreadsheet(bureau)
    ended = bureau.delivers(content, name)
    assert ended.told() == set()
    ended.assert_good(*ALL)


@pytest.mark.parametrize(
    ("content", "name", "zh", "en"),
    [
        pytest.param(CSV, "a.xlsx", "reader.type: delimited", "plain text", id="29 CSV"),
        pytest.param(
            "<table><tr><td>编号</td></tr><tr><td>1</td></tr></table>",
            "a.xls",
            "reader.type: html_tables",
            "a web page",
            id="29 HTML",
        ),
    ],
)
def test_what_is_no_workbook_is_refused(
    bureau: Any, content: str | bytes, name: str, zh: str, en: str
) -> None:
    spreadsheet(bureau)
    ended = bureau.delivers(content, name)
    assert ended.state is RunState.FAILED
    assert zh in ended.message
    assert en in ended.outcome.message.en


def test_a_workbook_that_was_cut_accepts_nothing(bureau: Any) -> None:
    spreadsheet(bureau)
    ended = bureau.delivers(workbook()[:3000], "a.xlsx")
    assert ended.state is RunState.PARTIAL
    assert "a.xlsx" in ended.message
    assert ended.released == {}


def test_hidden_rows_are_read_and_hidden_sheets_told(bureau: Any) -> None:
    """Kind 30."""
    spreadsheet(bureau)
    ended = bureau.delivers(workbook(hide), "a.xlsx")
    assert ended.finding("READ-13")["locator"] == "合同!4"
    assert "底稿" in ended.finding("READ-22")["what_zh"]
    ended.assert_good(*ALL)


def test_a_merged_cell_speaks_for_all_its_rows(bureau: Any) -> None:
    """Kind 31."""

    def merge(book: Any, sheet: Any, _day: Any) -> None:
        for n in (1, 2, 3):
            sheet.write_blank(n, 1, None, book.add_format())
        sheet.merge_range(1, 1, 3, 1, "合并队")

    spreadsheet(bureau)
    ended = bureau.delivers(workbook(merge), "a.xlsx")
    assert [ended.row(f"H-{n}")[1] for n in (1, 2, 3, 4)] == ["合并队"] * 3 + ["某某工程队4"]


def test_formulas_without_a_result_and_with_an_error_are_held(bureau: Any) -> None:
    """Kind 32: a stored result is taken, nothing is computed."""

    def formulas(_book: Any, sheet: Any, _day: Any) -> None:
        sheet.write_formula(2, 2, "=1+1", None, 7)
        sheet.write_formula(3, 2, "=1/0", None, "#REF!")
        sheet.write_formula(4, 1, "=NA()", None, "#N/A")

    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    book.active["C2"] = "=1+2"  # openpyxl stores no result
    file = io.BytesIO()
    book.save(file)
    spreadsheet(bureau)
    uncached = bureau.delivers(file.getvalue(), "a.xlsx")
    assert ("READ-12", "error", "合同!C2") in uncached.told()
    assert "打开并保存一次" in uncached.finding("READ-12")["advice_zh"]
    uncached.assert_good(*ALL[1:])
    ended = bureau.delivers(workbook(formulas), "a.xlsx")
    assert ("READ-11", "error", "合同!C4") in ended.told()
    assert ("READ-11", "error", "合同!B5") in ended.told()
    assert ended.ledger.rows_quarantined == 2
    assert ended.row("H-2")[2] == Decimal("7.00")


def test_long_numbers_kept_as_floats_are_never_guessed(bureau: Any) -> None:
    """Kind 33."""

    def identifier(_book: Any, sheet: Any, _day: Any) -> None:
        sheet.write_number(1, 0, 110101199003071234)

    spreadsheet(bureau)
    ended = bureau.delivers(workbook(identifier), "a.xlsx")
    assert ("READ-10", "error", "合同!A2") in ended.told()
    assert "文本格式" in ended.finding("READ-10")["advice_zh"]
    ended.assert_good(*ALL[1:])


def test_serials_that_are_no_days(bureau: Any) -> None:
    """Kind 35: serial 60 never was; a bare serial may be any number."""

    def days(_book: Any, sheet: Any, day: Any) -> None:
        sheet.write_number(1, 3, 60, day)
        sheet.write_number(2, 3, 46023)
        sheet.write_string(3, 3, "2026.1.5")

    spreadsheet(bureau)
    ended = bureau.delivers(workbook(days), "a.xlsx")
    assert ("READ-15", "error", "合同!D2") in ended.told()
    assert ("CAST-26", "error", "合同!D3") in ended.told()
    assert ended.row("H-3")[3] == dt.date(2026, 1, 5)
    assert ended.ledger.rows_quarantined == 2


@pytest.mark.parametrize(
    ("number", "code", "amount", "rule"),
    [
        (12340000, '0!.0,"万元"', "12340000.00", "READ-14"),
        (0.05, "0%", "0.05", "READ-14"),
        (100, '0.00"万元"', "1000000.00", "CAST-07"),
        (100, '0.00"万"', "1000000.00", "READ-25"),
        (100, '#,##0"亿"', "10000000000.00", "READ-25"),
        (100, '0.00"元"', "100.00", ""),
        (-5, "0;[Red](0)", "-5.00", ""),
        (0, '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "0.00", ""),
    ],
)
def test_formats_that_show_another_number_are_told(
    bureau: Any, number: float, code: str, amount: str, rule: str
) -> None:
    """Kind 36."""

    def shown(book: Any, sheet: Any, _day: Any) -> None:
        sheet.write_number(1, 2, number, book.add_format({"num_format": code}))

    spreadsheet(bureau)
    ended = bureau.delivers(workbook(shown), "a.xlsx")
    assert ended.row("H-1")[2] == Decimal(amount)
    assert ended.told() == ({(rule, "warning", "合同!C2")} if rule else set())


def test_a_second_sheet_is_never_chosen_silently(bureau: Any) -> None:
    """Kind 40."""

    def explain(book: Any, _sheet: Any, _day: Any) -> None:
        book.add_worksheet("填表说明").write(0, 0, "请认真填写")

    spreadsheet(bureau)
    refused = bureau.delivers(workbook(explain), "a.xlsx")
    assert refused.state is RunState.FAILED
    assert "合同、填表说明" in refused.message
    assert "reader.sheets" in refused.message
    spreadsheet(bureau, ", sheets: [合同]")
    bureau.delivers(workbook(explain), "a.xlsx").assert_good(*ALL)
