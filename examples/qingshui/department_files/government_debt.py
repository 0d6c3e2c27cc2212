"""The county's government debt: limits, balances, issues and repayments of five years, in 亿元."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import xlsxwriter

from examples.qingshui.department_files.faults import PlantedFault, planted

SOURCE = "government_debt_tables"
FILE = "清水县2021—2025年地方政府债务限额余额情况表.xlsx"
SHEET = "债务限额余额"
CREATED = dt.datetime(2026, 2, 3, 9, 0)  # noqa: DTZ001 - the workbook's own date, without a zone
COLUMNS = ("年度", "债务类型", "债务限额", "年初余额", "发行额", "还本额", "付息额", "年末余额")
# Year, kind, limit, opening balance, issued, repaid, interest, balance; all in 亿元.
ROWS = (
    ("2021", "一般债务", "6.20", "5.10", "0.62", "0.30", "0.18", "5.42"),
    ("2021", "专项债务", "9.80", "7.40", "1.50", "0.40", "0.26", "8.50"),
    ("2022", "一般债务", "6.60", "5.42", "0.58", "0.28", "0.19", "5.72"),
    ("2022", "专项债务", "12.30", "8.50", "2.40", "0.60", "0.31", "10.30"),
    ("2023", "一般债务", "6.90", "5.72", "0.66", "0.35", "0.20", "6.03"),
    ("2023", "专项债务", "14.10", "10.30", "2.10", "0.70", "0.36", "11.70"),
    ("2024", "一般债务", "7.20", "6.03", "0.71", "0.42", "0.21", "6.32"),
    ("2024", "专项债务", "13.00", "11.70", "2.60", "0.80", "0.41", "13.50"),  # above its limit
    ("2025", "一般债务", "7.60", "6.32", "0.69", "0.40", "0.22", "6.61"),
    ("2025", "专项债务", "16.90", "13.50", "2.30", "0.90", "0.47", "14.90"),
)
OVER_LIMIT_ROW = 7


def write_workbook(folder: Path) -> list[PlantedFault]:
    """Write the workbook into the drop folder and return what was planted in it."""
    folder.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(str(folder / FILE), {"strings_to_numbers": False})
    book.set_properties({"title": SHEET, "created": CREATED})
    sheet = book.add_worksheet(SHEET)
    sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "清水县地方政府债务限额、余额情况表")
    sheet.write_string(1, len(COLUMNS) - 1, "单位：亿元")
    for column, text in enumerate(COLUMNS):
        sheet.write_string(2, column, text)
    for at, row in enumerate(ROWS):
        for column, text in enumerate(row):
            sheet.write_string(at + 3, column, text)
    book.close()
    return [planted("debt_over_limit", SOURCE, FILE, f"{SHEET}!H{OVER_LIMIT_ROW + 4}")]
