"""Periods and dates of procurements: PRC-03, PRC-06, PRC-07 across notices.

Periods within one notice use ExpectPeriodAtLeast, ExpectPeriodAtMost and ExpectDatesInOrder.
Numbers of days: facts 3.1 (财库〔2020〕10号; 政府采购法 art. 46; 政府采购法实施条例 art. 38).
"""

from __future__ import annotations

from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.context import NotApplicable, RuleContext
from expectations.rule import (
    Check,
    DateColumn,
    MomentColumn,
    NonEmpty,
    NumberColumn,
    RuleExpectation,
    TextColumn,
)
from expectations.rules.procurement_projects import alike
from expectations.working_days import working_days_between
from schemas.dataset import ExactDecimal
from schemas.finding import Scope, Severity
from schemas.message import Message
from schemas.strict import Text

SINGLE_SOURCE = "DYLY"


class ExpectIntentionInTime(RuleExpectation):
    """PRC-07: an intention is published so many days before the end of the month in which the
    procurement is expected (财库〔2020〕10号: thirty days before it starts)."""

    rule_id: ClassVar[str] = "PRC-07"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "{published} 公开，预计采购时间为 {value}，不足 {minimum} 日",
        "Published on {published} for a procurement expected in {value}: less than {minimum} days",
    )
    advice: ClassVar[Message] = Message(
        "请核对两个日期；日期无误则公开晚了，请告知采购单位。",
        "Check both dates; if they are right it was published late: tell the purchaser.",
    )
    month: TextColumn = "expected_month"
    published_on: DateColumn = "published_on"
    minimum: Annotated[int, Field(ge=1)] = 30

    def checks(self) -> tuple[Check, ...]:
        end = (pl.col(self.month) + "-01").str.to_date("%Y-%m-%d", strict=False).dt.month_end()
        days = (end - pl.col(self.published_on)).dt.total_days()
        columns = {"published": self.published_on}
        return (Check(days < self.minimum, self.month, columns=columns),)


class ExpectSingleSourcePublicity(RuleExpectation):
    """PRC-06: a single-source procurement is made public for five working days beforehand.

    Asked only from ``minimum_amount_cny`` on, and only where the notice gives both days: that a
    result notice does not repeat them is no fault.
    """

    rule_id: ClassVar[str] = "PRC-06"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "单一来源公示从 {start} 到 {value} 只有 {days} 个工作日，规定不少于 {minimum} 个工作日",
        "The single-source publicity from {start} to {value} lasts {days} working days; {minimum} "
        "are required",
    )
    advice: ClassVar[Message] = Message(
        "请核对公示日期；属实的请告知采购单位。",
        "Check the dates of the publicity; if they are right, tell the purchaser.",
    )
    method: TextColumn = "procurement_method"
    amount: NumberColumn = "amount_cny"
    start: DateColumn = "single_source_notice_on"
    end: DateColumn = "single_source_notice_until"
    minimum: Annotated[int, Field(ge=1)] = 5
    minimum_amount_cny: ExactDecimal | None = None

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        days, _ = working_days_between(frame.get_column(self.start), frame.get_column(self.end))
        return frame.with_columns(days.alias("_days"))

    def checks(self) -> tuple[Check, ...]:
        fails = (pl.col(self.method) == SINGLE_SOURCE) & (pl.col("_days") < self.minimum)
        if self.minimum_amount_cny is not None:
            fails = fails & (pl.col(self.amount) >= self.minimum_amount_cny)
        return (
            Check(fails, self.end, columns={"start": self.start}, parts={"days": pl.col("_days")}),
        )


class ExpectDaysSinceOtherNotice(RuleExpectation):
    """PRC-03 and PRC-07: between a notice of another dataset and this date lie so many days.

    ``match`` gives, for each column here, the column there that must be written alike; of several
    notices the first counts. ``minimum: 0`` is the order of dates alone.
    """

    rule_id: ClassVar[str] = "PRC-07"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.CROSS_DATASET
    what: ClassVar[Message] = Message(
        "“{column_title}”（{value}）在{of_other}（{other}）之后 {days} 日，规定{bound}",
        "{column_title} ({value}) is {days} days after {of_other} ({other}); {bound}",
    )
    advice: ClassVar[Message] = Message(
        "请核对两个日期；日期无误的请告知来源部门。",
        "Check both dates; if they are right, tell the department.",
    )
    date: MomentColumn
    match: Annotated[dict[TextColumn, str], NonEmpty]
    dataset: str
    other_date: str
    other_title: Text
    minimum: int | None = None
    maximum: int | None = None

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        others = context.dataset(self.dataset, (*self.match.values(), self.other_date))
        if others is None:
            return NotApplicable(
                Message(
                    f"数据集 {self.dataset} 尚未发布，无法核对",
                    f"the dataset {self.dataset} has no release yet to compare with",
                )
            )
        pairs = {f"_key{place}": pair for place, pair in enumerate(self.match.items())}
        here = [alike(name).alias(key) for key, (name, _) in pairs.items()]
        there = [alike(name).alias(key) for key, (_, name) in pairs.items()]
        first = others.group_by(*there).agg(pl.col(self.other_date).dt.date().min().alias("_other"))
        return frame.with_columns(*here).join(first, on=list(pairs), how="left")

    def checks(self) -> tuple[Check, ...]:
        days = (pl.col(self.date).dt.date() - pl.col("_other")).dt.total_days()
        fails, bounds = pl.lit(value=False), []
        if self.minimum is not None:
            fails = fails | (days < self.minimum)
            bounds.append(
                Message(f"不少于 {self.minimum} 日", f"{self.minimum} at least are required")
            )
        if self.maximum is not None:
            fails = fails | (days > self.maximum)
            bounds.append(Message(f"不超过 {self.maximum} 日", f"{self.maximum} are allowed"))
        bound = Message("、".join(one.zh for one in bounds), ", ".join(one.en for one in bounds))
        return (
            Check(
                fails,
                self.date,
                parts={"days": days, "other": pl.col("_other")},
                constants={"bound": bound, "of_other": self.other_title.as_message()},
            ),
        )
