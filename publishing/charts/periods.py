"""Moments along the axis of a chart: shortened to periods, named, and laid out without holes."""

from __future__ import annotations

import datetime as dt

import polars as pl

from schemas.chart import ChartAxis
from schemas.dataset import DatasetField, FieldType

STEPS = {"hour": "1h", "day": "1d", "month": "1mo", "quarter": "1q", "year": "1y"}
STEP_OF_VALUE = {
    FieldType.DATE: "day",
    FieldType.DATETIME: "moment",
    FieldType.YEARMONTH: "month",
    FieldType.YEAR: "year",
}
CYCLES = {"hour_of_day": range(24), "month_of_year": range(1, 13)}


def step_of(axis: ChartAxis, field: DatasetField) -> str | None:
    """``hour`` … ``year``; ``moment`` where moments stay as they are; None for no axis of time."""
    if axis.by in CYCLES or field.type not in STEP_OF_VALUE:
        return None
    return STEP_OF_VALUE[field.type] if axis.by == "value" else axis.by


def local_moment(field: DatasetField) -> pl.Expr:
    """The field as a moment on the wall clock of the site, without a zone."""
    column = pl.col(field.name)
    match field.type:
        case FieldType.YEARMONTH:
            return pl.format("{}-01", column).str.to_date("%Y-%m-%d").cast(pl.Datetime("ms"))
        case FieldType.YEAR:
            return pl.datetime(column, 1, 1, time_unit="ms")
        case FieldType.DATETIME:
            return column.dt.replace_time_zone(None)
        case _:
            return column.cast(pl.Datetime("ms"))


def axis_values(axis: ChartAxis, field: DatasetField) -> pl.Expr:
    """What the rows are grouped by: the start of a period, a number of a cycle, or the value."""
    if axis.by == "hour_of_day":
        return local_moment(field).dt.hour().cast(pl.Int64)
    if axis.by == "month_of_year":
        return local_moment(field).dt.month().cast(pl.Int64)
    step = step_of(axis, field)
    if step is None:
        return pl.col(field.name)
    return local_moment(field) if step == "moment" else local_moment(field).dt.truncate(STEPS[step])


def every_period(first: dt.datetime, last: dt.datetime, step: str) -> list[dt.datetime]:
    """All periods from one to another, those without a row included."""
    whole = pl.datetime_range(first, last, STEPS[step], time_unit="ms", eager=True)
    return whole.to_list()


def end_of(start: dt.datetime, step: str) -> dt.datetime:
    """When a period is over."""
    end = pl.Series([start]).dt.offset_by(STEPS[step]).item()
    assert isinstance(end, dt.datetime)
    return end


def period_text(start: dt.datetime, step: str) -> str:
    """``2026``, ``2026-Q1``, ``2026-03``, ``2026-03-01``, ``2026-03-01 05:00``."""
    match step:
        case "year":
            return f"{start:%Y}"
        case "quarter":
            return f"{start:%Y}-Q{(start.month + 2) // 3}"
        case "month":
            return f"{start:%Y-%m}"
        case "day":
            return f"{start:%Y-%m-%d}"
        case _:
            return f"{start:%Y-%m-%d %H:%M}"
