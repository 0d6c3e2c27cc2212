"""Rules that compare a parcel with others: LND-06, LND-07, LND-10.

LND-06 needs a dataset of instalments (分期支付约定), which no dataset of this product holds so far;
a dataset may use it once there is one. LND-12 (supply plan against supply to date) is a report
and no rule: nothing in it is wrong or right.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.context import NotApplicable, RuleContext
from expectations.rule import (
    AnyColumn,
    Check,
    DateColumn,
    NonEmpty,
    NumberColumn,
    RuleExpectation,
    TextColumn,
)
from schemas.dataset import ExactDecimal
from schemas.finding import Scope, Severity
from schemas.message import Message


class ExpectUnitPriceNearMedian(RuleExpectation):
    """LND-07: a price per m² within ten times the median of its county, use and year.

    Groups with fewer than ``minimum_rows`` prices have no median worth the name and are left
    out. Medians are taken within the batch; they are binary floats, which is enough for a factor.
    """

    rule_id: ClassVar[str] = "LND-07"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "“{column_title}”{value}，而同地区、同用途、同年 {rows} 宗地的中位数是 {median}，"
        "相差超过 {factor} 倍",
        "{column_title} is {value}, but the median of {rows} parcels of the same division, use and "
        "year is {median}: more than {factor} times apart",
    )
    advice: ClassVar[Message] = Message(
        "请核对面积和金额的单位（公顷与平方米、万元与元）。",
        "Check the units of area and price (公顷 or 平方米, 万元 or 元).",
    )
    column: NumberColumn = "unit_price_cny_per_m2"
    groups: Annotated[tuple[AnyColumn, ...], NonEmpty] = ("division_name", "land_use_name")
    year_of: DateColumn | None = "contract_signed_on"
    factor: ExactDecimal = Decimal(10)
    minimum_rows: Annotated[int, Field(ge=3)] = 10

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        price = pl.col(self.column).cast(pl.Float64)
        priced = pl.when(price > 0).then(price)
        year = pl.lit("any") if self.year_of is None else pl.col(self.year_of).dt.year()
        group = [*self.groups, "_year"]
        known = pl.all_horizontal(pl.col(name).is_not_null() for name in group)
        return frame.with_columns(priced.alias("_price"), year.alias("_year")).with_columns(
            pl.when(known).then(pl.col("_price").median().over(group)).alias("_median"),
            pl.col("_price").count().over(group).alias("_rows"),
        )

    def checks(self) -> tuple[Check, ...]:
        price, median, factor = pl.col("_price"), pl.col("_median"), float(self.factor)
        above, below = price > median * factor, price * factor < median
        fails = (pl.col("_rows") >= self.minimum_rows) & (above | below)
        pattern = pl.when(above).then(pl.lit("above")).otherwise(pl.lit("below"))
        parts = {"median": median.round(2), "rows": pl.col("_rows")}
        return (Check(fails, self.column, parts=parts, pattern=pattern),)


class ExpectResultMatchesNotice(RuleExpectation):
    """LND-10: a result agrees with the transfer notice of the same parcel.

    Their areas differ by 1 % at most, and the price is not below the starting price. Notices are
    sought in the batch and in the dataset's previous release; of several for one parcel the last
    before the result counts.
    """

    rule_id: ClassVar[str] = "LND-10"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.DATASET
    what: ClassVar[Message] = Message(
        "成交公示的面积 {value} 平方米与出让公告的 {notice_area} 平方米相差超过 {area_percent}%",
        "The result's area of {value} m² differs by more than {area_percent} % from the notice's "
        "{notice_area} m²",
    )
    advice: ClassVar[Message] = Message(
        "请对照出让公告；宗地编号是否相同、单位是否一致（公告多用平方米，结果多用公顷）。",
        "Compare with the notice: is it the same parcel, and the same unit (notices use 平方米, "
        "results 公顷)?",
    )
    parcel: TextColumn = "parcel_number"
    kind: TextColumn = "notice_kind"
    area: NumberColumn = "area_m2"
    price: NumberColumn = "price_cny"
    starting_price: NumberColumn = "starting_price_cny"
    published_on: DateColumn = "published_on"
    notice_value: str = "transfer_notice"
    result_value: str = "result_publicity"
    area_percent: ExactDecimal = Decimal(1)

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        previous = context.previous_release(self.columns())
        notices = self._notices(frame)
        if previous is not None:
            notices = pl.concat([self._notices(previous), notices], how="vertical_relaxed")
        results = frame.filter(pl.col(self.kind) == self.result_value)
        if notices.is_empty() and not results.is_empty():
            return NotApplicable(
                Message(
                    "本批和已发布的数据中都没有出让公告，无法与成交公示核对",
                    "neither this batch nor the release holds a transfer notice to compare with",
                )
            )
        day = pl.col(self.published_on).fill_null(dt.date.max)
        return (
            frame.with_columns(day.alias("_day"))
            .sort("_day")
            .join_asof(
                notices.sort("_day"),
                on="_day",
                by=self.parcel,
                strategy="backward",
                check_sortedness=False,
            )
        )

    def _notices(self, frame: pl.DataFrame) -> pl.DataFrame:
        day = pl.col(self.published_on).fill_null(dt.date.min)
        return frame.filter(
            (pl.col(self.kind) == self.notice_value) & pl.col(self.parcel).is_not_null()
        ).select(
            self.parcel,
            day.alias("_day"),
            pl.col(self.area).alias("_notice_area"),
            pl.col(self.starting_price).alias("_notice_price"),
        )

    def checks(self) -> tuple[Check, ...]:
        is_result = pl.col(self.kind) == self.result_value
        area, notice_area = pl.col(self.area), pl.col("_notice_area")
        apart = (area - notice_area).abs() * 100
        price, starting = pl.col(self.price), pl.col("_notice_price")
        return (
            Check(
                is_result & (apart > notice_area * self.area_percent),
                self.area,
                parts={"notice_area": notice_area},
                pattern="area",
            ),
            Check(
                is_result & (price < starting),
                self.price,
                parts={"starting": starting},
                pattern="price",
                what=Message(
                    "成交价 {value} 元低于出让公告的起始价 {starting} 元",
                    "The price of {value} 元 is below the notice's starting price of {starting} 元",
                ),
                advice=Message(
                    "请对照出让公告；注意起始价的单位（元/平方米、万元/亩或总价）。",
                    "Compare with the notice; mind the unit of the starting price (per m², per 亩, "
                    "or in all).",
                ),
            ),
        )


class ExpectInstalmentsSumToPrice(RuleExpectation):
    """LND-06: the instalments of a parcel, kept in another dataset, add up to its price.

    Parcels without instalments there are left out. The tolerance is 0.01 万元 = 100 元.
    """

    rule_id: ClassVar[str] = "LND-06"
    severity: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.CROSS_DATASET
    what: ClassVar[Message] = Message(
        "分期付款合计 {sum} 元，与成交价 {value} 元不一致",
        "The instalments add up to {sum} 元, the price is {value} 元",
    )
    advice: ClassVar[Message] = Message(
        "请核对分期支付约定是否齐全。", "Check whether all instalments are there."
    )
    dataset: str
    key: TextColumn
    price: NumberColumn = "price_cny"
    instalment_key: str
    instalment_amount: str
    tolerance_cny: ExactDecimal = Decimal(100)

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        instalments = context.dataset(self.dataset, (self.instalment_key, self.instalment_amount))
        if instalments is None:
            return NotApplicable(
                Message(
                    f"数据集 {self.dataset} 尚未发布，无法核对分期付款",
                    f"the dataset {self.dataset} has no release yet to compare with",
                )
            )
        sums = instalments.group_by(pl.col(self.instalment_key).alias(self.key)).agg(
            pl.col(self.instalment_amount).sum().alias("_sum")
        )
        return frame.join(sums, on=self.key, how="left")

    def checks(self) -> tuple[Check, ...]:
        apart = (pl.col("_sum") - pl.col(self.price)).abs()
        return (Check(apart > self.tolerance_cny, self.price, parts={"sum": pl.col("_sum")}),)
