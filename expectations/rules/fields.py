"""Rules that come from a field's own constraints in the dataset file (FLD-01 … FLD-07).

They are compiled from ``fields:``; a dataset file does not list them under ``rules:``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, ClassVar

import polars as pl
from pydantic import Field

from expectations.rule import AnyColumn, Check, NumberColumn, RuleExpectation, TextColumn
from expectations.texts import shortened
from schemas.dataset import ExactDecimal
from schemas.finding import Severity
from schemas.message import Message
from schemas.vocabulary import JOINED, LIST_SUFFIX

_LOOK_AT_SOURCE = Message(
    "请对照来源单元格核对；写错的由来源部门更正，列对应错了的改来源文件的 mapping。",
    "Compare with the source cell; if it is wrong there, the department corrects it; if the column "
    "is mapped wrongly, correct `mapping` in the source file.",
)


class ExpectFieldPresent(RuleExpectation):
    """FLD-01: a required field has a value."""

    rule_id: ClassVar[str] = "FLD-01"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "必填项“{column_title}”没有值", "The required field {column_title} has no value"
    )
    advice: ClassVar[Message] = _LOOK_AT_SOURCE
    column: AnyColumn

    def checks(self) -> tuple[Check, ...]:
        return (Check(pl.col(self.column).is_null(), self.column),)


class ExpectFieldWithinRange(RuleExpectation):
    """FLD-03: a number lies within the field's bounds."""

    rule_id: ClassVar[str] = "FLD-03"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”为 {value}，不在允许范围（{range}）内",
        "{column_title} is {value}, outside the allowed range ({range})",
    )
    advice: ClassVar[Message] = Message(
        "请核对数值和单位。" + _LOOK_AT_SOURCE.zh, "Check value and unit. " + _LOOK_AT_SOURCE.en
    )
    column: NumberColumn
    minimum: ExactDecimal | None = None
    maximum: ExactDecimal | None = None
    exclusive_minimum: ExactDecimal | None = None
    exclusive_maximum: ExactDecimal | None = None

    def checks(self) -> tuple[Check, ...]:
        value = pl.col(self.column)
        fails = pl.lit(False)
        if self.minimum is not None:
            fails = fails | (value < self.minimum)
        if self.maximum is not None:
            fails = fails | (value > self.maximum)
        if self.exclusive_minimum is not None:
            fails = fails | (value <= self.exclusive_minimum)
        if self.exclusive_maximum is not None:
            fails = fails | (value >= self.exclusive_maximum)
        return (Check(fails, self.column, constants={"range": self._range()}),)

    def _range(self) -> str:
        bounds: tuple[tuple[str, Decimal | None], ...] = (
            ("≥ ", self.minimum),
            ("> ", self.exclusive_minimum),
            ("≤ ", self.maximum),
            ("< ", self.exclusive_maximum),
        )
        return ", ".join(f"{sign}{bound:f}" for sign, bound in bounds if bound is not None)


class ExpectFieldLengthWithin(RuleExpectation):
    """FLD-04: a text has the allowed number of characters."""

    rule_id: ClassVar[str] = "FLD-04"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”有 {length} 个字，应为 {minimum_length}–{maximum_length} 个",
        "{column_title} has {length} characters; {minimum_length}–{maximum_length} are allowed",
    )
    advice: ClassVar[Message] = _LOOK_AT_SOURCE
    column: TextColumn
    minimum_length: Annotated[int, Field(ge=0)] = 0
    maximum_length: Annotated[int, Field(ge=1)] | None = None

    def checks(self) -> tuple[Check, ...]:
        length = pl.col(self.column).str.len_chars()
        fails = length < self.minimum_length
        if self.maximum_length is not None:
            fails = fails | (length > self.maximum_length)
        limit = "∞" if self.maximum_length is None else str(self.maximum_length)
        return (
            Check(
                fails,
                self.column,
                parts={"length": length},
                constants={"maximum_length": limit},
            ),
        )


class ExpectFieldInSet(RuleExpectation):
    """FLD-05: a text is one of the values the field lists."""

    rule_id: ClassVar[str] = "FLD-05"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”的值“{value}”不在允许的取值（{allowed}）中",
        "{column_title} is '{value}', which is not one of {allowed}",
    )
    advice: ClassVar[Message] = Message(
        "如果是同一取值的另一种写法，请在来源文件里写明对应关系；"
        "如果是新取值，请在数据集文件的 enum 中加入。",
        "If it is another spelling of an allowed value, map it in the source file; if it is a new "
        "value, add it to `enum` in the dataset file.",
    )
    column: TextColumn
    values: Annotated[tuple[str, ...], Field(min_length=1)]

    def checks(self) -> tuple[Check, ...]:
        value = pl.col(self.column)
        return (
            Check(
                ~value.is_in(list(self.values)),
                self.column,
                constants={"allowed": shortened(self.values)},
                pattern=value,
            ),
        )


class ExpectFieldMatchesPattern(RuleExpectation):
    """FLD-06: the whole text matches the field's regular expression, as in Table Schema."""

    rule_id: ClassVar[str] = "FLD-06"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”的值“{value}”不符合规定的格式 {pattern}",
        "{column_title} is '{value}', which does not have the form {pattern}",
    )
    advice: ClassVar[Message] = _LOOK_AT_SOURCE
    column: TextColumn
    pattern: str

    def checks(self) -> tuple[Check, ...]:
        return (Check(~matches_whole(pl.col(self.column), self.pattern), self.column),)


class ExpectFieldInCodeList(RuleExpectation):
    """FLD-07: a code stands in the code list the field names."""

    rule_id: ClassVar[str] = "FLD-07"
    severity: ClassVar[Severity] = Severity.ERROR
    what: ClassVar[Message] = Message(
        "“{column_title}”的代码“{value}”不在代码表 {code_list} 中",
        "{column_title} has the code '{value}', which is not in the code list {code_list}",
    )
    advice: ClassVar[Message] = Message(
        "请核对代码；如果是新代码或旧代码，请在代码表或别名表中加入。",
        "Check the code; if it is a new or a former code, add it to the code list or its aliases.",
    )
    column: TextColumn
    code_list: str
    codes: tuple[str, ...]

    def checks(self) -> tuple[Check, ...]:
        value = pl.col(self.column)
        if self.code_list.endswith(LIST_SUFFIX):
            known = value.map_batches(self._all_known, return_dtype=pl.Boolean)
        else:
            known = value.is_in(list(self.codes))
        return (Check(~known, self.column, pattern=value),)

    def _all_known(self, values: pl.Series) -> pl.Series:
        """Of a list whose values may be joined (``name[]``): each part is known."""
        codes = set(self.codes)

        def known(text: str) -> bool:
            parts = [part.strip() for part in JOINED.split(text) if part.strip()]
            return bool(parts) and codes.issuperset(parts)

        return _true_of_distinct(values, known)


def matches_whole(value: pl.Expr, pattern: str) -> pl.Expr:
    """True where the whole text matches. Patterns that only Python's engine knows (look-around,
    back references) are tried there, once per distinct value."""
    try:
        pl.Series([""]).str.contains(rf"\A(?:{pattern})\z")
    except pl.exceptions.ComputeError:
        compiled = re.compile(pattern)
        return value.map_batches(
            lambda series: _true_of_distinct(series, lambda text: bool(compiled.fullmatch(text))),
            return_dtype=pl.Boolean,
        )
    return value.str.contains(rf"\A(?:{pattern})\z")


def _true_of_distinct(series: pl.Series, holds: Callable[[str], bool]) -> pl.Series:
    """Ask once per distinct text; null stays null."""
    good = [one for one in series.unique().drop_nulls().to_list() if holds(one)]
    return series.is_in(pl.Series(good, dtype=pl.String).implode())
