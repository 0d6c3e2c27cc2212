"""Rules between tables of one document: BUD-06, BUD-07.

Facts 2.4: B2 合计 = B1 收入总计; B3 合计 = B1 支出总计; B4 支出 = B5 + B8 + B9; Σ 经济分类 of B6
= 基本支出 of B5; and so in final accounts (T1 … T9), where T2 and T3 are about the year alone. A
table that a document does not have, or whose total is not printed, is compared with nothing.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from expectations.budget_comparing import broken_sums, with_broken
from expectations.budget_lines import DOCUMENT, BudgetLinesRule, main_measure
from expectations.budget_references import (
    balance_totals,
    of_the_year,
    told_subtotals,
    total_line,
)
from expectations.context import RuleContext
from expectations.rules.budget_columns import BUDGET_PARTS
from expectations.rules.budget_totals import ASK
from schemas.finding import Severity
from schemas.message import Message

REVENUE, EXPENDITURE = "revenue", "expenditure"
TOTALS_OF_BALANCE = (
    ("B2", "B1", REVENUE),
    ("B3", "B1", EXPENDITURE),
    ("T2", "T1", REVENUE),
    ("T3", "T1", EXPENDITURE),
)
TABLES_OF_BUDGETS = {
    "B4": (("B5", "general_budget"), ("B8", "fund_budget"), ("B9", "capital_budget")),
    "T4": (("T5", "general_budget"), ("T8", "fund_budget"), ("T9", "capital_budget")),
}
BASIC_TABLES = (("B5", "B6"), ("T5", "T6"))


class ExpectBudgetTablesAgree(BudgetLinesRule):
    """BUD-07: totals of one thing are the same in all tables: B2 and B3 as B1, B5, B8 and B9 as the
    columns of B4 (together as its total, where it has no such columns); T likewise.

    B1 may print a total of the year and one with carry-overs; either will do.
    """

    rule_id: ClassVar[str] = "BUD-07"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "两张表中的同一合计不一致：{comparison}", "Tables disagree on one total: {comparison}"
    )
    advice: ClassVar[Message] = ASK

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = told_subtotals(self.cells(frame))
        main = main_measure(cells)
        found = [
            broken_sums(
                total_line(main, table), balance_totals(main, balance, side), DOCUMENT, table
            )
            for table, balance, side in TOTALS_OF_BALANCE
        ]
        for balance, of_budgets in TABLES_OF_BUDGETS.items():
            found += self._broken_columns(cells, main, balance, of_budgets)
            found.append(self._broken_whole(cells, main, balance, of_budgets))
        return with_broken(frame, found)

    def _broken_columns(
        self,
        cells: pl.DataFrame,
        main: pl.DataFrame,
        balance: str,
        of_budgets: tuple[tuple[str, str], ...],
    ) -> list[pl.DataFrame]:
        totals = balance_totals(cells, balance, EXPENDITURE)
        return [
            broken_sums(
                total_line(main, table), totals.filter(pl.col("role") == role), DOCUMENT, table
            )
            for table, role in of_budgets
        ]

    def _broken_whole(
        self,
        cells: pl.DataFrame,
        main: pl.DataFrame,
        balance: str,
        of_budgets: tuple[tuple[str, str], ...],
    ) -> pl.DataFrame:
        columns = balance_totals(cells, balance, EXPENDITURE)
        with_columns = columns.filter(pl.col("role").is_in(BUDGET_PARTS))
        totals = of_the_year(main, balance, EXPENDITURE)
        alone = totals.join(with_columns.select(DOCUMENT), on=DOCUMENT, how="anti")
        parts = [total_line(main, table) for table, _ in of_budgets]
        return broken_sums(alone, pl.concat(parts), DOCUMENT, balance)


class ExpectBasicExpenditureAgrees(BudgetLinesRule):
    """BUD-06: basic expenditure in all is the same by function (B5, T5) and by economic class (B6,
    T6): the total of the latter, or the sum of its classes where none is printed; 人员经费 and
    公用经费 likewise where both tables print them.
    """

    rule_id: ClassVar[str] = "BUD-06"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "基本支出按功能分类与按经济分类的合计不一致：{comparison}",
        "Basic expenditure differs by function and by economic class: {comparison}",
    )
    advice: ClassVar[Message] = ASK

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = told_subtotals(self.cells(frame))
        found = [
            broken
            for functional, economic in BASIC_TABLES
            for broken in self._broken(cells, functional, economic)
        ]
        return with_broken(frame, found)

    def _broken(self, cells: pl.DataFrame, functional: str, economic: str) -> list[pl.DataFrame]:
        totals = total_line(cells, functional).filter(pl.col("group") == "")
        basic = totals.filter(pl.col("role") == "basic")
        of_economic = cells.filter(pl.col("table") == economic)
        main = main_measure(of_economic)
        classes = pl.col("code").str.contains("^[0-9]{3}$")
        halves = pl.col("kind").is_in(["staff_total", "operating_total"])
        ways = (
            ("total", total_line(main, economic)),
            ("classes", main.filter(classes)),
            ("halves", main.filter(halves)),
        )
        parts = [of_way.with_columns(pl.lit(way).alias("way")) for way, of_way in ways]
        split = pl.col("role").is_in(["staff", "operating"])
        return [
            broken_sums(basic, pl.concat(parts), DOCUMENT, "basic"),
            broken_sums(
                totals.filter(split),
                total_line(of_economic, economic).filter(split),
                [*DOCUMENT, "role"],
                "split",
            ),
        ]
