"""Amounts of procurement notices, row by row: PRC-02, PRC-04, PRC-05, PRC-10.

Source of the rules: facts 3.1 and 3.2 (政府采购法实施条例 art. 43; the notice forms of
财办库〔2020〕50号; GB 32100-2015 for the codes). What a notice says is published as it says it, so
rules that compare its numbers warn; only what cannot be is an error.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl

from expectations.context import RuleContext
from expectations.rule import Check, NonEmpty, NumberColumn, RuleExpectation, TextColumn
from schemas.codes import CodeState, credit_code_state, credit_code_suggestion
from schemas.dataset import ExactDecimal
from schemas.finding import Severity
from schemas.message import Message

TOTAL, AWARDED = "total", "active"
_LOOK_AT_UNIT = Message(
    "请对照公告原文，核对金额和单位（元、万元）。",
    "Compare with the notice: is it the right amount and the right unit (元 or 万元)?",
)


class ExpectAwardWithinLimits(RuleExpectation):
    """PRC-02: what is paid is not above the printed budget or ceiling price."""

    rule_id: ClassVar[str] = "PRC-02"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”{value} 元高于“{limit_title}”{limit} 元",
        "{column_title} of {value} 元 is above {limit_title} of {limit} 元",
    )
    advice: ClassVar[Message] = _LOOK_AT_UNIT
    amount: NumberColumn = "amount_cny"
    limits: Annotated[tuple[NumberColumn, ...], NonEmpty] = ("budget_cny", "ceiling_price_cny")

    def checks(self) -> tuple[Check, ...]:
        return tuple(
            Check(
                pl.col(self.amount) > pl.col(limit),
                self.amount,
                columns={"limit": limit},
                pattern=limit,
            )
            for limit in self.limits
        )


class ExpectProcurementAmountPlausible(RuleExpectation):
    """PRC-02: a total is no smaller than a small purchase and no larger than a county spends.

    The usual cause is a number in 万元 read as 元, or the other way round.
    """

    rule_id: ClassVar[str] = "PRC-02"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value} 元，很少见（一般在 {minimum_cny} 元到 {maximum_cny} 元之间）",
        "{column_title} is {value} 元, which is rare (usually {minimum_cny} to {maximum_cny} 元)",
    )
    advice: ClassVar[Message] = _LOOK_AT_UNIT
    likely_cause: ClassVar[Message] = Message(
        "多半是金额的单位不对", "the unit of the amount is probably another one"
    )
    column: NumberColumn = "amount_cny"
    minimum_cny: ExactDecimal = Decimal(100)
    maximum_cny: ExactDecimal = Decimal(10_000_000_000)

    def checks(self) -> tuple[Check, ...]:
        amount = pl.col(self.column)
        return (
            Check(amount < self.minimum_cny, self.column, pattern="small"),
            Check(amount > self.maximum_cny, self.column, pattern="large"),
        )


class ExpectItemsSumToAmount(RuleExpectation):
    """PRC-04: the items' quantities times their unit prices add up to the amount.

    Only where the amount is a total; a rate or a price per year has no such sum.
    """

    rule_id: ClassVar[str] = "PRC-04"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value} 元，而“{items_title}”为 {items} 元",
        "{column_title} is {value} 元, but {items_title} is {items} 元",
    )
    advice: ClassVar[Message] = Message(
        "公告可能只列了主要标的；否则请核对数量、单价和金额。",
        "The notice may list its main items only; else check quantities, unit prices and amount.",
    )
    amount: NumberColumn = "amount_cny"
    items: NumberColumn = "items_total_cny"
    basis: TextColumn = "amount_basis"
    tolerance_cny: ExactDecimal = Decimal(1)

    def checks(self) -> tuple[Check, ...]:
        amount, items = pl.col(self.amount), pl.col(self.items)
        above = items - amount > self.tolerance_cny
        below = amount - items > self.tolerance_cny
        pattern = pl.when(above).then(pl.lit("above")).otherwise(pl.lit("below"))
        return (
            Check(
                (pl.col(self.basis) == TOTAL) & (above | below),
                self.amount,
                columns={"items": self.items},
                pattern=pattern,
            ),
        )


class ExpectCreditCodeValid(RuleExpectation):
    """PRC-05: a unified social credit code has its form and its check character (GB 32100-2015).

    A warning on the code alone: some codes really issued fail the check (early pilot codes of
    Fujian), and the award is none the worse for it.
    """

    rule_id: ClassVar[str] = "PRC-05"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”的值“{value}”不是有效的统一社会信用代码（{fault}）{guess}",
        "{column_title} '{value}' is no valid unified social credit code ({fault}){guess}",
    )
    advice: ClassVar[Message] = Message(
        "请到国家企业信用信息公示系统核对；早期试点代码确有校验位不符的，可以豁免。",
        "Look it up in the national enterprise register; some early pilot codes do fail the check "
        "and may be waived.",
    )
    column: TextColumn = "supplier_code"

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        codes = frame.get_column(self.column)
        given = codes.drop_nulls().unique()
        states = [credit_code_state(code).value for code in given]
        guesses = [credit_code_suggestion(code) for code in given]
        return frame.with_columns(
            codes.replace_strict(given, states, default=None, return_dtype=pl.String).alias(
                "_state"
            ),
            codes.replace_strict(given, guesses, default=None, return_dtype=pl.String).alias(
                "_guess"
            ),
        )

    def checks(self) -> tuple[Check, ...]:
        state = pl.col("_state")
        return (
            Check(
                state != CodeState.VALID.value,
                self.column,
                parts={"fault": (_said(state, 0), _said(state, 1)), "guess": _guess()},
                pattern=state,
            ),
        )


_FAULTS = {
    CodeState.WRONG_LENGTH.value: ("应为 18 位", "it must have 18 signs"),
    CodeState.WRONG_FORMAT.value: ("含有不允许的字符", "it has a sign that is not allowed"),
    CodeState.WRONG_CHECK.value: ("校验位不符", "its check character does not fit"),
}


def _said(state: pl.Expr, language: int) -> pl.Expr:
    said = {value: words[language] for value, words in _FAULTS.items()}
    return state.replace_strict(said, default="", return_dtype=pl.String)


def _guess() -> tuple[pl.Expr, pl.Expr]:
    guess = pl.col("_guess")
    return (
        pl.when(guess.is_null()).then(pl.lit("")).otherwise("，可能是 " + guess),
        pl.when(guess.is_null()).then(pl.lit("")).otherwise("; perhaps " + guess),
    )


class ExpectAwardConsistent(RuleExpectation):
    """PRC-10: an award has a supplier; an unsuccessful lot has neither supplier nor amount."""

    rule_id: ClassVar[str] = "PRC-10"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "结果是成交，却没有“{column_title}”",
        "The lot was awarded, yet {column_title} is missing",
    )
    advice: ClassVar[Message] = Message(
        "请对照公告；可能是标项和供应商没有读对。",
        "Compare with the notice: are lots and suppliers read rightly?",
    )
    status: TextColumn = "award_status"
    supplier: TextColumn = "supplier_name"
    amount: NumberColumn = "amount_cny"

    def checks(self) -> tuple[Check, ...]:
        status, supplier = pl.col(self.status), pl.col(self.supplier)
        unsuccessful = status == "unsuccessful"
        said = Message(
            "结果是废标（流标），却有“{column_title}”{value}",
            "The lot was unsuccessful, yet {column_title} is {value}",
        )
        return (
            Check((status == AWARDED) & supplier.is_null(), self.supplier, pattern="no_supplier"),
            Check(
                unsuccessful & supplier.is_not_null(), self.supplier, pattern="supplier", what=said
            ),
            Check(
                unsuccessful & pl.col(self.amount).is_not_null(),
                self.amount,
                pattern="amount",
                what=said,
            ),
        )


class ExpectAmountOfTotalOnly(RuleExpectation):
    """PRC-10: an amount in yuan is a total; a price per year or unit, a rate or a discount has
    none."""

    rule_id: ClassVar[str] = "PRC-10"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "金额口径是 {basis}，不是总价，却填了“{column_title}”{value}",
        "The amount is given as {basis}, not as a total, yet {column_title} is {value}",
    )
    advice: ClassVar[Message] = Message(
        "请对照公告原文；按年、按单价或费率报价的，不应换算成总金额。",
        "Compare with the notice; prices per year or unit and rates are not made into totals.",
    )
    amount: NumberColumn = "amount_cny"
    basis: TextColumn = "amount_basis"

    def checks(self) -> tuple[Check, ...]:
        fails = (pl.col(self.basis) != TOTAL) & pl.col(self.amount).is_not_null()
        return (Check(fails, self.amount, columns={"basis": self.basis}),)


class ExpectAmountStated(RuleExpectation):
    """PRC-10: an award or a contract with a supplier says what it costs.

    What platforms show for an amount nobody entered (「0元」) is told by the reader (READ-47), so
    an amount that is printed but not read is left out here.
    """

    rule_id: ClassVar[str] = "PRC-10"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "公告没有写明“{column_title}”", "The notice does not say {column_title}"
    )
    advice: ClassVar[Message] = Message(
        "供应商和金额是公告的法定内容，请告知来源部门补正。",
        "Supplier and amount must stand in the notice by law: have the department add it.",
    )
    amount: NumberColumn = "amount_cny"
    basis: TextColumn = "amount_basis"
    supplier: TextColumn = "supplier_name"
    value_published: TextColumn = "value_published"

    def checks(self) -> tuple[Check, ...]:
        basis = pl.col(self.basis)
        unsaid = pl.col(self.amount).is_null() & pl.col(self.value_published).is_null()
        missing = unsaid & (basis.is_null() | (basis == TOTAL))
        fails = pl.col(self.supplier).is_not_null() & missing
        return (Check(fails, self.amount, pattern="missing"),)
