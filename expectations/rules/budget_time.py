"""When budgets and final accounts are published: BUD-18.

预算法 art. 14: departmental budgets and final accounts are public within twenty days (calendar
days: the text says 二十日) after the finance department's approval (批复). The published tables
hold neither day; the rule applies where a source declares them.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.context import RuleContext
from expectations.rule import AnyColumn, Check, DateColumn, NonEmpty, RuleExpectation
from schemas.finding import Scope, Severity
from schemas.message import Message


class ExpectBookletPublishedInTime(RuleExpectation):
    """BUD-18: a booklet is public at most so many days after its approval.

    Told once per booklet (``booklet``), on the first of its rows by ``row``. Booklets without one
    of the days are left out.
    """

    rule_id: ClassVar[str] = "BUD-18"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "{start_title}为 {start}，{value} 才公开，相隔 {days} 天，规定不超过 {maximum} 天"
        "（预算法第十四条）",
        "{start_title} was {start}, publication {value}: {days} days, {maximum} are allowed "
        "(预算法 art. 14)",
    )
    advice: ClassVar[Message] = Message(
        "请核对来源文件中的两个日期；日期无误则公开逾期，请告知编制单位。",
        "Check both dates in the source file; if they are right, publication was late: tell the "
        "department.",
    )
    start: DateColumn = "approved_on"
    end: DateColumn = "published_on"
    booklet: Annotated[tuple[AnyColumn, ...], NonEmpty] = (
        "organization_name",
        "fiscal_year",
        "stage",
    )
    row: Annotated[tuple[AnyColumn, ...], NonEmpty] = ("table_id", "side", "line_path", "measure")
    maximum: Annotated[int, Field(ge=0)] = 20

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        row = pl.concat_str([pl.col(name).cast(pl.String).fill_null("") for name in self.row])
        return frame.with_columns(
            (pl.col(self.end) - pl.col(self.start)).dt.total_days().alias("_days"),
            row.alias("_place_in_booklet"),
        ).with_columns(
            (pl.col("_place_in_booklet") == pl.col("_place_in_booklet").min().over(self.booklet))
            .fill_null(value=False)
            .alias("_first")
        )

    def checks(self) -> tuple[Check, ...]:
        late = pl.col("_first") & (pl.col("_days") > self.maximum)
        return (
            Check(late, self.end, columns={"start": self.start}, parts={"days": pl.col("_days")}),
        )
