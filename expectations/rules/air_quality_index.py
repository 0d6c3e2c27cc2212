"""AIR-03: published and recomputed air quality index agree."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import polars as pl

from expectations.rule import Check, DateTimeColumn, NumberColumn, RuleExpectation, TextColumn
from schemas.computation.air_quality_index import (
    SEPARATOR,
    air_quality_index,
    judged_by_2026,
)
from schemas.computation.air_quality_standard import (
    LEVELS,
    NO_POLLUTANT_NAMES,
    O3,
    POLLUTANTS,
    Period,
)
from schemas.finding import Severity
from schemas.message import Message
from schemas.vocabulary import JOINED

_OTHER_OZONE = Message(
    "不计臭氧时两者不矛盾：臭氧列取的多半不是 1 小时值"
    "（例如与 24 小时最大值或 8 小时均值的列对调）",
    "without ozone they do not contradict each other: the ozone column probably does not hold the "
    "1-hour value (say, it is exchanged with the 24-hour maximum or the 8-hour mean)",
)
_OTHER_STANDARD = Message(
    "发布的 AQI 与另一版 HJ 633 的限值相符：可能用了不适用于当日的标准",
    "the published AQI fits the other edition of HJ 633: probably not the one in force that day",
)
_ITEM_MISSING = Message(
    "有监测项目缺失：发布时可能还有该项的值",
    "an item is missing here: its value may have been known when the index was published",
)
_NO_HINT = Message(
    "原因不明：请核对浓度单位、平均时间和取整方法",
    "the cause is not evident: check units, averaging time and rounding",
)
_HINTS = (_OTHER_OZONE, _OTHER_STANDARD, _ITEM_MISSING, _NO_HINT)


class ExpectPublishedAirQualityIndexAgrees(RuleExpectation):
    """AIR-03: AQI and primary pollutants as published equal those recomputed by HJ 633.

    ``computed`` holds the recomputed AQI by the standard in force on the observation date; rows
    where either is missing are left out. The sentence says which items decide the recomputed
    index and what would explain the difference; all rows make one case.
    """

    rule_id: ClassVar[str] = "AIR-03"
    severity: ClassVar[Severity] = Severity.WARNING
    severity_limit: ClassVar[Severity] = Severity.WARNING
    what: ClassVar[Message] = Message(
        "公布的 AQI 是 {value}，由公布的浓度重算是 {computed}（由 {deciding} 决定）；{hint}",
        "The published AQI is {value}; the published concentrations give {computed} (decided by "
        "{deciding}); {hint}",
    )
    advice: ClassVar[Message] = Message(
        "公布值和重算值都照常发布；若多行的原因相同，请向来源部门核实其计算口径。",
        "Both are published; if many rows have the same cause, ask the department how it computes.",
    )
    published: NumberColumn = "aqi_published"
    computed: NumberColumn = "aqi"
    primary_published: TextColumn | None = "primary_pollutant_published"
    primary_computed: TextColumn | None = "primary_pollutants"
    category_published: TextColumn | None = "aqi_category_published"
    level_computed: NumberColumn | None = "aqi_level"
    observed_at: DateTimeColumn = "observed_at"
    pm25: NumberColumn = "pm25_ug_m3"
    pm10: NumberColumn = "pm10_ug_m3"
    so2: NumberColumn = "so2_ug_m3"
    no2: NumberColumn = "no2_ug_m3"
    co: NumberColumn = "co_mg_m3"
    o3: NumberColumn = "o3_ug_m3"
    hour_label: Literal["start", "end"] = "end"
    period: Literal["hourly", "daily"] = "hourly"

    def checks(self) -> tuple[Check, ...]:
        index = Check(
            pl.col(self.published) != pl.col(self.computed),
            self.published,
            columns={"computed": self.computed},
            parts={
                "deciding": self._of_row(self._deciding),
                "hint": (self._of_row(self._hint_zh), self._of_row(self._hint_en)),
            },
        )
        checks = [index]
        if self.primary_published is not None and self.primary_computed is not None:
            checks.append(self._primary(self.primary_published, self.primary_computed))
        if self.category_published is not None and self.level_computed is not None:
            checks.append(self._category(self.category_published, self.level_computed))
        return tuple(checks)

    def _primary(self, published: str, computed: str) -> Check:
        """Compared as sets, only where the two indexes agree: else AIR-03 has spoken already.
        Texts that name no pollutant known here are left out."""
        agree = pl.col(self.published) == pl.col(self.computed)
        said = _by_distinct(pl.col(published), _pollutants, pl.String())
        recomputed = pl.col(computed).fill_null(_NONE)
        return Check(
            agree & (said != recomputed),
            published,
            parts={"computed": recomputed.replace(_NONE, "—")},
            what=Message(
                "公布的首要污染物是 {value}，重算的是 {computed}",
                "The published primary pollutant is {value}; recomputed it is {computed}",
            ),
        )

    def _category(self, published: str, level: str) -> Check:
        """优, 良 … against the recomputed level, only where the two indexes agree."""
        agree = pl.col(self.published) == pl.col(self.computed)
        said = _by_distinct(pl.col(published), _level_number, pl.Int64())
        names = {one.number: one.name for one in LEVELS}
        zh = {number: name.zh for number, name in names.items()}
        en = {number: name.en for number, name in names.items()}
        recomputed = (
            pl.col(level).replace_strict(zh, default=None, return_dtype=pl.String),
            pl.col(level).replace_strict(en, default=None, return_dtype=pl.String),
        )
        return Check(
            agree & (said != pl.col(level)),
            published,
            parts={"computed": recomputed},
            what=Message(
                "公布的空气质量类别是 {value}，由 AQI 得出的是 {computed}",
                "The published category is {value}; by the AQI it is {computed}",
            ),
        )

    def _of_row(self, function: object) -> pl.Expr:
        assert callable(function)
        columns: list[str] = [
            self.observed_at,
            *self._items().values(),
            self.published,
            self.computed,
        ]
        return pl.struct(list(dict.fromkeys(columns))).map_batches(
            lambda rows: function(rows.struct.unnest()), return_dtype=pl.String
        )

    def _items(self) -> dict[str, str]:
        return {one.code: getattr(self, one.code) for one in POLLUTANTS}

    def _period(self) -> Period:
        return Period.HOURLY if self.period == "hourly" else Period.DAILY

    def _deciding(self, rows: pl.DataFrame) -> pl.Series:
        """Items whose IAQI is the recomputed AQI."""
        values = {code: rows[column] for code, column in self._items().items()}
        is_2026 = judged_by_2026(rows[self.observed_at], self.hour_label)
        index = air_quality_index(values, is_2026, self._period())
        frame = pl.DataFrame({**index.items, "_aqi": rows[self.computed]})
        named = [
            pl.when(pl.col(one.code) == pl.col("_aqi")).then(pl.lit(one.label))
            for one in POLLUTANTS
        ]
        joined = frame.select(pl.concat_str(named, separator=", ", ignore_nulls=True)).to_series()
        return joined.replace("", "—")

    def _hint_zh(self, rows: pl.DataFrame) -> pl.Series:
        return pl.Series([hint.zh for hint in _HINTS]).gather(self._hint(rows))

    def _hint_en(self, rows: pl.DataFrame) -> pl.Series:
        return pl.Series([hint.en for hint in _HINTS]).gather(self._hint(rows))

    def _hint(self, rows: pl.DataFrame) -> pl.Series:
        """Which of :data:`_HINTS` explains each row."""
        values = {code: rows[column] for code, column in self._items().items()}
        is_2026 = judged_by_2026(rows[self.observed_at], self.hour_label)
        index = air_quality_index(values, is_2026, self._period())
        other = air_quality_index(values, ~is_2026, self._period())
        without = [one.code for one in POLLUTANTS if one is not O3]
        frame = pl.DataFrame(
            {
                **index.items,
                "_other": other.aqi,
                "_published": rows[self.published],
                "_computed": rows[self.computed],
            }
        )
        by_ozone = (pl.col(O3.code) == pl.col("_computed")) & (
            pl.max_horizontal(*without) <= pl.col("_published")
        )
        missing = pl.any_horizontal(pl.col(one.code).is_null() for one in POLLUTANTS)
        return frame.select(
            pl.when(by_ozone & (pl.col("_published") < pl.col("_computed")))
            .then(0)
            .when(pl.col("_other") == pl.col("_published"))
            .then(1)
            .when(missing & (pl.col("_published") > pl.col("_computed")))
            .then(2)
            .otherwise(3)
            .cast(pl.UInt32)
        ).to_series()


_NONE = ""  # no primary pollutant


def _by_distinct(
    texts: pl.Expr, meaning: Callable[[str], str | int | None], dtype: pl.DataType
) -> pl.Expr:
    """What each text means, worked out once per distinct text."""

    def translate(series: pl.Series) -> pl.Series:
        known = {text: meaning(text) for text in series.unique().drop_nulls().to_list()}
        return series.replace_strict(known, default=None, return_dtype=dtype)

    return texts.map_batches(translate, return_dtype=dtype)


def _pollutants(text: str) -> str | None:
    """Pollutants named by a site, as :func:`primary_pollutants` writes them; "" where it says
    that there is none; None where a name is not known."""
    if text.strip() in NO_POLLUTANT_NAMES:
        return _NONE
    codes = {name: one.label for one in POLLUTANTS for name in (one.label, *one.names)}
    named = {codes.get(part.strip()) for part in JOINED.split(text) if part.strip()}
    if None in named or not named:
        return None
    return SEPARATOR.join(one.label for one in POLLUTANTS if one.label in named)


def _level_number(text: str) -> int | None:
    """The number of a level by its name (优) or its rank (一级)."""
    for level in LEVELS:
        if text.strip() in (level.name.zh, level.name.en, level.short):
            return level.number
    return None
