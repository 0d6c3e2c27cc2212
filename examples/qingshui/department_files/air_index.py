"""The hourly AQI as a monitoring centre publishes it.

HJ 633-2012 (with GB 3095-2012) before 2026-03-01 and HJ 633-2026 from that day on; hourly
particles use the 24-hour break points. Written here once more, apart from gongkai's own
computation, because the demo plays a department and departments compute for themselves.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

NEW_STANDARD = dt.date(2026, 3, 1)
INDEX_POINTS = (0, 50, 100, 150, 200, 300, 400, 500)
BREAK_POINTS: dict[str, tuple[int, ...]] = {
    "so2": (0, 150, 500, 650, 800),
    "no2": (0, 100, 200, 700, 1200, 2340, 3090, 3840),
    "co": (0, 5, 10, 35, 60, 90, 120, 150),
    "o3": (0, 160, 200, 300, 400, 800, 1000, 1200),
    "pm10": (0, 50, 120, 250, 350, 420, 500, 600),
    "pm25": (0, 35, 60, 115, 150, 250, 350, 500),
}
EARLIER_HUNDRED = {"pm10": 150, "pm25": 75}  # the break points at 100 until 2026-02-28
POLLUTANT_NAMES = {
    "pm25": "细颗粒物(PM2.5)",
    "pm10": "颗粒物(PM10)",
    "so2": "二氧化硫",
    "no2": "二氧化氮",
    "co": "一氧化碳",
    "o3": "臭氧1小时",
}


def individual_index(item: str, concentration: Decimal, day: dt.date) -> int:
    """IAQI of one hourly concentration (µg/m³, CO in mg/m³), rounded up."""
    points = list(BREAK_POINTS[item])
    if day < NEW_STANDARD and item in EARLIER_HUNDRED:
        points[2] = EARLIER_HUNDRED[item]
    if concentration > points[-1]:
        return INDEX_POINTS[len(points) - 1]
    upper = next(at for at, point in enumerate(points) if concentration <= point and at > 0)
    low, high = points[upper - 1], points[upper]
    index_low, index_high = INDEX_POINTS[upper - 1], INDEX_POINTS[upper]
    share = (Fraction(concentration) - low) / (high - low)
    return math.ceil(share * (index_high - index_low) + index_low)


def published_index(
    concentrations: Mapping[str, Decimal | None], day: dt.date
) -> tuple[int | None, str]:
    """AQI and primary pollutants of an hour; nothing is published for an incomplete hour."""
    indexes = {
        item: individual_index(item, value, day)
        for item, value in concentrations.items()
        if value is not None
    }
    if len(indexes) < len(concentrations):
        return None, ""
    worst = max(indexes.values())
    if worst <= 50:
        return worst, ""
    return worst, ",".join(
        POLLUTANT_NAMES[item] for item, index in indexes.items() if index == worst
    )
