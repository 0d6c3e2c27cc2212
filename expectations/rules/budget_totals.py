"""Rules on the tables that balance revenue and expenditure: BUD-01, BUD-02, BUD-09.

Facts 2.4 and the official forms of departmental budgets (B1, B4) and final accounts (T1, T4, T8,
T9): 收入总计 = 支出总计; 收入总计 = 本年收入 + 上年结转 (+ 使用非财政拨款结余); 支出总计 = 本年支出
(+ 结余分配) + 年末结转和结余. A published document with such an error is released as printed, so
these are warnings. Differences that rounding explains, (n + 1) · ½ of the last printed digit for n
addends, are none.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from expectations.budget_comparing import broken_sums, with_broken
from expectations.budget_lines import LINE, SIDE, TABLE, BudgetLinesRule, main_measure
from expectations.context import RuleContext
from schemas.finding import Severity
from schemas.message import Message

BALANCED_BUDGETS = ("B1", "B4")
BALANCED_ACCOUNTS = ("T1", "T4")
ACCOUNTS_OF_FUNDS = ("T8", "T9")
COLUMN = (*SIDE, "measure")

ASK = Message(
    "请对照原文。若原文如此，数字按原文发布，请告知编制单位；若原文不同，请检查读取。",
    "Compare with the document. If it says so, the numbers are published as printed: tell its "
    "author; if not, look at how it was read.",
)


class ExpectBudgetSidesBalance(BudgetLinesRule):
    """BUD-01: the total of revenue is the total of expenditure (B1, B4, T1, T4)."""

    rule_id: ClassVar[str] = "BUD-01"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "收入总计与支出总计不相等：{comparison}",
        "Total revenue is not total expenditure: {comparison}",
    )
    advice: ClassVar[Message] = ASK
    tables: tuple[str, ...] = (*BALANCED_BUDGETS, *BALANCED_ACCOUNTS)

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = main_measure(self.cells(frame).filter(pl.col("table").is_in(self.tables)))
        totals = cells.filter(pl.col("kind") == "grand_total")
        revenue = totals.filter(pl.col("side") == "revenue")
        expenditure = totals.filter(pl.col("side") == "expenditure")
        return with_broken(frame, [broken_sums(revenue, expenditure, TABLE, "sides")])


def top_lines(cells: pl.DataFrame) -> pl.DataFrame:
    """Lines that stand under no other line: neither by their path, nor as a repetition of it (the
    parts of a carry-over repeat the names of the year's items), nor as a part of another kind."""
    first = cells.filter(pl.col("ordinal") == 1)
    above = first.filter(pl.col("kind") != "year_total").select(
        *COLUMN, pl.col("path").alias("parent")
    )
    return first.join(above, on=[*COLUMN, "parent"], how="anti")


def brought_and_left(cells: pl.DataFrame) -> pl.DataFrame:
    """What is carried in, used, allocated or carried out, each whole: a side that prints only
    the parts of it gives the parts."""
    whole = (pl.col("kind") == "carried").any().over(COLUMN)
    part = (pl.col("kind") == "carried_part") & ~whole
    return top_lines(cells).filter((pl.col("kind") == "carried") | part)


def items_in_ways(cells: pl.DataFrame) -> pl.DataFrame:
    """The items of a side, in the ways in which they may add up to its total: all of them, or, as
    some forms list expenditure by function and again by nature, either of the two."""
    items = top_lines(cells).filter(pl.col("kind").is_in(["item", "nature"]))
    kinds = (("all", ["item", "nature"]), ("function", ["item"]), ("nature", ["nature"]))
    return pl.concat(
        items.filter(pl.col("kind").is_in(of_way)).with_columns(pl.lit(way).alias("way"))
        for way, of_way in kinds
    )


class _BalancedTotals(BudgetLinesRule):
    def _broken_grand_totals(self, cells: pl.DataFrame) -> pl.DataFrame:
        """总计 against 本年合计, or the items where it is not printed, and what is carried."""
        totals = cells.filter(pl.col("kind") == "grand_total")
        of_year = cells.filter(pl.col("kind") == "year_total").with_columns(
            pl.lit("year").alias("way")
        )
        without = items_in_ways(cells).join(of_year, on=COLUMN, how="anti")
        ways = pl.concat([of_year, without])
        carried = brought_and_left(cells).join(ways.select(*COLUMN, "way").unique(), on=COLUMN)
        parts = pl.concat([ways, carried.select(ways.columns)])
        is_split = pl.col("kind").is_in(["year_total", "carried", "carried_part"]).any()
        is_revenue = pl.col("side") == "revenue"
        told = parts.filter(is_revenue | is_split.over(COLUMN))
        return broken_sums(totals, told, COLUMN, "grand_total")

    def _broken_years_revenue(self, cells: pl.DataFrame) -> pl.DataFrame:
        """本年收入合计 against its items."""
        revenue = cells.filter(pl.col("side") == "revenue")
        totals = revenue.filter(pl.col("kind") == "year_total")
        return broken_sums(totals, items_in_ways(revenue), COLUMN, "year_total")


class ExpectBudgetRevenueAddsUp(_BalancedTotals):
    """BUD-02: in a budget 收入总计 is this year's revenue with what is carried over, 支出总计 this
    year's expenditure with what is carried to the next, and 本年收入 the sum of its items (B1, B4).
    """

    rule_id: ClassVar[str] = "BUD-02"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "收支总计与各项不符：{comparison}",
        "A total is not the sum of its items: {comparison}",
    )
    advice: ClassVar[Message] = ASK
    tables: tuple[str, ...] = BALANCED_BUDGETS

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = self.cells(frame).filter(pl.col("table").is_in(self.tables))
        found = [self._broken_grand_totals(cells), self._broken_years_revenue(cells)]
        return with_broken(frame, found)


class ExpectFinalAccountsBalance(_BalancedTotals):
    """BUD-09: in final accounts 收入总计 = 本年收入 + 使用非财政拨款结余 + 年初结转和结余,
    支出总计 = 本年支出 + 结余分配 + 年末结转和结余 (T1, T4); carry-overs are the sum of their
    parts (T4); and 年末结转和结余 = 年初结转和结余 + 本年收入 - 本年支出 in each line (T8, T9).
    """

    rule_id: ClassVar[str] = "BUD-09"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "决算收支与结转结余不符：{comparison}",
        "The final accounts do not balance: {comparison}",
    )
    advice: ClassVar[Message] = ASK
    tables: tuple[str, ...] = BALANCED_ACCOUNTS
    fund_tables: tuple[str, ...] = ACCOUNTS_OF_FUNDS

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = self.cells(frame)
        balanced = cells.filter(pl.col("table").is_in(self.tables))
        found = [
            self._broken_grand_totals(balanced),
            self._broken_years_revenue(balanced),
            self._broken_carry_overs(balanced),
            self._broken_closings(cells.filter(pl.col("table").is_in(self.fund_tables))),
        ]
        return with_broken(frame, found)

    def _broken_carry_overs(self, cells: pl.DataFrame) -> pl.DataFrame:
        """A carry-over that is the only one of its side, against the items printed again."""
        carried = brought_and_left(cells).filter(pl.col("kind") == "carried")
        only = carried.filter(pl.struct(COLUMN).is_unique())
        again = cells.filter((pl.col("kind") == "item") & (pl.col("ordinal") == 2))
        return broken_sums(only, again, COLUMN, "carry_over")

    def _broken_closings(self, cells: pl.DataFrame) -> pl.DataFrame:
        signs = {"opening": 1, "year_revenue": 1, "total": -1, "subtotal": -1}
        sign = pl.col("role").replace_strict(signs, default=None, return_dtype=pl.Int64)
        parts = cells.with_columns(sign.alias("sign")).filter(pl.col("sign").is_not_null())
        closings = cells.filter(pl.col("role") == "closing")
        return broken_sums(closings, parts, LINE, "closing")
