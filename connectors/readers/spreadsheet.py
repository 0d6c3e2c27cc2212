"""Workbooks: which sheets are read, merged ranges, what is hidden."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from connectors.readers import content_kind, frames
from connectors.readers.content_kind import ContentKind
from connectors.readers.problems import problem, shown
from connectors.readers.refusals import refuse
from connectors.readers.sheet import Range, Sheet, SheetEntry, Workbook
from connectors.readers.workbook_xlsx import cell_name, damaged
from schemas.message import Message, UnreadableFileError
from schemas.raw_table import LocatorScheme, RawTable, ReadingProblem, column_letter
from schemas.reader_options import HtmlTableReader, SpreadsheetReader

MAX_DENSE_CELLS = 60_000_000


def read_spreadsheet(path: Path, options: SpreadsheetReader, chunk_rows: int) -> Iterator[RawTable]:
    """Read the sheets the options name, else the only visible sheet that holds anything.

    Rows without any cell are not given; positions are the sheet's own 1-based rows. An HTML page
    saved under a workbook's name, as many systems export it, is read as the page it is.

    Raises:
        UnreadableFileError: no workbook, damaged, encrypted, no such sheet, or several and none
            named.
    """
    kind = content_kind.kind_of(path)
    if kind is ContentKind.HTML:
        yield from _page(path, chunk_rows)
        return
    book = _opened(path, kind)
    told = list(book.problems)
    for sheet, hidden in _chosen(book, options, told):
        yield from _tables(sheet, options, told, chunk_rows, hidden=hidden)
        told = []


def _page(path: Path, chunk_rows: int) -> Iterator[RawTable]:
    from connectors.readers.html_tables import read_html_tables

    try:
        yield from read_html_tables(path, HtmlTableReader(type="html_tables"), chunk_rows)
    except UnreadableFileError as error:
        zh = f"文件名是工作簿，内容却是网页。{error.what.zh}"
        en = f"The file is called a workbook but is a web page. {error.what.en}"
        hint = Message(
            f"{error.advice.zh} 需要时改用 reader.type: html_tables。",
            f"{error.advice.en} Use reader.type: html_tables where that helps.",
        )
        raise UnreadableFileError(Message(zh, en), advice=hint) from error


def _opened(path: Path, kind: ContentKind) -> Workbook:
    if kind is ContentKind.XLSX:
        from connectors.readers.workbook_xlsx import open_xlsx

        return open_xlsx(path)
    if kind is ContentKind.XLS:
        from connectors.readers.workbook_xls import open_xls

        return open_xls(path)
    if kind is ContentKind.ZIP and not zipfile.is_zipfile(path):
        raise damaged("ZIP")
    raise content_kind.wrong_kind(kind, "工作簿", "a workbook")


def _chosen(
    book: Workbook, options: SpreadsheetReader, told: list[ReadingProblem]
) -> Iterator[tuple[Sheet, bool]]:
    if options.sheets:
        for entry in _named(book, options.sheets):
            yield entry.load(), entry.hidden
        return
    visible = [entry for entry in book.sheets if not entry.hidden]
    loaded = [sheet for entry in visible if (sheet := entry.load()).rows]
    if len(loaded) > 1:
        names = "、".join(sheet.name for sheet in loaded)
        raise refuse(
            f"工作簿有 {len(loaded)} 个有内容的工作表：{names}。",
            f"The workbook has {len(loaded)} sheets that hold something: {names}.",
            "请在 reader.sheets 中写明要读哪些。",
            "Say in reader.sheets which to read.",
        )
    if not loaded:
        raise refuse(
            "工作簿中没有内容（可见工作表都是空的）。",
            "The workbook is empty (no visible sheet holds anything).",
            "请确认来源是否提供了正确的文件。",
            "See whether the department gave the right file.",
        )
    hidden = [entry.name for entry in book.sheets if entry.hidden]
    if hidden:
        told.append(problem("READ-22", value="、".join(hidden)))
    yield loaded[0], False


def _named(book: Workbook, wanted: tuple[str, ...]) -> list[SheetEntry]:
    chosen: list[SheetEntry] = []
    for name in wanted:
        found = [entry for entry in book.sheets if _matches(entry.name, name)]
        if not found:
            listed = "、".join(entry.name for entry in book.sheets)
            raise refuse(
                f"工作簿中没有工作表“{name}”；有：{shown(listed)}。",
                f'The workbook has no sheet "{name}"; it has: {shown(listed)}.',
                "请检查 reader.sheets。",
                "Check reader.sheets.",
            )
        chosen += [entry for entry in found if entry not in chosen]
    return chosen


def _matches(name: str, wanted: str) -> bool:
    if len(wanted) > 2 and wanted.startswith("/") and wanted.endswith("/"):
        try:
            return re.search(wanted[1:-1], name) is not None
        except re.error as error:
            raise refuse(
                f"reader.sheets 中的 {wanted} 不是正则表达式：{error}。",
                f"{wanted} in reader.sheets is not a regular expression: {error}.",
            ) from error
    return name == wanted or name.strip() == wanted.strip()


def _tables(
    sheet: Sheet,
    options: SpreadsheetReader,
    told: list[ReadingProblem],
    chunk_rows: int,
    *,
    hidden: bool,
) -> Iterator[RawTable]:
    width = max((max(row) for row in sheet.rows.values()), default=-1) + 1
    if width * len(sheet.rows) > MAX_DENSE_CELLS:
        raise _too_wide(sheet)
    if options.merged == "fill":
        _fill_merged(sheet, width)
    problems = [*told, *_hidden(sheet, hidden=hidden), *sheet.problems]
    order = sorted(sheet.rows)
    rows = [[sheet.rows[row].get(column) for column in range(width)] for row in order]
    for table in frames.tables(
        sheet.name,
        LocatorScheme.SHEET,
        None,
        rows,
        [row + 1 for row in order],
        problems,
        chunk_rows,
    ):
        yield frames.with_text_problems(table)


def _too_wide(sheet: Sheet) -> UnreadableFileError:
    row, column = max(((row, max(cells)) for row, cells in sheet.rows.items()), key=lambda p: p[1])
    return refuse(
        f"工作表“{sheet.name}”的单元格 {cell_name(row, column)} 远在表格之外，展开后过大。",
        f'Cell {cell_name(row, column)} of sheet "{sheet.name}" lies far outside the table, which '
        "would be too large.",
        "请部门删去表格以外的内容。",
        "Ask the department to delete what lies outside the table.",
    )


def _fill_merged(sheet: Sheet, width: int) -> None:
    """Give every cell of a merged range the value of its top left one.

    Ranges are clipped to the table, so that one over a whole column costs nothing.
    """
    last_row = max(sheet.rows, default=-1)
    for top, bottom, left, right in sheet.merged:
        value = sheet.rows.get(top, {}).get(left)
        if value is None:
            continue
        clipped = (top, min(bottom, last_row), left, min(right, width - 1))
        if _fill(sheet, clipped, value):
            name = f"{cell_name(top, left)}:{cell_name(bottom, right)}"
            sheet.problems.append(problem("READ-23", top + 1, left, name))


def _fill(sheet: Sheet, area: Range, value: str) -> bool:
    """Fill the empty cells of the area; True where other cells held something of their own."""
    top, bottom, left, right = area
    others = False
    for row in range(top, bottom + 1):
        cells = sheet.rows.setdefault(row, {})
        for column in range(left, right + 1):
            if (row, column) != (top, left):
                others = others or bool(cells.get(column))
                if not cells.get(column):
                    cells[column] = value
    return others


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Numbers in order as runs without a gap."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _hidden(sheet: Sheet, *, hidden: bool) -> Iterator[ReadingProblem]:
    if hidden:
        yield problem("READ-13", value=f"工作表 / sheet {sheet.name}")
    rows = sorted(row + 1 for row in sheet.hidden_rows if row in sheet.rows)
    for first, last in _runs(rows):
        named = f"{first}" if first == last else f"{first}–{last}"
        yield problem("READ-13", first, None, f"第 {named} 行 / row {named}")
    used = {column for cells in sheet.rows.values() for column in cells}
    columns = sorted(used.intersection(sheet.hidden_columns))
    if columns:
        letters = ", ".join(map(column_letter, columns))
        yield problem("READ-13", None, None, f"列 / columns {letters}")
