"""A slow and obvious air quality index, for comparison with the fast one. Tables by hand."""

from __future__ import annotations

import datetime as dt
import math
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

STEPS = [0, 50, 100, 150, 200, 300, 400, 500]
LIMITS = {
    ("so2", "daily"): [0, 50, 150, 475, 800, 1600, 2100, 2620],
    ("so2", "hourly"): [0, 150, 500, 650, 800],
    ("no2", "daily"): [0, 40, 80, 180, 280, 565, 750, 940],
    ("no2", "hourly"): [0, 100, 200, 700, 1200, 2340, 3090, 3840],
    ("co", "daily"): [0, 2, 4, 14, 24, 36, 48, 60],
    ("co", "hourly"): [0, 5, 10, 35, 60, 90, 120, 150],
    ("o3", "hourly"): [0, 160, 200, 300, 400, 800, 1000, 1200],
    ("o3", "daily"): [0, 100, 160, 215, 265, 800],
}
PARTICLES = {
    ("pm10", 2012): [0, 50, 150, 250, 350, 420, 500, 600],
    ("pm10", 2026): [0, 50, 120, 250, 350, 420, 500, 600],
    ("pm25", 2012): [0, 35, 75, 115, 150, 250, 350, 500],
    ("pm25", 2026): [0, 35, 60, 115, 150, 250, 350, 500],
}
ITEMS = ("pm25", "pm10", "so2", "no2", "co", "o3")


def year_of_standard(day: dt.date) -> int:
    return 2026 if day >= dt.date(2026, 3, 1) else 2012


def rounded(value: float, item: str) -> Decimal:
    place = Decimal("0.1") if item == "co" else Decimal(1)
    return Decimal(repr(value)).quantize(place, ROUND_HALF_EVEN)


def item_index(value: float | None, item: str, period: str, year: int) -> int | None:
    if value is None or math.isnan(value) or math.isinf(value) or value < 0:
        return None
    points = PARTICLES[item, year] if item in ("pm25", "pm10") else LIMITS[item, period]
    concentration = Fraction(rounded(value, item))
    if concentration > points[-1]:
        if item == "o3" and period == "daily":
            return 300 if year == 2026 else None
        return 200 if item == "so2" and period == "hourly" else 500
    for place in range(1, len(points)):
        low, high = points[place - 1], points[place]
        if concentration <= high:
            share = (concentration - low) / (high - low)
            return math.ceil(STEPS[place - 1] + share * (STEPS[place] - STEPS[place - 1]))
    raise AssertionError


def overall(indexes: dict[str, int | None], year: int) -> tuple[int | None, str | None]:
    """AQI and primary pollutants."""
    known = [one for one in indexes.values() if one is not None]
    if not known:
        return None, None
    aqi = max(known)
    if year == 2026 and len(known) < len(ITEMS) and aqi <= 100:
        return None, None
    names = {"pm25": "PM2.5", "pm10": "PM10", "so2": "SO2", "no2": "NO2", "co": "CO", "o3": "O3"}
    primary = ",".join(names[item] for item in ITEMS if indexes[item] == aqi)
    return aqi, primary if aqi > 50 else None
