"""Which rows a chart reads: its conditions, one after the other."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl

from schemas.chart import Chart, ChartCondition
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.message import GongkaiError, Message
from schemas.strict import Text


class ChartError(GongkaiError):
    """A chart cannot be drawn truly from these rows."""


def chosen_rows(rows: pl.DataFrame, dataset: Dataset, chart: Chart) -> pl.DataFrame:
    """The rows that all conditions keep.

    Raises:
        ChartError: a ``single`` field has several values.
    """
    for condition in chart.where:
        if not (condition.latest or condition.single):
            rows = rows.filter(_holds(condition, dataset.field(condition.field)))
    for condition in chart.where:
        column = pl.col(condition.field)
        if condition.latest:
            rows = rows.filter(column == column.max())
    for condition in chart.where:
        if condition.single and rows[condition.field].n_unique() > 1:
            raise _several_values(dataset.field(condition.field))
    return rows


def latest_notes(rows: pl.DataFrame, dataset: Dataset, chart: Chart) -> list[Text]:
    """What ``latest`` has kept."""
    notes = []
    for condition in chart.where:
        if condition.latest and rows.height:
            field = dataset.field(condition.field)
            value = rows[condition.field][0]
            notes.append(
                Text(
                    zh=f"只含最新的{field.title.zh}：{value}。",
                    en=f"{field.title.en}: only the latest, {value}.",
                )
            )
    return notes


def _holds(condition: ChartCondition, field: DatasetField) -> pl.Expr:
    column = pl.col(condition.field)
    if condition.any_of is not None:
        if field.type in (FieldType.DATE, FieldType.DATETIME):
            days = [dt.date.fromisoformat(str(value)) for value in condition.any_of]
            return column.dt.date().is_in(days)
        if field.type in (FieldType.DECIMAL, FieldType.NUMBER):
            return column.cast(pl.Float64).is_in([float(value) for value in condition.any_of])
        return column.is_in(list(condition.any_of))
    kept = pl.lit(value=True)
    if field.type is FieldType.DATETIME:
        column = column.dt.date()
    if condition.at_least is not None:
        kept &= column >= _bound(condition.at_least, field)
    if condition.at_most is not None:
        kept &= column <= _bound(condition.at_most, field)
    return kept


def _bound(value: object, field: DatasetField) -> Any:
    if field.type in (FieldType.DATE, FieldType.DATETIME):
        return dt.date.fromisoformat(str(value))
    return Decimal(str(value)) if field.type is FieldType.DECIMAL else value


def _several_values(field: DatasetField) -> ChartError:
    return ChartError(
        Message(
            f"字段“{field.title.zh}”有不止一个值，数字不能相加，图表未画。",
            f"{field.title.en} has more than one value, whose numbers must not be added up: "
            "the chart was not drawn.",
        ),
        advice=Message(
            "请在图表的 where 中用 any_of 指定一个值，或以它为 series。",
            "Name one value with any_of under where, or make the field the series.",
        ),
    )
