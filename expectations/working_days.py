"""Counting working days by the State Council's yearly holiday calendar.

``chinese_calendar`` knows 2004 to 2026. For days outside it, Monday to Friday are counted, and
the count is marked provisional.
"""

from __future__ import annotations

import datetime as dt

import polars as pl

FIRST_KNOWN_DAY = dt.date(2004, 1, 1)
_SATURDAY = 5


def last_known_day() -> dt.date:
    """The last day whose holidays are known to the installed calendar."""
    from chinese_calendar.constants import workdays

    return dt.date(max(day.year for day in workdays), 12, 31)


def is_working_day(day: dt.date) -> bool:
    """By the calendar; outside the years it knows, Monday to Friday."""
    from chinese_calendar import is_workday

    if FIRST_KNOWN_DAY <= day <= last_known_day():
        return bool(is_workday(day))
    return day.weekday() < _SATURDAY


def working_days_between(start: pl.Series, end: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Working days after ``start`` up to and with ``end``, negative where ``end`` comes first,
    and whether the count is provisional. Null where either date is missing."""
    bounds = pl.concat([start, end]).drop_nulls()
    if bounds.is_empty():
        nothing = pl.repeat(None, len(start), dtype=pl.Int64, eager=True)
        return nothing, nothing.cast(pl.Boolean)
    first, last = bounds.min(), bounds.max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    passed = pl.Series([is_working_day(day) for day in days]).cast(pl.Int64).cum_sum()
    origin = pl.lit(first)
    frame = pl.DataFrame({"start": start, "end": end})
    places = frame.select((pl.all() - origin).dt.total_days().cast(pl.UInt32))
    count = passed.gather(places["end"]) - passed.gather(places["start"])
    known = pl.all_horizontal(pl.all().is_between(FIRST_KNOWN_DAY, last_known_day()))
    return count, frame.select(~known).to_series()
