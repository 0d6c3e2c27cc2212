"""HTML tables with rowspan and colspan opened out, each cell where a person sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from connectors.readers import frames, html_page
from connectors.readers.html_page import PageCell
from connectors.readers.refusals import refuse
from schemas.raw_table import LocatorScheme, RawTable
from schemas.reader_options import HtmlTableReader

MAX_CELLS = 5_000_000


def read_html_tables(path: Path, options: HtmlTableReader, chunk_rows: int) -> Iterator[RawTable]:
    """Read the chosen tables; positions are 1-based rows of the table.

    A cell with rowspan or colspan gives its text to every place it covers.

    Raises:
        UnreadableFileError: no page, no table, or several and none named.
    """
    page = html_page.open_page(path, options.encoding)
    tables = html_page.chosen(page, options)
    told = page.problems
    for table in tables:
        others = frozenset(id(other.element) for other in tables if other is not table)
        rows = opened_out(html_page.rows_of(table, leave_out=others))
        kept = [(number, row) for number, row in enumerate(rows, 1) if row]
        for raw in frames.tables(
            table.name,
            LocatorScheme.TABLE,
            None,
            [row for _, row in kept],
            [number for number, _ in kept],
            told,
            chunk_rows,
            notes=html_page.notes_beside(table),
        ):
            yield frames.with_text_problems(raw)
        told = ()


def opened_out(rows: list[list[PageCell]]) -> list[list[str | None]]:
    """Give each cell the places it covers, as the HTML standard's table algorithm does.

    A rowspan never reaches beyond the table's last row. Where spans overlap, the cell that came
    first keeps the place.
    """
    grid: list[dict[int, str]] = [{} for _ in rows]
    filled = 0
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while column in grid[number]:
                column += 1
            last = min(number + cell.rows, len(rows))
            filled += (last - number) * cell.columns
            if filled > MAX_CELLS:
                raise refuse(
                    f"表格展开后超过 {MAX_CELLS} 个单元格。",
                    f"Opened out, the table has more than {MAX_CELLS} cells.",
                )
            for covered in range(number, last):
                for place in range(column, column + cell.columns):
                    grid[covered].setdefault(place, cell.text)
            column += cell.columns
    return [
        [places.get(index) for index in range(max(places) + 1)] if places else [] for places in grid
    ]
