"""Break points of the air quality index, by the standard in force on the observation date.

Sources: HJ 633-2012 (until 2026-02-28) and HJ 633-2026 with GB 3095-2026 (from 2026-03-01).
Only two break points differ: IAQI 100 stands at PM2.5 75 → 60 and PM10 150 → 120 µg/m³.
Hourly PM2.5 and PM10 use the 24-hour break points. Concentrations are µg/m³, CO mg/m³.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import polars as pl

from schemas.message import Message

IN_FORCE_2026 = dt.date(2026, 3, 1)
"""First day of HJ 633-2026, GB 3095-2026 and HJ 663-2026."""

BEIJING = "Asia/Shanghai"
"""Days and hours of the standards are those of Beijing time, in all of the country."""

INDEX_STEPS = (0, 50, 100, 150, 200, 300, 400, 500)


class Standard(StrEnum):
    """The text by which an observation is judged."""

    HJ633_2012 = "HJ 633-2012"
    HJ633_2026 = "HJ 633-2026"


class Period(StrEnum):
    """Which averages an index is made of."""

    HOURLY = "hourly"  # real-time report: six 1-h means
    DAILY = "daily"  # daily report: five 24-h means and the largest 8-h mean of ozone


@dataclass(frozen=True, slots=True)
class Pollutant:
    """One of the six items.

    ``decimals`` is the place to which concentrations are rounded before the index is taken.
    """

    code: str
    label: str
    decimals: int
    names: tuple[str, ...]


PM25 = Pollutant("pm25", "PM2.5", 0, ("细颗粒物(PM2.5)", "细颗粒物", "PM2.5"))
PM10 = Pollutant("pm10", "PM10", 0, ("颗粒物(PM10)", "可吸入颗粒物(PM10)", "可吸入颗粒物", "PM10"))
SO2 = Pollutant("so2", "SO2", 0, ("二氧化硫", "二氧化硫(SO2)", "SO2"))
NO2 = Pollutant("no2", "NO2", 0, ("二氧化氮", "二氧化氮(NO2)", "NO2"))
CO = Pollutant("co", "CO", 1, ("一氧化碳", "一氧化碳(CO)", "CO"))
O3 = Pollutant(
    "o3",
    "O3",
    0,
    ("臭氧1小时", "臭氧8小时", "臭氧", "臭氧(O3)", "臭氧1小时(O3)", "臭氧8小时(O3)", "O3"),
)
POLLUTANTS = (PM25, PM10, SO2, NO2, CO, O3)
"""The six items, in the order in which computations take them and ties are written."""

NO_POLLUTANT_NAMES = ("无", "—", "--", "-")
"""Texts with which sites publish "no primary pollutant"."""


@dataclass(frozen=True, slots=True)
class Level:
    """One of the six levels: its number, and the upper end of its index."""

    number: int
    highest: int | None
    name: Message
    short: str
    colour: str


LEVELS = (
    Level(1, 50, Message("优", "excellent"), "一级", "#00E400"),
    Level(2, 100, Message("良", "good"), "二级", "#FFFF00"),
    Level(3, 150, Message("轻度污染", "lightly polluted"), "三级", "#FF7E00"),
    Level(4, 200, Message("中度污染", "moderately polluted"), "四级", "#FF0000"),
    Level(5, 300, Message("重度污染", "heavily polluted"), "五级", "#99004C"),
    Level(6, None, Message("严重污染", "severely polluted"), "六级", "#7E0023"),
)

_COMMON: dict[tuple[Period, str], tuple[int, ...]] = {
    (Period.DAILY, "so2"): (0, 50, 150, 475, 800, 1600, 2100, 2620),
    (Period.HOURLY, "so2"): (0, 150, 500, 650, 800),
    (Period.DAILY, "no2"): (0, 40, 80, 180, 280, 565, 750, 940),
    (Period.HOURLY, "no2"): (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    (Period.DAILY, "co"): (0, 2, 4, 14, 24, 36, 48, 60),
    (Period.HOURLY, "co"): (0, 5, 10, 35, 60, 90, 120, 150),
    (Period.DAILY, "o3"): (0, 100, 160, 215, 265, 800),
    (Period.HOURLY, "o3"): (0, 160, 200, 300, 400, 800, 1000, 1200),
}
_PARTICLES: dict[tuple[Standard, str], tuple[int, ...]] = {
    (Standard.HJ633_2012, "pm10"): (0, 50, 150, 250, 350, 420, 500, 600),
    (Standard.HJ633_2026, "pm10"): (0, 50, 120, 250, 350, 420, 500, 600),
    (Standard.HJ633_2012, "pm25"): (0, 35, 75, 115, 150, 250, 350, 500),
    (Standard.HJ633_2026, "pm25"): (0, 35, 60, 115, 150, 250, 350, 500),
}


def break_points(pollutant: Pollutant, period: Period, standard: Standard) -> tuple[int, ...]:
    """Concentrations at the steps of :data:`INDEX_STEPS`; shorter where the table ends earlier."""
    if (standard, pollutant.code) in _PARTICLES:
        return _PARTICLES[standard, pollutant.code]
    return _COMMON[period, pollutant.code]


def index_above(pollutant: Pollutant, period: Period, standard: Standard) -> int | None:
    """The IAQI of a concentration above the last break point.

    SO2 1 h > 800 → 200; O3 8 h > 800 → 300 by the text of 2026, and none by the text of 2012,
    which then reports ozone by its 1-h mean; otherwise 500.
    """
    if pollutant is O3 and period is Period.DAILY and standard is Standard.HJ633_2012:
        return None
    return INDEX_STEPS[len(break_points(pollutant, period, standard)) - 1]


@cache
def index_table(pollutant: Pollutant, period: Period, standard: Standard) -> pl.Series:
    """The IAQI of every rounded concentration, and of "above" in the last place.

    Position = concentration × 10**decimals. IAQI = (hi − lo)/(BPhi − BPlo)·(C − BPlo) + lo,
    rounded up to an integer, in integers throughout (floats give 56 for CO 24 h 2.2, not 55).
    """
    points = [point * 10**pollutant.decimals for point in break_points(pollutant, period, standard)]
    table: list[int | None] = [0]
    for low, high, from_index, to_index in zip(
        points, points[1:], INDEX_STEPS, INDEX_STEPS[1:], strict=False
    ):
        rise, run = to_index - from_index, high - low
        table += [from_index - (-rise * step // run) for step in range(1, run + 1)]
    table.append(index_above(pollutant, period, standard))
    return pl.Series(pollutant.code, table, dtype=pl.Int64)
