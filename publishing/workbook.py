"""The workbook for office users: Chinese headers, texts as texts, nothing that computes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.units import find_unit

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MAX_ROWS = 200_000
MAX_CELL_TEXT = 32_767  # Excel's own limit
CUT_NOTE = "…（全文见 CSV 文件）"
FIXED_DATE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
FIRST_EXCEL_YEAR = 1900
EXCEL_DIGITS = 15  # a cell holds a double: numbers with more digits would lose the last ones
BLOCK_ROWS = 10_000
DESCRIPTION_SHEET = "说明"
MAX_WIDTH = 40


def write_workbook(path: Path, frame: pl.DataFrame, dataset: Dataset) -> None:
    """Write the rows of one release or partition (at most MAX_ROWS)."""
    from xlsxwriter import Workbook as NewWorkbook  # 0.1 s, and only releases need it

    workbook = NewWorkbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    workbook.set_properties(
        {"title": dataset.title.zh, "author": dataset.owner.zh, "created": FIXED_DATE}
    )
    _write_rows(workbook, frame, dataset)
    _write_descriptions(workbook, dataset)
    workbook.close()


def _formats(workbook: Workbook) -> dict[str, Format]:
    return {
        "header": workbook.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "num_format": "@"}
        ),
        "text": workbook.add_format({"num_format": "@"}),
        "date": workbook.add_format({"num_format": "yyyy-mm-dd"}),
        "datetime": workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
    }


def _column_format(field: DatasetField, workbook: Workbook, formats: dict[str, Format]) -> Format:
    match field.type:
        case FieldType.DATE:
            return formats["date"]
        case FieldType.DATETIME:
            return formats["datetime"]
        case FieldType.DECIMAL:
            places = "." + "0" * field.scale if field.scale else ""
            return workbook.add_format({"num_format": f"0{places}"})
        case FieldType.INTEGER | FieldType.YEAR:
            return workbook.add_format({"num_format": "0"})
        case FieldType.NUMBER | FieldType.BOOLEAN:
            return workbook.add_format({"num_format": "General"})
        case _:
            return formats["text"]


def column_header(field: DatasetField) -> str:
    """The Chinese title with the unit: 面积（平方米）."""
    unit = _unit_title(field)
    return f"{field.title.zh}（{unit}）" if unit else field.title.zh


def _unit_title(field: DatasetField) -> str:
    """The unit as office users write it (元, 平方米); nothing for numbers without a dimension."""
    unit = find_unit(field.unit) if field.unit else None
    return "" if unit is None or unit.code == "1" else unit.zh


def _display_width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def _width(field: DatasetField, values: pl.Series) -> int:
    sample = values.head(200).cast(pl.String).drop_nulls().to_list()
    widest = max((_display_width(text) for text in sample), default=0)
    return min(MAX_WIDTH, max(widest, _display_width(column_header(field)), 8) + 2)


def _write_rows(workbook: Workbook, frame: pl.DataFrame, dataset: Dataset) -> None:
    sheet = workbook.add_worksheet(_sheet_name(dataset.title.zh))
    formats = _formats(workbook)
    columns = []
    for index, field in enumerate(dataset.fields):
        column_format = _column_format(field, workbook, formats)
        sheet.set_column(index, index, _width(field, frame[field.name]), column_format)
        columns.append((_cells(frame[field.name]), column_format))
    sheet.freeze_panes(1, 0)
    for index, field in enumerate(dataset.fields):
        sheet.write_string(0, index, column_header(field), formats["header"])
    for start in range(0, frame.height, BLOCK_ROWS):
        block = [(list(cells[start : start + BLOCK_ROWS]), style) for cells, style in columns]
        for offset in range(len(block[0][0])):
            for index, (values, style) in enumerate(block):
                _write_cell(sheet, start + offset + 1, index, values[offset], style)


def _sheet_name(title: str) -> str:
    cleaned = "".join("_" if character in "[]:*?/\\'" else character for character in title)
    return cleaned[:31] if cleaned and cleaned != DESCRIPTION_SHEET else "数据"


def _cells(values: pl.Series) -> pl.Series | list[object]:
    """A column as what its cells will hold: texts, doubles, booleans, naive moments, dates.

    A single value that Excel cannot hold without changing it (more than 15 digits, a day before
    1900) becomes text.
    """
    dtype = values.dtype
    if isinstance(dtype, pl.Datetime):
        local = values.dt.replace_time_zone(None)
        return _or_text(local, local, local.dt.year() > FIRST_EXCEL_YEAR)
    if dtype == pl.Date:
        return _or_text(values, values, values.dt.year() > FIRST_EXCEL_YEAR)
    if isinstance(dtype, pl.Decimal):
        limit = 10 ** (EXCEL_DIGITS - dtype.scale) - 1
        return _or_text(values.cast(pl.Float64), values, values.is_between(-limit, limit))
    if dtype == pl.Int64:
        limit = 10**EXCEL_DIGITS - 1
        return _or_text(values, values, values.is_between(-limit, limit))
    if dtype == pl.String:
        # xlsxwriter writes control characters the way Excel does (_x000B_); these two it lets
        # pass, and no XML document may hold them.
        return values.str.replace_all("[\ufffe\uffff]", "\ufffd")
    return values


def _or_text(cells: pl.Series, original: pl.Series, fits: pl.Series) -> pl.Series | list[object]:
    """The cells, with the original's text where the value does not fit."""
    if fits.all():
        return cells
    texts = original.cast(pl.String)
    return [
        cell if fit is not False else text
        for cell, text, fit in zip(cells, texts, fits, strict=True)
    ]


class _Double(float):
    """A double that is written with all its digits. XlsxWriter formats numbers with 16, which do
    not tell every double from its neighbours."""

    __slots__ = ()

    def __format__(self, _specification: str) -> str:
        return repr(float(self))


def _write_cell(sheet: Worksheet, row: int, column: int, value: object, style: Format) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value, style)
        case float():
            sheet.write_number(row, column, _Double(value), style)
        case int():
            sheet.write_number(row, column, value, style)
        case dt.datetime() | dt.date():
            sheet.write_datetime(row, column, value, style)
        case _:
            sheet.write_string(row, column, _fitting(str(value)), style)


def _fitting(text: str) -> str:
    """A text as long as a cell can hold; what is cut says so and where the whole text is."""
    if len(text.encode("utf-16-le")) // 2 <= MAX_CELL_TEXT:
        return text
    cut = text.encode("utf-16-le")[: 2 * (MAX_CELL_TEXT - len(CUT_NOTE))]
    return cut.decode("utf-16-le", errors="ignore") + CUT_NOTE


def _write_descriptions(workbook: Workbook, dataset: Dataset) -> None:
    sheet = workbook.add_worksheet(DESCRIPTION_SHEET)
    header = workbook.add_format({"bold": True, "num_format": "@"})
    text_format = workbook.add_format({"num_format": "@"})
    sheet.set_column(0, 1, 28, text_format)
    sheet.set_column(2, 4, 12, text_format)
    sheet.set_column(5, 5, 80, text_format)
    rows = [
        ("数据集", dataset.title.zh),
        ("说明", dataset.description.zh),
        ("提供单位", dataset.owner.zh),
        ("许可", f"{dataset.licence.name} {dataset.licence.path}"),
        *(("已知局限", limitation.zh) for limitation in dataset.known_limitations),
    ]
    for number, (name, text) in enumerate(rows):
        sheet.write_string(number, 0, name, header)
        sheet.write_string(number, 1, text, text_format)
    first = len(rows) + 1
    for column, name in enumerate(("字段", "字段名", "类型", "单位", "必填", "说明")):
        sheet.write_string(first, column, name, header)
    for number, field in enumerate(dataset.fields, start=first + 1):
        texts = (
            field.title.zh,
            field.name,
            str(field.type),
            _unit_title(field),
            "是" if field.constraints.required or field.name in dataset.primary_key else "",
            field.description.zh if field.description else "",
        )
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text, text_format)
