"""The county bureau's yearly workbook of land supply results (.xls with merged headers)."""

from __future__ import annotations

from pathlib import Path

import xlwt  # type: ignore[import-untyped]

from examples.qingshui.department_files.faults import PlantedFault, planted
from examples.qingshui.department_files.land_yearly_rows import (
    FILE_NAME,
    FIRST_DATA_ROW,
    SHEET,
    SOURCE,
    YEAR,
    Row,
    make_rows,
)

COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("序号", "", 5),
    ("电子监管号", "", 21),
    ("项目名称", "", 34),
    ("土地坐落", "", 30),
    ("面积(公顷)", "", 10),
    ("土地来源", "", 24),
    ("土地用途", "", 16),
    ("供应方式", "", 10),
    ("出让年限(年)", "", 8),
    ("行业分类", "", 20),
    ("土地级别", "", 8),
    ("成交价款(万元)", "", 13),
    ("土地使用权人", "", 36),
    ("约定容积率", "下限", 8),
    ("约定容积率", "上限", 8),
    ("约定时间", "交地", 15),
    ("约定时间", "开工", 15),
    ("约定时间", "竣工", 15),
    ("实际时间", "开工", 15),
    ("实际时间", "竣工", 15),
    ("批准机关", "", 14),
    ("合同签订日期", "", 12),
)


def _styles() -> dict[str, xlwt.XFStyle]:
    border = "borders: left thin, right thin, top thin, bottom thin;"
    return {
        "title": xlwt.easyxf(
            "font: name 宋体, height 360, bold on; align: horiz center, vert center"
        ),
        "note": xlwt.easyxf("font: name 宋体, height 200"),
        "head": xlwt.easyxf(
            "font: name 宋体, height 200, bold on; align: horiz center, vert center, wrap on;"
            + border
        ),
        "cell": xlwt.easyxf("font: name 宋体, height 200; align: vert center;" + border),
        "area": xlwt.easyxf("font: name 宋体, height 200;" + border, num_format_str="0.0000"),
        "money": xlwt.easyxf("font: name 宋体, height 200;" + border, num_format_str="#,##0.00"),
        "date": xlwt.easyxf("font: name 宋体, height 200;" + border, num_format_str="yyyy/m/d"),
    }


def _write_head(sheet: xlwt.Worksheet, styles: dict[str, xlwt.XFStyle]) -> None:
    last = len(COLUMNS) - 1
    title = f"清水县{YEAR}年国有建设用地供应结果一览表"
    sheet.write_merge(0, 0, 0, last, title, styles["title"])
    sheet.write_merge(1, 1, 0, 11, "填报单位：清水县自然资源局", styles["note"])
    sheet.write_merge(1, 1, 12, last, "单位：公顷、万元", styles["note"])
    for index, (upper, lower, width) in enumerate(COLUMNS):
        sheet.col(index).width = 256 * width
        if not lower:
            sheet.write_merge(2, 3, index, index, upper, styles["head"])
            continue
        sheet.write(3, index, lower, styles["head"])
        if index and COLUMNS[index - 1][0] == upper:
            continue
        end = max(at for at, column in enumerate(COLUMNS) if column[0] == upper)
        sheet.write_merge(2, 2, index, end, upper, styles["head"])


def _write_rows(sheet: xlwt.Worksheet, rows: list[Row], styles: dict[str, xlwt.XFStyle]) -> None:
    kinds = {4: "area", 11: "money", 21: "date"}
    for number, row in enumerate(rows, start=1):
        at = FIRST_DATA_ROW - 2 + number
        sheet.write(at, 0, number, styles["cell"])
        for column, value in enumerate(row, start=1):
            sheet.write(at, column, value, styles[kinds.get(column, "cell")])


def _write_foot(sheet: xlwt.Worksheet, rows: list[Row], styles: dict[str, xlwt.XFStyle]) -> None:
    at = FIRST_DATA_ROW - 1 + len(rows)
    sheet.write_merge(at, at, 0, 3, "合计", styles["head"])
    for column, kind in ((4, "area"), (11, "money")):
        total = sum(row[column - 1] for row in rows if isinstance(row[column - 1], float))
        sheet.write(at, column, round(total, 4), styles[kind])
    notes = (
        "注：1.本表根据国有建设用地使用权出让合同、划拨决定书填报。",
        "2.变更合同在原电子监管号后加“-1”“-2”……，以最后一次变更为准。",
        "3.本表为演示数据，企业、人员均系虚构。",
    )
    for offset, text in enumerate(notes, start=1):
        sheet.write_merge(at + offset, at + offset, 0, len(COLUMNS) - 1, text, styles["note"])


def _write_instructions(sheet: xlwt.Worksheet, styles: dict[str, xlwt.XFStyle]) -> None:
    lines = (
        "填表说明",
        "一、面积以公顷为单位，保留四位小数；价款以万元为单位，保留两位小数。",
        "二、供应方式按划拨、招标出让、拍卖出让、挂牌出让、协议出让填写。",
        "三、划拨用地不填出让年限和成交价款。",
        "四、约定、实际时间按“××××年××月××日”填写，没有的空着。",
    )
    for row, line in enumerate(lines):
        sheet.write(row, 0, line, styles["title" if row == 0 else "note"])


def write_workbook(folder: Path) -> list[PlantedFault]:
    """Write the workbook into the folder and return what was planted in it."""
    rows, faults = make_rows()
    styles = _styles()
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet(SHEET)
    _write_head(sheet, styles)
    _write_rows(sheet, rows, styles)
    _write_foot(sheet, rows, styles)
    _write_instructions(book.add_sheet("填表说明"), styles)
    folder.mkdir(parents=True, exist_ok=True)
    book.save(str(folder / FILE_NAME))
    total_row = FIRST_DATA_ROW + len(rows)
    return [
        *faults,
        planted("total_row", SOURCE, FILE_NAME, f"{SHEET}!{total_row}"),
        planted("footnotes", SOURCE, FILE_NAME, f"{SHEET}!{total_row + 1}"),
    ]
