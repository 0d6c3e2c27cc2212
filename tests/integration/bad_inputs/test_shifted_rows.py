"""Exports in which some rows stand one column too far left: one case, the shift only suggested."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from schemas.run import RunState

HEADER = (
    "序号", "地区", "标题", "采购方式", "项目类型", "发布时间", "子序号", "采购项目名称",
    "采购需求概况", "预算金额(万元)", "拟面向中小企业预留", "预计采购时间", "备注", "Link",
)  # fmt: skip
Row = tuple[str, ...]


def intention(number: int) -> Row:
    return (
        str(number), "某县", f"某县第{number}中学2026年01月(至)12月政府采购意向", "", "",
        "2026-01-30 09:07:01", str(number), f"教室改造项目{number}", "桌椅、灯具和电子白板。",
        f"{number}5.000000", "是" if number % 2 else "否", "2026年03月", "",
        f"http://example.org/{number}",
    )  # fmt: skip


def shifted(row: Row) -> Row:
    """Without the ordinal: all from there to the remarks one column to the left."""
    return (*row[:6], *row[7:13], "", row[13])


def workbook(rows: list[Row]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Sheet1")
    for place, row in enumerate([HEADER, *rows]):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(place, column, text)
    book.close()
    return file.getvalue()


def page(rows: list[Row]) -> bytes:
    lines = "".join(
        "<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in [HEADER, *rows]
    )
    return f"<html><meta charset='utf-8'><body><table>{lines}</table></body></html>".encode()


def text(rows: list[Row]) -> bytes:
    return "".join("\t".join(row) + "\n" for row in [HEADER, *rows]).encode()


@pytest.mark.parametrize(
    ("make", "name", "more"),
    [
        pytest.param(workbook, "a.xlsx", "", id="workbook"),
        pytest.param(page, "a.html", "reader: {type: html_tables}\n", id="page"),
        pytest.param(text, "a.txt", 'reader: {type: delimited, delimiter: "\\t"}\n', id="text"),
    ],
)
def test_shifted_rows_are_one_case_and_the_others_are_released(
    made_site: Any, make: Callable[[list[Row]], bytes], name: str, more: str
) -> None:
    rows = [intention(number) for number in range(1, 9)]
    rows += [shifted(intention(number)) for number in range(11, 19)]
    made_site.write(f"drop/{name}", "")
    (made_site.folder / "drop" / name).write_bytes(make(rows))
    made_site.folder_source(
        "export", "procurement/procurement_intentions", "drop", name, "ccgp_intentions_details",
        more,
    )  # fmt: skip

    outcome = made_site.run()["export"]

    assert outcome.state is RunState.RELEASED
    assert (outcome.ledger.rows_new, outcome.ledger.rows_quarantined) == (8, 8)
    outcome.ledger.check()
    findings = made_site.findings(outcome)
    held = made_site.quarantine(outcome)
    assert held.get_column("rules").to_list() == [["LAY-16"]] * 8
    told = findings.filter(pl.col("severity") == "error")
    assert told.select("rule", "column", "pattern").unique().height == 1  # one case
    first = told.item(0, "what_zh")
    assert "从“子序号”列起" in first
    assert "采购项目名称=教室改造项目11" in first
    released = made_site.released("procurement_intentions")
    assert released.height == 8
    assert not released.get_column("project_name").str.contains("桌椅").any()


def test_a_wrong_cell_is_no_shift(made_site: Any) -> None:
    rows = [intention(number) for number in range(1, 9)]
    wrong = list(intention(9))
    wrong[9] = "详见附件"
    (made_site.folder / "drop").mkdir()
    (made_site.folder / "drop" / "a.xlsx").write_bytes(workbook([*rows, tuple(wrong)]))
    made_site.folder_source(
        "export", "procurement/procurement_intentions", "drop", "a.xlsx", "ccgp_intentions_details"
    )

    outcome = made_site.run()["export"]

    findings = made_site.findings(outcome)
    assert set(findings.get_column("rule")) == {"CAST-01"}
    assert outcome.ledger.rows_new == 8
