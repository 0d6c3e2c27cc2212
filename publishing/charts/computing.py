"""From the rows of a version to the data of a chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from publishing.charts.chart_data import OTHERS, OTHERS_LABEL, AxisKind, ChartData, Key, Mark
from publishing.charts.choosing import ChartError, chosen_rows, latest_notes
from publishing.charts.labels import bare_title, labels_of, measure_title, measure_unit
from publishing.charts.notes import (
    cut_categories,
    cut_periods,
    extent,
    folded,
    open_periods,
    without_value,
    without_x,
)
from publishing.charts.periods import (
    CYCLES,
    axis_values,
    end_of,
    every_period,
    period_text,
    step_of,
)
from publishing.charts.taking import ROWS, TAKEN, VALUES, grouped, in_unit
from schemas.chart import ADDITIVE, MOST_SERIES, Chart
from schemas.dataset import Dataset, FieldType
from schemas.message import Message
from schemas.strict import Text
from schemas.units import Unit

MOST_CATEGORIES = 40
MOST_MARKS = 1_500
X, SERIES, VALUE = "\0x", "\0series", "\0value"


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
        placed, more = _last_periods(placed, chart, step)
        notes += [cut_periods(chart.x.last or 0, step, more // repeated)] if more else []
    placed, more_notes = _most_important(placed, chart)
    notes += more_notes
    groups = grouped(placed, [X, SERIES], VALUE, chart.y.take)
    notes += without_value(int((groups[ROWS] - groups[VALUES]).sum()), dataset, chart)
    given, wanted = measure_unit(dataset, chart)
    marks = _marks(groups, given, wanted)
    xs = _order_of_x(placed, marks, chart, step)
    series = _order_of_series(placed, chart)
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
        x_labels=_x_labels(xs, dataset, chart, step, circumstances),
        series=series,
        series_labels=_series_labels(series, dataset, chart, circumstances),
        marks=marks,
        x_title=field.title,
        y_title=measure_title(dataset, chart),
        series_title=_series_title(dataset, chart),
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
        series = pl.col(chart.series.field).cast(pl.String).fill_null("—")
    frames = []
    for name in chart.y.fields or (None,):
        value = pl.lit(None) if name is None else pl.col(name)
        which = pl.lit(name) if len(chart.y.fields) > 1 else series
        frames.append(read.select(along.alias(X), which.alias(SERIES), value.alias(VALUE)))
    return pl.concat(frames, how="vertical_relaxed")


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


def _ranked(placed: pl.DataFrame, column: str, chart: Chart) -> list[Any]:
    """Values of a column, those with the greatest number first; equal ones in their order."""
    totals = grouped(placed, [column], VALUE, chart.y.take)
    pairs = [(name, taken) for name, taken in zip(totals[column], totals[TAKEN], strict=True)]
    return [name for name, _ in sorted(pairs, key=lambda pair: _falling(pair[1], pair[0]))]


def _falling(value: Decimal | None, name: Any) -> tuple[bool, Decimal, Any]:
    return (value is None, -(value or Decimal(0)), name)


def _most_important(placed: pl.DataFrame, chart: Chart) -> tuple[pl.DataFrame, list[Text]]:
    """Fold categories and series beyond those wanted into one, or leave them out where their
    numbers cannot be added; say so."""
    notes: list[Text] = []
    wanted: list[tuple[str, int]] = []
    if placed.schema[X] == pl.String:
        wanted.append((X, chart.x.top or MOST_CATEGORIES))
    if chart.series is not None and chart.kind != "heat":
        wanted.append((SERIES, chart.series.top or MOST_SERIES))
    for column, most in wanted:
        ranked = _ranked(placed, column, chart)
        if len(ranked) <= most:
            continue
        kept = ranked[:most]
        inside = pl.col(column).is_in(kept)
        if chart.y.take in ADDITIVE:
            placed = placed.with_columns(
                pl.when(inside).then(pl.col(column)).otherwise(pl.lit(OTHERS)).alias(column)
            )
            notes.append(folded(len(ranked) - most, most))
        else:
            notes.append(cut_categories(len(ranked), most))
            placed = placed.filter(inside)
    return placed, notes


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


def _order_of_x(
    placed: pl.DataFrame, marks: Sequence[Mark], chart: Chart, step: str | None
) -> list[Key]:
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
    ranked = _ranked(placed, X, chart)
    return sorted(ranked, key=lambda x: x == OTHERS)


def _order_of_series(placed: pl.DataFrame, chart: Chart) -> list[str]:
    if len(chart.y.fields) > 1:
        return list(chart.y.fields)
    if chart.series is None:
        return [""]
    declared = {name: place for place, name in enumerate(chart.series.labels)}
    found: list[str] = placed[SERIES].unique().to_list()
    if declared or chart.kind == "heat":
        return sorted(found, key=lambda s: (s == OTHERS, declared.get(s, 99), len(s), s))
    return sorted(_ranked(placed, SERIES, chart), key=lambda s: s == OTHERS)


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


def _x_labels(
    xs: Sequence[Key],
    dataset: Dataset,
    chart: Chart,
    step: str | None,
    circumstances: Circumstances,
) -> Mapping[Key, Text]:
    if step is not None:
        texts = {x: period_text(x, step) for x in xs if isinstance(x, dt.datetime)}
        return {x: Text(zh=text, en=text) for x, text in texts.items()}
    if chart.x.by == "hour_of_day":
        return {x: Text(zh=f"{x}时", en=f"{x}:00") for x in xs}
    if chart.x.by == "month_of_year":
        return {x: Text(zh=f"{x}月", en=f"{x}") for x in xs}
    field = dataset.field(chart.x.field)
    known = labels_of(field, chart.x.labels, circumstances.vocabulary_folders)
    return {x: known.get(str(x), Text(zh=str(x), en=str(x))) for x in xs} | {OTHERS: OTHERS_LABEL}


def _series_labels(
    series: Sequence[str], dataset: Dataset, chart: Chart, circumstances: Circumstances
) -> Mapping[str, Text]:
    if len(chart.y.fields) > 1:
        return {name: bare_title(dataset.field(name)) for name in series}
    if chart.series is None:
        return {"": Text(zh="", en="")}
    field = dataset.field(chart.series.field)
    known = labels_of(field, chart.series.labels, circumstances.vocabulary_folders)
    found = {one: known.get(one, Text(zh=one, en=one)) for one in series}
    return found | {OTHERS: OTHERS_LABEL, "—": Text(zh="未写明", en="Not given")}


def _series_title(dataset: Dataset, chart: Chart) -> Text | None:
    if len(chart.y.fields) > 1:
        return Text(zh="项目", en="Item")
    return dataset.field(chart.series.field).title if chart.series else None


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
