"""What one supplied parcel must satisfy: area, price, term, plot ratio (LND-01 … LND-04).

Source of the numbers: facts 4.4, after 城镇国有土地使用权出让和转让暂行条例 art. 12 (terms).
Impossible values are errors, implausible ones warnings.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

import polars as pl

from expectations.land_use import COMMERCIAL, OTHER, RESIDENTIAL, land_use_group
from expectations.rule import Check, FloodCause, NumberColumn, RuleExpectation, TextColumn
from schemas.dataset import ExactDecimal
from schemas.finding import Severity
from schemas.message import Message

ALLOCATION = "划拨"
TRANSFER = "出让"  # 招标出让, 拍卖出让, 挂牌出让, 协议出让

_CHECK_UNIT = Message(
    "请对照来源单元格和表头的面积单位（公顷、亩、平方米）；单位写错的改来源文件的 mapping。",
    "Compare with the source cell and the unit in its header (公顷, 亩, 平方米); where the unit is "
    "wrong, correct `mapping` in the source file.",
)
_UNIT_CAUSE = Message(
    "多半是面积或金额的单位不对", "the unit of the area or of the amount is probably another one"
)


class ExpectLandAreaWithinBounds(RuleExpectation):
    """LND-01: 0 < area < 500 ha."""

    rule_id: ClassVar[str] = "LND-01"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value} 平方米，应大于 0 且小于 {maximum_m2} 平方米",
        "{column_title} is {value} m², which must be above 0 and below {maximum_m2} m²",
    )
    advice: ClassVar[Message] = _CHECK_UNIT
    likely_cause: ClassVar[Message] = _UNIT_CAUSE
    column: NumberColumn = "area_m2"
    maximum_m2: ExactDecimal = Decimal(5_000_000)

    def checks(self) -> tuple[Check, ...]:
        area = pl.col(self.column)
        return (Check((area <= 0) | (area >= self.maximum_m2), self.column),)


class ExpectLandAreaPlausible(RuleExpectation):
    """LND-01, second part: an area above 50 ha is told (and one of 500 ha is impossible)."""

    rule_id: ClassVar[str] = "LND-01"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value} 平方米，大于 {plausible_m2} 平方米，很少见",
        "{column_title} is {value} m²; areas above {plausible_m2} m² are rare",
    )
    advice: ClassVar[Message] = _CHECK_UNIT
    likely_cause: ClassVar[Message] = _UNIT_CAUSE
    column: NumberColumn = "area_m2"
    plausible_m2: ExactDecimal = Decimal(500_000)
    maximum_m2: ExactDecimal = Decimal(5_000_000)

    def checks(self) -> tuple[Check, ...]:
        area = pl.col(self.column)
        fails = (area > self.plausible_m2) & (area < self.maximum_m2)
        return (Check(fails, self.column, pattern="rare"),)


class ExpectPriceNotNegative(RuleExpectation):
    """LND-02: an amount is not below zero."""

    rule_id: ClassVar[str] = "LND-02"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value} 元，金额不能小于 0",
        "{column_title} is {value} 元; an amount cannot be below 0",
    )
    advice: ClassVar[Message] = Message(
        "请对照来源单元格；括号或负号是否被当成了负数。",
        "Compare with the source cell: are brackets or a dash taken for a minus sign?",
    )
    column: NumberColumn = "price_cny"

    def checks(self) -> tuple[Check, ...]:
        return (Check(pl.col(self.column) < 0, self.column, pattern="negative"),)


class ExpectAllocatedLandWithoutPrice(RuleExpectation):
    """LND-02: 划拨 land carries no price and no term."""

    rule_id: ClassVar[str] = "LND-02"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "供地方式是划拨，却有“{column_title}”{value}",
        "The land was allocated (划拨), yet {column_title} is {value}",
    )
    advice: ClassVar[Message] = Message(
        "划拨一般没有成交价和年限；若填的是划拨成本或补偿费，请来源部门说明。",
        "Allocated land has neither price nor term; if the amount is a cost or a compensation, "
        "have the department say so.",
    )
    method: TextColumn = "supply_method"
    price: NumberColumn = "price_cny"
    term: NumberColumn | None = "term_years"

    def checks(self) -> tuple[Check, ...]:
        allocated = pl.col(self.method) == ALLOCATION
        checks = [Check(allocated & (pl.col(self.price) > 0), self.price, pattern="price")]
        if self.term is not None:
            checks.append(Check(allocated & (pl.col(self.term) > 0), self.term, pattern="term"))
        return tuple(checks)


class ExpectTransferredLandWithPrice(RuleExpectation):
    """LND-02: 出让 land has a price above zero and a term above zero."""

    rule_id: ClassVar[str] = "LND-02"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "供地方式是{method_value}，但“{column_title}”为 {value}，应大于 0",
        "The land was transferred ({method_value}), but {column_title} is {value}; it must be "
        "above 0",
    )
    advice: ClassVar[Message] = Message(
        "出让应有成交价和年限；请来源部门补上。",
        "A transfer has a price and a term; have the department add what is missing.",
    )
    method: TextColumn = "supply_method"
    price: NumberColumn = "price_cny"
    term: NumberColumn | None = "term_years"
    term_text: TextColumn | None = None  # says it where several uses have a term each

    def checks(self) -> tuple[Check, ...]:
        transferred = pl.col(self.method).str.ends_with(TRANSFER)
        amounts = [self.price] if self.term is None else [self.price, self.term]
        return tuple(
            Check(
                transferred & (self._is_missing(amount) | (pl.col(amount) <= 0)),
                amount,
                columns={"method_value": self.method},
                pattern=pl.when(pl.col(amount).is_null())
                .then(pl.lit("missing"))
                .otherwise(pl.lit("not_above_zero")),
            )
            for amount in amounts
        )

    def _is_missing(self, amount: str) -> pl.Expr:
        missing = pl.col(amount).is_null()
        if amount == self.term and self.term_text is not None:
            return missing & pl.col(self.term_text).is_null()
        return missing


class ExpectLandTermPossible(RuleExpectation):
    """LND-03: no term is longer than 70 years, none is negative."""

    rule_id: ClassVar[str] = "LND-03"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value} 年，应在 0 到 {maximum_years} 年之间",
        "{column_title} is {value} years; it must lie between 0 and {maximum_years}",
    )
    advice: ClassVar[Message] = Message(
        "请对照来源单元格；年限列是否对应到了别的列。",
        "Compare with the source cell; is another column mapped to the term?",
    )
    column: NumberColumn = "term_years"
    maximum_years: ExactDecimal = Decimal(70)

    def checks(self) -> tuple[Check, ...]:
        term = pl.col(self.column)
        fails = (term < 0) | (term > self.maximum_years)
        return (Check(fails, self.column, pattern="impossible"),)


class ExpectLandTermWithinUseLimit(RuleExpectation):
    """LND-03: ≤ 70 years residential, 40 commercial and entertainment, 50 all others."""

    rule_id: ClassVar[str] = "LND-03"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "用途“{use}”的使用年限最高 {limit} 年，这里是 {value} 年",
        "Land used for {use} is granted for {limit} years at most; here it is {value}",
    )
    advice: ClassVar[Message] = Message(
        "请核对用途和年限；综合用地请写明各部分的年限。",
        "Check use and term; for mixed use, state the term of each part.",
    )
    column: NumberColumn = "term_years"
    use_name: TextColumn = "land_use_name"
    use_code: TextColumn | None = "land_use_code"
    use_scheme: TextColumn | None = "land_use_scheme"
    residential_years: ExactDecimal = Decimal(70)
    commercial_years: ExactDecimal = Decimal(40)
    other_years: ExactDecimal = Decimal(50)

    def checks(self) -> tuple[Check, ...]:
        group = land_use_group(
            pl.col(self.use_name),
            None if self.use_code is None else pl.col(self.use_code),
            None if self.use_scheme is None else pl.col(self.use_scheme),
        )
        term = pl.col(self.column)
        fails = (
            ((group == RESIDENTIAL) & (term > self.residential_years))
            | ((group == COMMERCIAL) & (term > self.commercial_years))
            | ((group == OTHER) & (term > self.other_years))
        )
        limits = {RESIDENTIAL: self.residential_years, COMMERCIAL: self.commercial_years}
        limit = group.replace_strict(
            {name: f"{years:f}" for name, years in limits.items()},
            default=f"{self.other_years:f}",
            return_dtype=pl.String,
        )
        columns = {"use": self.use_name}
        return (Check(fails, self.column, columns=columns, parts={"limit": limit}, pattern=group),)


_EXCHANGED = "exchanged"


class ExpectPlotRatiosInOrder(RuleExpectation):
    """LND-04: 0 ≤ lower bound ≤ upper bound ≤ 15 of the plot ratio (容积率).

    In real exports the two columns are often exchanged as a whole; then nearly all rows that fail
    would be cured by exchanging them back, and the batch finding says so.
    """

    rule_id: ClassVar[str] = "LND-04"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value}，应在 0 到 {maximum} 之间",
        "{column_title} is {value}; it must lie between 0 and {maximum}",
    )
    advice: ClassVar[Message] = Message(
        "请对照来源单元格；多写了小数位的由来源部门更正。",
        "Compare with the source cell; a misplaced decimal point is for the department to correct.",
    )
    flood_causes: ClassVar[tuple[FloodCause, ...]] = (
        FloodCause(
            _EXCHANGED,
            0.95,
            Message(
                "把容积率下限和上限两列对调，其中 {cured} 行就成立了：两列多半写反了",
                "exchanging the two plot-ratio columns would cure {cured} of them: the two "
                "plot-ratio columns are probably exchanged",
            ),
            Message(
                "请对照来源表头确认，然后在来源文件的 mapping 中对调这两列，再重跑。",
                "Confirm with the headers of the source, exchange the two columns in "
                "`mapping` of the source file, and run again.",
            ),
        ),
    )
    lower: NumberColumn = "plot_ratio_min"
    upper: NumberColumn = "plot_ratio_max"
    maximum: ExactDecimal = Decimal(15)

    def checks(self) -> tuple[Check, ...]:
        lower, upper = pl.col(self.lower), pl.col(self.upper)
        possible = (upper >= 0) & (lower <= self.maximum)
        return (
            Check(
                lower > upper,
                self.lower,
                columns={"lower": self.lower, "upper": self.upper},
                pattern=pl.when(possible)
                .then(pl.lit(_EXCHANGED))
                .otherwise(pl.lit("lower_above_upper")),
                what=Message(
                    "“{lower_title}”（{lower}）大于“{upper_title}”（{upper}）",
                    "{lower_title} ({lower}) is above {upper_title} ({upper})",
                ),
                advice=Message(
                    "请核对两个数；若多行如此，可能是两列写反了。",
                    "Check both numbers; if many rows are so, the columns may be exchanged.",
                ),
            ),
            *(
                Check(
                    (pl.col(name) < 0) | (pl.col(name) > self.maximum), name, pattern="out_of_range"
                )
                for name in (self.lower, self.upper)
            ),
        )


class ExpectResidentialPlotRatioAboveOne(RuleExpectation):
    """LND-04: the plot ratio of residential land is above 1.0 (限制用地项目目录, 2012)."""

    rule_id: ClassVar[str] = "LND-04"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "用途是“{use}”，“{column_title}”为 {value}，住宅用地应大于 {minimum}",
        "The land is for {use} and {column_title} is {value}; for residential land it must be "
        "above {minimum}",
    )
    advice: ClassVar[Message] = Message(
        "请核对用途和容积率上下限是否对应正确。",
        "Check the use, and whether the two plot-ratio columns are mapped rightly.",
    )
    use_name: TextColumn = "land_use_name"
    use_code: TextColumn | None = "land_use_code"
    use_scheme: TextColumn | None = "land_use_scheme"
    upper: NumberColumn = "plot_ratio_max"
    minimum: ExactDecimal = Decimal(1)

    def checks(self) -> tuple[Check, ...]:
        group = land_use_group(
            pl.col(self.use_name),
            None if self.use_code is None else pl.col(self.use_code),
            None if self.use_scheme is None else pl.col(self.use_scheme),
        )
        upper = pl.col(self.upper)
        fails = (group == RESIDENTIAL) & (upper > 0) & (upper <= self.minimum)
        columns = {"use": self.use_name}
        return (Check(fails, self.upper, columns=columns, pattern="residential"),)
