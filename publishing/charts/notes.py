"""Sentences under a chart: what it leaves out, folds together or cannot know yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from publishing.charts.chart_data import Mark
from publishing.charts.periods import period_text
from schemas.chart import Chart
from schemas.dataset import Dataset, DatasetField
from schemas.strict import Text

STEP_WORDS = {
    "hour": Text(zh="小时", en="hours"),
    "day": Text(zh="天", en="days"),
    "month": Text(zh="个月", en="months"),
    "quarter": Text(zh="个季度", en="quarters"),
    "year": Text(zh="年", en="years"),
    "moment": Text(zh="个时刻", en="moments"),
}


def extent(values: pl.Series, field: DatasetField) -> list[Text]:
    """From when to when the rows reach."""
    known = values.drop_nulls()
    if not len(known):
        return []
    first, last = (_moment(value) for value in (known.min(), known.max()))
    return [
        Text(
            zh=f"数据的{field.title.zh}：{first} 至 {last}。",
            en=f"{field.title.en} of the data: {first} to {last}.",
        )
    ]


def _moment(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, dt.datetime) else str(value)


def without_x(rows: int, field: DatasetField) -> list[Text]:
    """Rows that have no place along the axis."""
    if not rows:
        return []
    return [
        Text(
            zh=f"{rows:,} 行没有“{field.title.zh}”，未画入。",
            en=f"Rows without {field.title.en}, which are not drawn: {rows:,}.",
        )
    ]


def after_release(rows: int, field: DatasetField) -> list[Text]:
    """Rows of later days than the version, beyond the last periods."""
    if not rows:
        return []
    return [
        Text(
            zh=f"{rows:,} 行的“{field.title.zh}”在本版本发布之后，未画入。",
            en=f"Rows whose {field.title.en} is after this version, which are not drawn: {rows:,}.",
        )
    ]


def without_value(rows: int, dataset: Dataset, chart: Chart) -> list[Text]:
    """Rows whose field is empty: they are not 0."""
    if not rows:
        return []
    titles = [dataset.field(name).title for name in chart.y.fields]
    zh, en = "、".join(one.zh for one in titles), ", ".join(one.en for one in titles)
    return [
        Text(
            zh=f"{rows:,} 个空的“{zh}”未计入。",
            en=f"Empty values of {en}, which are not counted: {rows:,}.",
        )
    ]


def cut_periods(last: int, step: str, rows: int) -> Text:
    """Earlier periods that are not drawn."""
    word = STEP_WORDS[step]
    return Text(
        zh=f"只画最近 {last} {word.zh}；更早的 {rows:,} 行未画入。",
        en=f"Only the last {last} {word.en} are drawn; {rows:,} earlier rows are not.",
    )


def folded(others: int, most: int) -> Text:
    """Categories put together."""
    return Text(
        zh=f"“其他”是前 {most} 项以外的 {others} 项合计。",
        en=f"Others: the {others} beyond the greatest {most}, together.",
    )


def cut_categories(known: int, most: int) -> Text:
    """Categories left out because their numbers cannot be added."""
    return Text(
        zh=f"共 {known} 项，只画数值最大的 {most} 项。",
        en=f"Only the greatest {most} of {known} are drawn.",
    )


def open_periods(marks: Sequence[Mark], step: str | None) -> list[Text]:
    """Periods that were not over when the version was cut."""
    if not marks or step is None:
        return []
    starts = sorted({mark.x for mark in marks if isinstance(mark.x, dt.datetime)})
    names = [period_text(start, step) for start in starts]
    named = names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}"
    return [
        Text(
            zh=f"* {named} 在本版本发布时尚未结束，数字还会变。",
            en=f"* {named} was not over when this version was released; the numbers will change.",
        )
    ]
