"""Rules on surface water (WTR-01 … WTR-04). Class: GB 3838-2002; bounds: facts 5.5."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.rule import Check, NonEmpty, NumberColumn, RuleExpectation, TextColumn
from schemas.dataset import ExactDecimal
from schemas.finding import Severity
from schemas.message import Message
from schemas.strict import StrictModel


class Bounds(StrictModel):
    """The lowest and the highest possible value of an item; null where there is none."""

    minimum: ExactDecimal | None = None
    maximum: ExactDecimal | None = None


_NOT_NEGATIVE = Bounds(minimum=Decimal(0))
_POSSIBLE = {
    "ph": Bounds(minimum=Decimal(0), maximum=Decimal(14)),
    "water_temperature_c": Bounds(minimum=Decimal(-5), maximum=Decimal(60)),
    "dissolved_oxygen_mg_l": _NOT_NEGATIVE,
    "conductivity_us_cm": _NOT_NEGATIVE,
    "turbidity_ntu": _NOT_NEGATIVE,
    "permanganate_index_mg_l": _NOT_NEGATIVE,
    "ammonia_nitrogen_mg_l": _NOT_NEGATIVE,
    "total_phosphorus_mg_l": _NOT_NEGATIVE,
    "total_nitrogen_mg_l": _NOT_NEGATIVE,
    "chlorophyll_a_mg_l": _NOT_NEGATIVE,
    "algae_density_cells_l": _NOT_NEGATIVE,
}
_USUAL = {
    "ph": Bounds(minimum=Decimal(6), maximum=Decimal("9.5")),
    "dissolved_oxygen_mg_l": Bounds(maximum=Decimal(20)),
}


class ExpectPublishedWaterClassAgrees(RuleExpectation):
    """WTR-02: the published class is the one computed from the published items."""

    rule_id: ClassVar[str] = "WTR-02"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "公布的类别是 {value}，按 GB 3838-2002 由公布的监测值算出的是 {computed}",
        "The published class is {value}; by GB 3838-2002 the published values give {computed}",
    )
    advice: ClassVar[Message] = Message(
        "两者都照常发布；多行如此时请检查河流/湖库类型（总磷限值不同）和监测项目是否齐全。",
        "Both are published; if many rows are so, check the kind of water body (limits of total "
        "phosphorus differ) and whether all items are there.",
    )
    published: TextColumn = "class_published"
    computed: TextColumn = "class_computed"

    def checks(self) -> tuple[Check, ...]:
        published, computed = pl.col(self.published), pl.col(self.computed)
        return (
            Check(
                published != computed,
                self.published,
                columns={"computed": self.computed},
                pattern=pl.concat_str(published, pl.lit("≠"), computed),
            ),
        )


class ExpectWaterMeasurementWithinRange(RuleExpectation):
    """WTR-01: pH within 0–14, no concentration below 0, water not frozen hard nor boiling."""

    rule_id: ClassVar[str] = "WTR-01"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value}，不可能（应{range_zh}）",
        "{column_title} is {value}, which is impossible (it must be {range_en})",
    )
    advice: ClassVar[Message] = Message(
        "请对照来源单元格；负数多为仪器故障或缺测代码。",
        "Compare with the source cell; negative numbers are mostly faults or codes for missing.",
    )
    bounds: Annotated[dict[NumberColumn, Bounds], NonEmpty] = Field(default=_POSSIBLE)

    def checks(self) -> tuple[Check, ...]:
        return tuple(_outside(name, bounds) for name, bounds in self.bounds.items())


class ExpectWaterMeasurementUsual(RuleExpectation):
    """WTR-04: values that occur but seldom are told: pH outside 6–9.5, oxygen above 20 mg/L."""

    rule_id: ClassVar[str] = "WTR-04"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value}，很少见（通常{range_zh}）",
        "{column_title} is {value}, which is rare (it is usually {range_en})",
    )
    advice: ClassVar[Message] = Message(
        "照常发布；请站点运维单位检查仪器。",
        "It is published as it is; have the station's operator look at the instrument.",
    )
    bounds: Annotated[dict[NumberColumn, Bounds], NonEmpty] = Field(default=_USUAL)

    def checks(self) -> tuple[Check, ...]:
        return tuple(_outside(name, bounds) for name, bounds in self.bounds.items())


class ExpectTotalNitrogenNotBelowAmmonia(RuleExpectation):
    """WTR-03: total nitrogen contains ammonia nitrogen, so it is not below it."""

    rule_id: ClassVar[str] = "WTR-03"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "总氮（{value}）小于氨氮（{ammonia}），而总氮包含氨氮",
        "Total nitrogen ({value}) is below ammonia nitrogen ({ammonia}), which it contains",
    )
    advice: ClassVar[Message] = Message(
        "照常发布；两列是否写反，或两台仪器的误差。",
        "It is published as it is; columns exchanged, or the error of two instruments.",
    )
    total_nitrogen: NumberColumn = "total_nitrogen_mg_l"
    ammonia: NumberColumn = "ammonia_nitrogen_mg_l"

    def checks(self) -> tuple[Check, ...]:
        fails = pl.col(self.total_nitrogen) < pl.col(self.ammonia)
        return (Check(fails, self.total_nitrogen, columns={"ammonia": self.ammonia}),)


def _outside(name: str, bounds: Bounds) -> Check:
    below = above = pl.lit(False)
    zh, en = [], []
    if bounds.minimum is not None:
        below = pl.col(name) < bounds.minimum
        zh.append(f"不小于 {bounds.minimum:f}")
        en.append(f"at least {bounds.minimum:f}")
    if bounds.maximum is not None:
        above = pl.col(name) > bounds.maximum
        zh.append(f"不大于 {bounds.maximum:f}")
        en.append(f"at most {bounds.maximum:f}")
    return Check(
        below | above,
        name,
        constants={"range_zh": "、".join(zh), "range_en": " and ".join(en)},
        pattern=pl.when(below).then(pl.lit("below")).otherwise(pl.lit("above")),
    )
