"""Rules on the lines of one column of a budget table: BUD-05, BUD-15.

Facts 2.4: 类 = Σ款 = Σ项 and Σ类 = 合计, where a parent whose children are not listed is skipped.
预算法实施条例 art. 6: expenditure is published by function to 项, basic expenditure by economic
class to 款. A code's parent is its prefix; lines without codes stand under the line their path
names.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from expectations.budget_comparing import broken_frame, broken_sums, with_broken
from expectations.budget_lines import SIDE, BudgetLinesRule
from expectations.context import RuleContext
from expectations.rules.budget_totals import (
    ASK,
    BALANCED_ACCOUNTS,
    BALANCED_BUDGETS,
    COLUMN,
    items_in_ways,
)
from schemas.budget_wording import CLASS_CODE_LENGTHS
from schemas.finding import Severity
from schemas.message import Message

BALANCED = (*BALANCED_BUDGETS, *BALANCED_ACCOUNTS)
THREE_PUBLIC = ("B7", "T7")
PARENT_LENGTHS = tuple(sorted(CLASS_CODE_LENGTHS.values(), reverse=True))
TOTALS = ("grand_total", "year_total")


def with_parent_code(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with codes, and the longest prefix of each code that their column prints as well
    (``parent_code``, null where there is none)."""
    printed = cells.select(*COLUMN, pl.col("code").alias("prefix")).unique()
    found = cells
    for length in PARENT_LENGTHS:
        is_shorter = pl.lit(length) < pl.col("code").str.len_chars()
        prefix = pl.when(is_shorter).then(pl.col("code").str.head(length))
        found = found.with_columns(prefix.alias("prefix")).join(
            printed.with_columns(pl.col("prefix").alias(f"prefix_{length}")),
            on=[*COLUMN, "prefix"],
            how="left",
            maintain_order="left",
        )
    longest = pl.coalesce(f"prefix_{length}" for length in PARENT_LENGTHS)
    return found.with_columns(longest.alias("parent_code"))


class ExpectBudgetLinesAddUp(BudgetLinesRule):
    """BUD-05: a line is the sum of the lines below it, and the total that of the topmost lines, in
    every column: by codes (类 = Σ款 = Σ项), or by the labels a line stands under.
    """

    rule_id: ClassVar[str] = "BUD-05"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "上级科目或合计与下级各行之和不符：{comparison}",
        "A line is not the sum of the lines below it: {comparison}",
    )
    advice: ClassVar[Message] = ASK

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        every = self.cells(frame)
        cells = every.filter(~pl.col("table").is_in(THREE_PUBLIC))
        is_coded = (pl.col("code") != "").any().over(SIDE) & ~pl.col("table").is_in(BALANCED)
        coded, labelled = cells.filter(is_coded), cells.filter(~is_coded)
        found = [*self._broken_codes(coded), *self._broken_labels(labelled)]
        return with_broken(frame, found)

    def _broken_codes(self, cells: pl.DataFrame) -> list[pl.DataFrame]:
        lines = with_parent_code(cells.filter(pl.col("code") != ""))
        below = [*COLUMN, "parent_code"]
        once = lines.filter(pl.struct(*COLUMN, "code").is_unique())
        parents = once.with_columns(pl.col("code").alias("parent_code"))
        topmost = lines.filter(pl.col("parent_code").is_null())
        others = cells.filter((pl.col("code") == "") & pl.col("kind").is_in(["item", "carried"]))
        ways = [
            topmost.select(cells.columns).with_columns(pl.lit("codes").alias("way")),
            pl.concat([topmost.select(cells.columns), others]).with_columns(
                pl.lit("all lines").alias("way")
            ),
        ]
        totals = cells.filter((pl.col("code") == "") & pl.col("kind").is_in(TOTALS))
        children = lines.filter(pl.col("parent_code").is_not_null())
        return [
            broken_sums(parents, children, below, "parent"),
            broken_sums(totals, pl.concat(ways), COLUMN, "total"),
        ]

    def _broken_labels(self, cells: pl.DataFrame) -> list[pl.DataFrame]:
        spent = cells.filter(pl.col("side") != "revenue")
        has_more = pl.col("kind").is_in(["year_total", "carried", "carried_part"]).any()
        is_whole = (pl.col("kind") == "grand_total") & ~has_more.over(COLUMN)
        totals = spent.filter(is_whole | (pl.col("kind") == "year_total"))
        return [
            broken_sums(totals, items_in_ways(spent), COLUMN, "total"),
            self._broken_nested(cells),
        ]

    def _broken_nested(self, cells: pl.DataFrame) -> pl.DataFrame:
        first = cells.filter(pl.col("ordinal") == 1)
        below = [*COLUMN, "parent"]
        children = first.filter(pl.col("parent") != "")
        partial = (pl.col("kind") == "of_which").any().over(below)
        parents = first.filter(pl.col("kind").is_in(["item", "nature", "carried"]))
        named = parents.with_columns(pl.col("path").alias("parent"))
        return broken_sums(named, children.filter(~partial), below, "nested")


class ExpectBudgetLinesDetailed(BudgetLinesRule):
    """BUD-15: expenditure by function goes down to 项 (7 digits), basic expenditure by economic
    class to 款 (5 digits).

    One finding for a table, on the first line that ends above. 预备费 (227) has no 款 and no 项.
    Tables without any code are left out: that they have none is for the reader to say.
    """

    rule_id: ClassVar[str] = "BUD-15"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "公开的级次不够细：{comparison}", "The table is not detailed enough: {comparison}"
    )
    advice: ClassVar[Message] = Message(
        "预算法实施条例第六条要求支出按功能分类公开到项、基本支出按经济分类公开到款，请告知编制单位。",
        "Article 6 of the regulations on the Budget Law asks for functions to 项 and economic "
        "classes of basic expenditure to 款: tell the author.",
    )
    function_tables: tuple[str, ...] = ("B3", "B5", "B8", "B9", "T3", "T5", "T8", "T9")
    economic_tables: tuple[str, ...] = ("B6", "T6")
    undivided: tuple[str, ...] = ("227",)

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = self.cells(frame)
        coded = cells.filter((pl.col("code") != "") & ~pl.col("code").is_in(self.undivided))
        function = coded.filter(pl.col("table").is_in(self.function_tables))
        economic = coded.filter(pl.col("table").is_in(self.economic_tables))
        found = [self._ending_above(function, "项", 3), self._ending_above(economic, "款", 2)]
        return with_broken(frame, found)

    def _ending_above(self, cells: pl.DataFrame, name: str, level: int) -> pl.DataFrame:
        above = with_parent_code(cells)
        parents = above.select(*SIDE, pl.col("parent_code").alias("code")).drop_nulls().unique()
        last = cells.join(parents, on=[*SIDE, "code"], how="anti")
        short = last.filter(
            (pl.col("code").str.len_chars() < CLASS_CODE_LENGTHS[level]) & (pl.col("fen") != 0)
        )
        first = (
            short.sort("code", "line_path", "measure")
            .group_by(SIDE, maintain_order=True)
            .agg(
                pl.col("_row", "title").first(),
                pl.col("code").unique(maintain_order=True).alias("codes"),
            )
        )
        return broken_frame(
            (
                row["_row"],
                f"{row['table']} {row['title']}中 {'、'.join(row['codes'][:12])} 没有列到{name}",
                f"in {row['table']} {row['title']} {', '.join(row['codes'][:12])} "
                f"are not divided down to {name}",
                "not_detailed",
            )
            for row in first.iter_rows(named=True)
        )
