"""From boxes to amounts: what a number is, asked of the boxes above it and beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from second_extraction.boxes import TextBox
from second_extraction.unruled import NUMBER

CODE_LEAVES = {"类", "款", "项", "目"}
ORDINAL = re.compile(r"^(序号|行次|栏次|编号)$|(?:单位|部门|项目|机构)(?:编码|代码|编号)$")
UNIT_OF_COLUMN = re.compile(r"[（(](?:单位[:：])?(?:亿元|万元|元)[）)]$")
LABEL_HEAD = re.compile(r"(科目|项目|单位|采购|品目|指标)?(名称|项目|内容)$|^(项目|科目)")
PERIOD = re.compile(
    r"^(?:\d{4}年)?(?:年初|全年|调整|本年)?(预算数?|决算数?|执行数|预算金额|决算金额|金额)$"
)
THREE_PUBLIC_ITEM = re.compile(r"出国|接待|用车")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """A printed number and what it means."""

    page: int
    table_id: str
    title: str
    unit: str | None
    side: str
    code: str
    label: str
    measure: str
    value: str
    x: float
    y: float


@dataclass(slots=True)
class Column:
    """A column of a table: its extent and the headers over it, from top to bottom."""

    left: float
    right: float
    heads: list[str] = field(default_factory=list)

    @property
    def leaf(self) -> str:
        """The lowest header."""
        return self.heads[-1] if self.heads else ""

    @property
    def is_code(self) -> bool:
        """Whether it holds codes of the classification."""
        is_named = "编码" in self.leaf or "代码" in self.leaf
        return self.leaf in CODE_LEAVES or (is_named and not self.is_ordinal)

    @property
    def is_ordinal(self) -> bool:
        """Whether it only counts the lines, or holds the numbers of offices and projects."""
        return bool(ORDINAL.match(self.leaf))


@dataclass(slots=True)
class Table:
    """A table that may run over pages: its name, unit and columns."""

    table_id: str
    title: str
    unit: str | None
    columns: list[Column] = field(default_factory=list)
    heads: list[TextBox] = field(default_factory=list)
    last_code_pieces: dict[int, str] = field(default_factory=dict)

    def column_at(self, place: float) -> Column | None:
        """The narrowest column over a place."""
        over = [column for column in self.columns if column.left - 1 <= place <= column.right + 1]
        return min(over, key=lambda each: each.right - each.left, default=None)


def split_head(boxes: list[TextBox]) -> tuple[list[TextBox], list[TextBox]]:
    """Boxes of the header and boxes of the lines."""
    numbers = [box for box in boxes if NUMBER.match(box.text)]
    counting = _counting_row(numbers, boxes)
    numbers = [box for box in numbers if box not in counting]
    if not numbers:
        return boxes, []
    first = min(box.top for box in numbers)
    head = [
        box
        for box in boxes
        if box not in counting and (box.bottom <= first + 1.0 or box.text in CODE_LEAVES)
    ]
    skipped = {id(box) for box in (*head, *counting)}
    return head, [box for box in boxes if id(box) not in skipped]


def _counting_row(numbers: list[TextBox], boxes: list[TextBox]) -> list[TextBox]:
    """The row 栏次 1 2 3 ... under a header, with its word."""
    if not numbers:
        return []
    first = min(numbers, key=lambda each: each.top)
    row = sorted(
        (box for box in numbers if box.is_level_with(first.middle)), key=lambda each: each.left
    )
    texts = [box.text for box in row]
    if len(row) < 2 or texts != [str(number) for number in range(1, len(row) + 1)]:
        return []
    return [
        box for box in boxes if box.is_level_with(first.middle) and box.bottom <= first.bottom + 1
    ]


def read_area(boxes: list[TextBox], table: Table, page: int) -> Iterator[Reading]:
    """The amounts of a table on one page; ``table`` keeps its columns for the next page."""
    head, lines = split_head(boxes)
    head = [box for box in head if not _is_caption(box.text)]
    if head and _heads_amounts(head, lines):
        table.heads, table.columns = head, []
    _add_columns(table, lines)
    for box in sorted(lines, key=lambda each: (each.middle, each.left)):
        column = table.column_at(box.centre)
        if column is None or not NUMBER.match(box.text) or column.is_code or column.is_ordinal:
            continue
        yield from _reading(box, column, lines, table, page)


def _heads_amounts(head: list[TextBox], lines: list[TextBox]) -> bool:
    numbers = [box for box in lines if NUMBER.match(box.text)]
    return any(box.is_over(number.centre) for box in head for number in numbers)


def _is_caption(text: str) -> bool:
    return bool(re.search(r"单位[:：]|^(编制)?(部门|单位)(名称)?[:：]|^公开\d+表$", text))


def _add_columns(table: Table, lines: list[TextBox]) -> None:
    """Columns in the extents of the boxes of the lines, with the headers over each."""
    for box in lines:
        known = any(
            abs(column.left - box.left) < 4 and abs(column.right - box.right) < 4
            for column in table.columns
        )
        if known:
            continue
        heads = [head for head in table.heads if head.is_over(box.centre)]
        heads.sort(key=lambda each: (each.top, each.middle))
        table.columns.append(
            Column(box.left, box.right, [UNIT_OF_COLUMN.sub("", head.text) for head in heads])
        )


def _reading(
    box: TextBox, column: Column, lines: list[TextBox], table: Table, page: int
) -> Iterator[Reading]:
    start, half = _half(box, table, lines)
    row = [other for other in lines if other.is_level_with(box.middle) and other is not box]
    row = [other for other in row if start - 1 <= other.left]
    label = _label(box, row, table)
    code = _code(box, row, table)
    measure = _measure(column, table, start)
    if table.table_id[1:] == "7" and not THREE_PUBLIC_ITEM.search(
        "".join(other.text for other in lines if CHINESE.search(other.text))
    ):
        label, measure, code = *_three_public(column, table), ""
    yield Reading(
        page=page,
        table_id=table.table_id,
        title=table.title,
        unit=table.unit,
        side=_side(table, half, column),
        code=code,
        label=label,
        measure=measure,
        value=box.text,
        x=sum(word.centre for word in box.words) / len(box.words),
        y=box.middle,
    )


def _half(box: TextBox, table: Table, lines: list[TextBox]) -> tuple[float, int]:
    """Where the half of a two-sided table begins that a number stands in, and which half it is."""
    amounts = sorted(
        {
            round(column.left): column
            for column in table.columns
            if any(NUMBER.match(line.text) and _fits(line, column) for line in lines)
            and not column.is_code
            and not column.is_ordinal
        }.values(),
        key=lambda each: each.left,
    )
    labels = _label_columns(table, lines)
    starts: list[float] = []
    for label in labels:
        codes = [
            column.left
            for column in table.columns
            if (column.is_code or column.is_ordinal)
            and column.left < label.left
            and not any(column.left < other.left < label.left for other in (*amounts, *labels))
        ]
        begin = min([label.left, *codes])
        if not starts or any(starts[-1] < other.left < begin for other in amounts):
            starts.append(begin)
    before = [place for place in starts if place <= box.left + 1]
    if not before:
        return min((line.left for line in lines), default=0.0), 0
    return (before[-1] if len(before) > 1 else min(line.left for line in lines)), len(before) - 1


def _fits(box: TextBox, column: Column) -> bool:
    return abs(column.left - box.left) < 4 and abs(column.right - box.right) < 4


def _label_columns(table: Table, lines: list[TextBox]) -> list[Column]:
    """Columns in which names stand, in this part of the table or by their header."""
    found = []
    for column in sorted(table.columns, key=lambda each: each.left):
        texts = [line.text for line in lines if _fits(line, column)]
        named = sum(bool(CHINESE.search(text)) for text in texts)
        numbered = sum(bool(NUMBER.match(text)) for text in texts)
        is_group = any(
            other is not column
            and column.left - 1 <= other.left
            and other.right <= column.right + 1
            for other in table.columns
        )
        if named and named > numbered and not column.is_code and not is_group:
            found.append(column)
    return found


def _label(box: TextBox, row: list[TextBox], table: Table) -> str:
    """The name of the line: in the column of names next to the left of the number."""
    names = [other for other in row if CHINESE.search(other.text) and other.left < box.left]
    if not names:
        return ""

    def rank(name: TextBox) -> tuple[int, float]:
        column = table.column_at(name.centre)
        leaf = column.leaf if column else ""
        is_named = bool(LABEL_HEAD.search(leaf)) and not leaf.startswith(("单位", "部门名"))
        return (1 if is_named else 0, name.left)

    return max(names, key=rank).text


def _code(box: TextBox, row: list[TextBox], table: Table) -> str:
    """The codes of the line written together: the group next to the name."""
    pieces = [
        (other, column)
        for other in row
        if re.fullmatch(r"\d{1,9}", other.text)
        and (column := table.column_at(other.centre)) is not None
        and column.is_code
    ]
    pieces.sort(key=lambda each: each[0].left)
    if not pieces:
        return ""
    groups: list[list[TextBox]] = [[]]
    for other, _ in pieces:
        if groups[-1] and len(other.text) >= 3:
            groups.append([])
        groups[-1].append(other)
    before = [group for group in groups if group[0].left < box.left]
    return "".join(other.text for other in (before or groups)[-1])


def _measure(column: Column, table: Table, start: float) -> str:
    """The lowest header; with its parent where the table has the same header twice on this side."""
    same = [
        other for other in _leaves(table) if other.text == column.leaf and other.left >= start - 1
    ]
    halves = {round(other.centre) for other in same}
    if len(halves) > 1 and len(column.heads) > 1 and not _two_sided(table):
        return column.heads[-2] + column.leaf
    return column.leaf


def _two_sided(table: Table) -> bool:
    return table.table_id[1:] in {"1", "4", "6"}


def _leaves(table: Table) -> list[TextBox]:
    """Headers with no other header below them."""
    return [
        head
        for head in table.heads
        if not any(
            other is not head and head.is_over(other.centre) and other.top >= head.bottom - 1
            for other in table.heads
        )
    ]


def _three_public(column: Column, table: Table) -> tuple[str, str]:
    """Item and measure where the items of the three public expenses are columns."""
    heads = list(column.heads)
    measure = "决算数" if table.table_id.startswith("T") else "预算数"
    if heads and PERIOD.match(heads[-1]):
        measure = PERIOD.match(heads.pop())[1]  # type: ignore[index]
    items = []
    for head in heads:
        ends = re.search(r"(预算数|决算数)$", head)
        if ends:
            measure = ends[1]
        item = re.sub(r"^\d{4}年(?:度)?|(预算数|决算数)$", "", head)
        if item and "三公" not in item:
            items.append(item)
    return "/".join(items) or (heads[-1] if heads else ""), measure


def _side(table: Table, half: int, column: Column) -> str:
    number = table.table_id[1:]
    if number == "7":
        return "none"
    if number == "2":
        return "revenue"
    if number in {"1", "4"}:
        top = column.heads[0] if column.heads else ""
        if "收入" in top and "支出" not in top:
            return "revenue"
        if "支出" in top and "收入" not in top:
            return "expenditure"
        return "revenue" if half == 0 else "expenditure"
    return "expenditure"
