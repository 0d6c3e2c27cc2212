"""Tables of the three public expenses (B7, T7) whose items stand in columns.

There the lines are the items, and the measure is 预算数 or 决算数, wherever the header says it:
above the items, below them, or in one cell with them. Tables with the items in rows are read as any
other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.documents.budget.header import Column, Role, Segment
from schemas.documents.budget.lines import value_of
from schemas.documents.budget.parts import CellKey, Part
from schemas.documents.budget.paths import Ordinals
from schemas.documents.budget.tables import Line, Scheme, Side, Stage, Value
from schemas.documents.budget.words import is_blank, is_total, joined

_ITEM = re.compile(r"出国|接待|公务用车|运行|购置|会议|培训|三公|机关运行")
_BASIS = re.compile(
    r"(?:(?:年初|调整|全年|本年|上年|当年)?(?:预算|决算|执行|支出|完成|预计执行)数|预算|决算"
    r"|增减.*|[比较]上年.*|[比较](?:19|20)\d{2}年.*)$"
)
_YEAR_AT_START = re.compile(r"^(?:(?:19|20)\d{2}|[二〇○零一三四五六七八九]{4})年度?")
_BANNER = "三公"
_NO_ITEM = frozenset({"", "其中", "其中：", "项目", "金额"})


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """A value column: the item it is of, and the basis (预算数, 决算数)."""

    column: Column
    items: tuple[str, ...]
    basis: str
    basis_with_year: str


def items_stand_in_columns(segments: list[Segment], parts: list[Part]) -> bool:
    """True where the headers of value columns name the items, and no names of rows do."""
    headers = [text for segment in segments for column in segment.values for text in column.chain]
    named = sum(1 for text in set(headers) if _ITEM.search(text) and _BANNER not in text)
    if named < 2:
        return False
    labels = [
        joined(cell.text)
        for segment in segments
        for column in segment.keys
        if column.role is Role.LABEL
        for part in parts
        for _, row in part.rows
        if (cell := row[column.index]) is not None
    ]
    return sum(1 for label in labels if _ITEM.search(label)) < 2


def item_column(column: Column, stage: Stage | None) -> ItemColumn:
    """Part the headers of a column into the chain of items and the basis."""
    items: list[str] = []
    basis = year = ""
    for text in column.chain:
        named = _YEAR_AT_START.match(text)
        year = named[0] if named else year
        rest = text[named.end() :] if named else text
        matched = _BASIS.search(rest)
        if matched:
            basis, rest = matched[0], rest[: matched.start()]
        if rest not in _NO_ITEM:
            items.append(rest)
    others = [item for item in items if _BANNER not in item]
    basis = basis or ("决算数" if stage is Stage.FINAL_ACCOUNTS else "预算数")
    return ItemColumn(column, tuple(others or items[-1:]), basis, year + basis)


def read_items(
    parts: list[Part],
    segments: list[Segment],
    unit: str,
    stage: Stage | None,
    used: dict[CellKey, str],
) -> list[Line]:
    """The lines of the table: one per item (and per row, where rows have names of their own)."""
    columns = [item_column(column, stage) for segment in segments for column in segment.values]
    names = _measures(columns)
    keys = [column for segment in segments for column in segment.keys]
    by_line: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Value]] = {}
    places: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[str, int]] = {}
    for part in parts:
        for _, row in part.rows:
            owner = []
            for key in keys:
                cell = row[key.index]
                if cell is None or is_blank(cell.text):
                    continue
                used.setdefault(part.key(cell), "label")
                if key.role is Role.LABEL and not is_total(cell.text):
                    owner.append(joined(cell.text))
            for item in columns:
                cell = row[item.column.index]
                if cell is None or is_blank(cell.text) or part.key(cell) in used:
                    continue
                used[part.key(cell)] = "value"
                item.column.measure = names[item.column.index]
                label = item.items[-1] if item.items else ""
                value = value_of(part, cell, item.column, unit, label)
                if value is not None:
                    line = (tuple(owner), item.items)
                    by_line.setdefault(line, []).append(value)
                    places.setdefault(line, (value.place, value.page))
    ordinals = Ordinals()
    lines = []
    for (owner_names, items), values in by_line.items():
        place, page = places[owner_names, items]
        label = items[-1] if items else ""
        level = 0 if is_total(label) else len(items)
        path = ordinals.unique(Side.NONE, "/".join((*owner_names, *items)))
        lines.append(
            Line(Side.NONE, Scheme.THREE_PUBLIC, "", label, path, level, tuple(values), place, page)
        )
    return lines


def _measures(columns: list[ItemColumn]) -> dict[int, str]:
    """The basis alone where it tells the columns of each item apart, else with its year."""
    plain_keys = [(item.items, item.basis) for item in columns]
    if len(set(plain_keys)) == len(plain_keys):
        return {item.column.index: item.basis for item in columns}
    return {item.column.index: item.basis_with_year for item in columns}
