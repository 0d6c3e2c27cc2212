"""Which printed amounts of the tables a statement of the narrative is about (BUD-12).

A statement is compared with every cell that may hold the same amount, and contradicts them only
where it agrees with none: 收入预算 may be the total with or without what was carried over.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from expectations.budget_booklets import Booklet, Cell
from schemas.documents.budget.said import FUNCTION
from schemas.documents.budget.subjects import plain_label

THREE_PUBLIC = 7
TEN_THOUSAND = Decimal(10_000)
DOUBTS = 2
PLAIN = 10  # times the last place of a table: less could be any small amount
TABLES_BY_FUNCTION = (5, 8, 9, 3, 2)
_TOTAL = r"(?:收入|支出|收支|收入支出)?(?:总计|合计|共计)"
_YEAR_TOTAL = r"(?:本年|当年)(?:收入|支出)(?:合计|小计|总计)?"
_ANY_TOTAL = rf"{_TOTAL}|{_YEAR_TOTAL}"
_SUM_COLUMN = rf"{_ANY_TOTAL}|小计|金额|本年支出小计|本年收入小计"
_REVENUE_COLUMNS = {
    "fiscal_revenue": r"财政拨款(?:收入)?(?:合计|小计)?",
    "public_revenue": r"一般公共预算.*",
    "fund_revenue": r"政府性基金.*",
    "capital_revenue": r"国有资本.*",
    "business_revenue": r"事业(?:预算)?收入",
    "operating_revenue": r"(?:事业单位)?经营(?:预算)?收入",
    "superior_revenue": r"上级补助(?:预算)?收入",
    "affiliated_revenue": r"附属单位上缴(?:预算)?收入",
    "other_revenue": r"其他(?:预算)?收入",
}


@dataclass(frozen=True, slots=True)
class Selector:
    """Cells of a table: by side, line and column. ``column`` None is the one of the stage."""

    number: int
    line: str
    column: str | None = None
    side: str = ""


def _both(number: int, line: str) -> tuple[Selector, ...]:
    return (Selector(number, line, side="revenue"), Selector(number, line, side="expenditure"))


def _three_public(line: str) -> tuple[Selector, ...]:
    return (Selector(THREE_PUBLIC, line),)


SELECTORS: Mapping[str, tuple[Selector, ...]] = {
    "revenue_total": (
        Selector(1, _ANY_TOTAL, side="revenue"),
        Selector(2, _ANY_TOTAL, _SUM_COLUMN),
    ),
    "expenditure_total": (
        Selector(1, _ANY_TOTAL, side="expenditure"),
        Selector(3, _ANY_TOTAL, _SUM_COLUMN),
    ),
    "balance_total": _both(1, _TOTAL),
    "revenue_year": (
        Selector(1, _ANY_TOTAL, side="revenue"),
        Selector(2, _ANY_TOTAL, _SUM_COLUMN),
    ),
    "expenditure_year": (
        Selector(1, _ANY_TOTAL, side="expenditure"),
        Selector(3, _ANY_TOTAL, _SUM_COLUMN),
    ),
    "fiscal_balance": (*_both(4, _TOTAL), Selector(4, _TOTAL, _SUM_COLUMN)),
    "fiscal_expenditure": (
        Selector(4, _ANY_TOTAL, _SUM_COLUMN, "expenditure"),
        Selector(4, _ANY_TOTAL, side="expenditure"),
    ),
    "public_expenditure": (
        Selector(5, _ANY_TOTAL),
        Selector(5, _ANY_TOTAL, _SUM_COLUMN),
        Selector(4, _ANY_TOTAL, r"一般公共预算.*", "expenditure"),
    ),
    "fund_expenditure": (
        Selector(8, _ANY_TOTAL),
        Selector(8, _ANY_TOTAL, _SUM_COLUMN),
        Selector(4, _ANY_TOTAL, r"政府性基金.*", "expenditure"),
    ),
    "capital_expenditure": (
        Selector(9, _ANY_TOTAL),
        Selector(9, _ANY_TOTAL, _SUM_COLUMN),
        Selector(4, _ANY_TOTAL, r"国有资本.*", "expenditure"),
    ),
    "basic_expenditure": (
        Selector(3, _ANY_TOTAL, r"基本支出.*"),
        Selector(5, _ANY_TOTAL, r"基本支出.*"),
        Selector(6, _ANY_TOTAL, _SUM_COLUMN),
        Selector(1, r"基本支出", side="expenditure"),
    ),
    "project_expenditure": (
        Selector(3, _ANY_TOTAL, r"项目支出.*"),
        Selector(5, _ANY_TOTAL, r"项目支出.*"),
        Selector(1, r"项目支出", side="expenditure"),
    ),
    "public_basic": (
        Selector(5, _ANY_TOTAL, r"基本支出.*"),
        Selector(6, _ANY_TOTAL, _SUM_COLUMN),
    ),
    "personnel": (
        Selector(6, _ANY_TOTAL, r"人员经费.*"),
        Selector(6, r"人员经费(?:合计|小计)?"),
        Selector(6, r"人员经费(?:合计|小计)?", _SUM_COLUMN),
        Selector(5, _ANY_TOTAL, r"人员经费.*"),
    ),
    "operation": (
        Selector(6, _ANY_TOTAL, r"(?:日常)?公用经费.*"),
        Selector(6, r"(?:日常)?公用经费(?:合计|小计)?"),
        Selector(6, r"(?:日常)?公用经费(?:合计|小计)?", _SUM_COLUMN),
        Selector(5, _ANY_TOTAL, r"(?:日常)?公用经费.*"),
    ),
    "three_public_total": _three_public(r"(?!.*(?:公务|出国|机关|会议|培训)).*(?:合计|小计|总计)"),
    "three_public_overseas": _three_public(r".*因公出国.*"),
    "three_public_vehicles": _three_public(
        r"(?:.*公务用车购置(?:费)?[及和]运行(?:维护)?费(?:支出)?(?:/小计|/合计)?|小计)"
    ),
    "three_public_vehicle_purchase": _three_public(r"(?:.*/)?(?:公务用车)?购置费(?:支出)?"),
    "three_public_vehicle_running": _three_public(
        r"(?:.*/)?(?:公务用车)?运行(?:维护)?费(?:用)?(?:支出)?"
    ),
    "three_public_reception": _three_public(r".*公务接待费.*"),
    "agency_operation": _three_public(r".*机关运行(?:经)?费.*"),
} | {
    subject: (
        Selector(1, words, side="revenue"),
        Selector(2, _ANY_TOTAL, words),
        Selector(4, words, side="revenue"),
        *((Selector(4, _ANY_TOTAL, side="revenue"),) if subject == "fiscal_revenue" else ()),
    )
    for subject, words in _REVENUE_COLUMNS.items()
}
"""Subject of a statement (``schemas.documents.budget.subjects.SUBJECTS``) -> where it stands."""


def cells_of(booklet: Booklet, statement: Mapping[str, str]) -> list[Cell]:
    """The cells that may hold the amount of a statement; the likeliest first."""
    subject = statement["subject"]
    if subject.startswith(FUNCTION):
        return _cells_by_function(booklet, subject.removeprefix(FUNCTION).split("/"), statement)
    if not subject:
        return _cells_by_function(booklet, [plain_label(statement["label"])], statement)
    found: list[Cell] = []
    for selector in SELECTORS.get(subject, ()):
        found += [cell for cell in booklet.cells if _selects(selector, cell, booklet, statement)]
    return list(dict.fromkeys(found))


def agreeing(booklet: Booklet, cells: list[Cell], statement: Mapping[str, str]) -> list[Cell]:
    """The cells that hold the amount of a statement, within the rounding of both."""
    amount = Decimal(statement["amount_cny"])
    precision = Decimal(statement["precision_cny"] or 0)
    return [
        cell for cell in cells if abs(cell.amount - amount) <= max(precision, booklet.step(cell))
    ]


def tables_in_doubt(booklet: Booklet) -> list[tuple[str, Mapping[str, str]]]:
    """Tables whose unit the narrative contradicts, each with a statement that does: it gives at
    least :data:`DOUBTS` of their amounts 10 000 times as large or as small, and none as they are.
    """
    doubts: dict[str, dict[str, Mapping[str, str]]] = {}
    confirmed: set[str] = set()
    for statement in booklet.of_kind("amount"):
        if statement["role"] != "current" or Decimal(statement["amount_cny"]) == 0:
            continue
        cells = cells_of(booklet, statement)
        confirmed |= {cell.table for cell in agreeing(booklet, cells, statement)}
        for factor in (TEN_THOUSAND, 1 / TEN_THOUSAND):
            scaled = _scaled(statement, factor)
            for cell in agreeing(booklet, cells, scaled):
                if abs(Decimal(scaled["amount_cny"])) < PLAIN * booklet.step(cell):
                    continue
                doubts.setdefault(cell.table, {}).setdefault(statement["amount_cny"], statement)
    return [
        (table, next(iter(of_table.values())))
        for table, of_table in sorted(doubts.items())
        if len(of_table) >= DOUBTS and table not in confirmed
    ]


def _scaled(statement: Mapping[str, str], factor: Decimal) -> Mapping[str, str]:
    """The statement as if its amount stood in another unit."""
    amount, precision = (
        Decimal(statement[name] or 0) * factor for name in ("amount_cny", "precision_cny")
    )
    return {**statement, "amount_cny": str(amount), "precision_cny": str(precision)}


def adjusted(cells: list[Cell], statement: Mapping[str, str]) -> bool:
    """Whether a statement gives 年初预算 where the tables print a budget that may have been
    adjusted since: they may differ by right."""
    opening = statement["role"] == "opening_budget" and "年初" in statement["sentence"]
    return opening and not any("年初" in cell.measure for cell in cells)


def _selects(
    selector: Selector, cell: Cell, booklet: Booklet, statement: Mapping[str, str]
) -> bool:
    if cell.number != selector.number or (selector.side and cell.side != selector.side):
        return False
    if selector.column is not None and statement["role"] != "current":
        return False
    column = _column(booklet, statement) if selector.column is None else selector.column
    line = _plain_path(cell) if selector.number == THREE_PUBLIC else cell.name
    return bool(
        re.fullmatch(column, re.sub(r"\s", "", cell.measure)) and re.fullmatch(selector.line, line)
    )


def _plain_path(cell: Cell) -> str:
    """The path without ``#2`` and differences of width."""
    return "/".join(
        re.sub(r"[“”\"\s]", "", part).replace("(", "（").replace(")", "）")
        for part in cell.path.partition("#")[0].split("/")
    )


def _column(booklet: Booklet, statement: Mapping[str, str]) -> str:
    """The column that gives this year's figures: 决算数 of final accounts, 预算数 of budgets."""
    if statement["role"] == "opening_budget":
        return r"(?:年初|全年|调整)?预算数?"
    if booklet.stage == "final_accounts":
        return r"决算数?|金额|支出数|收入数"
    return rf"(?:本年|当年|{booklet.year}年(?:度)?)?预算(?:数|额)?|金额"


def _cells_by_function(
    booklet: Booklet, names: list[str], statement: Mapping[str, str]
) -> list[Cell]:
    """Cells of the code whose name, and whose parents' names, are those of the chain."""
    if statement["role"] != "current":
        return []
    codes = {code for code in booklet.names_of_codes if _is_chain(booklet, code, names)}
    if len(codes) != 1:
        return []
    column = f"{_SUM_COLUMN}|{_column(booklet, statement)}"
    found = [
        cell
        for number in TABLES_BY_FUNCTION
        for cell in booklet.cells
        if cell.number == number
        and cell.code in codes
        and cell.scheme == "function"
        and re.fullmatch(column, re.sub(r"\s", "", cell.measure))
    ]
    if len(names) == 1:
        found += [
            cell
            for cell in booklet.cells
            if cell.number in (1, 4)
            and cell.side == "expenditure"
            and _same_name(cell.name, names[0])
            and re.fullmatch(column, re.sub(r"\s", "", cell.measure))
        ]
    return found


def _is_chain(booklet: Booklet, code: str, names: list[str]) -> bool:
    """Whether a code has as many levels as the chain and each level its name."""
    if len(code) != 1 + 2 * len(names):
        return False
    of_code = [booklet.names_of_codes.get(code[: 3 + 2 * level]) for level in range(len(names))]
    return all(
        printed is not None and _same_name(printed, name)
        for printed, name in zip(of_code, names, strict=True)
    )


def _same_name(one: str, other: str) -> bool:
    """Names of classes are written with and without 支出."""
    return one.removesuffix("支出") == other.removesuffix("支出")
