"""A document as readers see it: pages with lines of text and grids of cells, in reading order.

This is the contract between those who open a file (``connectors.documents``: PDF, workbook, page of
the web, scan) and those who know what its tables mean (``schemas.documents``). Whoever opens a file
guesses nothing: texts stand as they were printed, each with its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.raw_table import ReadingProblem


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page: PDF points from the left and from the top edge of the page."""

    left: float
    top: float
    right: float
    bottom: float

    def __str__(self) -> str:
        return f"{self.left:.1f},{self.top:.1f},{self.right:.1f},{self.bottom:.1f}"

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside the grids of its page.

    Attributes:
        text: as printed, blanks within kept as one.
        number: 1-based, counted over the lines of its page.
        box: where it stands; None where the format has no places (workbooks, pages of the web).
        confidence: of character recognition, 0 to 1; None where the text is no scan.
    """

    text: str
    number: int
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid, with what it spans.

    Attributes:
        row, column: 0-based place of its top-left corner.
        rows, columns: how many it covers.
        text: as printed; wrapped lines are separated by ``\\n``. ``""`` for an empty cell.
        place: how a locator writes it: ``page 12 table 2 r9 c4 [72.0,300.2,140.1,312.5]`` (the box
            is left out where the format has none), ``Sheet1!C17`` in a workbook.
        box: where it stands on the page.
        confidence: of character recognition, 0 to 1: the lowest of its pieces; None for no scan.
    """

    row: int
    column: int
    text: str
    place: str
    rows: int = 1
    columns: int = 1
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands on one page; one that runs over pages is a grid on each of them.

    Attributes:
        number: 1-based, counted over the grids of its page.
        cells: every cell once, by row, then column. Cells that a span covers are not repeated.
        height, width: number of rows and columns.
        box: where it stands on the page.
        is_ruled: False where its cells were found by the alignment of their text alone.
    """

    number: int
    cells: tuple[GridCell, ...]
    height: int
    width: int
    box: Box | None = None
    is_ruled: bool = True

    def at(self, row: int, column: int) -> GridCell | None:
        """The cell that covers a place, or None where there is none."""
        return self._covering().get((row, column))

    def _covering(self) -> dict[tuple[int, int], GridCell]:
        return {
            (row, column): cell
            for cell in self.cells
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        }

    def rows(self) -> list[list[GridCell | None]]:
        """The grid opened out: each place with the cell that covers it."""
        covering = self._covering()
        return [
            [covering.get((row, column)) for column in range(self.width)]
            for row in range(self.height)
        ]


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """A page (of a PDF), a sheet (of a workbook) or a page of the web.

    Attributes:
        number: 1-based.
        name: how locators call it: ``page 12``, the name of the sheet.
        blocks: lines and grids from top to bottom.
        width, height: in PDF points; 0 where the format has no places.
        is_scan: True where the text was recognised from an image.
    """

    number: int
    name: str
    blocks: tuple[TextLine | Grid, ...]
    width: float = 0.0
    height: float = 0.0
    is_scan: bool = False

    @property
    def lines(self) -> tuple[TextLine, ...]:
        """The lines outside the grids."""
        return tuple(block for block in self.blocks if isinstance(block, TextLine))

    @property
    def grids(self) -> tuple[Grid, ...]:
        """The grids, from top to bottom."""
        return tuple(block for block in self.blocks if isinstance(block, Grid))


@dataclass(frozen=True, slots=True)
class Document:
    """What was read from one snapshot."""

    pages: tuple[DocumentPage, ...]
    problems: tuple[ReadingProblem, ...] = field(default=())

    def grids(self) -> Iterator[tuple[DocumentPage, Grid]]:
        """All grids with their pages, in order."""
        for page in self.pages:
            for grid in page.grids:
                yield page, grid


def cell_place(page_name: str, grid: int, row: int, column: int, box: Box | None = None) -> str:
    """Write the place of a cell of a page: 0-based row and column, 1-based in the text."""
    place = f"{page_name} table {grid} r{row + 1} c{column + 1}"
    return f"{place} [{box}]" if box is not None else place


def line_place(page_name: str, line: TextLine) -> str:
    """Write the place of a line of text outside the grids."""
    place = f"{page_name} line {line.number}"
    return f"{place} [{line.box}]" if line.box is not None else place
