"""Department files that text cannot show: workbooks and archives, made for the pages' examples."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
import xlwt
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table


def merged_header_xls(path: Path) -> None:
    """A yearly workbook: a title, a note, two header rows with merged cells, a total, a remark."""
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("2025年供地结果")
    sheet.write_merge(0, 0, 0, 7, "清水县2025年供地结果一览表")
    sheet.write(1, 0, "单位：公顷、万元")
    singles = ("序号", "电子监管号", "面积（公顷）", "成交价款（万元）", "供应方式")
    for column, name in enumerate(singles):
        sheet.write_merge(2, 3, column, column, name)
    sheet.write_merge(2, 2, 5, 6, "约定容积率")
    sheet.write(3, 5, "下限")
    sheet.write(3, 6, "上限")
    sheet.write_merge(2, 3, 7, 7, "合同签订日期")
    rows = (
        (1, "6205212025B00015", 1.2, "1,250.50", "挂牌出让", 1.2, 2.0, "2025年3月5日"),
        (2, "6205212025B00026", 0.35, "-", "划拨", "", "", "2025年4月1日"),
    )
    for number, row in enumerate(rows, start=4):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    sheet.write(6, 0, "合计")
    sheet.write(6, 2, 1.55)
    sheet.write(7, 0, "注：面积以实测为准")
    book.save(str(path))


def water_xlsx(path: Path) -> None:
    """A reading of a river section; times have no year, units stand in the headers."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("水质实时数据")
    names = "省份 流域 断面名称 监测时间 水质类别 水温(℃) pH(无量纲) 溶解氧(mg/L) 电导率(μS/cm)"
    more = "浊度(NTU) 高锰酸盐指数(mg/L) 氨氮(mg/L) 总磷(mg/L) 总氮(mg/L) 叶绿素α(mg/L)"
    sheet.write_row(0, 0, f"{names} {more} 藻密度(cells/L) 站点情况".split())
    place = ["甘肃省", "黄河流域", "试验桥", "02-04 08:00", "Ⅱ"]
    values = [1.1, 8.1, 11.2, 620, 3.5, 1.9, 0.085, 0.03, 2.1]
    sheet.write_row(1, 0, [*place, *values, "--", "--", "正常"])
    book.close()


def gbk_zip(path: Path) -> None:
    """An archive made on Windows in China: the names of its members are in GBK."""
    member = zipfile.ZipInfo("xx.csv")
    text = "站点编码,时间,PM10(μg/m³)\n1005,2026-03-01 01:00,55\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, text.encode("gb18030"))
    # as Windows writes it: GBK bytes without the UTF-8 flag, as many as they replace
    content = path.read_bytes().replace(b"xx.csv", "月".encode("gbk") + b".csv")
    path.write_bytes(content)


def budget_pdf(path: Path) -> None:
    """A short budget: cover, a list of units, revenue and expenditure, expenditure by function."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    heading = ParagraphStyle("heading", fontName="STSong-Light", fontSize=14, leading=24)
    units = [["序号", "单位名称"], ["1", "清水县财政局（本级）"]]
    sides = [
        ["收入", "", "支出", ""],
        ["项目", "预算数", "项目", "预算数"],
        ["一、一般公共预算拨款", "1,250,000.00", "一、一般公共服务支出", "1,250,000.00"],
        ["收入总计", "1,250,000.00", "支出总计", "1,250,000.00"],
    ]
    lines = [
        ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
        ["201", "一般公共服务支出", "1,250,000.00", "1,000,000.00", "250,000.00"],
        ["20106", "财政事务", "1,250,000.00", "1,000,000.00", "250,000.00"],
        ["2010601", "行政运行", "1,000,000.00", "1,000,000.00", ""],
        ["", "合计", "1,250,000.00", "1,000,000.00", "250,000.00"],
    ]
    story = [Paragraph("清水县财政局2026年部门预算", heading), _grid(units), PageBreak()]
    for title, rows in (("部门收支总表", sides), ("部门支出总表", lines)):
        story += [Paragraph(title, heading), Paragraph("单位：元", heading), _grid(rows)]
    SimpleDocTemplate(str(path)).build(story)


def _grid(rows: list[list[str]]) -> Table:
    style = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), "STSong-Light")]
    if rows[0][0] == "收入":
        style += [("SPAN", (0, 0), (1, 0)), ("SPAN", (2, 0), (3, 0))]
    return Table(rows, style=style)


MAKERS: dict[str, Callable[[Path], None]] = {
    "2025.xls": merged_header_xls,
    "water_20260204.xlsx": water_xlsx,
    "202603.zip": gbk_zip,
    "budget.pdf": budget_pdf,
}
