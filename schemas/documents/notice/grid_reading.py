"""Grids of a page as tables with one record per row, or as labels with their values."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.documents.document import Grid, GridCell
from schemas.documents.notice.amount_text import looks_like_amount
from schemas.documents.notice.notice_table import Cell, NoticeTable, table_of
from schemas.documents.notice.party_text import is_organization
from schemas.documents.notice.pieces import Piece, piece, pieces_of
from schemas.documents.notice.wording import Key, fold, key_of, looks_like_column

Row = list[GridCell | None]
_RECORD_KEYS = frozenset(
    {
        Key.SUPPLIER,
        Key.OTHER_BIDDER,
        Key.AMOUNT,
        Key.QUOTE,
        Key.RATE,
        Key.UNIT_PRICE,
        Key.ITEM,
        Key.REASON,
    }
    | {Key.LOT_NAME, Key.LOT_NUMBER, Key.SERIAL, Key.SCORE, Key.RANK, Key.CONTRACT_NUMBER, Key.CODE}
    | {Key.CONTRACT_AMOUNT, Key.PROJECT_NUMBER, Key.PROJECT_NAME}
)


def read_grid(grid: Grid) -> Iterator[Piece | NoticeTable]:
    """The tables and pieces of a grid, from top to bottom."""
    rows = grid.rows()
    transposed = _transposed(rows)
    if transposed is not None:
        yield transposed
        return
    index = 0
    while index < len(rows):
        end = _header_end(rows, index)
        if end is None:
            yield from _labels_and_values(rows[index])
            index += 1
            continue
        last = _table_end(rows, end)
        yield _records(rows, end - 1, last)
        index = last


def _distinct(row: Row) -> list[GridCell]:
    """The cells of a row, one that spans several places once; empty ones left out."""
    seen: list[GridCell] = []
    for cell in row:
        if cell is not None and cell.text.strip() and (not seen or seen[-1] is not cell):
            seen.append(cell)
    return seen


def _is_label(text: str) -> bool:
    folded = fold(text).strip()
    if "\n" in text:
        folded = "".join(folded.split("\n"))
    if not folded or is_organization(folded) or looks_like_amount(folded):
        return False
    return key_of(folded) is not None or folded.endswith(":") or looks_like_column(folded)


def _is_header(row: Row) -> bool:
    cells = _distinct(row)
    return (
        len(cells) >= 2
        and all(_is_label(cell.text) for cell in cells)
        and any(_key(cell) in _RECORD_KEYS for cell in cells)
    )


def _key(cell: GridCell) -> Key | None:
    return key_of("".join(cell.text.split("\n")))


def _header_end(rows: list[Row], start: int) -> int | None:
    """The row behind a header that starts at a row; None where none does."""
    if not _is_header(rows[start]):
        return None
    end = start + 1
    while (
        end < len(rows)
        and end - start < 3
        and _shares_cell(rows[end - 1], rows[end])
        and _is_header(rows[end])
    ):
        end += 1
    return end


def _shares_cell(above: Row, below: Row) -> bool:
    return any(a is not None and a is b for a, b in zip(above, below, strict=True))


def _table_end(rows: list[Row], start: int) -> int:
    """The first row that is no record: the next header, or one cell across the whole width."""
    for index in range(start, len(rows)):
        cells = _distinct(rows[index])
        if _is_header(rows[index]) and not _shares_cell(rows[index - 1], rows[index]):
            return index
        if len(cells) == 1 and cells[0].columns >= len(rows[index]) > 1:
            return index
    return len(rows)


def _records(rows: list[Row], header: int, last: int) -> NoticeTable:
    labels = ["".join(cell.text.split("\n")) if cell else "" for cell in rows[header]]
    body: list[tuple[Cell | None, ...]] = []
    for row in rows[header + 1 : last]:
        if _distinct(row):
            body.append(
                tuple(Cell(cell.text.strip(), cell.place) if cell else None for cell in row)
            )
    first = next(cell for cell in rows[header] if cell is not None)
    return table_of(labels, body, first.place)


def _labels_and_values(row: Row) -> Iterator[Piece]:
    cells = _distinct(row)
    if len(cells) == 1:
        yield from pieces_of([(line, cells[0].place) for line in cells[0].text.split("\n")])
        return
    index = 0
    while index < len(cells):
        cell = cells[index]
        following = cells[index + 1] if index + 1 < len(cells) else None
        if _is_label(cell.text) and following is not None and not _is_label(following.text):
            yield from _pair(cell, following)
            index += 2
            continue
        yield from pieces_of([(line, cell.place) for line in cell.text.split("\n")])
        index += 1


def _pair(cell: GridCell, following: GridCell) -> Iterator[Piece]:
    """A label with its value. What has labels of its own is read by them: a section's heading
    beside its lines, an address below a name."""
    label = "".join(cell.text.split("\n")).strip().rstrip(":：")
    lines = [line.strip() for line in following.text.split("\n") if line.strip()]
    labelled = [number for number, line in enumerate(lines) if piece(line, "").has_colon]
    if key_of(label) is None and labelled:
        yield from pieces_of([(cell.text, cell.place)])
        yield from pieces_of([(line, following.place) for line in lines])
        return
    own = lines[: labelled[0]] if labelled and labelled[0] > 0 else lines
    value = "\n".join(own)
    yield Piece(f"{label}：{value}", following.place, label, value, key_of(label))
    yield from pieces_of([(line, following.place) for line in lines[len(own) :]])


def _transposed(rows: list[Row]) -> NoticeTable | None:
    """A table whose labels stand in the first column and whose records stand side by side."""
    filled = [_distinct(row) for row in rows if _distinct(row)]
    if len(filled) < 2 or max(map(len, filled)) < 3:
        return None
    labelled = [cells for cells in filled if _is_label(cells[0].text)]
    if len(labelled) < len(filled) or any(_is_label(c.text) for cells in filled for c in cells[1:]):
        return None
    keys = [_key(cells[0]) for cells in filled]
    if Key.SUPPLIER not in keys or len({len(cells) for cells in filled}) != 1:
        return None
    labels = ["".join(cells[0].text.split("\n")) for cells in filled]
    records = [
        tuple(Cell(cells[index].text.strip(), cells[index].place) for cells in filled)
        for index in range(1, len(filled[0]))
    ]
    return table_of(labels, list(records), filled[0][0].place)
