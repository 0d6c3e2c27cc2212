"""Rules on the columns of one line of a budget table: BUD-03, BUD-04.

Facts 2.4: 合计 = 基本支出 + 项目支出 (+ 经营支出 + 上缴上级支出 + 对附属单位补助支出), and
基本支出 = 人员经费 + 公用经费, in every line. A blank cell is not taken for 0: a line whose parts
are all blank, or whose total is, is not compared; of the parts those that are printed are added.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from expectations.budget_comparing import broken_sums, with_broken
from expectations.budget_lines import LINE, SIDE, BudgetLinesRule
from expectations.budget_references import told_subtotals
from expectations.context import RuleContext
from expectations.rules.budget_totals import ASK
from schemas.finding import Severity
from schemas.message import Message

EXPENDITURE_TABLES = ("B3", "B5", "B8", "B9", "T3", "T5", "T8", "T9")
REVENUE_TABLES = ("B2", "T2")
FISCAL_TABLES = ("B4", "T4")
ECONOMIC_TABLES = ("B6", "T6")
GROUP = (*LINE, "group")
EXPENDITURE_PARTS = ("basic", "project", "business", "upward", "affiliated")
BUDGET_PARTS = ("general_budget", "fund_budget", "capital_budget")
NO_SOURCE = ("total", "subtotal", "of_which", "other_year", "amount", "year_revenue")


class ExpectBudgetColumnsAddUp(BudgetLinesRule):
    """BUD-03: in every line 合计 is the sum of its columns: of 基本支出, 项目支出 and the others in
    tables of expenditure, of the sources in tables of revenue, of the three budgets in B4 and T4.
    """

    rule_id: ClassVar[str] = "BUD-03"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "合计与各列不符：{comparison}",
        "A total is not the sum of its columns: {comparison}",
    )
    advice: ClassVar[Message] = ASK

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = self.cells(frame)
        expenditure = told_subtotals(cells.filter(pl.col("table").is_in(EXPENDITURE_TABLES)))
        fiscal = cells.filter(pl.col("table").is_in(FISCAL_TABLES))
        found = [
            self._broken(expenditure, EXPENDITURE_PARTS),
            self._broken(fiscal, BUDGET_PARTS),
            self._broken_revenue(cells.filter(pl.col("table").is_in(REVENUE_TABLES))),
        ]
        return with_broken(frame, found)

    def _broken(self, cells: pl.DataFrame, roles: tuple[str, ...]) -> pl.DataFrame:
        totals = cells.filter(pl.col("role") == "total")
        parts = cells.filter(pl.col("role").is_in(roles))
        return broken_sums(totals, parts, GROUP, "columns")

    def _broken_revenue(self, cells: pl.DataFrame) -> pl.DataFrame:
        """合计 of all sources. 财政拨款 may stand beside its three parts, and 小计 beside the
        sources it adds up, so the sources are taken with the parts, or with the sums."""
        is_sum = pl.col("measure").str.contains("小计$") | (pl.col("role") == "year_revenue")
        is_source = ~pl.col("role").is_in(NO_SOURCE) & ~is_sum
        is_part = pl.col("role").is_in(BUDGET_PARTS)
        ways = (
            ("parts", is_source & (pl.col("role") != "fiscal")),
            ("fiscal", is_source & ~is_part),
            ("sums", is_sum),
            ("sums and others", is_sum | (is_source & ~is_part & (pl.col("role") != "fiscal"))),
        )
        totals = cells.filter(pl.col("role") == "total")
        parts = [cells.filter(of).with_columns(pl.lit(way).alias("way")) for way, of in ways]
        return broken_sums(totals, pl.concat(parts), LINE, "sources")


class ExpectBasicExpenditureAddsUp(BudgetLinesRule):
    """BUD-04: 基本支出 = 人员经费 + 公用经费 in every line of B5 and the like, and so 合计 in B6
    and T6; in final accounts that print 人员经费合计 and 公用经费合计 as lines, they are the sums
    of the classes of each (T6: 301 and 303 are 人员经费).
    """

    rule_id: ClassVar[str] = "BUD-04"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "基本支出与人员经费、公用经费之和不符：{comparison}",
        "Basic expenditure is not 人员经费 + 公用经费: {comparison}",
    )
    advice: ClassVar[Message] = ASK
    staff_classes: tuple[str, ...] = ("301", "303")

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = self.cells(frame)
        economic = cells.filter(pl.col("table").is_in(ECONOMIC_TABLES))
        functional = told_subtotals(cells.filter(pl.col("table").is_in(EXPENDITURE_TABLES)))
        found = [
            self._broken(functional, ("basic",)),
            self._broken(economic, ("total", "basic")),
            self._broken_lines(economic),
        ]
        return with_broken(frame, found)

    def _broken(self, cells: pl.DataFrame, roles: tuple[str, ...]) -> pl.DataFrame:
        totals = cells.filter(pl.col("role").is_in(roles))
        parts = cells.filter(pl.col("role").is_in(["staff", "operating"]))
        return broken_sums(totals, parts, GROUP, "basic")

    def _broken_lines(self, cells: pl.DataFrame) -> pl.DataFrame:
        column = [*SIDE, "measure", "kind"]
        totals = cells.filter(pl.col("kind").is_in(["staff_total", "operating_total"]))
        is_staff = pl.col("code").is_in(self.staff_classes)
        kind = pl.when(is_staff).then(pl.lit("staff_total")).otherwise(pl.lit("operating_total"))
        classes = cells.filter(pl.col("code").str.contains("^3[0-9]{2}$"))
        return broken_sums(totals, classes.with_columns(kind.alias("kind")), column, "classes")
