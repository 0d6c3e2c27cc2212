"""Rules on three public expenses (「三公」经费): BUD-08, BUD-10.

Facts 2.4: 合计 = 因公出国（境）费 + 公务接待费 + 公务用车购置及运行费, the last = 购置费 +
运行费. What is paid out of basic expenditure (B6, T6) is a part of the three public expenses (B7,
T7), so no item of the first may be above that of the second.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from expectations.budget_comparing import (
    broken_frame,
    broken_sums,
    cell_en,
    cell_zh,
    exceeds_rounding,
    with_broken,
)
from expectations.budget_lines import DOCUMENT, FEN_PER_YUAN, SIDE, BudgetLinesRule, main_measure
from expectations.budget_references import (
    ITEM_OF_CODE,
    main_three_public_items,
    three_public_items,
)
from expectations.context import RuleContext
from expectations.rule import Check, NumberColumn, RuleExpectation, TextColumn
from expectations.rules.budget_totals import ASK
from schemas.finding import Scope, Severity
from schemas.message import Message

COLUMN = (*SIDE, "measure")
ECONOMIC_TABLES = ("B6", "T6")
WIDER_ITEMS = {
    "overseas_travel": ("overseas_travel", "total"),
    "official_reception": ("official_reception", "total"),
    "vehicle_operation": ("vehicle_operation", "vehicles", "total"),
    "vehicle_purchase": ("vehicle_purchase", "vehicles", "total"),
}
PARTS_OF_VEHICLES = ("vehicle_purchase", "vehicle_operation")
THREE = ("overseas_travel", "official_reception", "vehicles", *PARTS_OF_VEHICLES)
PARTS_OF_ITEMS = (
    ("total", "three", (THREE, (*THREE, "meetings", "training"))),
    ("vehicles", "vehicles", (PARTS_OF_VEHICLES,)),
    ("total_with_meetings", "with meetings", (("total", "meetings", "training"),)),
)


class ExpectThreePublicLinesAddUp(BudgetLinesRule):
    """BUD-08: in the tables of three public expenses (B7, T7) the total is the sum of the three
    (with 会议费 and 培训费 where 合计 takes them in), and vehicles are 购置费 + 运行费.
    """

    rule_id: ClassVar[str] = "BUD-08"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“三公”经费合计与各项不符：{comparison}",
        "Three public expenses do not add up: {comparison}",
    )
    advice: ClassVar[Message] = ASK

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = three_public_items(self.cells(frame))
        once = cells.filter(pl.struct(*COLUMN, "item").is_unique())
        return with_broken(frame, broken_items(once, COLUMN))


def broken_items(cells: pl.DataFrame, on: tuple[str, ...]) -> list[pl.DataFrame]:
    """Totals of three public expenses, of vehicles, and with meetings, that do not add up.

    Purchase and operation of vehicles stand in for their total where that is not printed.
    """
    whole = (pl.col("item") == "vehicles").any().over(on)
    in_whole = whole & pl.col("item").is_in(PARTS_OF_VEHICLES)
    found = []
    for total, pattern, all_parts in PARTS_OF_ITEMS:
        added = pl.concat(
            cells.filter(
                pl.col("item").is_in(parts) & ~(in_whole & (total != "vehicles"))
            ).with_columns(pl.lit(way).alias("way"))
            for way, parts in enumerate(all_parts)
        )
        totals = cells.filter(pl.col("item") == total)
        found.append(broken_sums(totals, added, on, pattern))
    return found


class ExpectThreePublicItemsAddUp(RuleExpectation):
    """BUD-08: the same on the dataset of three public expenses, where an item is a row.

    ``last_digit`` is what the last printed digit was worth, in yuan: it gives the tolerance.
    """

    rule_id: ClassVar[str] = "BUD-08"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "“三公”经费“{column_title}”合计与各项不符：{comparison}",
        "{column_title} of three public expenses does not add up: {comparison}",
    )
    advice: ClassVar[Message] = ASK
    groups: tuple[TextColumn, ...] = ("organization_name", "stage")
    fiscal_year: NumberColumn = "fiscal_year"
    item: TextColumn = "item"
    amounts: tuple[NumberColumn, ...] = ("budget_cny", "final_cny")
    last_digit: NumberColumn = "last_digit_cny"

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        prepared = frame
        for amount in self.amounts:
            cells = self._cells(frame, amount)
            told = with_broken(frame.select("_row"), broken_items(cells, ("group",)))
            names = {"_zh": f"_zh_{amount}", "_en": f"_en_{amount}", "_pattern": f"_of_{amount}"}
            prepared = prepared.join(told.rename(names), on="_row", maintain_order="left")
        return prepared

    def _cells(self, frame: pl.DataFrame, amount: str) -> pl.DataFrame:
        group = pl.concat_str(*self.groups, pl.col(self.fiscal_year).cast(pl.String), separator="|")
        fen = (pl.col(amount) * FEN_PER_YUAN).cast(pl.Int64)
        text = pl.lit("")
        return (
            frame.filter(pl.col(amount).is_not_null() & pl.col(self.item).is_not_null())
            .select(
                "_row",
                group.alias("group"),
                pl.col(self.item).alias("item"),
                fen.alias("fen"),
                (pl.col(self.last_digit) * FEN_PER_YUAN).cast(pl.Int64).fill_null(1).alias("step"),
                text.alias("table"),
                text.alias("title"),
                pl.col(self.item).alias("label"),
                pl.lit(amount).alias("measure"),
                pl.lit(None, pl.Int64).alias("page"),
                pl.col(amount).cast(pl.String).alias("value"),
                pl.lit("元").alias("unit"),
                pl.lit(FEN_PER_YUAN, pl.Int64).alias("fen_per_unit"),
                pl.col(self.item).alias("line_path"),
            )
            .filter(pl.col("group").is_not_null())
            .filter(pl.struct("group", "item").is_unique())
        )

    def checks(self) -> tuple[Check, ...]:
        return tuple(
            Check(
                pl.col(f"_zh_{amount}").is_not_null(),
                amount,
                parts={"comparison": (pl.col(f"_zh_{amount}"), pl.col(f"_en_{amount}"))},
                pattern=pl.col(f"_of_{amount}"),
            )
            for amount in self.amounts
        )


class ExpectBasicItemsWithinThreePublic(BudgetLinesRule):
    """BUD-10: an item of basic expenditure (B6, T6) is not above that item of the three public
    expenses (B7, T7): 30212 因公出国, 30217 公务接待, 30231 车辆运行, 31013 and 30913 车辆购置.

    Where the second prints no such item, it is compared with the next wider one printed there
    (vehicles, the total). The two tables are often in different units; the coarser one counts.
    """

    rule_id: ClassVar[str] = "BUD-10"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "基本支出中的项目大于“三公”经费中的同一项：{comparison}",
        "An item of basic expenditure is above that of the three public expenses: {comparison}",
    )
    advice: ClassVar[Message] = Message(
        "请对照两张表，并核对单位（元、万元）。", "Compare both tables, and their units (元, 万元)."
    )

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        cells = self.cells(frame)
        spent = self._basic_items(cells.filter(pl.col("table").is_in(ECONOMIC_TABLES)))
        limits = self._limits(cells)
        compared = spent.join(limits, on=[*DOCUMENT, "item"], how="inner")
        apart = pl.col("sum") - pl.col("limit").struct.field("fen")
        step = pl.max_horizontal("step", pl.col("limit").struct.field("step"))
        above = compared.filter(exceeds_rounding(apart, pl.col("addends"), step))
        return with_broken(frame, [self._told(above)])

    def _basic_items(self, cells: pl.DataFrame) -> pl.DataFrame:
        item = pl.col("code").replace_strict(ITEM_OF_CODE, default=None, return_dtype=pl.String)
        of_items = main_measure(cells).with_columns(item.alias("item"))
        once = of_items.filter(pl.col("item").is_not_null() & pl.struct(*SIDE, "code").is_unique())
        return (
            once.sort("code")
            .group_by(*DOCUMENT, "item", maintain_order=True)
            .agg(
                pl.col("fen").sum().alias("sum"),
                pl.len().cast(pl.Int64).alias("addends"),
                pl.col("step").max(),
                pl.struct(pl.all()).sort_by("fen", descending=True).first().alias("cell"),
            )
        )

    def _limits(self, cells: pl.DataFrame) -> pl.DataFrame:
        """For each item the narrowest amount printed that takes it in."""
        printed = main_three_public_items(cells)
        once = printed.filter(pl.struct(*DOCUMENT, "item").is_unique())
        rows = [
            once.filter(pl.col("item") == wider).select(
                *DOCUMENT,
                pl.lit(item).alias("item"),
                pl.lit(rank).alias("rank"),
                pl.struct(pl.all()).alias("limit"),
            )
            for item, wide in WIDER_ITEMS.items()
            for rank, wider in enumerate(wide)
        ]
        return pl.concat(rows).sort("rank").unique([*DOCUMENT, "item"], keep="first")

    def _told(self, above: pl.DataFrame) -> pl.DataFrame:
        return broken_frame(
            (
                row["cell"]["_row"],
                f"{cell_zh(row['cell'])}，而{cell_zh(row['limit'])}",
                f"{cell_en(row['cell'])}, while {cell_en(row['limit'])}",
                row["item"],
            )
            for row in above.iter_rows(named=True)
        )
