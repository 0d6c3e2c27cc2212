"""Awards and contracts beside each other: PRC-01, PRC-02, PRC-08, PRC-09, and awards given twice.

Projects are matched by their numbers, written alike (blanks, case and the width of signs do not
matter); facts 3.2.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl

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
from schemas.dataset import ExactDecimal
from schemas.finding import Scope, Severity
from schemas.message import Message

_AGAIN = r"[(]?第?[二三四五六2-6]次(?:招标|采购|公告)?[)]?|[(]重新?(?:招标|采购)[)]|[-_]2$"


def alike(column: str) -> pl.Expr:
    """A number or name as it is compared: half-width, upper case, without blanks."""
    text = pl.col(column).str.normalize("NFKC").str.to_uppercase()
    return text.str.replace_all(r"\s+", "")


def _no_release(dataset: str) -> NotApplicable:
    return NotApplicable(
        Message(
            f"数据集 {dataset} 尚未发布，无法核对",
            f"the dataset {dataset} has no release yet to compare with",
        )
    )


class ExpectContractWithinAward(RuleExpectation):
    """PRC-01: a contract is not dearer than what was awarded, lot by lot.

    Awards of the same project number and supplier are added up; where both contract and awards
    name lots, only those of the contract's lot count. Supplements are left out (see
    ExpectSupplementsWithinShare). The tolerance is 0.01 万元 = 100 元, the rounding of notices.
    """

    rule_id: ClassVar[str] = "PRC-01"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.CROSS_DATASET
    what: ClassVar[Message] = Message(
        "合同金额 {value} 元高于中标（成交）金额 {awarded} 元",
        "The contract of {value} 元 is above the {awarded} 元 awarded",
    )
    advice: ClassVar[Message] = Message(
        "请对照结果公告；是否为同一标项，单位是否一致。",
        "Compare with the award notice: is it the same lot, and the same unit?",
    )
    dataset: str = "procurement_awards"
    project: TextColumn = "project_number"
    supplier: TextColumn = "supplier_name"
    lot: TextColumn = "lot_number"
    amount: NumberColumn = "amount_cny"
    supplements: TextColumn = "supplements_contract_number"
    tolerance_cny: ExactDecimal = Decimal(100)

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        names = (self.project, self.supplier, self.lot, self.amount)
        awards = context.dataset(self.dataset, names)
        if awards is None:
            return _no_release(self.dataset)
        awards = self._matched(awards).filter(pl.col(self.amount).is_not_null())
        project = awards.group_by("_project", "_supplier").agg(
            pl.col(self.amount).sum().alias("_in_all")
        )
        lots = awards.group_by("_project", "_supplier", "_lot").agg(
            pl.col(self.amount).sum().alias("_of_lot")
        )
        return (
            self._matched(frame)
            .join(project, on=["_project", "_supplier"], how="left")
            .join(lots, on=["_project", "_supplier", "_lot"], how="left")
        )

    def _matched(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.with_columns(
            alike(self.project).alias("_project"),
            alike(self.supplier).alias("_supplier"),
            alike(self.lot).alias("_lot"),
        )

    def checks(self) -> tuple[Check, ...]:
        awarded = pl.coalesce("_of_lot", "_in_all")
        above = pl.col(self.amount) - awarded > self.tolerance_cny
        fails = pl.col(self.supplements).is_null() & above
        return (Check(fails, self.amount, parts={"awarded": awarded}),)


class ExpectSupplementsWithinShare(RuleExpectation):
    """PRC-01: the supplements of a contract are ten percent of it at most (政府采购法 art. 49)."""

    rule_id: ClassVar[str] = "PRC-01"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "合同 {original} 的补充合同合计 {sum} 元，超过原合同 {first} 元的 {percent}%",
        "The supplements of contract {original} come to {sum} 元, above {percent} % of its "
        "{first} 元",
    )
    advice: ClassVar[Message] = Message(
        "请核对原合同编号和金额；属实的请告知采购单位。",
        "Check the number and amount of the original; if they are right, tell the purchaser.",
    )
    number: TextColumn = "contract_number"
    supplements: TextColumn = "supplements_contract_number"
    amount: NumberColumn = "amount_cny"
    percent: ExactDecimal = Decimal(10)

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        originals = self._originals(frame)
        released = context.previous_release(self.columns())
        if released is not None:
            originals = pl.concat([originals, self._originals(released)]).unique(
                "_original", keep="first", maintain_order=True
            )
        of_original = alike(self.supplements).alias("_original")
        sums = frame.group_by(of_original).agg(pl.col(self.amount).sum().alias("_sum"))
        return (
            frame.with_columns(of_original)
            .join(originals, on="_original", how="left")
            .join(sums, on="_original", how="left")
        )

    def _originals(self, frame: pl.DataFrame) -> pl.DataFrame:
        first = frame.filter(pl.col(self.supplements).is_null())
        return first.group_by(alike(self.number).alias("_original")).agg(
            pl.col(self.amount).max().alias("_first")
        )

    def checks(self) -> tuple[Check, ...]:
        fails = pl.col("_sum") * 100 > pl.col("_first") * self.percent
        parts = {"sum": pl.col("_sum"), "first": pl.col("_first")}
        columns = {"original": self.supplements}
        return (Check(fails, self.amount, columns=columns, parts=parts),)


class ExpectAwardWithinIntention(RuleExpectation):
    """PRC-02: the awards of a project do not come to more than the budget of its intention.

    Matched by purchaser and name of the project. A budget of an intention is provisional.
    """

    rule_id: ClassVar[str] = "PRC-02"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.CROSS_DATASET
    what: ClassVar[Message] = Message(
        "“{column_title}”{value} 元高于采购意向的预算 {planned} 元",
        "{column_title} of {value} 元 is above the {planned} 元 of the procurement intention",
    )
    advice: ClassVar[Message] = Message(
        "请对照采购意向；预算调整过的可以豁免。",
        "Compare with the intention; where the budget was changed since, waive it.",
    )
    dataset: str = "procurement_intentions"
    purchaser: TextColumn = "purchaser_name"
    project: TextColumn = "project_name"
    amount: NumberColumn = "amount_cny"
    planned: str = "budget_cny"

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        planned = context.dataset(self.dataset, (self.purchaser, self.project, self.planned))
        if planned is None:
            return _no_release(self.dataset)
        keys = (alike(self.purchaser).alias("_purchaser"), alike(self.project).alias("_project"))
        budgets = planned.group_by(*keys).agg(pl.col(self.planned).max().alias("_planned"))
        return frame.with_columns(*keys).join(budgets, on=["_purchaser", "_project"], how="left")

    def checks(self) -> tuple[Check, ...]:
        fails = pl.col(self.amount) > pl.col("_planned")
        return (Check(fails, self.amount, parts={"planned": pl.col("_planned")}),)


class ExpectProjectNumberOfOneProject(RuleExpectation):
    """PRC-08: within a purchaser and a year, a project number stands for one project.

    A second attempt ((二次), 第二次招标) is the same project. Packages of a project share its
    number and its name. Rows of the previous release are looked at too.
    """

    rule_id: ClassVar[str] = "PRC-08"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "项目编号“{value}”在同一采购单位、同一年对应不同的项目名称：{names}",
        "The project number {value} stands for different projects of one purchaser and year: "
        "{names}",
    )
    advice: ClassVar[Message] = Message(
        "请核对项目编号和名称；名称只是写法不同的可以豁免。",
        "Check number and name of the project; waive it where only the wording differs.",
    )
    purchaser: TextColumn = "purchaser_name"
    number: TextColumn = "project_number"
    name: TextColumn = "project_name"
    published_at: MomentColumn = "published_at"

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        released = context.previous_release(self.columns())
        known = [self._named(frame)]
        if released is not None:
            known.append(self._named(released))
        keys = ["_purchaser", "_number", "_year"]
        names = (
            pl.concat(known, how="vertical_relaxed")
            .drop_nulls(["_purchaser", "_number", "_name"])
            .group_by(keys)
            .agg(pl.col("_name").n_unique().alias("_count"), self._hint().alias("_names"))
        )
        named = frame.with_columns(*self._keys())
        return named.join(names, on=keys, how="left", nulls_equal=True)

    def _keys(self) -> tuple[pl.Expr, ...]:
        number = alike(self.number).str.replace_all(_AGAIN, "")
        year = pl.col(self.published_at).dt.year()
        return (
            alike(self.purchaser).alias("_purchaser"),
            number.alias("_number"),
            year.alias("_year"),
        )

    @staticmethod
    def _hint() -> pl.Expr:
        return pl.col("_shown").unique().sort().head(3).str.join("；")

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        name = alike(self.name).str.replace_all(_AGAIN, "")
        return frame.select(*self._keys(), name.alias("_name"), pl.col(self.name).alias("_shown"))

    def checks(self) -> tuple[Check, ...]:
        several = pl.col("_count") > 1
        return (Check(several, self.number, parts={"names": pl.col("_names")}),)


class ExpectNoticeOnce(RuleExpectation):
    """PRC-08: an award or a contract is published once, although notices come by several ways.

    Rows that are written alike in ``same``, with the same days and amount, under another record id
    are the same thing met a second time: the first notice stays, the others are held, so that
    nothing is counted twice. What is released already counts as first. Rows without a supplier say
    too little to be compared.
    """

    rule_id: ClassVar[str] = "PRC-08"
    severity: ClassVar[Severity] = Severity.ERROR
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "同一内容（项目、供应商、金额等都相同）已在公告 {first} 中出现，"
        "这里的公告 {value} 可能是重复发布",
        "The same (project, supplier, amount and the rest) already stands in notice {first}; "
        "notice {value} probably says it again",
    )
    advice: ClassVar[Message] = Message(
        "请比较两份公告：是同一份的，丢弃这一行；不是的，豁免。",
        "Compare the two notices: drop this row where they are the same, waive it where not.",
    )
    notice: TextColumn = "notice_id"
    supplier: TextColumn = "supplier_name"
    same: Annotated[tuple[TextColumn, ...], NonEmpty] = (
        "project_number",
        "project_name",
        "lot_number",
        "lot_name",
    )
    days: tuple[DateColumn, ...] = ()
    amount: NumberColumn = "amount_cny"
    value_published: TextColumn = "value_published"
    published_at: MomentColumn = "published_at"

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        same = self._same()
        keyed = frame.with_columns(**same)
        released = context.previous_release(self.columns())
        if released is None:
            released = frame.clear()
        known = released.filter(~self._stands_in(frame)).with_columns(**same)
        keyed = keyed.with_columns(self._stands_in(released).alias("_old"))
        known = known.with_columns(pl.lit(value=True).alias("_old"))
        shared = [*same, "_old", self.notice, self.published_at]
        every = pl.concat([keyed.select(shared), known.select(shared)], how="vertical_relaxed")
        first = (
            every.sort(pl.col("_old").not_(), self.published_at, self.notice, nulls_last=True)
            .group_by(*same, maintain_order=True)
            .agg(pl.col(self.notice).first().alias("_first"))
        )
        return keyed.join(first, on=list(same), how="left", nulls_equal=True)

    def _stands_in(self, frame: pl.DataFrame) -> pl.Expr:
        return pl.col(self.notice).is_in(frame[self.notice].implode())

    def _same(self) -> dict[str, pl.Expr]:
        amount = pl.coalesce(pl.col(self.amount).cast(pl.String), alike(self.value_published))
        return {
            "_amount": amount,
            **{f"_same_{name}": alike(name) for name in (self.supplier, *self.same)},
            **{f"_day_{name}": pl.col(name) for name in self.days},
        }

    def checks(self) -> tuple[Check, ...]:
        first = pl.col("_first")
        fails = pl.col(self.supplier).is_not_null() & (pl.col(self.notice) != first)
        return (Check(fails, self.notice, parts={"first": first}),)


class ExpectAmountsAgree(RuleExpectation):
    """PRC-09: two amounts that one notice gives for one thing are the same.

    A summary often gives the total of all lots: the amounts of the notice's rows added up may
    agree with it too. Compared to the fen, because a notice says both exactly.
    """

    rule_id: ClassVar[str] = "PRC-09"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value} 元，而公告另一处写为 {other} 元（原文“{other_text}”）",
        "{column_title} is {value} 元, but the notice says {other} 元 in another place "
        "('{other_text}')",
    )
    advice: ClassVar[Message] = Message(
        "以结果或合同部分的金额为准公布；请来源部门更正公告。",
        "The amount of the award or contract section is published; have the notice corrected.",
    )
    notice: TextColumn = "notice_id"
    amount: NumberColumn = "amount_cny"
    other: NumberColumn = "other_amount_cny"
    other_published: TextColumn = "other_value_published"

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        return frame.with_columns(pl.col(self.amount).sum().over(self.notice).alias("_sum"))

    def checks(self) -> tuple[Check, ...]:
        other = pl.col(self.other)
        fails = (pl.col(self.amount) != other) & (pl.col("_sum") != other)
        text = pl.col(self.other_published).fill_null("")
        return (
            Check(fails, self.amount, columns={"other": self.other}, parts={"other_text": text}),
        )
