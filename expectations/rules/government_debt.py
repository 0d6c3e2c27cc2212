"""Rules on the debt of local governments: BUD-16.

预算法 art. 35: debt stands within the limit set for it, general and special debt each by itself;
and 年末余额 = 年初余额 + 发行（转贷） - 还本 (± what is transferred or written off). Tables print
亿元 or 万元; the last digit printed is taken to be the largest power of ten that divides all
amounts of one table, so n addends may be (n + 1) · ½ of it apart. Documents with such an error are
released as printed: these rules warn.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from expectations.budget_comparing import common_step, exceeds_rounding, yuan_text
from expectations.budget_lines import fen_of
from expectations.context import RuleContext
from expectations.rule import Check, NumberColumn, RuleExpectation, TextColumn
from schemas.finding import Scope, Severity
from schemas.message import Message


class ExpectDebtWithinLimit(RuleExpectation):
    """BUD-16: the balance at the end of the year is not above the limit."""

    rule_id: ClassVar[str] = "BUD-16"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "年末余额 {value} 元大于债务限额 {limit} 元",
        "The balance of {value} 元 is above the limit of {limit} 元",
    )
    advice: ClassVar[Message] = Message(
        "请核对限额与余额的单位（亿元、万元），以及是否为同一类债务。",
        "Check the units of both (亿元, 万元), and that they are of one kind of debt.",
    )
    limit: NumberColumn = "limit_cny"
    balance: NumberColumn = "balance_cny"

    def checks(self) -> tuple[Check, ...]:
        fails = pl.col(self.balance) > pl.col(self.limit)
        return (Check(fails, self.balance, columns={"limit": self.limit}),)


class ExpectDebtMovementAddsUp(RuleExpectation):
    """BUD-16: the balance at the end of the year is that at its beginning with what was issued,
    without what was repaid. A beginning that is not printed is last year's end, from the batch or
    the release. Rows without a beginning, an end, or both issue and repayment are left out.
    """

    rule_id: ClassVar[str] = "BUD-16"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "年末余额 {value} 元与年初余额加发行减还本所得的 {sum} 元不符",
        "The balance is {value} 元, but beginning, issue and repayment give {sum} 元",
    )
    advice: ClassVar[Message] = Message(
        "请核对各数；如有划转、核销等其他增减，请映射到 other_change_cny。",
        "Check the numbers; map transfers, write-offs and the like to other_change_cny.",
    )
    keys: tuple[TextColumn, ...] = ("division_code", "debt_kind")
    fiscal_year: NumberColumn = "fiscal_year"
    opening: NumberColumn = "opening_balance_cny"
    issued: NumberColumn = "issued_cny"
    repaid: NumberColumn = "principal_repaid_cny"
    other: NumberColumn = "other_change_cny"
    balance: NumberColumn = "balance_cny"
    beside: tuple[NumberColumn, ...] = ("limit_cny", "interest_paid_cny")
    """Further amounts of the table, which tell how many digits it prints."""
    table: tuple[TextColumn, ...] = ("division_code",)
    """Rows of one year that agree in these stand in one table."""

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        fen = {name: f"_fen_{name}" for name in self._amounts()}
        typed = frame.with_columns(fen_of(frame, name).alias(given) for name, given in fen.items())
        key = [*self.keys, self.fiscal_year]
        before = self._last_year(frame, context)
        known = typed.join(before, on=key, how="left", maintain_order="left")
        opening = pl.coalesce(fen[self.opening], "_before")
        moves = pl.concat_list(
            pl.col(fen[self.issued]), -pl.col(fen[self.repaid]), pl.col(fen[self.other])
        ).list.drop_nulls()
        told = known.with_columns(
            (opening + moves.list.sum()).alias("_sum"),
            (moves.list.len().cast(pl.Int64) + 1).alias("_addends"),
            pl.any_horizontal(pl.col(fen[self.issued], fen[self.repaid]).is_not_null()).alias(
                "_moves"
            ),
            common_step([*fen.values()]).min().over(*self.table, self.fiscal_year).alias("_step"),
        )
        return told.rename({fen[self.balance]: "_balance"})

    def _amounts(self) -> list[str]:
        own = [self.opening, self.issued, self.repaid, self.other, self.balance]
        return [*own, *self.beside]

    def _last_year(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        """Balances, by the key of the year that follows; the batch stands before the release."""
        wanted = [*self.keys, self.fiscal_year, self.balance]
        previous = context.previous_release(wanted)
        known = frame.select(wanted)
        if previous is not None:
            known = pl.concat([known, previous.select(wanted).cast(known.schema)])
        ended = known.drop_nulls().unique(
            [*self.keys, self.fiscal_year], keep="first", maintain_order=True
        )
        following = (pl.col(self.fiscal_year) + 1).alias(self.fiscal_year)
        return ended.select(*self.keys, following, fen_of(ended, self.balance).alias("_before"))

    def checks(self) -> tuple[Check, ...]:
        apart = (pl.col("_balance") - pl.col("_sum")).abs()
        fails = pl.col("_moves") & exceeds_rounding(apart, pl.col("_addends"), pl.col("_step"))
        total = yuan_text("_sum")
        return (Check(fails, self.balance, parts={"sum": total}),)
