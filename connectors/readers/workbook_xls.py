"""Workbooks of Excel 97-2003 (BIFF), read with xlrd, the only library that tells their formats."""

from __future__ import annotations

import io
import struct
from functools import partial
from pathlib import Path

import xlrd
from xlrd.biffh import XLRDError
from xlrd.book import Book
from xlrd.compdoc import CompDocError

from connectors.readers import spreadsheet_values as values
from connectors.readers.problems import problem
from connectors.readers.refusals import refuse
from connectors.readers.sheet import Sheet, SheetEntry, Workbook
from connectors.readers.workbook_xlsx import damaged, encrypted, number_cell

# What xlrd raises on bytes that are no whole workbook.
_DAMAGED = (
    CompDocError,
    struct.error,
    AssertionError,
    IndexError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    UnicodeDecodeError,
)

_NUMERIC = (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE)
_PLAIN = ("General", "number")
_ERRORS: dict[int, str] = dict(xlrd.error_text_from_code)


def open_xls(path: Path) -> Workbook:
    """List the sheets of the workbook.

    Raises:
        UnreadableFileError: damaged, encrypted, or an OLE file that is no workbook.
    """
    data = path.read_bytes()
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, on_demand=False, logfile=io.StringIO()
        )
    except XLRDError as error:
        raise _refused(data, str(error)) from error
    except _DAMAGED as error:
        raise damaged(type(error).__name__) from error
    entries = tuple(
        SheetEntry(sheet.name, sheet.visibility != 0, partial(_load, book, index))
        for index, sheet in enumerate(book.sheets())
    )
    return Workbook(entries)


def _refused(data: bytes, detail: str) -> Exception:
    wide = "EncryptedPackage".encode("utf-16-le")
    if "encrypted" in detail.lower() or wide in data:
        return encrypted()
    if "Can't find workbook" in detail:
        return refuse(
            "文件是 OLE 复合文档，但不是工作簿（可能是 Word 文档）。",
            "The file is an OLE document but no workbook (perhaps a Word document).",
            "请部门提供表格文件。",
            "Ask the department for the sheet itself.",
        )
    return damaged(detail)


def _load(book: Book, index: int) -> Sheet:
    source = book.sheet_by_index(index)
    sheet = Sheet(source.name)
    sheet.merged = [
        (top, end - 1, left, right - 1) for top, end, left, right in source.merged_cells
    ]
    sheet.hidden_rows = [row for row, info in source.rowinfo_map.items() if info.hidden]
    sheet.hidden_columns = [col for col, info in source.colinfo_map.items() if info.hidden]
    formats = [_format(book, number) for number in range(len(book.xf_list))]
    for row in range(source.nrows):
        kinds, stored = source.row_types(row), source.row_values(row)
        for column, kind in enumerate(kinds):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            style = formats[source.cell_xf_index(row, column)] if kind in _NUMERIC else _PLAIN
            sheet.put(row, column, _text(book, sheet, (row, column), kind, stored[column], style))
    return sheet


def _format(book: Book, style: int) -> tuple[str, str]:
    found = book.format_map.get(book.xf_list[style].format_key)
    code = found.format_str if found is not None else "General"
    return code, values.kind_of_format(code)


def _text(
    book: Book,
    sheet: Sheet,
    place: tuple[int, int],
    kind: int,
    stored: str | float,
    style: tuple[str, str],
) -> str:
    row, column = place
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "true" if stored else "false"
    if kind == xlrd.XL_CELL_ERROR:
        text = _ERRORS.get(int(stored), f"#{stored}")
        sheet.problems.append(problem("READ-11", row + 1, column, text))
        return text
    if isinstance(stored, str):
        return stored
    code, shown_as = style
    return number_cell(sheet, row, column, stored, code, shown_as, bool(book.datemode))
