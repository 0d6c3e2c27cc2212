"""What can be asked of a field, by its type."""

from __future__ import annotations

from enum import StrEnum

from schemas.dataset import FieldType


class Operator(StrEnum):
    """How a value of a row is held against what the query gives."""

    EQ = "eq"
    NE = "ne"  # the opposite of eq: rows without a value are among them
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    EMPTY = "empty"  # true: no value, or an empty text; false: the others


_EQUAL = (Operator.EQ, Operator.NE)
_ORDERED = (*_EQUAL, Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.IN)
_TEXT = (*_ORDERED, Operator.CONTAINS, Operator.STARTS_WITH, Operator.EMPTY)
_OF_TYPE = {FieldType.BOOLEAN: (*_EQUAL, Operator.EMPTY), FieldType.STRING: _TEXT}


def operators_of(kind: FieldType) -> tuple[Operator, ...]:
    """The operators that a type has."""
    return _OF_TYPE.get(kind, (*_ORDERED, Operator.EMPTY))


class Function(StrEnum):
    """How the rows of a group are summed up."""

    COUNT = "count"  # of rows; of values where a field is named
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


_NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER)


def functions_of(kind: FieldType) -> tuple[Function, ...]:
    """The functions that a type has. Years are no amounts: they have no sum."""
    if kind in _NUMBERS:
        return tuple(Function)
    if kind is FieldType.BOOLEAN:
        return (Function.COUNT,)
    return (Function.COUNT, Function.MIN, Function.MAX)
