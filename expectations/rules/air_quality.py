"""Rules on air quality (AIR-01 … AIR-07). Numbers: facts 5.3; HJ 633, GB 3095.

AIR-03 stands in :mod:`expectations.rules.air_quality_index`.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.context import RuleContext
from expectations.rule import (
    AnyColumn,
    Check,
    DateTimeColumn,
    NonEmpty,
    NumberColumn,
    Reach,
    RuleExpectation,
)
from schemas.computation.air_quality_standard import LEVELS
from schemas.dataset import ExactDecimal
from schemas.finding import Scope, Severity
from schemas.message import Message
from schemas.strict import StrictModel

_LOOK_AT_UNIT = Message(
    "请对照来源单元格和单位。", "Compare with the source cell and the unit in its header."
)


_LIMITS = {
    "pm25_ug_m3": Decimal(2000),
    "pm10_ug_m3": Decimal(2000),
    "so2_ug_m3": Decimal(2620),
    "no2_ug_m3": Decimal(3840),
    "co_mg_m3": Decimal(150),
    "o3_ug_m3": Decimal(1200),
}


class ExpectAirConcentrationWithinRange(RuleExpectation):
    """AIR-01: 0 ≤ PM2.5, PM10 ≤ 2000, SO2 ≤ 2620, NO2 ≤ 3840, O3 ≤ 1200 µg/m³, CO ≤ 150 mg/m³.

    Bounds of PM, O3 and CO: facts 5.3; those of SO2 and NO2: last break points of HJ 633.
    """

    rule_id: ClassVar[str] = "AIR-01"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value}，应在 0 到 {limit} 之间",
        "{column_title} is {value}; it must lie between 0 and {limit}",
    )
    advice: ClassVar[Message] = _LOOK_AT_UNIT
    likely_cause: ClassVar[Message] = Message(
        "多半是单位不对，或者缺测用了 -99、9999 之类的数字表示",
        "the unit is probably another one, or missing values are written as -99 or 9999",
    )
    limits: Annotated[dict[NumberColumn, ExactDecimal], NonEmpty] = Field(default=_LIMITS)

    def checks(self) -> tuple[Check, ...]:
        return tuple(self._check(name, limit) for name, limit in self.limits.items())

    def _check(self, name: str, limit: Decimal) -> Check:
        negative, too_high = pl.col(name) < 0, pl.col(name) > limit
        return Check(
            negative | too_high,
            name,
            constants={"limit": f"{limit:f}"},
            pattern=pl.when(negative).then(pl.lit("negative")).otherwise(pl.lit("too_high")),
        )


class ExpectFineParticlesNotAboveCoarse(RuleExpectation):
    """AIR-02: PM2.5 ≤ PM10 (the contrary, 倒挂, comes of two instruments and is told)."""

    rule_id: ClassVar[str] = "AIR-02"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "PM2.5（{value}）大于 PM10（{pm10}），数据倒挂",
        "PM2.5 ({value}) is above PM10 ({pm10}), which contains it",
    )
    advice: ClassVar[Message] = Message(
        "倒挂多由两台仪器的误差造成，照常发布；若多数时次如此，请检查两列是否写反。",
        "This usually comes of two instruments and is published as it is; if most hours are so, "
        "check whether the columns are exchanged.",
    )
    pm25: NumberColumn = "pm25_ug_m3"
    pm10: NumberColumn = "pm10_ug_m3"

    def checks(self) -> tuple[Check, ...]:
        fails = pl.col(self.pm25) > pl.col(self.pm10)
        return (Check(fails, self.pm25, columns={"pm10": self.pm10}),)


class DailyItem(StrictModel):
    """A daily value, the count it stands on, and how many it takes.

    ``usable_above``: a value above this limit stands even on fewer (GB 3095-2012 table 4: the
    largest 8-hour mean of ozone above its limit).
    """

    count: NumberColumn
    minimum: Annotated[int, Field(ge=1)]
    usable_above: ExactDecimal | None = None


_DAILY_ITEMS = {
    **{
        value: DailyItem(count=count, minimum=20)
        for value, count in (
            ("pm25_ug_m3", "pm25_valid_hours"),
            ("pm10_ug_m3", "pm10_valid_hours"),
            ("so2_ug_m3", "so2_valid_hours"),
            ("no2_ug_m3", "no2_valid_hours"),
            ("co_mg_m3", "co_valid_hours"),
        )
    },
    "o3_8h_max_ug_m3": DailyItem(
        count="o3_8h_valid_windows", minimum=14, usable_above=Decimal(160)
    ),
}


class ExpectAirAveragesValid(RuleExpectation):
    """AIR-04: a daily value stands only where enough hours were valid.

    20 hours for a 24-hour mean; 14 eight-hour means for the largest one of ozone, unless it
    exceeds the limit (GB 3095-2012 table 4).
    """

    rule_id: ClassVar[str] = "AIR-04"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value}，但“{count_title}”只有 {count}，少于 {minimum}",
        "{column_title} is {value}, but {count_title} is only {count}; {minimum} are needed",
    )
    advice: ClassVar[Message] = Message(
        "有效小时数不足的日均值不应发布，请检查日均值的计算。",
        "A daily value with too few valid hours must not stand; check how it was computed.",
    )
    items: Annotated[dict[NumberColumn, DailyItem], NonEmpty] = Field(default=_DAILY_ITEMS)

    def checks(self) -> tuple[Check, ...]:
        return tuple(self._check(value, item) for value, item in self.items.items())

    def _check(self, value: str, item: DailyItem) -> Check:
        enough = (pl.col(item.count) >= item.minimum).fill_null(value=False)
        if item.usable_above is not None:
            enough = enough | (pl.col(value) > item.usable_above)
        return Check(
            pl.col(value).is_not_null() & ~enough,
            value,
            columns={"count": item.count},
            constants={"minimum": str(item.minimum)},
        )


class ExpectAirQualityDaysAddUp(RuleExpectation):
    """AIR-07: every valid day has the level of its AQI, and no other day has one.

    So the days of the six levels add up to the valid days, and the share of good days
    (优良率 = (优 + 良) / valid days) can be computed from the levels.
    """

    rule_id: ClassVar[str] = "AIR-07"
    severity: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value}，而 AQI 为 {aqi}，各级天数之和将不等于有效天数",
        "{column_title} is {value}, but the AQI is {aqi}: days by level would not add up to valid "
        "days",
    )
    advice: ClassVar[Message] = Message("请检查级别的计算。", "Check how the level was computed.")
    aqi: NumberColumn = "aqi"
    level: NumberColumn = "aqi_level"

    def checks(self) -> tuple[Check, ...]:
        aqi, level = pl.col(self.aqi), pl.col(self.level)
        expected = pl.lit(LEVELS[-1].number)
        for one in reversed(LEVELS[:-1]):
            expected = pl.when(aqi <= one.highest).then(one.number).otherwise(expected)
        return (
            Check(
                (aqi.is_not_null() != level.is_not_null()) | (level != expected),
                self.level,
                columns={"aqi": self.aqi},
            ),
        )


class ExpectAirValueNotStuck(RuleExpectation):
    """AIR-05: an instrument does not give one value ``hours`` hours running (4 by default).

    Rows of a station in time order; equal values in hours that follow each other without a gap.
    All hours of such a run are told. Missing values end a run.
    """

    rule_id: ClassVar[str] = "AIR-05"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    scope: ClassVar[Scope] = Scope.WINDOW
    what: ClassVar[Message] = Message(
        "“{column_title}”连续 {hours} 小时以上都是 {value}，仪器可能卡住",
        "{column_title} stays at {value} for {hours} hours or more: the instrument may be stuck",
    )
    advice: ClassVar[Message] = Message(
        "照常发布；请站点运维单位检查仪器。",
        "It is published as it is; have the station's operator look at the instrument.",
    )
    station: AnyColumn = "station_code"
    time: DateTimeColumn = "observed_at"
    items: Annotated[tuple[NumberColumn, ...], NonEmpty] = (
        "pm25_ug_m3",
        "pm10_ug_m3",
        "so2_ug_m3",
        "no2_ug_m3",
        "co_mg_m3",
        "o3_ug_m3",
    )
    hours: Annotated[int, Field(ge=2, le=48)] = 4

    def reach(self) -> Reach:
        return Reach(self.time, dt.timedelta(hours=self.hours))

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
        del context
        ordered = frame.sort(self.station, self.time, maintain_order=True)
        station, time = pl.col(self.station), pl.col(self.time)
        follows = (station == station.shift(1)) & (time - time.shift(1) == pl.duration(hours=1))
        return ordered.with_columns(follows.fill_null(value=False).alias("_follows"))

    def checks(self) -> tuple[Check, ...]:
        return tuple(Check(self._stuck(item), item) for item in self.items)

    def _stuck(self, item: str) -> pl.Expr:
        value = pl.col(item)
        same = pl.col("_follows") & (value == value.shift(1)).fill_null(value=False)
        # A run of n hours is n − 1 hours in a row that equal the one before; the last of them
        # ends the run, and the run reaches n − 1 rows back from there.
        ends = pl.all_horizontal(same.shift(back) for back in range(self.hours - 1))
        return pl.any_horizontal(ends.shift(-ahead) for ahead in range(self.hours))


class ExpectCarbonMonoxideInMilligrams(RuleExpectation):
    """AIR-06: CO above 60 mg/m³ was given in µg/m³."""

    rule_id: ClassVar[str] = "AIR-06"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "CO 为 {value} mg/m³，大于 {maximum}，单位多半是 µg/m³",
        "CO is {value} mg/m³, above {maximum}: the unit is probably µg/m³",
    )
    advice: ClassVar[Message] = Message(
        "请在来源文件的 mapping 中把 CO 的单位写成 ug/m3。",
        "Declare the unit of CO as ug/m3 in `mapping` of the source file.",
    )
    likely_cause: ClassVar[Message] = Message(
        "CO 多半以 µg/m³ 给出", "CO is probably given in µg/m³"
    )
    column: NumberColumn = "co_mg_m3"
    maximum: ExactDecimal = Decimal(60)

    def checks(self) -> tuple[Check, ...]:
        return (Check(pl.col(self.column) > self.maximum, self.column),)
