"""A sheet as the workbook readers give it, before it becomes a raw table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.raw_table import ReadingProblem

Range = tuple[int, int, int, int]
"""First row, last row, first column, last column, all 0-based and inclusive."""


@dataclass(slots=True)
class Sheet:
    """Cells that hold something: ``rows[row][column]``, both 0-based."""

    name: str
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[Range] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    problems: list[ReadingProblem] = field(default_factory=list)
    scaled: set[tuple[int, str]] = field(default_factory=set)
    """Columns and number formats of which it has been told that they show another number."""

    def put(self, row: int, column: int, text: str) -> None:
        """Set a cell."""
        self.rows.setdefault(row, {})[column] = text


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet of the workbook that can be read when it is wanted."""

    name: str
    hidden: bool
    load: Callable[[], Sheet]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets in their order, and what should be told of the workbook as a whole."""

    sheets: tuple[SheetEntry, ...]
    problems: tuple[ReadingProblem, ...] = ()
