"""HTML tables with rowspan and colspan opened out, each cell where a person sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from connectors.readers import frames, html_page
from connectors.readers.html_page import PageCell
from connectors.readers.problems import problem
from connectors.readers.refusals import refuse
from schemas.raw_table import LocatorScheme, RawTable, ReadingProblem
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
            (*told, *_of_other_width(kept)),
            chunk_rows,
            notes=html_page.notes_beside(table),
        ):
            yield frames.with_text_problems(raw)
        told = ()


def _of_other_width(rows: list[tuple[int, list[str | None]]]) -> Iterator[ReadingProblem]:
    """Rows with more or fewer cells than most: their values may stand under other headers.

    The layout passes over what is said of titles, notes and excluded rows, which are often so.
    """
    if not rows:
        return
    width = Counter(len(row) for _, row in rows).most_common(1)[0][0]
    for number, row in rows:
        if len(row) != width:
            rule = "READ-01" if len(row) > width else "READ-02"
            column = min(len(row), width)
            value = row[width] if len(row) > width else row[-1]
            yield problem(rule, number, column, value or "", found=len(row), expected=width)


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
