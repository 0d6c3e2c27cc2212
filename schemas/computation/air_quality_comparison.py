"""Published against recomputed air quality: one vocabulary for both, and the likely cause.

Where a published AQI differs from the one recomputed from the concentrations beside it, most
often one *column* is at fault (another average, another unit, two columns exchanged), so that
the recomputed index is led by one item in nearly all disagreeing rows. This module finds it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from schemas.computation.air_quality_index import SEPARATOR, AirQualityIndex
from schemas.computation.air_quality_standard import (
    LEVELS,
    NO_POLLUTANT_NAMES,
    POLLUTANTS,
    Pollutant,
)
from schemas.message import Message

_BETWEEN = re.compile(r"[,，、;；/|\s]+")


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


_POLLUTANT_BY_NAME = {_plain(name): one for one in POLLUTANTS for name in one.names}
_NONE = {_plain(name) for name in NO_POLLUTANT_NAMES} | {""}
_LEVEL_BY_NAME = {
    _plain(name): one.number for one in LEVELS for name in (one.name.zh, one.name.en, one.short)
}


def published_pollutants(texts: pl.Series) -> pl.Series:
    """Published names in the form of :func:`primary_pollutants`: ``颗粒物(PM10)`` → ``PM10``.

    "None" in any writing is null. A text with a name that is not known stays as it is.
    """
    return _replaced(texts, _canonical)


def _canonical(text: str) -> str | None:
    if _plain(text) in _NONE:
        return None
    found = [_POLLUTANT_BY_NAME.get(_plain(part)) for part in _BETWEEN.split(text.strip()) if part]
    if any(one is None for one in found):
        return text
    return SEPARATOR.join(one.label for one in POLLUTANTS if one in found)


def published_levels(texts: pl.Series) -> pl.Series:
    """The level 1–6 of a published category (优, 轻度污染, 二级); null where it is not known."""
    return _replaced(texts, lambda text: str(_LEVEL_BY_NAME.get(_plain(text)) or "")).cast(
        pl.Int64, strict=False
    )


def _replaced(texts: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    given = texts.drop_nulls().unique().to_list()
    return texts.replace_strict(
        given, [change(text) for text in given], default=None, return_dtype=pl.String
    )


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How published and recomputed AQI differ in a batch.

    ``led_by`` is the item with the largest recomputed IAQI in most of the ``different`` rows,
    ``leading`` in how many; in ``cured`` rows the published AQI is that of the other five items.
    """

    compared: int
    different: int
    led_by: Pollutant
    leading: int
    cured: int

    def message(self) -> Message:
        """A sentence that helps to find the cause."""
        label = self.led_by.label
        return Message(
            f"{self.compared} 个发布的 AQI 中有 {self.different} 个与重算结果不符；其中 "
            f"{self.leading} 个重算时以 {label} 为最大项，{self.cured} 个不计 {label} 便一致。"
            f"请核对 {label} 列：是否取了别的平均时间（如 24 小时）、与相邻列对调或单位不同。",
            f"{self.different} of {self.compared} published AQIs differ from the recomputed ones; "
            f"in {self.leading} of them {label} is the leading item of the recomputation, and "
            f"{self.cured} agree once {label} is left out. Check the column of {label}: another "
            "averaging time (such as 24 hours), exchanged with its neighbour, or another unit?",
        )


def disagreement(aqi_published: pl.Series, index: AirQualityIndex) -> Disagreement | None:
    """What the rows have in common whose published AQI differs; None where all agree.

    Rows in which either AQI is missing are not compared.
    """
    frame = pl.DataFrame({**index.items, "aqi": index.aqi, "published": aqi_published}).filter(
        pl.col("aqi").is_not_null() & pl.col("published").is_not_null()
    )
    different = frame.filter(pl.col("aqi") != pl.col("published"))
    if different.is_empty():
        return None
    leading = {
        one: int((different.get_column(one.code) == different.get_column("aqi")).sum())
        for one in POLLUTANTS
    }
    led_by = max(leading, key=lambda one: leading[one])
    others = [one.code for one in POLLUTANTS if one is not led_by]
    cured = (pl.max_horizontal(others) == pl.col("published")).sum()
    return Disagreement(
        compared=frame.height,
        different=different.height,
        led_by=led_by,
        leading=leading[led_by],
        cured=int(different.select(cured).item()),
    )
