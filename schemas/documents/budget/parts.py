"""Parts of grids: the rows of one grid that belong to one table, on the columns of that table."""

from __future__ import annotations

from dataclasses import dataclass, replace

from schemas.documents.budget.words import is_blank, joined
from schemas.documents.document import DocumentPage, Grid, GridCell

COLUMN_TOLERANCE = 8.0
"""Columns of a table drawn again on the next page stand within so many points of the first ones."""

Row = list[GridCell | None]
CellKey = tuple[int, int, int, int]
"""Page number, grid number, row and column: the name of a cell in the ledger."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one grid; ``rows`` are opened out (each place with the cell that covers it)."""

    page: DocumentPage
    grid: Grid
    rows: tuple[tuple[int, Row], ...]  # number of the row in the grid, its places
    width: int

    def key(self, cell: GridCell) -> CellKey:
        """The name of a cell in the ledger: where it stands in its own grid."""
        return self.page.number, self.grid.number, cell.row, cell.column

    def filled(self) -> list[GridCell]:
        """Every non-empty cell once."""
        seen: dict[tuple[int, int], GridCell] = {}
        for _, row in self.rows:
            for cell in row:
                if cell is not None and not is_blank(cell.text):
                    seen.setdefault((cell.row, cell.column), cell)
        return list(seen.values())

    def from_row(self, count: int) -> Part:
        """The part without its first rows."""
        return replace(self, rows=self.rows[count:])


def whole(page: DocumentPage, grid: Grid) -> Part:
    """All rows of a grid."""
    return Part(page, grid, tuple(enumerate(grid.rows())), grid.width)


def distinct(row: Row) -> list[GridCell]:
    """The non-empty cells of a row, each once, from left to right."""
    seen: list[GridCell] = []
    for cell in row:
        if cell is not None and not is_blank(cell.text) and cell not in seen[-1:]:
            seen.append(cell)
    return seen


def texts(row: Row) -> list[str]:
    """Their texts without blanks."""
    return [joined(cell.text) for cell in distinct(row)]


def column_stops(part: Part) -> list[tuple[float, float]] | None:
    """Left and right of each column, read off its cells; None where the grid has no places."""
    lefts: dict[int, float] = {}
    rights: dict[int, float] = {}
    for cell in part.grid.cells:
        if cell.box is None:
            return None
        lefts.setdefault(cell.column, cell.box.left)
        rights.setdefault(cell.column + cell.columns - 1, cell.box.right)
    spans = []
    for column in range(part.width):
        left = lefts.get(column, rights.get(column - 1))
        right = rights.get(column, lefts.get(column + 1))
        if left is None or right is None:
            return None
        spans.append((left, right))
    return spans


def on_columns_of(part: Part, first: Part) -> Part | None:
    """A part on a further page brought onto the columns of the table's first part; None where its
    columns do not fit.

    A page may draw fewer columns (a last page with nothing but a merged total): then the places
    decide, not the count.
    """
    if not (part.grid.is_ruled and first.grid.is_ruled):
        return _on_printed_columns_of(part, first)
    wanted, found = column_stops(first), column_stops(part)
    if wanted is None or found is None:
        return part if part.width == first.width else None
    if part.width == first.width and _close(wanted, found):
        return part
    column_of: dict[int, tuple[int, int]] = {}
    for column, (left, right) in enumerate(found):
        start = _nearest([span[0] for span in wanted], left)
        end = _nearest([span[1] for span in wanted], right)
        if start is None or end is None or end < start:
            return None
        column_of[column] = (start, end)
    return _moved(part, column_of, first.width)


def _moved(part: Part, column_of: dict[int, tuple[int, int]], width: int) -> Part:
    rows = []
    for number, row in part.rows:
        moved: Row = [None] * width
        for column, cell in enumerate(row):
            if column in column_of:
                start, end = column_of[column]
                for target in range(start, end + 1):
                    moved[target] = cell
        rows.append((number, moved))
    return Part(part.page, part.grid, tuple(rows), width)


def _on_printed_columns_of(part: Part, first: Part) -> Part | None:
    """The same for grids without lines, whose columns are as wide as what is printed in them: each
    column goes to the one it overlaps most, in order and one to one."""
    wanted, found = _printed(first), _printed(part)
    column_of: dict[int, tuple[int, int]] = {}
    reached = -1
    for column in sorted(found):
        left, right = found[column]
        overlaps = {
            index: min(right, span[1]) - max(left, span[0]) for index, span in wanted.items()
        }
        best = max(overlaps, key=lambda index: overlaps[index], default=-1)
        if best <= reached or overlaps[best] <= 0:
            return None
        column_of[column] = (best, best)
        reached = best
    return _moved(part, column_of, first.width)


def _printed(part: Part) -> dict[int, tuple[float, float]]:
    """Left and right of what is printed in each column."""
    spans: dict[int, tuple[float, float]] = {}
    for cell in part.grid.cells:
        if cell.box is not None and cell.columns == 1 and not is_blank(cell.text):
            left, right = spans.get(cell.column, (cell.box.left, cell.box.right))
            spans[cell.column] = (min(left, cell.box.left), max(right, cell.box.right))
    return spans


def _close(wanted: list[tuple[float, float]], found: list[tuple[float, float]]) -> bool:
    return all(
        abs(one[0] - other[0]) <= 2 * COLUMN_TOLERANCE
        and abs(one[1] - other[1]) <= 2 * COLUMN_TOLERANCE
        for one, other in zip(wanted, found, strict=True)
    )


def _nearest(stops: list[float], value: float) -> int | None:
    index = min(range(len(stops)), key=lambda at: abs(stops[at] - value))
    return index if abs(stops[index] - value) <= COLUMN_TOLERANCE else None
