"""The county's procurement intentions: a workbook in which two rows slipped one cell left."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import xlsxwriter

from examples.qingshui.department_files.faults import PlantedFault, planted

SOURCE = "procurement_intentions"
FILE = "清水县2026年政府采购意向汇总表.xlsx"
SHEET = "采购意向"
COLUMNS = (
    "序号",
    "采购单位",
    "采购项目名称",
    "采购需求概况",
    "预算金额（万元）",
    "预计采购时间",
    "公开日期",
    "链接",
)
CREATED = dt.datetime(2026, 1, 5, 9, 0)  # noqa: DTZ001 - the workbook's own date, without a zone
SLIPPED_ROWS = (8, 15)
_BUYERS = ("清水县教育局", "清水县人民医院", "清水县农业农村局", "清水县住房和城乡建设局")
_THINGS = ("教学设备", "医用耗材", "农机具", "路灯养护", "信息系统运维", "办公家具", "物业服务")


def make_rows() -> list[list[str]]:
    """The rows without their header, right in every respect."""
    rng = random.Random("清水县采购意向")  # noqa: S311 - made data, no secret
    rows = []
    for serial in range(1, 25):
        buyer, thing = rng.choice(_BUYERS), rng.choice(_THINGS)
        month = rng.randint(3, 11)
        day = dt.date(2026, 1, 5) + dt.timedelta(days=rng.randint(0, 25))
        rows.append(
            [
                str(serial),
                buyer,
                f"{buyer.removeprefix('清水县')}{thing}采购（{serial}）",
                f"采购{thing}一批，满足日常工作需要。",
                str(rng.randint(10, 300)),
                f"2026年{month:02d}月",
                day.isoformat(),
                f"https://www.example.gov.cn/zfcg/yx/{serial:04d}.html",
            ]
        )
    return rows


def write_workbook(folder: Path) -> list[PlantedFault]:
    """Write the workbook into the drop folder and return what was planted in it."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = make_rows()
    for at in SLIPPED_ROWS:
        rows[at] = [rows[at][0], *rows[at][2:], ""]
    book = xlsxwriter.Workbook(str(folder / FILE), {"strings_to_numbers": False})
    book.set_properties({"title": SHEET, "created": CREATED})
    sheet = book.add_worksheet(SHEET)
    for at, row in enumerate([list(COLUMNS), *rows]):
        for column, text in enumerate(row):
            if text:
                sheet.write_string(at, column, text)
    sheet.set_column(0, len(COLUMNS) - 1, 18)
    book.close()
    return [planted("slipped_row", SOURCE, FILE, f"{SHEET}!{at + 2}") for at in SLIPPED_ROWS]
