"""From the rows of a version to the data of a chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from publishing.charts.categories import (
    SERIES,
    VALUE,
    X,
    most_important,
    order_of_series,
    order_of_x,
)
from publishing.charts.chart_data import (
    NOT_GIVEN,
    AxisKind,
    ChartData,
    Key,
    Mark,
)
from publishing.charts.choosing import ChartError, chosen_rows, latest_notes
from publishing.charts.labels import (
    measure_title,
    measure_unit,
    series_labels,
    series_title,
    x_labels,
)
from publishing.charts.notes import (
    after_release,
    cut_periods,
    extent,
    open_periods,
    without_value,
    without_x,
)
from publishing.charts.periods import (
    CYCLES,
    axis_values,
    end_of,
    every_period,
    step_of,
)
from publishing.charts.taking import ROWS, TAKEN, VALUES, grouped, in_unit
from schemas.chart import ADDITIVE, Chart
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.message import Message
from schemas.strict import Text
from schemas.units import Unit

MOST_MARKS = 1_500


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a chart depends on besides the rows.

    Attributes:
        cut_at: when the version was cut, on the wall clock of the site: later periods are open.
        vocabulary_folders: where code lists of the site stand.
    """

    cut_at: dt.datetime
    vocabulary_folders: tuple[Path, ...] = ()


def compute(
    rows: pl.DataFrame, dataset: Dataset, chart: Chart, circumstances: Circumstances
) -> ChartData | None:
    """The data of a chart; None where no row has anything to draw.

    Raises:
        ChartError: it cannot be drawn truly: too many points, or values that must not be added.
    """
    read = chosen_rows(rows, dataset, chart)
    notes = latest_notes(read, dataset, chart)
    field = dataset.field(chart.x.field)
    step = step_of(chart.x, field)
    long = _long(read, dataset, chart)
    placed = long.filter(pl.col(X).is_not_null())
    if not placed.height:
        return None
    repeated = max(1, len(chart.y.fields))
    notes += without_x((long.height - placed.height) // repeated, field)
    if step is not None:
        notes += extent(read[chart.x.field], field)
        placed, later = _without_later(placed, chart, field, circumstances.cut_at)
        notes += after_release(later // repeated, field)
        if not placed.height:
            return None
        placed, more = _last_periods(placed, chart, step)
        notes += [cut_periods(chart.x.last or 0, step, more // repeated)] if more else []
    placed, more_notes = most_important(placed, chart)
    notes += more_notes
    groups = grouped(placed, [X, SERIES], VALUE, chart.y.take)
    notes += without_value(int((groups[ROWS] - groups[VALUES]).sum()), dataset, chart)
    given, wanted = measure_unit(dataset, chart)
    marks = _marks(groups, given, wanted)
    xs = order_of_x(placed, marks, chart, step)
    series = order_of_series(placed, chart)
    if len(xs) * len(series) > MOST_MARKS:
        raise _too_many(len(xs) * len(series))
    marks = _in_order(marks, xs, series, fill=chart.kind in ("line", "area"), take=chart.y.take)
    if all(mark.value is None for mark in marks):
        return None
    if step not in (None, "moment") and field.type in (FieldType.DATE, FieldType.DATETIME):
        marks = [_open(mark, str(step), circumstances.cut_at) for mark in marks]
    notes += open_periods([mark for mark in marks if mark.open], step)
    return ChartData(
        axis=_axis(chart, dataset),
        step=step,
        xs=xs,
        x_labels=x_labels(xs, dataset, chart, step, circumstances.vocabulary_folders),
        series=series,
        series_labels=series_labels(series, dataset, chart, circumstances.vocabulary_folders),
        marks=marks,
        x_title=field.title,
        y_title=measure_title(dataset, chart),
        series_title=series_title(dataset, chart),
        unit=Text(zh=wanted.zh, en=wanted.en) if wanted and wanted.code != "1" else None,
        notes=notes,
    )


def _long(read: pl.DataFrame, dataset: Dataset, chart: Chart) -> pl.DataFrame:
    """x, series and value of every row; of every row and field where there are several."""
    field = dataset.field(chart.x.field)
    along = axis_values(chart.x, field)
    if _axis(chart, dataset) == "category" and chart.x.by not in CYCLES:
        along = along.cast(pl.String)
    series = pl.lit("")
    if chart.series is not None:
        series = pl.col(chart.series.field).cast(pl.String).fill_null(NOT_GIVEN)
    frames = []
    for name in chart.y.fields or (None,):
        value = pl.lit(None) if name is None else pl.col(name)
        which = pl.lit(name) if len(chart.y.fields) > 1 else series
        frames.append(read.select(along.alias(X), which.alias(SERIES), value.alias(VALUE)))
    return pl.concat(frames, how="vertical_relaxed")


def _without_later(
    placed: pl.DataFrame, chart: Chart, field: DatasetField, cut_at: dt.datetime
) -> tuple[pl.DataFrame, int]:
    """Of the last periods, those up to now: one mistyped date of 2099 would else leave no room for
    the others."""
    if chart.x.last is None or field.type not in (FieldType.DATE, FieldType.DATETIME):
        return placed, 0
    kept = placed.filter(pl.col(X) <= cut_at)
    return kept, placed.height - kept.height


def _last_periods(placed: pl.DataFrame, chart: Chart, step: str) -> tuple[pl.DataFrame, int]:
    if chart.x.last is None:
        return placed, 0
    if step == "moment":
        firsts = placed[X].unique().sort(descending=True).head(chart.x.last)
        first = firsts[-1]
    else:
        newest = placed[X].max()
        periods = every_period(placed[X].min(), newest, step)  # type: ignore[arg-type]
        first = periods[-chart.x.last :][0]
    kept = placed.filter(pl.col(X) >= first)
    return kept, placed.height - kept.height


def _marks(groups: pl.DataFrame, given: Unit | None, wanted: Unit | None) -> list[Mark]:
    found = []
    for x, series, rows, taken in zip(
        groups[X], groups[SERIES], groups[ROWS], groups[TAKEN], strict=True
    ):
        value = None if taken is None else in_unit(taken, given, wanted)
        found.append(Mark(_key(x), series, value, rows))
    return found


def _key(value: Any) -> Key:
    if isinstance(value, float):
        return Decimal(str(value))
    assert isinstance(value, str | int | Decimal | dt.datetime)
    return value


def _in_order(
    marks: Sequence[Mark], xs: Sequence[Key], series: Sequence[str], *, fill: bool, take: str
) -> list[Mark]:
    """Marks in the order of axis and series. ``fill`` puts a gap where there is no row, so that
    lines do not run over it; no rows of a series beside rows of others add up to 0."""
    known = {(mark.x, mark.series): mark for mark in marks}
    seen = {mark.x for mark in marks}
    nothing = Decimal(0) if take in ADDITIVE else None
    found = []
    for x in xs:
        for one in series:
            mark = known.get((x, one))
            if mark is None and fill:
                mark = Mark(x, one, nothing if x in seen else None, 0)
            if mark is not None:
                found.append(mark)
    return found


def _open(mark: Mark, step: str, cut_at: dt.datetime) -> Mark:
    assert isinstance(mark.x, dt.datetime)
    return replace(mark, open=end_of(mark.x, step) > cut_at)


def _axis(chart: Chart, dataset: Dataset) -> AxisKind:
    field = dataset.field(chart.x.field)
    if step_of(chart.x, field) is not None:
        return "time"
    drawn_along = chart.kind in ("line", "area", "point")
    return "number" if drawn_along and chart.x.by not in CYCLES else "category"


def _too_many(count: int) -> ChartError:
    return ChartError(
        Message(
            f"图表有 {count:,} 个点，超过 {MOST_MARKS:,} 个，未画。",
            f"The chart has {count:,} points, more than {MOST_MARKS:,}: it was not drawn.",
        ),
        advice=Message(
            "请用更长的时段（by）、last 或 top 减少点数。",
            "Take longer periods (by), or last or top, in the dataset file.",
        ),
    )
