"""Every place of a document with its text, and with the headers that stand above and beside it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from schemas.documents.document import (
    Box,
    Document,
    DocumentPage,
    Grid,
    GridCell,
    TextLine,
    line_place,
)

_NUMBER = re.compile(r"[-+]?[\d,，.\s]*\d[\d,，.\s]*[%％]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_PAIRS_WIDTH = 2
"""A table of two columns pairs labels with values: nothing stands above a value that names it."""


_NAMES_OF_ROWS = re.compile(r"项\s*目|科\s*目|分\s*类|指\s*标|类\s*别|名\s*称|内\s*容|类\s*型")
_NAMES_OF_PARTIES = re.compile(r"供应|供货|投标|中标|成交|候选|人|企业|公司|厂")


@dataclass(frozen=True, slots=True)
class Header:
    """A cell that names others: above (the column's) or beside (the row's)."""

    text: str
    box: Box | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A cell of the header of a grid; ``ends_at`` is the row below it."""

    text: str
    box: Box | None
    ends_at: int


Columns = list[list[Heading]]
Rows = Sequence[Sequence[GridCell | None]]


@dataclass(frozen=True, slots=True)
class DocumentPlace:
    """A cell of a grid, or a line of text.

    ``page`` is 1-based. ``headers`` stand from the outermost to the nearest, the row's last.
    """

    place: str
    text: str
    page: int
    is_line: bool
    is_scan: bool
    box: Box | None = None
    confidence: float | None = None
    headers: tuple[Header, ...] = ()


def document_places(
    document: Document, heads_a_column: Callable[[str], bool]
) -> Iterator[DocumentPlace]:
    """All places of a document, page by page.

    ``heads_a_column`` tells texts that may head a column from values: in doubt a cell has no
    header, rather than a neighbour's value for one.
    """
    above: dict[int, Columns] = {}  # by width: the header of the last grid that had one
    for page in document.pages:
        for block in page.blocks:
            if isinstance(block, TextLine):
                yield _of_line(page, block)
                continue
            rows = block.rows()
            own = _header_columns(block, rows, heads_a_column)
            continued = above.get(block.width)
            if any(own):
                above[block.width] = own
            elif continued is not None and _first_data_row(rows) == 0:
                # the header stands on a page before: its words hold, its boxes do not
                own = [[Heading(one.text, None, 0) for one in column] for column in continued]
            yield from _of_grid(page, block, rows, own)


def _of_line(page: DocumentPage, line: TextLine) -> DocumentPlace:
    return DocumentPlace(
        line_place(page.name, line).strip(),
        line.text,
        page.number,
        is_line=True,
        is_scan=page.is_scan,
        box=line.box,
        confidence=line.confidence,
    )


def _of_grid(
    page: DocumentPage, grid: Grid, rows: Rows, columns: Columns
) -> Iterator[DocumentPlace]:
    for cell in grid.cells:
        above = [one for one in columns[cell.column] if one.ends_at <= cell.row]
        yield DocumentPlace(
            cell.place,
            cell.text,
            page.number,
            is_line=False,
            is_scan=page.is_scan,
            box=cell.box,
            confidence=cell.confidence,
            headers=(
                *(Header(one.text, one.box) for one in above),
                *_label(rows[cell.row], cell, columns),
            ),
        )


def joined(text: str) -> str:
    """The lines of a cell as one."""
    return " ".join(text.split())


def _header_columns(grid: Grid, rows: Rows, heads_a_column: Callable[[str], bool]) -> Columns:
    """For each column the cells of the header above it, from the top."""
    found: Columns = [[] for _ in range(grid.width)]
    if grid.width <= _PAIRS_WIDTH or _is_of_pairs(rows):
        return found
    for row in rows[: _first_data_row(rows)]:
        for column, cell in enumerate(row):
            if cell is None or cell.columns == grid.width:
                continue
            text = joined(cell.text)
            one = Heading(text, cell.box, cell.row + cell.rows)
            if text and one not in found[column] and heads_a_column(text):
                found[column].append(one)
    return found


def _is_of_pairs(rows: Rows) -> bool:
    """Whether labels and values take turns: a colon ends the label."""
    marked = [
        cell
        for row in rows
        for cell in row
        if cell is not None and joined(cell.text).endswith((":", "："))
    ]
    return len(marked) >= len(rows)


def _first_data_row(rows: Rows) -> int:
    """The first row with a number in a cell; where there is none, the second row."""
    for number, row in enumerate(rows):
        if any(cell is not None and _is_number(joined(cell.text)) for cell in row):
            return number
    return min(1, len(rows))


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and not _YEAR.fullmatch(text)


def _label(row: Sequence[GridCell | None], cell: GridCell, columns: Columns) -> tuple[Header, ...]:
    """What names the row: the nearest text to the left in a column of names (项目, 科目名称), or,
    where no column has a header, the text right beside the cell."""
    if not any(columns):
        beside = row[cell.column - 1] if cell.column else None
        return _as_label(beside) if beside is not cell else ()
    if _names_rows(columns[cell.column]) and not _is_number(joined(cell.text)):
        return ()
    for other in reversed(row[: cell.column]):
        if other is not None and other is not cell and _names_rows(columns[other.column]):
            label = _as_label(other)
            if label:
                return label
    return ()


def _as_label(cell: GridCell | None) -> tuple[Header, ...]:
    text = joined(cell.text) if cell is not None else ""
    if cell is None or not text or _is_number(text):
        return ()
    return (Header(text, cell.box),)


def _names_rows(header: Sequence[Heading]) -> bool:
    return any(
        _NAMES_OF_ROWS.search(one.text) and not _NAMES_OF_PARTIES.search(one.text) for one in header
    )
