"""The raw table: rows of strings read from a snapshot, each cell with its locator.

This is the contract between readers (which know file formats) and layouts (which know what
the rows mean). A reader never guesses types, never drops a row, never moves a cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from schemas.message import Message


class LocatorScheme(StrEnum):
    """How a place in a container is written."""

    SHEET = "sheet"  # Sheet1!C17
    LINE = "line"  # line 1204 column 3
    POINTER = "pointer"  # JSON pointer: /features/17/properties/aqi
    TABLE = "table"  # table 2 row 9 cell 4
    PLACES = "places"  # every cell carries its own place (label:value pages, PDF)


@dataclass(frozen=True, slots=True)
class ReadingProblem:
    """Something wrong with one row (or the whole container) that only the reader can see.

    ``row`` is the position of the row in the sense of :attr:`RawTable.positions`, or None for
    the container. ``rule`` is one of the READ-… rule ids of ``schemas.finding.READING_RULES``.
    """

    rule: str
    row: int | None
    column: int | None
    value: str
    what: Message


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of strings of one container (a sheet, a page table, a text file, an array).

    Attributes:
        container: name of the container as a locator writes it (``Sheet1``, ``table 2``,
            ``data/2024.csv``, ``/data/rows``). Members of a ZIP are prefixed ``member!``.
        scheme: how places in it are written.
        columns: native names where the format has them (JSON keys, XML elements, SQL columns,
            labels of a label:value page); None where header rows stand among ``cells`` and the
            layout must say which they are.
        cells: one ``pl.String`` column per physical column, named ``"0"``, ``"1"``, …;
            null where the file has no cell at all, ``""`` where it has an empty one.
        positions: Int64, one per row of ``cells``: the 1-based sheet row, text line or table
            row, or the 0-based index of an array element.
        continues: True where this is a further chunk of the container before it.
        places: own place of single cells, ``(row of cells, column) -> place``; only for PLACES.
        notes: text that stands beside the table (captions, title lines above an HTML table).
        problems: what the reader saw wrong.
        companion: not empty for a table whose rows are no records: what a document says beside its
            tables (sentences with amounts, statements about empty tables). Rules read it by this
            name (``RuleContext.companion``); its columns have names, and one is ``place``.
    """

    container: str
    scheme: LocatorScheme
    columns: tuple[str, ...] | None
    cells: pl.DataFrame
    positions: pl.Series
    continues: bool = False
    places: Mapping[tuple[int, int], str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    problems: tuple[ReadingProblem, ...] = ()
    companion: str = ""


def column_letter(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA: the spreadsheet name of a 0-based column."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def locate(
    container: str,
    scheme: LocatorScheme | str,
    position: int | None,
    column: int | None = None,
    column_name: str = "",
) -> str:
    """Write the place of a cell, a row (``column`` None) or a container (``position`` None).

    ``column`` is the 0-based physical column; ``column_name`` its native name (POINTER only,
    a ``/``-separated path below the array element).
    """
    if position is None:
        return container
    match LocatorScheme(scheme):
        case LocatorScheme.SHEET:
            letter = column_letter(column) if column is not None else ""
            return f"{container}!{letter}{position}"
        case LocatorScheme.LINE:
            prefix = f"{container} " if container else ""
            suffix = f" column {column + 1}" if column is not None else ""
            return f"{prefix}line {position}{suffix}"
        case LocatorScheme.POINTER:
            suffix = f"/{column_name}" if column is not None and column_name else ""
            return f"{container}/{position}{suffix}"
        case LocatorScheme.TABLE | LocatorScheme.PLACES:
            suffix = f" cell {column + 1}" if column is not None else ""
            return f"{container} row {position}{suffix}"
