"""Workbooks laid out as documents: every visible sheet a page, with one grid or lines of text."""

from __future__ import annotations

from pathlib import Path

from connectors.readers.content_kind import ContentKind
from connectors.readers.problems import problem
from connectors.readers.sheet import Range, Sheet, Workbook
from schemas.documents.document import Document, DocumentPage, Grid, GridCell, TextLine
from schemas.raw_table import ReadingProblem, column_letter


def read_workbook(path: Path, kind: ContentKind) -> Document:
    """Open a workbook (.xlsx or .xls). Hidden sheets are not read, and told.

    A sheet in which no row has two filled cells is a page of text; any other is one grid, with its
    title and notes inside it.

    Raises:
        UnreadableFileError: damaged, encrypted, too large.
    """
    book = _opened(path, kind)
    hidden = [entry.name for entry in book.sheets if entry.hidden]
    problems = list(book.problems)
    if hidden:
        problems.append(problem("READ-22", value="、".join(hidden)))
    pages = []
    for number, entry in enumerate(book.sheets, 1):
        if entry.hidden:
            continue
        sheet = entry.load()
        problems += _problems(sheet)
        pages.append(_page(sheet, number))
    return Document(tuple(pages), tuple(problems))


def _opened(path: Path, kind: ContentKind) -> Workbook:
    if kind is ContentKind.XLSX:
        from connectors.readers.workbook_xlsx import open_xlsx

        return open_xlsx(path)
    from connectors.readers.workbook_xls import open_xls

    return open_xls(path)


def _problems(sheet: Sheet) -> list[ReadingProblem]:
    """What is wrong with single cells, told of the document as a whole: rows of a sheet are no
    rows of its tables."""
    told = []
    for found in sheet.problems:
        column = column_letter(found.column) if found.column is not None else ""
        place = f"{sheet.name}!{column}{found.row or ''}"
        told.append(problem(found.rule, value=f"{place} {found.value}".strip(), format=""))
    return told


def _page(sheet: Sheet, number: int) -> DocumentPage:
    filled = {
        row: {column: text for column, text in cells.items() if text.strip()}
        for row, cells in sheet.rows.items()
    }
    filled = {row: cells for row, cells in filled.items() if cells}
    if all(len(cells) < 2 for cells in filled.values()):
        return DocumentPage(number, sheet.name, tuple(_lines(filled)))
    return DocumentPage(number, sheet.name, (_grid(sheet, filled),))


def _lines(filled: dict[int, dict[int, str]]) -> list[TextLine]:
    texts = [
        line
        for row in sorted(filled)
        for text in filled[row].values()
        for line in text.splitlines()
        if line.strip()
    ]
    return [TextLine(" ".join(text.split()), number) for number, text in enumerate(texts, 1)]


def _grid(sheet: Sheet, filled: dict[int, dict[int, str]]) -> Grid:
    height = max(filled) + 1
    width = max(max(cells) for cells in filled.values()) + 1
    spans = _spans(sheet.merged, height, width)
    covered = {
        (row, column)
        for (top, left), (rows, columns) in spans.items()
        for row in range(top, top + rows)
        for column in range(left, left + columns)
        if (row, column) != (top, left) and not filled.get(row, {}).get(column)
    }
    cells = []
    for row in range(height):
        for column in range(width):
            if (row, column) in covered:
                continue
            rows, columns = spans.get((row, column), (1, 1))
            cells.append(
                GridCell(
                    row=row,
                    column=column,
                    rows=rows,
                    columns=columns,
                    text=_text(filled.get(row, {}).get(column, "")),
                    place=f"{sheet.name}!{column_letter(column)}{row + 1}",
                )
            )
    return Grid(1, tuple(cells), height, width)


def _text(text: str) -> str:
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _spans(merged: list[Range], height: int, width: int) -> dict[tuple[int, int], tuple[int, int]]:
    """Merged ranges, clipped to the part of the sheet that holds anything."""
    spans = {}
    for top, bottom, left, right in merged:
        if top < height and left < width:
            rows = min(bottom, height - 1) - top + 1
            columns = min(right, width - 1) - left + 1
            spans[top, left] = (rows, columns)
    return spans
