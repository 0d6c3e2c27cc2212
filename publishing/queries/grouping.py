"""Figures per group: exact sums and averages, sorted and cut into pages.

Decimals and whole numbers are summed exactly. Their average is the exact quotient, rounded half
to even with :data:`AVERAGE_DIGITS` digits more than the field has. Measurements are binary floats
and are summed with compensation (Kahan), in release order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from operator import itemgetter
from typing import Any

from publishing.queries.columns import Column
from publishing.queries.conditions import Condition
from publishing.queries.cursors import read_cursor, write_cursor
from publishing.queries.operators import Function
from publishing.queries.query import Aggregate, Group, GroupQuery, Order
from publishing.queries.refusals import QueryRefusedError, unknown_field
from publishing.queries.result_columns import ResultColumn
from publishing.queries.version_table import ROWS, VersionTable
from schemas.dataset import Dataset, FieldType
from schemas.message import Message

MOST_GROUPS = 10_000
AVERAGE_DIGITS = 6
EXACT = Context(prec=120, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class GroupPage:
    """A page of groups; ``total`` is the number of all groups."""

    columns: tuple[ResultColumn, ...]
    rows: list[tuple[Any, ...]]
    total: int
    next_cursor: str


def group_statement(table: VersionTable, query: GroupQuery, condition: Condition) -> Condition:
    """The statement that gives all groups, one more than there may be."""
    keys = [_key(table.columns[one.field], one) for one in query.groups]
    figures = [sql for one in query.aggregates for sql in _figures(table, one)]
    if not keys and not figures:
        raise QueryRefusedError(
            "nothing_asked",
            "aggregate",
            Message("没有给出要汇总什么。", "There is nothing to sum up."),
            Message("例如：aggregate=count。", "For example: aggregate=count."),
            ("count",),
        )
    grouped = f" GROUP BY {', '.join(str(at + 1) for at in range(len(keys)))}" if keys else ""
    made = [f"{one} AS c{at}" for at, one in enumerate([*keys, *figures])]
    # Enumerations are grouped as they are, and become texts once per group.
    shown = [
        f"CAST(c{at} AS VARCHAR)"
        if one.part is None and table.columns[one.field].names
        else f"c{at}"
        for at, one in enumerate(query.groups)
    ]
    shown += [f"c{len(keys) + at}" for at in range(len(figures))]
    sql = (
        f"SELECT {', '.join(shown)} FROM (SELECT {', '.join(made)} FROM {ROWS} "
        f"WHERE {condition.sql}{grouped}) LIMIT {MOST_GROUPS + 1}"
    )
    return Condition(sql, condition.values)


def _key(column: Column, group: Group) -> str:
    match group.part:
        case None:
            return column.sql
        case "year":
            return f"CAST(year({column.sql}) AS BIGINT)"
        case "month":
            return f"strftime({column.sql}, '%Y-%m')"


def _figures(table: VersionTable, aggregate: Aggregate) -> tuple[str, ...]:
    if aggregate.field is None:
        return ("count(*)",)
    column = table.columns[aggregate.field]
    total = "fsum" if column.field.type is FieldType.NUMBER else "sum"
    match aggregate.function:
        case Function.COUNT:
            return (f"count({column.sql})",)
        case Function.SUM:
            return (f"{total}({column.sql})",)
        case Function.AVG:
            return (f"{total}({column.sql})", f"count({column.sql})")
        case Function.MIN | Function.MAX:
            return (f"{aggregate.function.value}({column.value})",)


def grouped_page(
    dataset: Dataset,
    number: int,
    query: GroupQuery,
    found: Sequence[tuple[Any, ...]],
    bound_to: str,
) -> GroupPage:
    """The page of groups asked for, of all that were found."""
    if len(found) > MOST_GROUPS:
        raise QueryRefusedError(
            "too_many_groups",
            "group",
            Message(f"分组超过 {MOST_GROUPS} 个。", f"There are more than {MOST_GROUPS} groups."),
            Message("请增加筛选条件，或按更少的字段分组。", "Filter more, or group by less."),
        )
    columns = result_columns(dataset, query)
    rows = [_row(dataset, query, one) for one in found]
    _sort(rows, [column.name for column in columns], query)
    skip = read_cursor(query.cursor, bound_to).position if query.cursor else 0
    page = rows[skip : skip + query.limit]
    end = skip + len(page)
    cursor = write_cursor(number, end, (), bound_to) if page and end < len(rows) else ""
    return GroupPage(columns, page, len(rows), cursor)


def result_columns(dataset: Dataset, query: GroupQuery) -> tuple[ResultColumn, ...]:
    """The columns of the answer to a grouped query.

    Raises:
        QueryRefusedError: two columns would have one name (``doubled_column``).
    """
    columns = [_group_column(dataset, one) for one in query.groups]
    columns += [_figure_column(dataset, one) for one in query.aggregates]
    names = [column.name for column in columns]
    for name in names:
        if names.count(name) > 1:
            raise QueryRefusedError(
                "doubled_column",
                "group",
                Message(f"结果中有两列“{name}”。", f"Two columns would be called '{name}'."),
                Message("每一列只写一次。", "Ask for each column once."),
            )
    return tuple(columns)


def _group_column(dataset: Dataset, group: Group) -> ResultColumn:
    field = dataset.field(group.field)
    match group.part:
        case None:
            return ResultColumn(group.name, field.type, field.scale or 0)
        case "year":
            return ResultColumn(group.name, FieldType.YEAR)
        case "month":
            return ResultColumn(group.name, FieldType.YEARMONTH)


def _figure_column(dataset: Dataset, aggregate: Aggregate) -> ResultColumn:
    if aggregate.field is None or aggregate.function is Function.COUNT:
        return ResultColumn(aggregate.name, FieldType.INTEGER)
    field = dataset.field(aggregate.field)
    if aggregate.function is Function.AVG and field.type is not FieldType.NUMBER:
        return ResultColumn(aggregate.name, FieldType.DECIMAL, (field.scale or 0) + AVERAGE_DIGITS)
    return ResultColumn(aggregate.name, field.type, field.scale or 0)


def _row(dataset: Dataset, query: GroupQuery, found: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row as found, with sums and counts made averages."""
    values = list(found[: len(query.groups)])
    rest = iter(found[len(query.groups) :])
    for aggregate in query.aggregates:
        value = next(rest)
        if aggregate.function is Function.AVG and aggregate.field is not None:
            field = dataset.field(aggregate.field)
            value = _average(value, next(rest), field.scale or 0, field.type)
        values.append(value)
    return tuple(values)


def _average(total: Any, count: int, scale: int, kind: FieldType) -> Decimal | float | None:
    if total is None or not count:
        return None
    if kind is FieldType.NUMBER:
        return float(total / count)
    quotient = EXACT.divide(Decimal(total), Decimal(count))
    return quotient.quantize(Decimal(1).scaleb(-(scale + AVERAGE_DIGITS)), context=EXACT)


def _sort(rows: list[tuple[Any, ...]], names: Sequence[str], query: GroupQuery) -> None:
    """In place: by the order asked for, then by the groups; without a value last."""
    orders = [*query.order, *(Order(one.name) for one in query.groups)]
    for order in reversed(orders):
        if order.name not in names:
            raise unknown_field("sort", order.name, names)
        at = names.index(order.name)
        valued = [row for row in rows if row[at] is not None]
        without = [row for row in rows if row[at] is None]
        valued.sort(key=itemgetter(at), reverse=order.descending)
        rows[:] = [*valued, *without]
