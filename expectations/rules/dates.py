"""Rules on the order of dates (LND-05)."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.rule import Check, MomentColumn, RuleExpectation
from schemas.finding import Severity
from schemas.message import Message

# Departments fill empty dates with 1900-01-01 or 1901-01-02 and open ends with years from 2100 on.
FIRST_REAL_DAY = dt.date(1902, 1, 1)
FIRST_OPEN_END = dt.date(2100, 1, 1)


class ExpectDatesInOrder(RuleExpectation):
    """LND-05: each date is on or after all dates named before it.

    For land: 签订 ≤ 交地 ≤ 开工 ≤ 竣工, and actual start and completion on or after signing.
    Missing dates and fillers (before 1902, from 2100 on) are left out of the comparison; of a time
    the day counts.
    """

    rule_id: ClassVar[str] = "LND-05"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”（{value}）早于“{earlier_title}”（{earlier}）",
        "{column_title} ({value}) is before {earlier_title} ({earlier})",
    )
    advice: ClassVar[Message] = Message(
        "请核对这两个日期；若多行如此，可能是日期列对应错了。",
        "Check both dates; if many rows are so, the date columns may be mapped wrongly.",
    )
    dates: Annotated[tuple[MomentColumn, ...], Field(min_length=2)]

    def checks(self) -> tuple[Check, ...]:
        return tuple(
            self._check(name, self.dates[:position])
            for position, name in enumerate(self.dates)
            if position > 0
        )

    def _check(self, name: str, before: tuple[str, ...]) -> Check:
        latest = pl.max_horizontal(_real(one) for one in before)
        which = pl.coalesce(
            pl.when(_real(one) == latest).then(pl.lit(one)) for one in reversed(before)
        )
        return Check(
            _real(name) < latest,
            name,
            parts={"earlier": latest},
            titles={"earlier_title": which},
            pattern=which,
        )


def _real(name: str) -> pl.Expr:
    date = pl.col(name).dt.date()
    return pl.when((date >= FIRST_REAL_DAY) & (date < FIRST_OPEN_END)).then(date)
