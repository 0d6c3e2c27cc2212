"""Text that attacks who opens the released files (kinds 62 and 63)."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import openpyxl
import pytest

FORMULAS = [
    '=HYPERLINK("http://x","y")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "；=1+1",
]
DATA = ["-5", "+86-10-1234", "-", "甲-乙"]
MARKUP = [
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    '"onmouseover=alert(1)',
    "<svg onload=x>",
    "{{7*7}}",
    "[链接](http://x)",
    "甲]]>乙",
]
GOOD = "".join(f"H-{n},某某工程队{n},{n}00.50,2026-03-{n:02d}\n" for n in range(1, 20))


def row(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'编号,名称,金额（元）,日期\n{GOOD}X,"{quoted}",1,2026-01-01\n'


@pytest.mark.parametrize("text", [*FORMULAS, *DATA, *MARKUP])
def test_text_is_data_in_every_file(bureau: Any, made_site: Any, text: str) -> None:
    ended = bureau.delivers(row(text))
    assert ended.row("X")[1] == text
    told = {("CAST-43", "warning", "line 21 column 2")} if text in FORMULAS else set()
    assert ended.told() == told
    folder = made_site.folder / "public/datasets/contracts/1"
    (table,) = folder.rglob("contracts.csv")
    rows = {one["number"]: one for one in csv.DictReader(io.StringIO(table.read_text("utf-8")))}
    assert rows["X"]["party"] == text
    (lines,) = folder.rglob("contracts.jsonl")
    records = map(json.loads, lines.read_text("utf-8").splitlines())
    assert next(one for one in records if one["number"] == "X")["party"] == text
    (workbook,) = folder.rglob("*.xlsx")
    sheet = openpyxl.load_workbook(workbook).worksheets[0]
    written = [cell for line in sheet.iter_rows() for cell in line if cell.value == text]
    assert [cell.data_type for cell in written] == ["s"]
    assert all(cell.hyperlink is None for cell in written)
    assert not any(cell.data_type == "f" for line in sheet.iter_rows() for cell in line)


def test_line_breaks_do_not_reach_released_lines(bureau: Any, made_site: Any) -> None:
    """Kind 63: a field that could forge a line of a log or the header of a mail."""
    ended = bureau.delivers(row("甲\r\nBcc: x@y\t乙"))
    assert ended.row("X")[1] == "甲 Bcc: x@y 乙"
    (table,) = (made_site.folder / "public/datasets/contracts/1").rglob("contracts.csv")
    assert len(table.read_text("utf-8").splitlines()) == 21
