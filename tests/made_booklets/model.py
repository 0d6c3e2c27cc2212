"""What a made booklet holds, and the truth that a reader must find in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

CODE: Literal["code"] = "code"
LABEL: Literal["label"] = "label"
VALUE: Literal["value"] = "value"
OTHER: Literal["other"] = "other"


@dataclass(frozen=True, slots=True)
class TrueCell:
    """A printed number and what it means."""

    page: int
    table_id: str
    unit: str
    side: str
    code: str
    label: str
    measure: str
    value: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a made table.

    Attributes:
        kind: what its cells hold; ``other`` is neither code, label nor amount (ordinals, remarks).
        heads: its headers from top to bottom; neighbours share equal beginnings as merged cells.
        width: in PDF points.
        half: which half of a many-sided table it belongs to.
        side: of its amounts.
        measure: what its amounts are called; the lowest header where it is not given.
        item: the line its amounts belong to, where items are columns (three public expenses).
    """

    kind: Literal["code", "label", "value", "other"]
    heads: tuple[str, ...]
    width: float
    half: int = 0
    side: str = "expenditure"
    measure: str = ""
    item: str = ""


def unspaced(text: str) -> str:
    """A text without the blanks that only spread it."""
    return text.replace(" ", "").replace("\u3000", "")


@dataclass(frozen=True, slots=True)
class Style:
    """How a table looks.

    Attributes:
        rules: which lines are drawn.
        stroke: whether lines are strokes or thin filled boxes.
        repeats_header: on each page of the table.
        repeats_title: on each page of the table, with the unit.
        unit_place: a line of its own, behind the department, in the title, a row of the grid, or
            only in the headers.
        rows_per_page: of the first page and of the others.
        size: of the letters.
        row_height: of an unwrapped row.
        value_align: where amounts stand in their cells.
        shaded: whether the header and every other row have a coloured ground.
        counting_row: a row 栏次 1 2 3 … under the header.
        has_double_frame: a second line around the table, two points outside.
        corner_gap: how much too short each line of a cell is at both ends.
    """

    rules: Literal["grid", "horizontal", "three_lines", "open_sides", "none"] = "grid"
    stroke: Literal["line", "box"] = "line"
    repeats_header: bool = False
    repeats_title: bool = False
    unit_place: Literal["line", "department", "title", "grid", "header"] = "line"
    rows_per_page: tuple[int, int] = (18, 24)
    size: float = 9
    row_height: float = 18
    value_align: Literal["right", "centre"] = "right"
    shaded: bool = False
    counting_row: bool = False
    has_double_frame: bool = False
    corner_gap: float = 0.0


@dataclass(frozen=True, slots=True)
class MadeTable:
    """A table: its rows hold one text per column."""

    table_id: str
    title: str
    unit: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[str]]
    notes: tuple[str, ...] = ()
    style: Style = field(default_factory=Style)
    number_line: str = ""
    follows_on_page: bool = False

    def truth(self, row: Sequence[str], page: int) -> list[TrueCell]:
        """The amounts of one row."""
        found = []
        for column, text in zip(self.columns, row, strict=True):
            if column.kind != VALUE or not any(sign.isdigit() for sign in text):
                continue
            beside = [
                (other, beside_text)
                for other, beside_text in zip(self.columns, row, strict=True)
                if other.half == column.half
            ]
            code = "".join(told for other, told in beside if other.kind == CODE and told.isdigit())
            label = "".join(told for other, told in beside if other.kind == LABEL) or "".join(
                told for other, told in beside if other.kind == CODE and not told.isdigit()
            )
            found.append(
                TrueCell(
                    page,
                    self.table_id,
                    self.unit,
                    column.side,
                    "" if column.item else code,
                    column.item or unspaced(label),
                    column.measure or unspaced(column.heads[-1]),
                    text,
                )
            )
        return found


@dataclass(frozen=True, slots=True)
class MadeBooklet:
    """A booklet: cover, contents, tables, narrative; a turned one lies on its side in the file."""

    name: str
    organization: str
    year: int
    is_final: bool
    tables: tuple[MadeTable, ...]
    portrait: bool = False
    is_turned: bool = False
    narrative: tuple[str, ...] = ()
