"""Rules on sums and comparisons of numbers of one row (LND-13).

LND-13 (存量住宅用地: 总面积 = 未动工 + 已动工未竣工; 已动工未竣工 ≥ 未销售) needs a dataset this
product does not hold so far; a dataset of that form uses these classes with its own columns.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.rule import Check, NumberColumn, RuleExpectation
from schemas.dataset import ExactDecimal
from schemas.finding import Severity
from schemas.message import Message


class ExpectPartsSumToTotal(RuleExpectation):
    """The parts add up to the total within ``tolerance``. Exact for decimals and integers.

    A row in which the total or any part is missing is left out.
    """

    rule_id: ClassVar[str] = "LND-13"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value}，各部分合计为 {sum}",
        "{column_title} is {value}, but its parts add up to {sum}",
    )
    advice: ClassVar[Message] = Message(
        "请核对合计和各部分；四舍五入造成的差异可在规则中放宽 tolerance。",
        "Check the total and its parts; for differences from rounding, widen `tolerance`.",
    )
    total: NumberColumn
    parts: Annotated[tuple[NumberColumn, ...], Field(min_length=2)]
    tolerance: ExactDecimal = Decimal(0)

    def checks(self) -> tuple[Check, ...]:
        added = pl.col(self.parts[0])
        for part in self.parts[1:]:
            added = added + pl.col(part)
        apart = (pl.col(self.total) - added).abs()
        return (Check(apart > self.tolerance, self.total, parts={"sum": added}),)


class ExpectNotBelow(RuleExpectation):
    """One number is not below another of the same row."""

    rule_id: ClassVar[str] = "LND-13"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”（{value}）小于“{other_title}”（{other}）",
        "{column_title} ({value}) is below {other_title} ({other})",
    )
    advice: ClassVar[Message] = Message(
        "请核对这两个数；列是否对应反了。",
        "Check both numbers; are the columns mapped the wrong way round?",
    )
    column: NumberColumn
    other: NumberColumn

    def checks(self) -> tuple[Check, ...]:
        fails = pl.col(self.column) < pl.col(self.other)
        return (Check(fails, self.column, columns={"other": self.other}),)
