"""What can be wrong in the charts of a dataset file, beyond what the models themselves refuse."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.chart import Chart, ChartCondition
from schemas.dataset import Dataset, DatasetField, FieldType, PrivacyClass
from schemas.message import Message
from schemas.units import find_unit

NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER)
MOMENTS = (FieldType.DATE, FieldType.DATETIME)
PERIODS_OF = {
    FieldType.DATETIME: ("hour", "day", "month", "quarter", "year", "hour_of_day", "month_of_year"),
    FieldType.DATE: ("day", "month", "quarter", "year", "month_of_year"),
    FieldType.YEARMONTH: ("month", "quarter", "year", "month_of_year"),
    FieldType.YEAR: ("year",),
}
"""How moments of a type may be shortened; ``value`` is possible for all types."""
ORDERED_KINDS = ("line", "area", "point")
"""Kinds that need an axis with an order."""


@dataclass(frozen=True, slots=True)
class ChartProblem:
    """One thing wrong in a chart; ``path`` leads to it in the file."""

    path: tuple[str | int, ...]
    what: Message
    advice: Message


def chart_problems(dataset: Dataset) -> Iterator[ChartProblem]:
    """Everything wrong in the charts of a dataset, for ``gongkai check``."""
    for place, chart in enumerate(dataset.charts):
        path: tuple[str | int, ...] = ("charts", place)
        unknown = list(_unknown_fields(dataset, chart, path))
        yield from unknown
        if unknown:
            continue
        yield from _axis_problems(dataset, chart, path)
        yield from _measure_problems(dataset, chart, path)
        yield from _series_problems(dataset, chart, path)
        for index, condition in enumerate(chart.where):
            yield from _condition_problems(dataset, condition, (*path, "where", index))
        yield from _person_problems(dataset, chart, path)


def _unknown_fields(
    dataset: Dataset, chart: Chart, path: tuple[str | int, ...]
) -> Iterator[ChartProblem]:
    named: list[tuple[tuple[str | int, ...], str]] = [((*path, "x", "field"), chart.x.field)]
    named += [((*path, "y", "fields", i), name) for i, name in enumerate(chart.y.fields)]
    if chart.series is not None:
        named.append(((*path, "series", "field"), chart.series.field))
    named += [((*path, "where", i, "field"), one.field) for i, one in enumerate(chart.where)]
    for where, name in named:
        if name not in dataset.field_names:
            yield ChartProblem(
                where,
                Message(
                    f"数据集 {dataset.id} 没有字段“{name}”",
                    f"dataset {dataset.id} has no field '{name}'",
                ),
                Message(
                    f"可用字段：{'、'.join(dataset.field_names)}。",
                    f"Its fields are: {', '.join(dataset.field_names)}.",
                ),
            )


def _axis_problems(
    dataset: Dataset, chart: Chart, path: tuple[str | int, ...]
) -> Iterator[ChartProblem]:
    field = dataset.field(chart.x.field)
    periods = PERIODS_OF.get(field.type, ())
    if chart.x.by != "value" and chart.x.by not in periods:
        yield ChartProblem(
            (*path, "x", "by"),
            Message(
                f"类型为 {field.type} 的字段“{field.name}”不能按 {chart.x.by} 归并",
                f"'{field.name}' is of type {field.type} and cannot be grouped by {chart.x.by}",
            ),
            Message(
                f"可用：{'、'.join(('value', *periods))}。",
                f"Use one of: {', '.join(('value', *periods))}.",
            ),
        )
    elif chart.x.last is not None and (not periods or chart.x.by.endswith(("of_day", "of_year"))):
        yield ChartProblem(
            (*path, "x", "last"),
            Message("last 只能用于时间轴", "last needs an axis of time"),
            Message("其他字段请用 top。", "Use top for other fields."),
        )
    elif chart.x.top is not None and periods:
        yield ChartProblem(
            (*path, "x", "top"),
            Message("时间轴不能用 top", "top cannot be used with an axis of time"),
            Message("请用 last。", "Use last."),
        )
    if chart.kind in ORDERED_KINDS and not periods and field.type not in NUMBERS:
        yield ChartProblem(
            (*path, "kind"),
            Message(
                f"{chart.kind} 的横轴须是时间或数字，“{field.name}”不是",
                f"{chart.kind} needs a time or a number along x, which '{field.name}' is not",
            ),
            Message("请改用 bar 或 stacked_bar。", "Use bar or stacked_bar."),
        )


def _measure_problems(
    dataset: Dataset, chart: Chart, path: tuple[str | int, ...]
) -> Iterator[ChartProblem]:
    units = set()
    for index, name in enumerate(chart.y.fields):
        field = dataset.field(name)
        where = (*path, "y", "fields", index)
        if field.type not in NUMBERS:
            yield ChartProblem(
                where,
                Message(
                    f"“{name}”不是数字（类型 {field.type}），不能取 {chart.y.take}",
                    f"'{name}' is of type {field.type}, no number: {chart.y.take} cannot be taken",
                ),
                Message(
                    "请换成数字字段，或用 take: count 数行数。",
                    "Name a field with numbers, or count rows with take: count.",
                ),
            )
        units.add(field.unit)
    if len(units) > 1:
        yield ChartProblem(
            (*path, "y", "fields"),
            Message("同画的几个字段单位不同", "the fields drawn together have different units"),
            Message("请分成几个图表。", "Make a chart of each."),
        )
    if chart.y.unit is None or not chart.y.fields:
        return
    wanted, given = find_unit(chart.y.unit), find_unit(next(iter(units)) or "")
    if wanted is None:
        yield ChartProblem(
            (*path, "y", "unit"),
            Message(f"没有名为“{chart.y.unit}”的单位", f"there is no unit called '{chart.y.unit}'"),
            Message("请检查拼写。", "Check the spelling."),
        )
    elif given is None or given.dimension != wanted.dimension:
        yield ChartProblem(
            (*path, "y", "unit"),
            Message(
                f"字段的单位（{given.zh if given else '无'}）不能换算成 {wanted.zh}",
                f"the unit of the field ({given.en if given else 'none'}) cannot be converted "
                f"to {wanted.en}",
            ),
            Message("请改正。", "Correct it."),
        )


def _series_problems(
    dataset: Dataset, chart: Chart, path: tuple[str | int, ...]
) -> Iterator[ChartProblem]:
    if chart.series is not None and chart.series.field == chart.x.field and chart.x.by == "value":
        yield ChartProblem(
            (*path, "series", "field"),
            Message("series 与 x 是同一字段", "series is the field of x"),
            Message("请删去 series 或换一个字段。", "Take series out, or name another field."),
        )
    axes = [("x", chart.x.field, chart.x.labels)]
    if chart.series is not None:
        axes.append(("series", chart.series.field, chart.series.labels))
    for part, name, labels in axes:
        allowed = dataset.field(name).constraints.enum
        for value in labels:
            if allowed is not None and value not in allowed:
                yield _not_in_list((*path, part, "labels", value), name, value, allowed)


def _condition_problems(
    dataset: Dataset, condition: ChartCondition, path: tuple[str | int, ...]
) -> Iterator[ChartProblem]:
    field = dataset.field(condition.field)
    for index, value in enumerate(condition.any_of or ()):
        where = (*path, "any_of", index)
        if not _has_type(field, value):
            yield _wrong_type(where, field, value)
        elif field.constraints.enum is not None and value not in field.constraints.enum:
            yield _not_in_list(where, field.name, str(value), field.constraints.enum)
    for name, bound in (("at_least", condition.at_least), ("at_most", condition.at_most)):
        if bound is not None and not _has_type(field, bound, bound=True):
            yield _wrong_type((*path, name), field, bound)


def _has_type(field: DatasetField, value: object, *, bound: bool = False) -> bool:
    if field.type in (FieldType.INTEGER, FieldType.YEAR):
        return type(value) is int
    if field.type in (FieldType.DECIMAL, FieldType.NUMBER):
        return type(value) in (int, float)
    if field.type is FieldType.BOOLEAN:
        return type(value) is bool and not bound
    if not isinstance(value, str):
        return False
    if field.type in MOMENTS:
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return field.type is FieldType.YEARMONTH or not bound


def _person_problems(
    dataset: Dataset, chart: Chart, path: tuple[str | int, ...]
) -> Iterator[ChartProblem]:
    """Masked names of different persons are equal: grouping by them would add persons up."""
    parts = [("x", chart.x.field)] + ([("series", chart.series.field)] if chart.series else [])
    for part, name in parts:
        field = dataset.field(name)
        kinds = [one.any_of for one in chart.where if one.field == field.kind_field]
        only_organizations = any(kind == ("organization",) for kind in kinds)
        if field.privacy is PrivacyClass.PERSON_NAME or (
            field.privacy is PrivacyClass.PERSON_OR_ORGANIZATION and not only_organizations
        ):
            advice = Message("请换一个字段。", "Name another field.")
            if field.kind_field:
                advice = Message(
                    f"请加条件 {{field: {field.kind_field}, any_of: [organization]}}。",
                    f"Add the condition {{field: {field.kind_field}, any_of: [organization]}}.",
                )
            yield ChartProblem(
                (*path, part, "field"),
                Message(
                    f"“{name}”含已掩码的自然人姓名，不同的人会被合并",
                    f"'{name}' holds masked names of persons; different ones would be put together",
                ),
                advice,
            )


def _wrong_type(path: tuple[str | int, ...], field: DatasetField, value: object) -> ChartProblem:
    return ChartProblem(
        path,
        Message(
            f"“{value}”不是字段“{field.name}”（类型 {field.type}）的值",
            f"'{value}' is no value of '{field.name}', a field of type {field.type}",
        ),
        Message("请改正。", "Correct it."),
    )


def _not_in_list(
    path: tuple[str | int, ...], name: str, value: str, allowed: tuple[str, ...]
) -> ChartProblem:
    return ChartProblem(
        path,
        Message(f"字段“{name}”没有“{value}”这个值", f"'{name}' never has the value '{value}'"),
        Message(f"可用：{'、'.join(allowed)}。", f"Use one of: {', '.join(allowed)}."),
    )
