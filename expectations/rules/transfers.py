"""Rules on transfers to lower governments: BUD-17.

预算法实施条例 art. 6: general transfers are published to the region, special transfers to region
and project. No dataset of this product holds transfers so far; one of that form uses these
classes with its own columns.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.budget_comparing import common_step, exceeds_rounding, yuan_text
from expectations.budget_lines import fen_of
from expectations.context import RuleContext
from expectations.rule import AnyColumn, Check, NonEmpty, NumberColumn, RuleExpectation, TextColumn
from schemas.finding import Scope, Severity
from schemas.message import Message


class ExpectRegionsSumToTotal(RuleExpectation):
    """BUD-17: within a group (a year, a transfer) the amounts of the regions add up to the total
    row.

    Rows whose region is one of ``totals`` are totals. Groups without a total, or with nothing but
    one, are left out. The last digit printed is the largest power of ten that divides all amounts
    of the group.
    """

    rule_id: ClassVar[str] = "BUD-17"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "“{column_title}”合计为 {value}，各地区合计为 {sum}",
        "{column_title} is {value} in all, but the regions add up to {sum}",
    )
    advice: ClassVar[Message] = Message(
        "请核对是否漏列地区，或是否列有小计。",
        "Is a region missing, or is a subtotal listed among them?",
    )
    region: TextColumn
    amount: NumberColumn
    groups: Annotated[tuple[AnyColumn, ...], NonEmpty]
    totals: tuple[str, ...] = ("合计", "总计")

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        fen = fen_of(frame, self.amount).alias("_fen")
        typed = frame.with_columns(fen, pl.col(self.region).is_in(self.totals).alias("_total"))
        summed = (
            typed.filter(~pl.col("_total"))
            .group_by(self.groups)
            .agg(
                pl.col("_fen").sum().alias("_sum"),
                pl.col("_fen").count().cast(pl.Int64).alias("_addends"),
            )
        )
        steps = (
            typed.with_columns(common_step(["_fen"]).alias("_step"))
            .group_by(self.groups)
            .agg(pl.col("_step").min())
        )
        known = typed.join(summed, on=self.groups, how="left", maintain_order="left")
        return known.join(steps, on=self.groups, how="left", maintain_order="left")

    def checks(self) -> tuple[Check, ...]:
        apart = (pl.col("_fen") - pl.col("_sum")).abs()
        differs = exceeds_rounding(apart, pl.col("_addends"), pl.col("_step"))
        total = yuan_text("_sum")
        fails = pl.col("_total") & pl.col("_addends").cast(pl.Boolean) & differs
        return (Check(fails, self.amount, parts={"sum": total}),)


class ExpectSpecialTransfersNameProjects(RuleExpectation):
    """BUD-17: a special transfer names its project."""

    rule_id: ClassVar[str] = "BUD-17"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "专项转移支付没有列项目", "A special transfer does not name its project"
    )
    advice: ClassVar[Message] = Message(
        "预算法实施条例第六条要求专项转移支付公开到具体地区和项目，请告知编制单位。",
        "Article 6 of the regulations on the Budget Law asks for regions and projects: tell the "
        "author.",
    )
    kind: TextColumn
    project: TextColumn
    special: Annotated[tuple[str, ...], Field(min_length=1)] = ("专项转移支付",)

    def checks(self) -> tuple[Check, ...]:
        named = pl.col(self.project).str.strip_chars() != ""
        fails = pl.col(self.kind).is_in(self.special) & ~named.fill_null(value=False)
        return (Check(fails, self.project),)
