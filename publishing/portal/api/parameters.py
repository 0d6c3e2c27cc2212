"""Reading the parameters of a query: ``land_use=…&price_cny.ge=1000&sort=-signed_on``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from publishing.queries.operators import Operator
from publishing.queries.query import (
    DEFAULT_ROWS,
    Filter,
    GroupQuery,
    Order,
    RowQuery,
    Selection,
    check_limits,
    check_select,
    figure_names,
    group_names,
    make_aggregate,
    make_filter,
    make_group,
    make_order,
)
from publishing.queries.refusals import QueryRefusedError, listed
from schemas.dataset import Dataset
from schemas.message import Message

RESERVED = ("q", "select", "sort", "group", "aggregate", "limit", "cursor", "version", "format")
MOST_SEARCH_CHARACTERS = 100
MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a request: reserved ones, and the filters, each with all its values."""

    given: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_parameters(
    items: Iterable[tuple[str, str]], allowed: Sequence[str] = RESERVED, *, filters: bool = True
) -> Parameters:
    """Sort out reserved parameters and filters.

    Raises:
        QueryRefusedError: a reserved one is given twice (``one_value``), or is unknown here
            (``unknown_parameter``).
    """
    given: dict[str, str] = {}
    found: dict[str, list[str]] = {}
    for name, value in items:
        if name not in allowed:
            if not filters:
                raise unknown_parameter(name, allowed)
            found.setdefault(name, []).append(value)
        elif name in given:
            raise QueryRefusedError(
                "one_value",
                name,
                Message("只能给出一次。", "It can be given once only."),
                Message("多个值请用逗号分开。", "Separate several values with commas."),
            )
        else:
            given[name] = value
    return Parameters(given, {name: tuple(values) for name, values in found.items()})


def unknown_parameter(name: str, allowed: Sequence[str]) -> QueryRefusedError:
    """A parameter that means nothing."""
    return QueryRefusedError(
        "unknown_parameter",
        name,
        Message(f"没有参数“{name}”。", f"There is no parameter '{name}'."),
        listed(allowed),
        allowed,
    )


def read_query(dataset: Dataset, parameters: Parameters, zone: ZoneInfo) -> RowQuery | GroupQuery:
    """The query that the parameters ask: of rows, or of groups where ``group`` or ``aggregate``
    is given.

    Raises:
        QueryRefusedError: as :mod:`publishing.queries.query` does.
    """
    given = parameters.given
    selection = Selection(
        tuple(_filters(dataset, parameters.filters, zone)), _search(given.get("q", ""))
    )
    limit = _limit(given.get("limit"))
    cursor = given.get("cursor", "")
    query: RowQuery | GroupQuery
    if "group" in given or "aggregate" in given:
        if "select" in given:
            raise _conflict(
                "select",
                Message("分组查询不能用 select。", "A grouped query has no select."),
                Message(
                    "结果的列由 group 和 aggregate 给出。",
                    "Its columns are those of group and aggregate.",
                ),
            )
        groups = tuple(make_group(dataset, text) for text in _list(given.get("group")))
        aggregates = tuple(make_aggregate(dataset, text) for text in _list(given.get("aggregate")))
        names = [*(one.name for one in groups), *(one.name for one in aggregates)]
        orders = _orders(dataset, given, names)
        query = GroupQuery(selection, groups, aggregates, orders, limit, cursor)
    else:
        select = check_select(dataset, _list(given.get("select")))
        orders = _orders(dataset, given, dataset.field_names)
        query = RowQuery(selection, select, orders, limit, cursor=cursor)
    check_limits(query)
    return query


def _orders(dataset: Dataset, given: Mapping[str, str], names: Sequence[str]) -> tuple[Order, ...]:
    elsewhere = {*dataset.field_names, *group_names(dataset), *figure_names(dataset)}
    found = []
    for text in _list(given.get("sort")):
        name = text.removeprefix("-")
        if name not in names and name in elsewhere:
            raise _conflict(
                "sort",
                Message(f"结果中没有“{name}”这一列。", f"The answer has no column '{name}'."),
                listed(names),
            )
        found.append(make_order(text, names))
    return tuple(found)


def _conflict(parameter: str, what: Message, advice: Message) -> QueryRefusedError:
    return QueryRefusedError("conflict", parameter, what, advice)


def _list(text: str | None) -> list[str]:
    """Names separated by commas."""
    return [] if text is None else text.split(",")


def _limit(text: str | None) -> int:
    if text is None:
        return DEFAULT_ROWS
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise QueryRefusedError(
            "wrong_value",
            "limit",
            Message(f"“{text}”不是行数。", f"'{text}' is no number of rows."),
            Message("例如：limit=100。", "For example: limit=100."),
        )
    return int(text)


def _search(text: str) -> str:
    if len(text) > MOST_SEARCH_CHARACTERS or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise QueryRefusedError(
            "wrong_value",
            "q",
            Message(
                f"检索词超过 {MOST_SEARCH_CHARACTERS} 个字符，或不是有效的文字。",
                f"The words are longer than {MOST_SEARCH_CHARACTERS} characters, or no valid text.",
            ),
            Message("请缩短。", "Make them shorter."),
        )
    return text


def _filters(
    dataset: Dataset, filters: Mapping[str, tuple[str, ...]], zone: ZoneInfo
) -> Iterable[Filter]:
    for name, texts in filters.items():
        field_name, dot, operator = name.partition(".")
        if field_name not in dataset.field_names:
            raise unknown_parameter(name, [*RESERVED, *dataset.field_names])
        operator = operator if dot else Operator.EQ
        if operator == Operator.IN:
            values = [value for text in texts for value in split_values(text)]
            yield make_filter(dataset, field_name, operator, values, zone)
        elif operator == Operator.EQ:
            yield make_filter(dataset, field_name, operator, texts, zone)
        else:
            for text in texts:  # each is a condition of its own: two words that must be contained
                yield make_filter(dataset, field_name, operator, [text], zone)


def split_values(text: str) -> list[str]:
    """Values separated by commas; one that holds a comma stands in double quotes, and a double
    quote in it is doubled, as in CSV."""
    values: list[str] = []
    rest = text
    while True:
        value, rest, more = _first_value(rest)
        values.append(value)
        if not more:
            return values


def _first_value(text: str) -> tuple[str, str, bool]:
    """The first value, what follows its comma, and whether there was a comma."""
    if text.startswith('"'):
        at, value = 1, []
        while at < len(text):
            if text[at] != '"':
                value.append(text[at])
                at += 1
            elif text[at : at + 2] == '""':
                value.append('"')
                at += 2
            elif at + 1 == len(text) or text[at + 1] == ",":
                return "".join(value), text[at + 2 :], at + 1 < len(text)
            else:
                break  # a quote that quotes nothing is a sign like others
    first, comma, rest = text.partition(",")
    return first, rest, bool(comma)
