"""The base of every rule: what a rule is, written once.

A rule is a strict pydantic model: its fields are the parameters a dataset file may give, with
their defaults; class variables hold id, severity, scope, sentences and advice; :meth:`checks`
gives its predicates as polars expressions. This module imports neither pandas nor Great
Expectations.
"""

from __future__ import annotations

import datetime as dt
import typing
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

import polars as pl
from pydantic import Field

from expectations.context import NotApplicable, RuleContext
from schemas.dataset import FieldType
from schemas.finding import Scope, Severity
from schemas.message import Message
from schemas.strict import StrictModel

SEVERITY_ORDER = (Severity.WARNING, Severity.ERROR, Severity.CRITICAL)


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """Marks a parameter as the name of a column, and says which field types it may have."""

    types: tuple[FieldType, ...]
    name: Message


NumberColumn = Annotated[
    str,
    ColumnKind(
        (FieldType.INTEGER, FieldType.DECIMAL, FieldType.NUMBER, FieldType.YEAR),
        Message("数字", "a number"),
    ),
]
TextColumn = Annotated[
    str, ColumnKind((FieldType.STRING, FieldType.YEARMONTH), Message("文字", "text"))
]
DateColumn = Annotated[str, ColumnKind((FieldType.DATE,), Message("日期", "a date"))]
DateTimeColumn = Annotated[
    str, ColumnKind((FieldType.DATETIME,), Message("时间", "a date and time"))
]
MomentColumn = Annotated[
    str,
    ColumnKind((FieldType.DATE, FieldType.DATETIME), Message("日期或时间", "a date or a time")),
]
AnyColumn = Annotated[str, ColumnKind(tuple(FieldType), Message("任意类型", "of any type"))]
NonEmpty = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Check:
    """One predicate of a rule, and what is said where it fails.

    Attributes:
        fails: true where a row breaks the rule. Null (a comparison with a missing value) means
            "cannot be told" and is not a failure: that a value is missing is the business of the
            field's ``required``, unless the predicate itself asks ``is_null``.
        column: the column the finding is put on; ``""`` for the row as a whole.
        columns: placeholder -> column. ``{name}`` becomes the row's value, ``{name_title}`` the
            column's title.
        parts: placeholder -> expression for further values of the row; a pair where Chinese and
            English differ. Only evaluated on failing rows.
        titles: placeholder -> expression giving a column's name; its title is said.
        constants: placeholder -> text that is the same in every row.
        pattern: what groups findings of this check into one case.
        value: the value of the finding where it is not simply that of ``column``.
        what, advice: sentences of this check, where the rule's own do not fit.
    """

    fails: pl.Expr
    column: str
    columns: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, pl.Expr | tuple[pl.Expr, pl.Expr]] = field(default_factory=dict)
    titles: Mapping[str, pl.Expr] = field(default_factory=dict)
    constants: Mapping[str, Message | str] = field(default_factory=dict)
    pattern: pl.Expr | str = ""
    value: pl.Expr | None = None
    what: Message | None = None
    advice: Message | None = None


@dataclass(frozen=True, slots=True)
class FloodCause:
    """What a flood of findings most likely comes from, told by a share of one pattern.

    ``{cured}`` in ``cause`` becomes the number of rows with that pattern.
    """

    pattern: str
    share: float
    cause: Message
    advice: Message


GENERAL_CAUSE = Message(
    "多半出于同一个原因：列对应错了、单位不对，或者这条规则不适用于这批数据",
    "one common cause is likely: a column mapped wrongly, a wrong unit, or a rule that does not "
    "fit this data",
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Rows whose ``column`` is further away than ``distance`` do not matter to a verdict."""

    column: str
    distance: dt.timedelta


class RuleExpectation(StrictModel):
    """A rule. Subclasses are named ``Expect…`` and stand in :mod:`expectations.rules`."""

    rule_id: ClassVar[str]
    severity: ClassVar[Severity]
    severity_limit: ClassVar[Severity] = Severity.CRITICAL
    """The strongest severity a dataset may give it: a rule whose source is weak only warns."""
    scope: ClassVar[Scope] = Scope.ROW
    what: ClassVar[Message]
    advice: ClassVar[Message]
    likely_cause: ClassVar[Message] = GENERAL_CAUSE
    flood_causes: ClassVar[tuple[FloodCause, ...]] = ()
    reads_all_columns: ClassVar[bool] = False

    @abstractmethod
    def checks(self) -> tuple[Check, ...]:
        """The predicates. Pure: the same parameters give the same expressions."""

    def reach(self) -> Reach | None:
        """How far along a column other rows can matter to the verdict on a row; None where any
        row of the scope can. A batch may then be judged in pieces that overlap so far."""
        return None

    def prepare(self, frame: pl.DataFrame, context: RuleContext) -> pl.DataFrame | NotApplicable:
        """Bring in what the predicates need beside the row: order, medians, other datasets.

        Returns a frame of the same rows (``_row`` and the rule's columns kept, in any order) or
        says why the rule cannot be evaluated here.
        """
        del context
        return frame

    def columns(self) -> tuple[str, ...]:
        """The columns the rule reads, by the parameters that name columns."""
        named = (name for _, name, _ in self.column_parameters())
        return tuple(dict.fromkeys(named))

    def column_parameters(self) -> Iterator[tuple[str, str, ColumnKind]]:
        """Parameter, column name and kind, for each column named by a parameter."""
        hints = typing.get_type_hints(type(self), include_extras=True)
        for parameter in type(self).model_fields:
            for name, kind in _columns_in(getattr(self, parameter), hints[parameter]):
                yield parameter, name, kind

    @classmethod
    def needs_preparation(cls) -> bool:
        """True where :meth:`prepare` does something."""
        return cls.prepare is not RuleExpectation.prepare


def _columns_in(value: Any, hint: Any) -> Iterator[tuple[str, ColumnKind]]:
    """Column names in a parameter's value, found by its annotation."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if value is None:
        return
    if origin is Annotated:
        kind = next((one for one in arguments[1:] if isinstance(one, ColumnKind)), None)
        if kind is not None:
            yield str(value), kind
        else:
            yield from _columns_in(value, arguments[0])
    elif origin is tuple and isinstance(value, tuple):
        for one in value:
            yield from _columns_in(one, arguments[0])
    elif origin is dict and isinstance(value, dict):
        for key, one in value.items():
            yield from _columns_in(key, arguments[0])
            yield from _columns_in(one, arguments[1])
    elif isinstance(value, StrictModel):
        hints = typing.get_type_hints(type(value), include_extras=True)
        for name in type(value).model_fields:
            yield from _columns_in(getattr(value, name), hints[name])
    elif arguments and type(None) in arguments:
        for argument in arguments:
            if argument is not type(None):
                yield from _columns_in(value, argument)
