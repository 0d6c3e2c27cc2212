"""A query, as data: what is asked, checked against the dataset file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from publishing.queries.operators import Function, Operator, functions_of, operators_of
from publishing.queries.refusals import QueryRefusedError, listed, too_many, unknown_field
from publishing.queries.typed_values import TRUTH, Value, typed_value, wrong_value
from schemas.dataset import Dataset, DatasetField, FieldType
from schemas.message import Message

MOST_ROWS = 10_000
MOST_FILTERS = 1_000
MOST_VALUES = 100
MOST_ORDERS = 8
MOST_GROUPED = 6
MOST_AGGREGATES = 20
MOST_OFFSET = 10_000_000
MOST_WORDS = 50
DEFAULT_ROWS = 100
Part = Literal["year", "month"]
PARTS_OF_DATES: tuple[Part, ...] = ("year", "month")


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition; a row must meet all of them. Make it with :func:`make_filter`."""

    field: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """One key of a sort. Rows without a value come last, whatever the direction.

    ``name`` is a field, or in a grouped query a column of the answer.
    """

    name: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """What rows are grouped by: a field, or the year or month of a date."""

    field: str
    part: Part | None = None

    @property
    def name(self) -> str:
        """The column of the answer."""
        return self.field if self.part is None else f"{self.field}.{self.part}"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """One figure per group; ``count`` without a field counts rows."""

    function: Function
    field: str | None = None

    @property
    def name(self) -> str:
        """The column of the answer, as it is asked for: ``sum:price_cny``."""
        return self.function.value if self.field is None else f"{self.function}:{self.field}"


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows: those that meet all filters and hold all words of ``search`` (in any text
    field, without regard to case)."""

    filters: tuple[Filter, ...] = ()
    search: str = ""


@dataclass(frozen=True, slots=True)
class RowQuery:
    """A page of rows.

    Attributes:
        select: fields of the answer; none = all.
        order: ties are in release order (that of the primary key, within a partition); without
            an order all is in release order.
        offset: rows to skip, for callers that page by number; with a cursor 0.
        cursor: where the page before ended; opaque, empty for the first page.
    """

    selection: Selection = Selection()
    select: tuple[str, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int = DEFAULT_ROWS
    offset: int = 0
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class GroupQuery:
    """Figures per group; without ``groups`` one row over all. Ties are in order of the groups."""

    selection: Selection = Selection()
    groups: tuple[Group, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    order: tuple[Order, ...] = ()
    limit: int = DEFAULT_ROWS
    cursor: str = ""


def make_filter(
    dataset: Dataset, name: str, operator: str, texts: Sequence[str], zone: ZoneInfo
) -> Filter:
    """A filter from texts: one, or several for ``in``.

    Raises:
        QueryRefusedError: no such field (``unknown_field``), an operator that its type does not
            have (``unknown_operator``), or a wrong value (``wrong_value``, ``too_many``).
    """
    field = _field(dataset, name, name)
    parameter = f"{name}.{operator}"
    allowed = operators_of(field.type)
    if operator not in [one.value for one in allowed]:
        raise QueryRefusedError(
            "unknown_operator",
            parameter,
            Message(
                f"字段“{name}”（{field.type} 类型）没有运算“{operator}”。",
                f"The field '{name}' (of type {field.type}) has no operator '{operator}'.",
            ),
            listed(allowed),
            allowed,
        )
    given = Operator(operator)
    if len(texts) > MOST_VALUES:
        raise too_many(parameter, MOST_VALUES)
    if given is not Operator.IN and len(texts) != 1:
        raise QueryRefusedError(
            "one_value",
            parameter,
            Message("应当只给一个值。", "It takes one value."),
            Message(f"多个值之一请用 {name}.in=…。", f"For one of several values use {name}.in=…"),
        )
    if given is Operator.EMPTY:
        if texts[0] not in TRUTH:
            raise wrong_value(parameter, texts[0], FieldType.BOOLEAN)
        return Filter(name, given, (TRUTH[texts[0]],))
    return Filter(name, given, tuple(typed_value(parameter, field, one, zone) for one in texts))


def make_order(text: str, names: Sequence[str], parameter: str = "sort") -> Order:
    """A sort key from ``name`` or ``-name``. Raises QueryRefusedError (``unknown_field``)."""
    name = text.removeprefix("-")
    if name not in names:
        raise unknown_field(parameter, name, names)
    return Order(name, text.startswith("-"))


def make_group(dataset: Dataset, text: str) -> Group:
    """``field``, or ``field.year`` and ``field.month`` of a date."""
    name, dot, part = text.partition(".")
    field = _field(dataset, "group", name)
    if not dot:
        return Group(name)
    allowed = PARTS_OF_DATES if field.type in (FieldType.DATE, FieldType.DATETIME) else ()
    for one in allowed:
        if part == one:
            return Group(name, one)
    choices = [name, *(f"{name}.{one}" for one in allowed)]
    raise QueryRefusedError(
        "unknown_group",
        "group",
        Message(f"不能按“{text}”分组。", f"Rows cannot be grouped by '{text}'."),
        listed(choices),
        choices,
    )


def make_aggregate(dataset: Dataset, text: str) -> Aggregate:
    """``count``, or ``function:field``."""
    function, colon, name = text.partition(":")
    if text == Function.COUNT:
        return Aggregate(Function.COUNT)
    if not colon or function not in list(Function):
        choices = ["count", *(f"{one}:<field>" for one in Function)]
        raise QueryRefusedError(
            "unknown_function",
            "aggregate",
            Message(f"没有汇总“{text}”。", f"There is no figure '{text}'."),
            listed(choices),
            choices,
        )
    field = _field(dataset, "aggregate", name)
    allowed = functions_of(field.type)
    if function not in [one.value for one in allowed]:
        raise QueryRefusedError(
            "unknown_function",
            "aggregate",
            Message(
                f"字段“{name}”（{field.type} 类型）不能求 {function}。",
                f"The field '{name}' (of type {field.type}) has no {function}.",
            ),
            listed(allowed),
            [f"{one}:{name}" for one in allowed],
        )
    return Aggregate(Function(function), name)


def group_names(dataset: Dataset) -> list[str]:
    """What rows can be grouped by."""
    names = list(dataset.field_names)
    for field in dataset.fields:
        if field.type in (FieldType.DATE, FieldType.DATETIME):
            names += [f"{field.name}.{part}" for part in PARTS_OF_DATES]
    return names


def figure_names(dataset: Dataset) -> list[str]:
    """What can be asked of each group."""
    return [
        "count",
        *(
            f"{one.value}:{field.name}"
            for field in dataset.fields
            for one in functions_of(field.type)
        ),
    ]


def check_select(dataset: Dataset, names: Sequence[str]) -> tuple[str, ...]:
    """The fields of an answer, each once. Raises QueryRefusedError (``unknown_field``)."""
    for name in names:
        _field(dataset, "select", name)
    return tuple(dict.fromkeys(names))


def check_limits(query: RowQuery | GroupQuery) -> None:
    """Raises QueryRefusedError where the query asks for more than one query may."""
    counted = [
        ("filter", len(query.selection.filters), MOST_FILTERS),
        ("sort", len(query.order), MOST_ORDERS),
        ("q", len(query.selection.search.split()), MOST_WORDS),
    ]
    if isinstance(query, GroupQuery):
        counted += [
            ("group", len(query.groups), MOST_GROUPED),
            ("aggregate", len(query.aggregates), MOST_AGGREGATES),
        ]
    for parameter, count, most in counted:
        if count > most:
            raise too_many(parameter, most)
    _check_range("limit", query.limit, 0, MOST_ROWS)
    if isinstance(query, RowQuery):
        _check_range("offset", query.offset, 0, MOST_OFFSET)


def _check_range(parameter: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise QueryRefusedError(
            "out_of_range",
            parameter,
            Message(f"{value} 不在 {least} 到 {most} 之间。", f"{value} is not {least} to {most}."),
            Message(
                "需要更多行时请逐页读取，或下载整个文件。",
                "For more rows read page after page, or download the whole file.",
            ),
            (f"{least}..{most}",),
        )


def _field(dataset: Dataset, parameter: str, name: str) -> DatasetField:
    try:
        return dataset.field(name)
    except KeyError:
        raise unknown_field(parameter, name, dataset.field_names) from None
