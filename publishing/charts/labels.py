"""Titles of what is drawn: values of coded fields, measures and their units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

from publishing.charts.chart_data import NOT_GIVEN, NOT_GIVEN_LABEL, OTHERS, OTHERS_LABEL, Key
from publishing.charts.periods import period_text
from schemas.chart import Chart
from schemas.dataset import Dataset, DatasetField
from schemas.strict import Text
from schemas.units import Unit, find_unit, unit_in_header
from schemas.vocabulary_files import load_vocabulary

COUNT = Text(zh="记录数（条）", en="Records")
TAKEN = {
    "sum": Text(zh="{}合计", en="{}, total"),
    "mean": Text(zh="{}平均", en="{}, mean"),
    "median": Text(zh="{}中位数", en="{}, median"),
    "min": Text(zh="{}最小值", en="{}, least"),
    "max": Text(zh="{}最大值", en="{}, greatest"),
}


def labels_of(
    field: DatasetField, declared: Mapping[str, Text], folders: tuple[Path, ...]
) -> dict[str, Text]:
    """Titles of the values of a field: those of its code list, and the chart's own before them."""
    found: dict[str, Text] = {}
    if field.code_list is not None:
        for entry in load_vocabulary(field.code_list, folders).entries:
            found[entry.code] = Text(zh=entry.zh or entry.code, en=entry.en or entry.code)
    return found | dict(declared)


def measure_unit(dataset: Dataset, chart: Chart) -> tuple[Unit | None, Unit | None]:
    """The unit of the fields, and the one they are drawn in."""
    if not chart.y.fields:
        return None, None
    given = find_unit(dataset.field(chart.y.fields[0]).unit or "")
    wanted = find_unit(chart.y.unit or "")
    return given, wanted or given


def measure_title(dataset: Dataset, chart: Chart) -> Text:
    """What the numbers are, without their unit."""
    if chart.y.title is not None:
        return chart.y.title
    if not chart.y.fields:
        return COUNT
    bare = bare_title(dataset.field(chart.y.fields[0]))
    words = TAKEN[chart.y.take]
    return Text(zh=words.zh.format(bare.zh), en=words.en.format(bare.en))


def bare_title(field: DatasetField) -> Text:
    """The title of a field without its unit: a chart may be drawn in another one."""
    split = unit_in_header(field.title.zh)
    unit = find_unit(field.unit or "")
    in_english = f" in {unit.en}" if unit else ""
    return Text(
        zh=split[0] if split else field.title.zh, en=field.title.en.removesuffix(in_english)
    )


def x_labels(
    xs: Sequence[Key],
    dataset: Dataset,
    chart: Chart,
    step: str | None,
    folders: tuple[Path, ...],
) -> Mapping[Key, Text]:
    """Titles of the values along the axis."""
    if step is not None:
        texts = {x: period_text(x, step) for x in xs if isinstance(x, dt.datetime)}
        return {x: Text(zh=text, en=text) for x, text in texts.items()}
    if chart.x.by == "hour_of_day":
        return {x: Text(zh=f"{x}时", en=f"{x}:00") for x in xs}
    if chart.x.by == "month_of_year":
        return {x: Text(zh=f"{x}月", en=f"{x}") for x in xs}
    field = dataset.field(chart.x.field)
    known = labels_of(field, chart.x.labels, folders)
    return {x: known.get(str(x), Text(zh=str(x), en=str(x))) for x in xs} | {OTHERS: OTHERS_LABEL}


def series_labels(
    series: Sequence[str], dataset: Dataset, chart: Chart, folders: tuple[Path, ...]
) -> Mapping[str, Text]:
    """Titles of the series."""
    if len(chart.y.fields) > 1:
        return {name: bare_title(dataset.field(name)) for name in series}
    if chart.series is None:
        return {"": Text(zh="", en="")}
    field = dataset.field(chart.series.field)
    known = labels_of(field, chart.series.labels, folders)
    found = {one: known.get(one, Text(zh=one, en=one)) for one in series}
    return found | {OTHERS: OTHERS_LABEL, NOT_GIVEN: NOT_GIVEN_LABEL}


def series_title(dataset: Dataset, chart: Chart) -> Text | None:
    """What the series are; None where there are none."""
    if len(chart.y.fields) > 1:
        return Text(zh="项目", en="Item")
    return dataset.field(chart.series.field).title if chart.series else None
