"""Rules on periods between two dates (LND-11): notice periods and publication deadlines.

Numbers come with the dataset file. Land, after 国土资源部令39号 art. 8, 17, 20: a transfer notice
20 days at least before bidding begins, a listing open 10 days at least, the result published
within 10 working days.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import polars as pl
from pydantic import Field

from expectations.context import RuleContext
from expectations.rule import Check, MomentColumn, RuleExpectation
from expectations.working_days import working_days_between
from schemas.finding import Severity
from schemas.message import Message

_PROVISIONAL = (
    pl.when(pl.col("_provisional"))
    .then(pl.lit("（节假日安排未公布，暂按周一至周五计）"))
    .otherwise(pl.lit("")),
    pl.when(pl.col("_provisional"))
    .then(pl.lit(" (holidays not yet known; Monday to Friday counted)"))
    .otherwise(pl.lit("")),
)


class _Period(RuleExpectation):
    start: MomentColumn
    end: MomentColumn
    kind: Literal["calendar_days", "working_days"] = "calendar_days"

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        start, end = (_local_day(frame.get_column(name)) for name in (self.start, self.end))
        if self.kind == "working_days":
            days, provisional = working_days_between(start, end)
        else:
            days = (end - start).dt.total_days()
            provisional = pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
        return frame.with_columns(days.alias("_days"), provisional.alias("_provisional"))

    def _check(self, fails: pl.Expr) -> Check:
        unit = {
            "calendar_days": Message("日", "days"),
            "working_days": Message("个工作日", "working days"),
        }
        return Check(
            fails,
            self.end,
            columns={"start": self.start},
            parts={"days": pl.col("_days"), "note": _PROVISIONAL},
            constants={"unit": unit[self.kind]},
        )


def _local_day(moments: pl.Series) -> pl.Series:
    """The day by the clock of the column's own time zone."""
    return moments.dt.date() if isinstance(moments.dtype, pl.Datetime) else moments


class ExpectPeriodAtLeast(_Period):
    """LND-11: from ``start`` to ``end`` at least so many days pass."""

    rule_id: ClassVar[str] = "LND-11"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "从“{start_title}”{start} 到“{column_title}”{value} 只有 {days} {unit}，"
        "规定不少于 {minimum} {unit}{note}",
        "From {start_title} {start} to {column_title} {value} there are only {days} {unit}; "
        "{minimum} are required{note}",
    )
    advice: ClassVar[Message] = Message(
        "请核对两个日期；日期无误则公示期不足，请告知来源部门。",
        "Check both dates; if they are right the period was too short: tell the department.",
    )
    minimum: Annotated[int, Field(ge=0)]

    def checks(self) -> tuple[Check, ...]:
        return (self._check(pl.col("_days") < self.minimum),)


class ExpectPeriodAtMost(_Period):
    """LND-11: from ``start`` to ``end`` at most so many days pass."""

    rule_id: ClassVar[str] = "LND-11"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "从“{start_title}”{start} 到“{column_title}”{value} 有 {days} {unit}，"
        "规定不超过 {maximum} {unit}{note}",
        "From {start_title} {start} to {column_title} {value} there are {days} {unit}; "
        "{maximum} are allowed{note}",
    )
    advice: ClassVar[Message] = Message(
        "请核对两个日期；日期无误则公开逾期，请告知来源部门。",
        "Check both dates; if they are right, publication was late: tell the department.",
    )
    maximum: Annotated[int, Field(ge=0)]

    def checks(self) -> tuple[Check, ...]:
        return (self._check(pl.col("_days") > self.maximum),)
