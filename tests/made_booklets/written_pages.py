"""Documents written down as rows of text, for what needs no drawing."""

from __future__ import annotations

from collections.abc import Sequence

from schemas.documents.document import (
    Document,
    DocumentPage,
    Grid,
    GridCell,
    TextLine,
    cell_place,
)

LEFT, ABOVE = "<", "^"
"""A place covered by the cell left of it, or above it."""


def written_grid(rows: Sequence[Sequence[str]], page: str, number: int) -> Grid:
    """A grid of these texts; ``<`` and ``^`` mark the places that merged cells cover."""
    width = max(len(row) for row in rows)
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row, texts in enumerate(rows):
        for column in range(width):
            text = texts[column] if column < len(texts) else ""
            if text == LEFT:
                owner[row, column] = owner[row, column - 1]
            elif text == ABOVE:
                owner[row, column] = owner[row - 1, column]
            else:
                owner[row, column] = (row, column)
    cells = []
    for place in dict.fromkeys(owner.values()):
        covered = [other for other, first in owner.items() if first == place]
        row, column = place
        texts = rows[row]
        cells.append(
            GridCell(
                row=row,
                column=column,
                rows=max(other[0] for other in covered) - row + 1,
                columns=max(other[1] for other in covered) - column + 1,
                text=texts[column] if column < len(texts) else "",
                place=cell_place(page, number, row, column),
            )
        )
    return Grid(
        number, tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))), len(rows), width
    )


def written_document(*pages: Sequence[str | Sequence[Sequence[str]]]) -> Document:
    """A document of pages; texts are lines, lists of rows are grids."""
    made = []
    for page_number, blocks in enumerate(pages, 1):
        name = f"page {page_number}"
        found: list[TextLine | Grid] = []
        lines = grids = 0
        for block in blocks:
            if isinstance(block, str):
                lines += 1
                found.append(TextLine(block, lines))
            else:
                grids += 1
                found.append(written_grid(block, name, grids))
        made.append(DocumentPage(page_number, name, tuple(found)))
    return Document(tuple(made))
