"""The interpreted tables of a budget or final-accounts document.

What ``interpreting`` makes of a ``Document``, what the reader turns into rows, and what
``statements`` compares the narrative with. Meaning of the parts: facts 2.2 and 2.3 (tables by the
keywords of their titles, long form of budget lines).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Which half of a two-sided table a line stands in, or what a one-sided table lists."""

    REVENUE = "revenue"
    EXPENDITURE = "expenditure"
    NONE = "none"


class Scheme(StrEnum):
    """What the lines of a table are classified by."""

    REVENUE = "revenue"
    FUNCTION = "function"
    DEPARTMENT_ECONOMIC = "department_economic"
    ITEM = "item"
    THREE_PUBLIC = "three_public"


class Stage(StrEnum):
    """What kind of document it is."""

    BUDGET = "budget"
    ADJUSTED_BUDGET = "adjusted_budget"
    FINAL_ACCOUNTS = "final_accounts"


class ValueKind(StrEnum):
    """What a value cell holds."""

    AMOUNT = "amount"
    COUNT = "count"
    RATIO = "ratio"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Value:
    """A printed, non-blank value cell.

    Attributes:
        measure: lowest header of its column, told apart by its parents where it occurs twice.
        text: as printed (wrapped lines joined, outer blanks removed).
        kind: amount, count, ratio or text.
        unit: as printed (元, 万元, 亿元), for amounts; ``""`` where none is stated (then the value
            must not be released).
        place: of the cell (``page 12 table 2 r9 c4 [left,top,right,bottom]``).
        page: number of the page it stands on.
        confidence: of character recognition, 0 to 1: the lowest of its cell, the name and code of
            its line, the header of its column, and the title, unit and office of its table; None
            where the page is no scan.
    """

    measure: str
    text: str
    kind: ValueKind
    unit: str
    place: str
    page: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table, with the values printed in it (none for a line without any).

    Attributes:
        code: 类款项 as concatenated digits; ``""`` where the line prints none.
        label: as printed, wrapped lines joined, typographic blanks removed, enumerators kept.
        path: the code, else the chain of labels without enumerators joined by ``/``; ``#2`` … among
            equals of one table and side.
        level: 1 类, 2 款, 3 项, 4 目; 0 totals; depth for lines without a code.
        place: of the label's cell.
        notices: what was odd about the line's code or label, for findings (may be empty).
    """

    side: Side
    scheme: Scheme
    code: str
    label: str
    path: str
    level: int
    values: tuple[Value, ...]
    place: str
    page: int
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A line of text that belongs to a table: its title, its unit, a footnote below it.

    ``confidence`` is that of character recognition, 0 to 1; None where the page is no scan.
    """

    text: str
    place: str
    page: int
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class BudgetTable:
    """A table of the set B1-B11 / T1-T9, over all pages it runs on.

    Attributes:
        table_id: code of ``vocab/budget_table.csv``.
        title: as printed.
        unit: 元, 万元, 亿元 as stated for the table; ``""`` where nothing states it.
        container: how places call it: ``page 12 table 2`` of its first grid, or the sheet.
        pages: numbers of the pages it stands on.
        grids: page number and number of the grid on it, for each grid it runs over.
        lines: from top to bottom, the revenue half before the expenditure half.
        is_aligned: True where its columns were told by the alignment of text, not by lines.
        organization_name: the office named beside the table, where it is another than the
            document's: a booklet may hold the tables of several units.
        notes: footnotes under it and notes beside it (注：…), statements such as 本部门无… .
    """

    table_id: str
    title: Note
    unit: str
    container: str
    pages: tuple[int, ...]
    lines: tuple[Line, ...]
    notes: tuple[Note, ...] = ()
    grids: tuple[tuple[int, int], ...] = ()
    is_aligned: bool = False
    organization_name: str = ""

    @property
    def amounts(self) -> tuple[Value, ...]:
        """Every printed amount."""
        return tuple(
            value for line in self.lines for value in line.values if value.kind is ValueKind.AMOUNT
        )

    @property
    def is_empty(self) -> bool:
        """True where no amount is printed; such a table must carry a statement (BUD-14)."""
        return not self.amounts


@dataclass(frozen=True, slots=True)
class BudgetIdentity:
    """Whose document it is, of which year and stage; ``""``/None where it is not said."""

    organization_name: str
    fiscal_year: int | None
    stage: Stage | None
