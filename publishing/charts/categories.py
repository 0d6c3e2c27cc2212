"""Which categories and series a chart has, and in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import polars as pl

from publishing.charts.chart_data import NOT_GIVEN, OTHERS, Key, Mark
from publishing.charts.notes import cut_categories, folded
from publishing.charts.periods import CYCLES, every_period
from publishing.charts.taking import TAKEN, grouped
from schemas.chart import ADDITIVE, MOST_SERIES, Chart
from schemas.strict import Text

MOST_CATEGORIES = 40
X: Final = "\0x"
SERIES: Final = "\0series"
VALUE: Final = "\0value"
"""Columns of the rows of a chart; no field is called so."""


def ranked(placed: pl.DataFrame, column: str, chart: Chart) -> list[Any]:
    """Values of a column, those with the greatest number first; equal ones in their order."""
    totals = grouped(placed, [column], VALUE, chart.y.take)
    pairs = [(name, taken) for name, taken in zip(totals[column], totals[TAKEN], strict=True)]
    return [name for name, _ in sorted(pairs, key=lambda pair: _falling(pair[1], pair[0]))]


def _falling(value: Decimal | None, name: Any) -> tuple[bool, Decimal, Any]:
    return (value is None, -(value or Decimal(0)), name)


def most_important(placed: pl.DataFrame, chart: Chart) -> tuple[pl.DataFrame, list[Text]]:
    """Fold categories and series beyond those wanted into one, or leave them out where their
    numbers cannot be added; say so."""
    notes: list[Text] = []
    wanted: list[tuple[str, int]] = []
    if placed.schema[X] == pl.String:
        wanted.append((X, chart.x.top or MOST_CATEGORIES))
    if chart.series is not None and chart.kind != "heat":
        wanted.append((SERIES, chart.series.top or MOST_SERIES))
    for column, most in wanted:
        names = [name for name in ranked(placed, column, chart) if name != NOT_GIVEN]
        if len(names) <= most:
            continue
        kept = names[:most]
        inside = pl.col(column).is_in([*kept, NOT_GIVEN])
        if chart.y.take in ADDITIVE:
            placed = placed.with_columns(
                pl.when(inside).then(pl.col(column)).otherwise(pl.lit(OTHERS)).alias(column)
            )
            notes.append(folded(len(names) - most, most))
        else:
            notes.append(cut_categories(len(names), most))
            placed = placed.filter(inside)
    return placed, notes


def order_of_x(
    placed: pl.DataFrame, marks: Sequence[Mark], chart: Chart, step: str | None
) -> list[Key]:
    """All values along the axis in their order, periods without a row included."""
    found = {mark.x for mark in marks}
    if chart.x.by in CYCLES:
        return list(CYCLES[chart.x.by])
    if step is not None and step != "moment":
        moments = [x for x in found if isinstance(x, dt.datetime)]
        return list(every_period(min(moments), max(moments), step))
    if placed.schema[X] != pl.String:
        return sorted(found)
    if chart.x.labels or chart.sort == "x":
        declared = {name: place for place, name in enumerate(chart.x.labels)}
        return sorted(found, key=lambda x: (x == OTHERS, declared.get(str(x), 99), str(x)))
    return sorted(ranked(placed, X, chart), key=lambda x: x == OTHERS)


def order_of_series(placed: pl.DataFrame, chart: Chart) -> list[str]:
    """The series in drawing order."""
    if len(chart.y.fields) > 1:
        return list(chart.y.fields)
    if chart.series is None:
        return [""]
    declared = {name: place for place, name in enumerate(chart.series.labels)}
    found: list[str] = placed[SERIES].unique().to_list()
    if declared or chart.kind == "heat":
        return sorted(found, key=lambda s: (_last(s), declared.get(s, 99), len(s), s))
    return sorted(ranked(placed, SERIES, chart), key=_last)


def _last(name: str) -> int:
    """What is no value of its own comes after those that are."""
    return (OTHERS, NOT_GIVEN).index(name) + 1 if name in (OTHERS, NOT_GIVEN) else 0
