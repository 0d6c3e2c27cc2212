"""The conditions of a query as SQL with bound values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from publishing.queries.columns import Column, rounded
from publishing.queries.operators import Operator
from publishing.queries.query import Filter, Selection

NEVER, ALWAYS = "FALSE", "TRUE"
SIGNS = {Operator.LT: "<", Operator.LE: "<=", Operator.GT: ">", Operator.GE: ">="}


@dataclass(frozen=True, slots=True)
class Condition:
    """SQL and the values for its ``?``."""

    sql: str
    values: tuple[Any, ...] = ()


def all_of(conditions: Sequence[Condition]) -> Condition:
    """The condition that all hold."""
    needed = [one for one in conditions if one.sql != ALWAYS]
    if not needed:
        return Condition(ALWAYS)
    sql = " AND ".join(f"({one.sql})" for one in needed)
    return Condition(sql, tuple(value for one in needed for value in one.values))


def selected(selection: Selection, columns: Mapping[str, Column]) -> Condition:
    """Which rows a query selects."""
    conditions = [_condition(one, columns[one.field]) for one in selection.filters]
    conditions += [_holds_word(word, columns) for word in selection.search.split()]
    return all_of(conditions)


def _holds_word(word: str, columns: Mapping[str, Column]) -> Condition:
    texts = [column for column in columns.values() if column.is_text]
    if not texts:
        return Condition(NEVER)
    sql = " OR ".join(f"contains(lower({column.value}), lower(?))" for column in texts)
    return Condition(sql, (word,) * len(texts))


def _condition(given: Filter, column: Column) -> Condition:
    match given.operator:
        case Operator.EMPTY:
            return _empty(column, wanted=bool(given.values[0]))
        case Operator.EQ:
            return _equal(column, given.values)
        case Operator.IN:
            return _equal(column, given.values)
        case Operator.NE:
            equal = _equal(column, given.values)
            if equal.sql == NEVER:
                return Condition(ALWAYS)
            return Condition(f"({equal.sql}) IS NOT TRUE", equal.values)
        case Operator.CONTAINS:
            return Condition(f"contains({column.value}, ?)", (given.values[0],))
        case Operator.STARTS_WITH:
            return Condition(f"starts_with({column.value}, ?)", (given.values[0],))
        case Operator.LT | Operator.LE | Operator.GT | Operator.GE:
            return _compared(column, given.operator, given.values[0])


def _empty(column: Column, *, wanted: bool) -> Condition:
    sql = f"{column.sql} IS NULL"
    if column.is_text and (column.names is None or "" in column.names):
        sql = f"{sql} OR {column.sql} = ''"
    return Condition(sql if wanted else f"NOT ({sql})")


def _equal(column: Column, values: Sequence[Any]) -> Condition:
    """One of the values; those that the column cannot hold are left out."""
    held = [value for value in dict.fromkeys(values) if _can_hold(column, value)]
    if not held:
        return Condition(NEVER)
    bound = ", ".join([_bound(column)] * len(held))
    texts = tuple(_value(column, value) for value in held)
    if len(held) == 1:
        return Condition(f"{column.sql} = {bound}", texts)
    return Condition(f"{column.sql} IN ({bound})", texts)


def _can_hold(column: Column, value: Any) -> bool:
    if column.names is not None:
        return value in column.names
    limits = column.range()
    if limits is None:
        return True
    least, greatest, step = limits
    number = Decimal(value)
    return least <= number <= greatest and rounded(number, step, up=True) == number


def _compared(column: Column, operator: Operator, value: Any) -> Condition:
    """An order comparison. Exact columns are compared with a value of their own scale: ``> 1.005``
    is ``> 1.00`` where values have two digits, and ``< 1.005`` is ``< 1.01``."""
    sign = SIGNS[operator]
    limits = column.range()
    if limits is None:
        return Condition(f"{column.value} {sign} {_bound(column)}", (_value(column, value),))
    least, greatest, step = limits
    number = rounded(Decimal(value), step, up=operator in (Operator.LT, Operator.GE))
    above, below = number > greatest, number < least
    if above or below:
        all_meet = above == (operator in (Operator.LT, Operator.LE))
        return Condition(f"{column.sql} IS NOT NULL" if all_meet else NEVER)
    return Condition(f"{column.sql} {sign} {_bound(column)}", (_value(column, number),))


def _bound(column: Column) -> str:
    """A bound value; of exact columns in the column's own type, so that nothing is rounded."""
    return "?" if column.range() is None else f"CAST(? AS {column.type})"


def _value(column: Column, value: Any) -> Any:
    return format(Decimal(value), "f") if column.range() is not None else value


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of a sort, and its value in a known row."""

    column: Column
    descending: bool
    value: Any


def after(keys: Sequence[SortKey], position: str, place: int) -> Condition:
    """The condition that a row comes after a known one: by the keys, then by its place in release
    order. Rows without a value are last in both directions."""
    alternatives: list[Condition] = []
    equal: list[Condition] = []
    for key in keys:
        sql = key.column.sql
        if key.value is None:
            equal.append(Condition(f"{sql} IS NULL"))
            continue
        bound, value = _bound(key.column), _value(key.column, key.value)
        later = f"{sql} {'<' if key.descending else '>'} {bound} OR {sql} IS NULL"
        alternatives.append(all_of([*equal, Condition(later, (value,))]))
        equal.append(Condition(f"{sql} = {bound}", (value,)))
    alternatives.append(all_of([*equal, Condition(f"{position} > ?", (place,))]))
    sql = " OR ".join(f"({one.sql})" for one in alternatives)
    return Condition(sql, tuple(value for one in alternatives for value in one.values))
