"""The header of a budget table: how many rows it has, what each column is, its measures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from schemas.documents.budget.numbers import half, is_code, is_dash, is_number, is_ratio, one_number
from schemas.documents.budget.parts import Part, Row, distinct, texts
from schemas.documents.budget.tables import ValueKind
from schemas.documents.budget.words import (
    is_blank,
    is_total,
    joined,
    plain,
    split_enumerator,
    unit_in_brackets,
)
from schemas.documents.document import GridCell

MOST_HEADER_ROWS = 9
LEVEL_HEADERS = frozenset("类款项目")
_CODE = re.compile(r"编码|代码|编号|科目号|^[类款项目]$")
_OTHER_CODE = re.compile(r"(?:单位|部门|项目|机构|信用|资金)(?:编码|代码|编号)")
_LABEL = re.compile(
    r"名称|品目|^(?:收入|支出|采购)?项目$|^项\s*目$|科目|^(?:预算)?单位$|^部门$|^指标$|^品目$|^内容$"
    r"|功能分类|经济分类|支出性质|类别|^支出内容$"
)
_ROW_NUMBER = re.compile(r"^(?:行次|序号|栏次)$")
_RATIO = re.compile(r"[%％]|百分比|比例|占比|完成率|增长率|增幅|幅度|比重")
_COUNT = re.compile(
    r"人数|数量|批次|人次|团组|辆数|台数|套数|户数|个数|面积|编制数|[(（](?:个|人|辆|台|套|次|批|户|项)[)）]"
)
_TEXT = re.compile(r"备注|说明|绩效|目标|依据|原因|内容$")
_COLUMN_NUMBER = re.compile(r"\d{1,3}(?:=[\d+\-()]+)?")
_ELLIPSIS = re.compile(r"[….．·]{1,6}")


class Role(StrEnum):
    """What a column holds."""

    CODE = "code"
    LABEL = "label"
    ROW_NUMBER = "row_number"
    OTHER_CODE = "other_code"
    VALUE = "value"
    NOTHING = "nothing"


KEYS = frozenset({Role.CODE, Role.LABEL, Role.ROW_NUMBER, Role.OTHER_CODE})


@dataclass(slots=True)
class Column:
    """A column of a table.

    Attributes:
        index: 0-based, in the table's first part.
        chain: its headers from top to bottom, as printed without blanks and unit brackets.
        unit: the unit in brackets of one of them, or ``""``.
        confidence: of character recognition, the lowest of its headers; None for no scan.
        measure: lowest header, told apart by its parents where that occurs twice in its segment.
    """

    index: int
    chain: tuple[str, ...]
    unit: str = ""
    confidence: float | None = None
    role: Role = Role.VALUE
    kind: ValueKind = ValueKind.AMOUNT
    measure: str = ""

    @property
    def leaf(self) -> str:
        """The lowest header."""
        return self.chain[-1] if self.chain else ""


@dataclass(slots=True)
class Segment:
    """Key columns and the value columns that belong to them: one half of a two-sided table."""

    keys: list[Column] = field(default_factory=list)
    values: list[Column] = field(default_factory=list)

    @property
    def headers(self) -> str:
        """All its headers, for looking up words."""
        return "|".join(text for column in (*self.keys, *self.values) for text in column.chain)


def header_rows(part: Part) -> int:
    """How many of the first rows are header: all before the first row of data."""
    for count, (_, row) in enumerate(part.rows):
        if count >= MOST_HEADER_ROWS or (distinct(row) and is_data_row(row)):
            return count
    return len(part.rows) if len(part.rows) <= MOST_HEADER_ROWS else 0


def is_data_row(row: Row) -> bool:
    """True for a row that says something about a line: a number, a code, an enumerated label, or
    nothing but totals."""
    cells = distinct(row)
    if is_numbering_row(row):
        return False
    words = [cell for cell in cells if joined(cell.text) not in LEVEL_HEADERS]
    if any(is_number(cell.text) or is_ratio(cell.text) or is_code(cell.text) for cell in words):
        return True
    if any(split_enumerator(plain(cell.text))[0] for cell in words):
        return True
    if any(_ELLIPSIS.fullmatch(plain(cell.text)) for cell in words):
        return True
    return bool(words) and all(is_total(cell.text) for cell in words)


def is_numbering_row(row: Row) -> bool:
    """The row that numbers the columns of a statutory form: 栏次 1 2 3 (or 4=5+6)."""
    found = [half(text) for text in texts(row)]
    if found and _ROW_NUMBER.match(found[0]):
        found = [text for text in found if not _ROW_NUMBER.match(text)]
        return bool(found) and all(_COLUMN_NUMBER.fullmatch(text) for text in found)
    numbers = [text for text in found if _COLUMN_NUMBER.fullmatch(text)]
    if len(numbers) < 3 or len(found) - len(numbers) > 1:
        return False
    return [int(re.match(r"\d+", text)[0]) for text in numbers] == list(  # type: ignore[index]
        range(1, len(numbers) + 1)
    )


def read_columns(part: Part, count: int, body: list[Part]) -> list[Column]:
    """The columns with their roles; ``body`` are the data rows of all parts."""
    rows = [row for _, row in part.rows[:count] if not is_numbering_row(row)]
    after = part.rows[count][1] if count < len(part.rows) else []
    columns = []
    for index in range(part.width):
        cells = _header_cells(rows, after, index)
        column = Column(index, *_chain(cells), lowest(cell.confidence for cell in cells))
        column.role = _role(column.leaf)
        columns.append(column)
    _mend_by_content(columns, body)
    for column in columns:
        if column.role is Role.VALUE:
            column.kind = _kind(column, body)
    return columns


def lowest(confidences: Iterable[float | None]) -> float | None:
    """The lowest confidence of character recognition; None where nothing was recognised."""
    return min((one for one in confidences if one is not None), default=None)


def _header_cells(rows: list[Row], after: Row, index: int) -> list[GridCell]:
    cells: list[GridCell] = []
    for row in rows:
        cell = row[index]
        if cell is not None and not is_blank(cell.text) and cell not in cells:
            cells.append(cell)
    if after:
        cell = after[index]
        if cell is not None and joined(cell.text) in LEVEL_HEADERS:
            cells.append(cell)
    return cells


def _chain(cells: list[GridCell]) -> tuple[tuple[str, ...], str]:
    chain: list[str] = []
    unit = ""
    for cell in cells:
        text = joined(cell.text)
        found = unit_in_brackets(text)
        unit = found or unit
        if found:
            text = re.sub(rf"[(（][^()（）]*{found}[)）]", "", text)
        if text and (not chain or chain[-1] != text):
            chain.append(text)
    return tuple(chain), unit


def _role(leaf: str) -> Role:
    text = plain(leaf)
    if not text:
        return Role.VALUE
    if _ROW_NUMBER.match(text):
        return Role.ROW_NUMBER
    if _OTHER_CODE.search(text):
        return Role.OTHER_CODE
    if "名称" in text:
        return Role.LABEL
    if _CODE.search(text):
        return Role.CODE
    return Role.LABEL if _LABEL.search(text) else Role.VALUE


def _mend_by_content(columns: list[Column], body: list[Part]) -> None:
    """What a column holds goes before what its header seems to say."""
    for column in columns:
        found = [joined(text) for text in column_texts(body, column.index)]
        numbers = sum(1 for text in found if one_number(text) is not None)
        if not found and not column.chain:
            column.role = Role.NOTHING
        elif column.role is Role.LABEL and found and numbers > 0.7 * len(found):
            codes = all(is_code(text) for text in found if one_number(text) is not None)
            column.role = Role.CODE if codes and column.index == 0 else Role.VALUE
    # a table whose first columns have no telling header: names stand before numbers
    for column in columns:
        if column.role is Role.LABEL:
            return
        found = column_texts(body, column.index)
        wordy = sum(1 for text in found if one_number(text) is None)
        if column.role is Role.VALUE:
            if found and wordy > 0.5 * len(found) and not _is_text(column):
                column.role = Role.LABEL
            return


def _is_text(column: Column) -> bool:
    return bool(_TEXT.search(plain(column.leaf)))


def column_texts(body: list[Part], index: int) -> list[str]:
    """The texts of the cells that stand in this column alone."""
    return [
        cell.text
        for part in body
        for _, row in part.rows
        if (cell := row[index]) is not None and not is_blank(cell.text) and cell.columns == 1
    ]


def _kind(column: Column, body: list[Part]) -> ValueKind:
    text = plain(column.leaf)
    if _RATIO.search(text):
        return ValueKind.RATIO
    if _COUNT.search(text) and "元" not in text:
        return ValueKind.COUNT
    found = [one for one in column_texts(body, column.index) if not is_dash(one)]
    numbers = sum(1 for one in found if one_number(one) is not None)
    if _is_text(column) and numbers < len(found):
        return ValueKind.TEXT
    if found and numbers == 0 and len(found) > 1:
        return ValueKind.TEXT
    return ValueKind.AMOUNT


def segments_of(columns: list[Column], *, two_sided: bool) -> list[Segment]:
    """Cut the columns where keys follow values. In tables that are not two-sided by nature a
    further name column without the first one's header is a remark, not a second half."""
    segments: list[Segment] = [Segment()]
    for position, column in enumerate(columns):
        if column.role is Role.NOTHING:
            continue
        current = segments[-1]
        if column.role not in KEYS:
            current.values.append(column)
            continue
        if current.values:
            if not _starts_half(columns[position:], segments[0], two_sided=two_sided):
                column.role, column.kind = Role.VALUE, ValueKind.TEXT
                current.values.append(column)
                continue
            segments.append(Segment())
            current = segments[-1]
        current.keys.append(column)
    for segment in segments:
        _name_measures(segment)
    return [segment for segment in segments if segment.keys or segment.values]


def _starts_half(rest: list[Column], first: Segment, *, two_sided: bool) -> bool:
    keys: list[Column] = []
    values = 0
    for column in rest:
        if column.role in KEYS and not values:
            keys.append(column)
        elif column.role is Role.VALUE:
            values += 1
            break
    if not values or not any(key.role in (Role.LABEL, Role.CODE) for key in keys):
        return False
    known = {key.leaf for key in first.keys}
    return two_sided or any(key.leaf in known for key in keys)


def _name_measures(segment: Segment) -> None:
    depth = {column.index: 1 for column in segment.values}
    for _ in range(MOST_HEADER_ROWS):
        by_name: dict[str, list[Column]] = {}
        for column in segment.values:
            column.measure = "".join(column.chain[-depth[column.index] :]) if column.chain else ""
            by_name.setdefault(column.measure, []).append(column)
        clashing = [column for same in by_name.values() if len(same) > 1 for column in same]
        deepened = False
        for column in clashing:
            if depth[column.index] < len(column.chain):
                depth[column.index] += 1
                deepened = True
        if not deepened:
            break
    seen: dict[str, int] = {}
    for column in segment.values:
        seen[column.measure] = seen.get(column.measure, 0) + 1
        if seen[column.measure] > 1:
            column.measure += f"#{seen[column.measure]}"
